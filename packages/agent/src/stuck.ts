/** A finished action, by what was asked and what came of it. */
export interface Trace {
  readonly tool: string;
  /** Digest of tool and arguments. */
  readonly call: string;
  /** Digest of what the model was told. */
  readonly result: string;
  readonly error: boolean;
  /** Its output was too long to be shown whole. */
  readonly cut: boolean;
}

/** Traces kept: more than the longest shape needs. */
export const TRACES_KEPT = 12;

/** An action that took so long waited for something: when it is asked again, that may have come. */
export const WAITING_SECONDS = 5;

export interface Stuck {
  readonly what: string;
  /** Actions of the shape, the last one included. */
  readonly actions: number;
  /** Beyond being told, it ends the rollout. */
  readonly hopeless: boolean;
}

interface Shape {
  /** How many of the last actions form it. */
  length(traces: readonly Trace[]): number;
  readonly nudgeAt: number;
  readonly stopAt: number;
  what(actions: number): string;
}

/**
 * The shapes in which agents turn in circles (OpenHands' detector; the others of its five, replies without an action
 * and a context that stays full, end by rules of their own). Each allows what people do: run the same thing twice,
 * wait, go back and forth between two files.
 */
const SHAPES: readonly Shape[] = [
  {
    length: (traces) => run(traces, (a, b) => a.call === b.call && a.result === b.result),
    nudgeAt: 3,
    stopAt: 5,
    what: (actions) => `the last ${actions} actions were the same, with the same result`,
  },
  {
    length: (traces) => run(traces, (a, b) => a.error && b.error && a.call === b.call),
    nudgeAt: 3,
    stopAt: 5,
    what: (actions) => `the last ${actions} actions were the same, and each failed`,
  },
  {
    length: (traces) => run(traces, (a, b) => a.error && b.error && a.result === b.result),
    nudgeAt: 4,
    stopAt: 6,
    what: (actions) => `the last ${actions} actions failed for the same reason`,
  },
  {
    length: alternating,
    nudgeAt: 6,
    stopAt: 10,
    what: (actions) => `the last ${actions} actions were two in turn, with the same results each time`,
  },
];

/** What the last actions have in common, if it is more than work looks like; null if it is not. */
export function stuckIn(traces: readonly Trace[]): Stuck | null {
  for (const { length, nudgeAt, stopAt, what } of SHAPES) {
    const actions = length(traces);
    if (actions >= nudgeAt) return { what: what(actions), actions, hopeless: actions >= stopAt };
  }
  return null;
}

/** How many at the end are like the last one. */
function run(traces: readonly Trace[], alike: (a: Trace, b: Trace) => boolean): number {
  const last = traces.at(-1);
  if (last === undefined) return 0;
  const first = traces.findLastIndex((trace) => !alike(trace, last) && trace !== last);
  return traces.length - 1 - first;
}

function alternating(traces: readonly Trace[]): number {
  const same = (a: Trace | undefined, b: Trace | undefined) => a?.call === b?.call && a?.result === b?.result;
  if (same(traces.at(-1), traces.at(-2))) return 0;
  let actions = Math.min(2, traces.length);
  while (actions < traces.length && same(traces.at(-1 - actions), traces.at(1 - actions))) actions += 1;
  return actions;
}
