import { expect, it } from 'vitest';
import type { SelectionTold } from '../../src/told/crosscheck.ts';
import type { RolloutTold } from '../../src/told/rollout.ts';
import type { SideTold } from '../../src/told/side.ts';
import type { StepTold } from '../../src/told/step.ts';
import { attempts } from './attempts.ts';

it('tells the parts of an agent made of agents, and what each came to', async () => {
  const { told, whole } = attempts();
  const head = await told<RolloutTold>(`/rollouts/${whole}`);
  expect(head.line).toMatchObject({ status: 'solved', agent: 'bestOf' });
  expect(head.selections).toBe(1);
  expect(head.parts.map(({ label, status, failing }) => [label, status, failing])).toEqual([
    ['#1', 'solved', { before: 2, now: 0 }],
    ['#2', 'unverified', { before: 2, now: 1 }],
    ['#3', 'solved', { before: 2, now: 0 }],
    ['#4', 'interrupted', { before: 2, now: 3 }],
    ['#5', 'gave-up', { before: 2, now: 2 }],
  ]);
  expect(head.parts[1]!.forked).toEqual({ rollout: head.parts[0]!.rollout, step: 2 });
  const part = await told<RolloutTold>(`/rollouts/${head.parts[1]!.rollout}`);
  expect(part.within).toEqual({ rollout: whole, path: 'bestOf/2/rollout' });
});

it('tells the crosscheck: candidates, the matrix, the choice and why', async () => {
  const { told, whole } = attempts();
  const [selection] = await told<SelectionTold[]>(`/rollouts/${whole}/crosscheck`);
  const { candidates, tests, chosen, comparisons, groups } = selection!;
  expect(candidates.map(({ candidate, rank, same, out }) => [candidate, rank, same, out !== null])).toEqual([
    [1, 1, null, false],
    [2, 2, null, false],
    [3, null, 1, false],
    [4, 3, null, false],
    [5, null, null, true],
  ]);
  expect(candidates[0]).toMatchObject({ copies: [3], added: 1, removed: 1, tests: { passed: 2, of: 2 } });
  const said = (test: string) =>
    tests
      .find((each) => each.test === test)!
      .cells.map(({ about, outcome, letter }) => [about, letter ?? outcome]);
  expect(said('reproduction of #1')).toEqual([
    [0, 'failed'],
    [1, 'passed'],
    [2, 'passed'],
    [4, 'failed'],
  ]);
  expect(said('total(rows)')).toEqual([
    [0, 'a'],
    [1, 'b'],
    [2, 'b'],
    [4, 'c'],
  ]);
  expect(tests.find(({ test }) => test === 'tests of #4')).toMatchObject({
    dismissed: 'it is not the same twice',
    cells: [{ about: 0 }, { about: 1, flaky: true, runs: 2 }],
  });
  expect(chosen).toMatchObject({ candidate: 1, probability: 0.91 });
  expect(chosen!.reasons[0]).toContain('passes every check');
  expect(comparisons).toMatchObject([{ first: 1, second: 2, winner: 1 }]);
  expect(groups).toEqual([[1, 2]]);
});

it('puts two attempts side by side and marks where they part', async () => {
  const { told, whole } = attempts();
  const { parts } = await told<RolloutTold>(`/rollouts/${whole}`);
  // Both go on from where the first one was.
  const [, a, b] = parts.map(({ rollout }) => rollout);
  const side = await told<SideTold>(`/side?a=${a}&b=${b}`);
  expect(side).toMatchObject({ sameTask: true, sameActs: 1 });
  expect(side.parting).toMatchObject({ a: { step: 3, title: 'bash grep -rn totals src' }, b: { step: 3 } });
  expect(side.rows[side.partsAt!]).toMatchObject({
    a: { line: { n: 3 }, part: null },
    b: { line: { n: 3 } },
  });
  expect(side.rows.slice(0, side.partsAt!).every(({ a: step }) => step!.line.inherited)).toBe(true);
  const same = await told<SideTold>(`/side?a=${a}&b=${a}`);
  expect(same).toMatchObject({ parting: null, partsAt: null });
});

it('puts a whole beside one of its parts: the acts are those of the parts, and they part where these do', async () => {
  const { told, whole } = attempts();
  const { parts } = await told<RolloutTold>(`/rollouts/${whole}`);
  const [first, , third] = parts.map(({ rollout }) => rollout);
  // The first thing a whole does is what its first part does.
  const same = await told<SideTold>(`/side?a=${first}&b=${whole}`);
  const alike = same.partsAt!;
  expect(alike).toBeGreaterThan(1);
  for (const { a, b } of same.rows.slice(0, alike)) {
    expect(a).toMatchObject({ rollout: first, part: null });
    expect(b).toMatchObject({ rollout: first, part: '#1', line: a!.line });
  }
  expect(same.parting).toMatchObject({ a: null, b: { part: '#2', rollout: parts[1]!.rollout } });
  expect(same.rows[alike]!.a).toBeNull();

  const other = await told<SideTold>(`/side?a=${third}&b=${whole}`);
  const row = other.rows[other.partsAt!]!;
  const titles = (side: 'a' | 'b') => row[side]!.line.actions.map(({ title }) => title);
  expect(titles('a')).toContain(other.parting!.a!.title);
  expect(titles('b')).toContain(other.parting!.b!.title);
  expect(other.parting!.b).toMatchObject({ part: '#1', rollout: first });
  expect(other.a).toMatchObject({ verdict: null });
});

it('tells the course of a whole in words, with the rollouts it names', async () => {
  const { told, whole } = attempts();
  const { pieces } = await told<StepTold>(`/rollouts/${whole}/steps/0`);
  const lines = pieces.filter((piece) => piece.kind === 'line');
  const { parts } = await told<RolloutTold>(`/rollouts/${whole}`);
  for (const { rollout, label } of parts) {
    const of = lines.filter((line) => line.rollout === rollout);
    expect(of.map(({ text }) => text.split(rollout!)[0])).toEqual([
      `${label} began as `,
      `${label} ended as `,
    ]);
  }
  expect(lines.some(({ text }) => text.includes('bestOf/1'))).toBe(false);
});
