import { type Act, actionTitle, firstParting } from '@heddle/agent';
import type { StudioContext } from '../server/context.ts';
import type { ActTold, SideOf, SideTold } from '../told/side.ts';
import type { StepLine } from '../told/steps.ts';
import { lineOf } from './rollout/line.ts';
import type { RolloutIndex } from './rollout/rollout-index.ts';
import { trialRowOf } from './rollout/trial.ts';
import { firstWords } from './rollout/words.ts';

const MAX_TITLE = 300;
/** Of one table; a page of its own shows the whole of either. */
const MOST_ROWS = 2_000;

/** Two rollouts, step beside step, and where they part. Throws OperatorError `no-such-rollout`. */
export function sideBySide(context: StudioContext, a: string, b: string): SideTold {
  const [left, right] = [context.indexes.of(a), context.indexes.of(b)];
  const parting = firstParting(context.store, [a, b]);
  const act = (index: RolloutIndex, each: Act | null) => (each === null ? null : actOf(index, each));
  const { rows, partsAt } = aligned(left, right, parting);
  return {
    ...{ a: sideOf(context, left), b: sideOf(context, right) },
    sameTask: left.facts.task?.text === right.facts.task?.text,
    sameActs: parting?.same ?? left.steps.reduce((sum, { line }) => sum + line.actionCount, 0),
    parting: parting === null ? null : { a: act(left, parting.a), b: act(right, parting.b) },
    rows: rows.slice(0, MOST_ROWS),
    partsAt,
    left: Math.max(0, rows.length - MOST_ROWS),
  };
}

/**
 * Steps of the same number stand beside each other until the two part; from there on the steps at which they did. Acts of
 * an agent made of agents are in the rollouts of its parts: its own steps are told as they are.
 */
function aligned(a: RolloutIndex, b: RolloutIndex, parting: ReturnType<typeof firstParting>) {
  const [left, right] = [a.steps.map(({ line }) => line), b.steps.map(({ line }) => line)];
  const inParts = parting?.a?.path !== undefined || parting?.b?.path !== undefined;
  const place = (lines: readonly StepLine[], act: Act | null | undefined) =>
    act == null
      ? lines.length
      : Math.max(
          0,
          lines.findIndex(({ n }) => n === act.step),
        );
  const [x, y] =
    parting === null || inParts
      ? [Math.max(left.length, right.length), Math.max(left.length, right.length)]
      : [place(left, parting.a), place(right, parting.b)];
  const before = rowsOf(left.slice(0, x), right.slice(0, y));
  const after = rowsOf(left.slice(x), right.slice(y));
  return {
    rows: [...before, ...after],
    partsAt: parting === null || inParts ? null : before.length,
  };
}

function rowsOf(a: readonly StepLine[], b: readonly StepLine[]): SideTold['rows'][number][] {
  return Array.from({ length: Math.max(a.length, b.length) }, (_, at) => ({
    a: a[at] ?? null,
    b: b[at] ?? null,
  }));
}

function actOf({ facts, rollout }: RolloutIndex, { step, tool, input, path }: Act): ActTold {
  const part = path === undefined ? undefined : facts.tree.composition.delegated.get(path);
  return {
    step,
    title: firstWords(actionTitle(tool, input), MAX_TITLE),
    path: path ?? null,
    rollout: part?.begun.rollout ?? rollout,
  };
}

function sideOf({ store, config }: StudioContext, { rollout, facts, steps }: RolloutIndex): SideOf {
  const running = store.isRunning(rollout);
  const trial = trialRowOf(store, rollout);
  return {
    line: lineOf(facts, { running, prices: config }),
    task: facts.task?.text ?? '',
    steps: steps.length,
    trial: trial === null ? null : `${trial.agent} at ${trial.instance}, attempt ${trial.attempt}`,
  };
}
