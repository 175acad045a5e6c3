import { type Act, actionTitle, firstParting, type Parting } from '@heddle/agent';
import type { Store, TrialRow } from '@heddle/core';
import type { StudioContext } from '../server/context.ts';
import type { ActTold, SideOf, SideStep, SideTold } from '../told/side.ts';
import { lineOf } from './rollout/line.ts';
import type { RolloutIndex } from './rollout/rollout-index.ts';
import { type PlacedStep, sideStepsOf } from './rollout/side-steps.ts';
import { trialRowOf, trialTold } from './rollout/trial.ts';
import { firstWords } from './rollout/words.ts';

const MAX_TITLE = 300;
/** Of one table; a page of its own shows the whole of either. */
const MOST_ROWS = 2_000;

/** Two rollouts, step beside step, and where they part. Throws OperatorError `no-such-rollout`. */
export function sideBySide(context: StudioContext, a: string, b: string): SideTold {
  const [left, right] = [context.indexes.of(a), context.indexes.of(b)];
  const parting = firstParting(context.store, [a, b]);
  const act = (index: RolloutIndex, each: Act | null) => (each === null ? null : actOf(index, each));
  const [x, y] = [sideStepsOf(context, left, MOST_ROWS), sideStepsOf(context, right, MOST_ROWS)];
  const { rows, partsAt } = aligned(x, y, parting);
  return {
    ...{ a: sideOf(context, left, x.length), b: sideOf(context, right, y.length) },
    sameTask: left.facts.task?.text === right.facts.task?.text,
    sameActs: parting?.same ?? x.reduce((sum, { line }) => sum + line.actionCount, 0),
    parting: parting === null ? null : { a: act(left, parting.a), b: act(right, parting.b) },
    rows: rows.slice(0, MOST_ROWS),
    partsAt,
    left: Math.max(0, rows.length - MOST_ROWS),
  };
}

/** Steps stand beside each other in order until the two part; from there on the steps at which they did. */
function aligned(a: readonly PlacedStep[], b: readonly PlacedStep[], parting: Parting | null) {
  const place = (steps: readonly PlacedStep[], act: Act | null) => {
    if (act === null) return steps.length;
    const at = steps.findIndex(({ line, path }) => line.n === act.step && path === act.path);
    if (at === -1) return steps.length;
    // Where the other had ended, all of the part that goes on is its own.
    const hasEnded = parting?.a === null || parting?.b === null;
    return hasEnded ? steps.slice(0, at).findLastIndex(({ line }) => line.actionCount > 0) + 1 : at;
  };
  const [x, y] =
    parting === null
      ? [Math.max(a.length, b.length), Math.max(a.length, b.length)]
      : [place(a, parting.a), place(b, parting.b)];
  const before = rowsOf(a.slice(0, x), b.slice(0, y));
  const after = rowsOf(a.slice(x), b.slice(y));
  return { rows: [...before, ...after], partsAt: parting === null ? null : before.length };
}

function rowsOf(a: readonly PlacedStep[], b: readonly PlacedStep[]): SideTold['rows'][number][] {
  return Array.from({ length: Math.max(a.length, b.length) }, (_, at) => ({
    a: toldOf(a[at]),
    b: toldOf(b[at]),
  }));
}

function toldOf(step: PlacedStep | undefined): SideStep | null {
  return step === undefined ? null : { line: step.line, rollout: step.rollout, part: step.part };
}

function actOf({ facts, rollout }: RolloutIndex, { step, tool, input, path }: Act): ActTold {
  const part = path === undefined ? undefined : facts.tree.composition.delegated.get(path);
  return {
    step,
    title: firstWords(actionTitle(tool, input), MAX_TITLE),
    part: part === undefined ? null : facts.tree.labelOf(part.begun.rollout),
    rollout: part?.begun.rollout ?? rollout,
  };
}

function sideOf({ store, config }: StudioContext, { rollout, facts }: RolloutIndex, steps: number): SideOf {
  const running = store.isRunning(rollout);
  const trial = trialRowOf(store, rollout);
  return {
    line: lineOf(facts, { running, prices: config }),
    task: facts.task?.text ?? '',
    steps,
    trial: trial === null ? null : `${trial.agent} at ${trial.instance}, attempt ${trial.attempt}`,
    verdict: verdictOf(store, trial),
  };
}

function verdictOf(store: Store, trial: TrialRow | null): SideOf['verdict'] {
  if (trial === null) return null;
  const { resolved, infra } = trialTold(store, trial);
  return { resolved, infra };
}
