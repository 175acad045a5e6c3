import { describe, expect, it } from 'vitest';
import { probabilityOf, rankPartial, rankPassing, shareOf, type Tried } from '../src/choose.ts';
import type { CheckView, Trial } from '../src/state.ts';

function tried(name: string, of: Partial<Tried['candidate']> = {}, trial: Partial<Trial> = {}): Tried {
  const edit = { path: 'a.py', line: 3, old: 'x', new: name };
  const candidate = {
    edit,
    key: name,
    family: 'f',
    manner: 'mend' as const,
    weight: 0.5,
    prior: of.score ?? 0.5,
    score: 0.5,
    line: 3,
    label: name,
    span: { start: 0, end: 1, text: name },
    ...of,
  };
  return { candidate, trial: { edit, label: name, outcome: 'pass', passed: 3, total: 3, ...trial } };
}
const names = (list: readonly Tried[]) => list.map(({ candidate }) => candidate.label);
const checks = (passed: number | null): CheckView[] => [
  { name: 'test', status: 'passed', passed, failed: 0, failing: [] },
];

describe('choosing among those that pass', () => {
  it('prefers what is likelier, and mending to silencing whatever its score', () => {
    const list = [
      tried('b', { score: 0.2 }),
      tried('gone', { manner: 'silence', score: 0.6 }),
      tried('a', { score: 0.4 }),
    ];
    expect(names(rankPassing(list))).toEqual(['a', 'b', 'gone']);
  });

  it('counts terms of which any will do in one condition as silencing', () => {
    const term = (name: string) => tried(name, { family: 'condition', score: 0.6 });
    const other = tried('other', { score: 0.2 });
    const few = [term('a'), term('b'), term('c'), other];
    expect(names(rankPassing(few))[0]).toBe('a');
    expect(names(rankPassing([...few, term('d')]))[0]).toBe('other');
  });

  it('prefers the smaller change, and a place where others pass too', () => {
    expect(names(rankPassing([tried('x'.repeat(60)), tried('y')]))).toEqual(['y', 'x'.repeat(60)]);
    const elsewhere = { edit: { path: 'b.py', line: 9, old: 'x', new: 'far' } };
    expect(
      names(
        rankPassing([tried('far', elsewhere), tried('n1', { score: 0.48 }), tried('n2', { score: 0.3 })]),
      )[0],
    ).toBe('n1');
  });

  it('prefers what leaves the tests that passed as they ran', () => {
    const quiet = tried('quiet', { score: 0.4 }, { behaviour: { number: 1, disturbed: 0 } });
    const loud = tried('loud', { score: 0.5 }, { behaviour: { number: 2, disturbed: 3 } });
    expect(names(rankPassing([loud, quiet]))).toEqual(['quiet', 'loud']);
    const likely = tried('likely', { score: 0.9 }, { behaviour: { number: 2, disturbed: 3 } });
    expect(names(rankPassing([likely, quiet]))).toEqual(['likely', 'quiet']);
  });

  it('keeps as a part what mends most, and nothing that silences', () => {
    const list = [
      tried('one', {}, { passed: 1 }),
      tried('two', { score: 0.1 }, { passed: 2 }),
      tried('del', { manner: 'silence' }, { passed: 3 }),
    ];
    expect(names(rankPartial(list))).toEqual(['two', 'one']);
  });
});

describe('the stated probability', () => {
  it('falls with alternatives, few tests, a late find, silencing and further edits', () => {
    const plain = { silent: false, share: 1, rank: 1, checks: checks(80), edits: 1 } as const;
    expect(probabilityOf(plain)).toBe(0.96);
    expect(probabilityOf({ ...plain, share: 0.25 })).toBe(0.85);
    expect(probabilityOf({ ...plain, checks: checks(1) })).toBe(0.77);
    expect(probabilityOf({ ...plain, checks: checks(null) })).toBe(0.91);
    expect(probabilityOf({ ...plain, rank: 1000 })).toBe(0.76);
    expect(probabilityOf({ ...plain, silent: true })).toBe(0.3);
    expect(probabilityOf({ ...plain, edits: 2 })).toBe(0.89);
  });
  it('is shared by likelihood', () => {
    const [a, b] = [tried('a', { score: 0.6 }), tried('b', { score: 0.2 })];
    expect(shareOf(a, [a, b])).toBeCloseTo(0.75);
    expect(shareOf(undefined, [a, b])).toBe(1);
  });
  it('is shared with those that behave alike', () => {
    const behaving = (name: string, number: number) =>
      tried(name, { score: 0.2 }, { behaviour: { number, disturbed: 0 } });
    const [a, b, c] = [behaving('a', 1), behaving('b', 1), behaving('c', 2)];
    const unknown = tried('d', { score: 0.2 });
    expect(shareOf(a, [a, b, c, unknown])).toBeCloseTo(0.5);
    expect(shareOf(unknown, [a, b, c, unknown])).toBeCloseTo(0.25);
  });
});
