import { expect, it } from 'vitest';
import { linesOf } from '../../page/src/experiment/grid-view.ts';
import { rowsOf, withTrials } from '../../page/src/experiment/trial-grid.ts';
import { ExperimentShelf } from '../../src/reading/experiment-shelf.ts';
import { FAILED, gradedExperiment, INFRA, SOLVED } from '../experiments.ts';
import { store } from '../support.ts';

function tried() {
  const opened = store();
  gradedExperiment(
    opened,
    { agents: ['a', 'b'], clusters: { big: 11, small: 1 }, attempts: 2 },
    ({ agent, instance, attempt }) => {
      if (instance === 'small-1') return attempt === 1 ? INFRA : 'running';
      if (instance === 'big-2') return agent === 'a' ? { ...SOLVED, usd: 9 } : FAILED;
      if (instance === 'big-10') return { ...FAILED, flags: ['outside-read'] };
      return attempt === 1 || agent === 'b' ? SOLVED : FAILED;
    },
  );
  return new ExperimentShelf(opened).get('tried').table();
}

const VIEW = { search: '', filter: 'all', sort: 'id', grouped: false } as const;
const ids = (lines: ReturnType<typeof linesOf>) =>
  lines.map((line) => (line.kind === 'instance' ? line.row.id : `[${line.cluster}]`));

it('sums attempts up by cell, infra apart', () => {
  const rows = rowsOf(tried());
  expect(rows[1]).toMatchObject({ id: 'big-2', share: 0.5, difference: 1 });
  expect(rows[0]).toMatchObject({ id: 'big-1', share: 0.75, difference: -0.5, usd: 0.5 });
  expect(rows[11]!.cells[0]).toEqual({ solved: 0, verdicts: 0, infra: 1, running: 1, due: 0, flagged: 0 });
  expect(rows[11]).toMatchObject({ share: null, difference: null });
});

it('orders names as people do, and by difference, share and cost', () => {
  const rows = rowsOf(tried());
  expect(ids(linesOf(rows, VIEW)).slice(0, 3)).toEqual(['big-1', 'big-2', 'big-3']);
  expect(ids(linesOf(rows, VIEW)).at(-1)).toBe('small-1');
  expect(ids(linesOf(rows, { ...VIEW, sort: 'difference' }))[0]).toBe('big-2');
  expect(ids(linesOf(rows, { ...VIEW, sort: 'share' })).slice(0, 2)).toEqual(['big-10', 'big-2']);
  expect(ids(linesOf(rows, { ...VIEW, sort: 'share' })).at(-1)).toBe('small-1');
  expect(ids(linesOf(rows, { ...VIEW, sort: 'cost' }))[0]).toBe('big-2');
});

it('shows only what is asked for', () => {
  const rows = rowsOf(tried());
  const shown = (filter: (typeof VIEW)['filter'] | 'infra' | 'flagged' | 'unsolved' | 'running' | 'solved') =>
    ids(linesOf(rows, { ...VIEW, filter }));
  expect(shown('infra')).toEqual(['small-1']);
  expect(shown('running')).toEqual(['small-1']);
  expect(shown('flagged')).toEqual(['big-10']);
  expect(shown('unsolved')).toEqual(['big-10']);
  expect(shown('solved')).toEqual([]);
  expect(ids(linesOf(rows, { ...VIEW, search: 'SMALL' }))).toEqual(['small-1']);
});

it('puts the largest cluster first, with its sums', () => {
  const lines = linesOf(rowsOf(tried()), { ...VIEW, grouped: true });
  expect(ids(lines)[0]).toBe('[big]');
  expect(ids(lines).slice(-2)).toEqual(['[small]', 'small-1']);
  expect(lines[0]).toMatchObject({ count: 11, cells: [{ solved: 11, verdicts: 22 }, { solved: 18 }] });
});

it('takes news without changing what was shown before', () => {
  const table = tried();
  const place = table.outcomes.indexOf('r');
  const news = { place, outcome: 's', rollout: 'r', usd: 1, seconds: 1, steps: 1, probability: 0.5 } as const;
  const next = withTrials(table, [{ ...news, flags: ['outside-read'], infra: null }]);
  expect(next.outcomes[place]).toBe('s');
  expect(next.flags[place]).toEqual(['outside-read']);
  expect(table.outcomes[place]).toBe('r');
  expect(table.flags[place]).toBeUndefined();
  expect(withTrials(next, [{ ...news, flags: [], infra: null }]).flags[place]).toBeUndefined();
});
