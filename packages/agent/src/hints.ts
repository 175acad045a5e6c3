import type { RolloutState } from './state.ts';

/** A timely word: said when `due`, at most once in `every` steps. */
export interface StageHint {
  readonly name: string;
  readonly every: number;
  due(state: RolloutState): boolean;
  text(state: RolloutState): string;
}

/** Steps without a run after an edit, where nothing runs by itself. */
const STEPS_UNTRIED = 5;
/** Steps that a check too slow to run by itself may be behind. */
const STEPS_STALE = 12;
/** Of the steps, after which something should have been changed. */
const LATE = 0.6;
/** Outputs cut in a row before it is said how to look at parts. */
const CUT_OUTPUTS = 3;

/** Hints as data: a new one is an entry here. */
export const STAGE_HINTS: readonly StageHint[] = [
  {
    name: 'edits-fail',
    every: 10,
    due: ({ traces }) =>
      traces.length >= 2 && traces.slice(-2).every(({ tool, error }) => error && tool === 'edit'),
    text: () =>
      'Two edits in a row were refused. View the lines first and copy the old text from there; or replace a whole definition with rewrite.',
  },
  {
    name: 'outputs-cut',
    every: 20,
    due: ({ traces }) => traces.length >= CUT_OUTPUTS && traces.slice(-CUT_OUTPUTS).every(({ cut }) => cut),
    text: () =>
      'The last outputs were too long to be shown whole. Ask for less: grep, head, a range of lines, one test.',
  },
  {
    name: 'untried',
    every: 10,
    due: ({ config, edited, ran, step }) =>
      config.checks.length === 0 && edited > ran && step - edited >= STEPS_UNTRIED,
    text: ({ edited }) =>
      `Nothing was run since you changed files at step ${edited}, and no check runs by itself here: try what you have.`,
  },
  {
    name: 'stale-check',
    every: STEPS_STALE,
    due: (state) => staleFor(state) >= STEPS_STALE,
    text: (state) =>
      `The checks that are too slow to run after each edit are ${staleFor(state)} steps old. Run the part of them that your change touches.`,
  },
  {
    name: 'nothing-changed',
    every: Number.POSITIVE_INFINITY,
    due: ({ ledger, changed }) => changed.size === 0 && ledger.spent.steps >= LATE * ledger.limits.steps,
    text: ({ ledger }) =>
      `${ledger.spent.steps} of ${ledger.limits.steps} steps are used and no file has changed. Decide on the likeliest cause and try a change; its outcome will tell more than further reading.`,
  },
];

/** The hint that the state of the work calls for, if any. */
export function hintDue(state: RolloutState): StageHint | null {
  return (
    STAGE_HINTS.find(({ name, every, due }) => {
      const last = state.hinted.get(name);
      return (last === undefined || state.step - last >= every) && due(state);
    }) ?? null
  );
}

/** Steps that have passed since the last run of a check that no longer fits the files; 0 where all are fresh. */
function staleFor({ config, checks, workspace, edited, step }: RolloutState): number {
  const stale = config.checks.filter(({ name }) => checks.get(name)?.last?.snapshot !== workspace?.snapshot);
  return stale.length === 0 || edited === 0
    ? 0
    : Math.max(...stale.map(({ name }) => step - (checks.get(name)?.last?.step ?? step)));
}
