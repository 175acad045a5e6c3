import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { choose, rank, tied } from '../../src/select/choose.ts';
import { discriminates, flakyTests, rowsOf, whyWorthless } from '../../src/select/matrix.ts';
import { probabilityOf } from '../../src/select/probability.ts';
import { type Weighing, weigh } from '../../src/select/weigh.ts';
import { brought, cell, failed, record } from './evidence.ts';

const candidates = (...counts: number[]): Weighing['candidates'] =>
  counts.map((count, index) => ({ candidate: index + 1, count, stated: 0.8, suspect: false }));

function weighed(evidence: Parameters<typeof record>[0], counts: number[]) {
  const attempts = counts.reduce((sum, count) => sum + count, 0);
  return weigh({ rows: rowsOf(record(evidence)), candidates: candidates(...counts), attempts });
}

const base = cell(0, failed('adds'));

describe('the evidence matrix', () => {
  it('finds tests that are not the same twice on the same files, and no others', () => {
    const evidence = [
      cell(1),
      cell(1, { run: 2 }),
      cell(1, { test: 'slow' }),
      cell(1, { test: 'slow', run: 2, ...failed('now and then') }),
      cell(2, { test: 'other', ...failed('a', 'b') }),
      cell(2, { test: 'other', run: 2, ...failed('b', 'a') }),
    ];
    expect([...flakyTests({ evidence })]).toEqual(['slow']);
  });

  it.each([
    ['passes-without', [cell(0, { test: 't', kind: 'tests', by: 1 }), cell(1, { test: 't' })]],
    ['passes-nowhere', brought(1, [], [1])],
    ['cannot-run', [cell(0, { test: 't', kind: 'reproduction', by: 1, outcome: 'broken' })]],
    ['not-comparable', [cell(1, { test: 't', kind: 'behaviour', behaviour: 'a' }), cell(2, { test: 't' })]],
    [null, brought(1, [1], [2])],
    [null, [cell(0), cell(1)]],
  ] as const)('%s', (why, evidence) => {
    expect(whyWorthless(rowsOf(record(evidence))[0]!)).toBe(why);
  });

  it('repeats only what tells candidates apart', () => {
    const [all, some] = rowsOf(
      record([
        cell(0, failed('x')),
        cell(1),
        cell(2),
        cell(1, { test: 'b' }),
        cell(2, { test: 'b', ...failed('y') }),
      ]),
    );
    expect([discriminates(all!), discriminates(some!)]).toEqual([false, true]);
  });
});

describe('weighing', () => {
  it('counts as broken what did not fail before, and as mended what did', () => {
    const [first, second] = weighed([base, cell(1), cell(2, failed('empty'))], [1, 1]);
    expect(first).toMatchObject({ broken: 0, failing: 0, mended: 1 });
    expect(second).toMatchObject({ broken: 1, failing: 1, mended: 1 });
  });

  it('takes the original tests for a candidate that changed tests: its own may fail for its own reasons', () => {
    const regression = { test: 'test with the original tests', kind: 'regression' } as const;
    const [only] = weighed([base, cell(1, failed('mine')), cell(1, regression)], [1]);
    expect(only).toMatchObject({ broken: 0, failing: 0, mended: 1 });
  });

  it('counts a check that no longer ends as breaking everything', () => {
    const [only] = weighed([cell(0), cell(1, { outcome: 'hung', exitCode: null })], [1]);
    expect(only!.broken).toBe(Number.POSITIVE_INFINITY);
  });

  it('takes nobody at its own word: one attempt’s own tests say nothing of it, a second one’s do', () => {
    const checks = [base, cell(1), cell(2)];
    const [alone] = weighed([...checks, ...brought(1, [1], [2])], [1, 1]);
    expect(alone!.agreement).toBe(0);
    const [twice, other] = weighed([...checks, ...brought(1, [1], [2])], [2, 1]);
    expect([twice!.agreement, other!.agreement]).toEqual([1, -1]);
  });

  it('lets nobody judge who breaks what worked', () => {
    const evidence = [base, cell(1), cell(2, failed('adds', 'empty')), ...brought(2, [2], [1])];
    expect(weighed(evidence, [1, 4]).map(({ agreement }) => agreement)).toEqual([0, 0]);
  });

  it('compares behaviour only where candidates differ', () => {
    const does = (about: number, behaviour: string) =>
      cell(about, { test: 'b', kind: 'behaviour', behaviour });
    const evidence = [base, cell(1), cell(2), cell(3), does(1, 'a b c'), does(2, 'a b x'), does(3, 'a b c')];
    expect(weighed(evidence, [1, 1, 1]).map(({ behaviour }) => behaviour)).toEqual([0, -1, 0]);
  });

  it('says who does the same in everything that was measured', () => {
    const evidence = [base, cell(1), cell(2), cell(3, failed('adds'))];
    expect(weighed(evidence, [1, 1, 1]).map(({ agrees }) => agrees)).toEqual([[2], [1], []]);
  });
});

describe('choosing', () => {
  const ranked = (evidence: Parameters<typeof record>[0], counts: number[]) =>
    rank(weighed(evidence, counts));

  it('puts what breaks least first, whatever else speaks for the others', () => {
    const evidence = [base, cell(1, failed('adds', 'empty')), cell(2, failed('adds'))];
    expect(ranked(evidence, [9, 1]).map((each) => each.weighed.candidate)).toEqual([2, 1]);
  });

  it('may choose none, with the probability that none is right', () => {
    const evidence = [cell(0), cell(1, failed('a', 'b'))];
    const weighings = weigh({
      rows: rowsOf(record(evidence)),
      candidates: [{ candidate: 1, count: 1, stated: 0.05, suspect: true }],
      attempts: 5,
    });
    const chosen = choose(rank(weighings), [], null);
    expect(chosen.candidate).toBeNull();
    expect(chosen.probability).toBeGreaterThan(0.9);
    expect(chosen.reasons[0]).toMatch(
      /^None is good enough: the best of 1 is right with a probability of \d+ %\.$/,
    );
  });

  const calls = (about: number, behaviour: string) =>
    cell(about, { test: 'behaviour of f', kind: 'behaviour', behaviour });
  const many = Array.from({ length: 12 }, (_, at) => `x${at}`).join(' ');

  it('calls a tie what nothing sets apart, unless it was seen to do the same', () => {
    const numbers = (evidence: Parameters<typeof record>[0]) =>
      tied(ranked(evidence, [1, 1])).map((each) => each.weighed.candidate);
    const apart = [base, cell(1), cell(2), ...brought(1, [1], [2]), ...brought(2, [2], [1])];
    expect(numbers(apart)).toEqual([1, 2]);
    expect(numbers([base, cell(1), cell(2)])).toEqual([1, 2]);
    expect(numbers([base, cell(1), cell(2), calls(1, many), calls(2, many)])).toEqual([1]);
  });

  it('shares the probability among those of which at most one is right', () => {
    const probability = (evidence: Parameters<typeof record>[0]) => ranked(evidence, [3, 3])[0]!.probability;
    const same = probability([base, cell(1), cell(2), calls(1, many), calls(2, many)]);
    const unknown = probability([base, cell(1), cell(2)]);
    const other = probability([base, cell(1), cell(2), calls(1, many), calls(2, many.replace('x3', 'y3'))]);
    expect(same).toBeGreaterThan(unknown);
    expect(unknown).toBeGreaterThan(other);
    expect(other).toBeLessThanOrEqual(0.5);
  });

  it('lets the files as they were speak where candidates differ, and nowhere else', () => {
    const did = [calls(0, 'a b c'), calls(1, 'a x c'), calls(2, 'a b c'), calls(3, 'a x c')];
    const all = weighed([base, cell(1), cell(2), cell(3), ...did], [1, 1, 1]);
    expect(all.map(({ behaviour }) => Math.round(behaviour * 100) / 100)).toEqual([-0.33, -0.33, -0.33]);
    const alone = weighed(
      [base, cell(1), cell(2), calls(0, 'a b'), calls(1, 'a x'), calls(2, 'a b')],
      [1, 1],
    );
    expect(alone.map(({ behaviour }) => behaviour)).toEqual([-1, 0]);
  });

  it('goes by the comparison of those tied', () => {
    const apart = [base, cell(1), cell(2), ...brought(1, [1], [2]), ...brought(2, [2], [1])];
    const chosen = choose(ranked(apart, [1, 1]), [], { candidate: 2, why: 'The comparator prefers it.' });
    expect(chosen.candidate).toBe(2);
    expect(chosen.reasons).toContain('The comparator prefers it.');
  });

  it('names each candidate once, and never gives certainty', () => {
    const stated = fc.option(fc.double({ min: 0, max: 1, noNaN: true }), { nil: null });
    const each = fc.record({ count: fc.integer({ min: 1, max: 5 }), stated, suspect: fc.boolean() });
    fc.assert(
      fc.property(fc.array(each, { minLength: 1, maxLength: 6 }), fc.nat(), (list, bits) => {
        const given = list.map((one, index) => ({ ...one, candidate: index + 1 }));
        const cells = given.map(({ candidate }) =>
          cell(candidate, (bits >> candidate) % 2 === 0 ? {} : failed('adds')),
        );
        const weighings = weigh({ rows: rowsOf(record([base, ...cells])), candidates: given, attempts: 9 });
        const { ranking, probability, candidate } = choose(rank(weighings), [], null);
        expect(ranking.map((one) => one.candidate).sort()).toEqual(given.map((one) => one.candidate));
        expect(probability).toBeGreaterThan(0);
        expect(probability).toBeLessThan(1);
        if (candidate !== null) expect(candidate).toBe(ranking[0]!.candidate);
        for (const one of weighings) expect(probabilityOf(one)).toBeGreaterThan(0);
      }),
    );
  });
});
