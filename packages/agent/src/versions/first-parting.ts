import { canonicalJson, type Store, walkJournal } from '@heddle/core';

/** One thing an agent did, as far as anybody else can see: a tool it called, with what. */
export interface Act {
  /** Of the rollout that did it. */
  readonly step: number;
  readonly tool: string;
  readonly input: unknown;
  /** The agent it was done by, where agents are made of agents. */
  readonly path?: string;
}

/** Where two agents went different ways on the same task. */
export interface Parting {
  /** What both did before, act by act the same. */
  readonly same: number;
  /** What each did then; null: it had ended. */
  readonly a: Act | null;
  readonly b: Act | null;
}

/**
 * The first act that two rollouts do not share. Unlike `firstDifference`, which is for two runs of the very same thing,
 * it looks at acts alone: words differ from the first on between two models, and two agents have other prompts. Of an
 * agent made of agents the acts of its rollouts count, in the order in which these were begun. Null: the same to the end.
 */
export function firstParting(store: Store, rollouts: readonly [a: string, b: string]): Parting | null {
  // No further than to where they part, and neither of them whole in memory.
  const [a, b] = rollouts.map((rollout) => actsOf(store, rollout)) as [Generator<Act>, Generator<Act>];
  for (let same = 0; ; same++) {
    const [x, y] = [nextOf(a), nextOf(b)];
    if (x === null && y === null) return null;
    if (x === null || y === null || essence(x) !== essence(y)) return { same, a: x, b: y };
  }
}

function nextOf(acts: Generator<Act>): Act | null {
  const { value, done } = acts.next();
  return done ? null : value;
}

function* actsOf(store: Store, rollout: string, path?: string): Generator<Act> {
  for (const { event } of walkJournal(store, rollout)) {
    if (event.type === 'rollout.delegated') yield* actsOf(store, event.rollout, event.path);
    const by = path === undefined ? {} : { path };
    // A foreign program's calls are known by their titles, which are complete when they have ended.
    if (event.type === 'peer.returned')
      yield { step: event.step, tool: event.kind, input: event.title, ...by };
    // What a program of the agent's called is part of that program.
    if (event.type !== 'action.started' || event.parent !== undefined) continue;
    const { step, tool, input } = event;
    yield { step, tool, input, ...by };
  }
}

function essence({ tool, input }: Act): string {
  return canonicalJson([tool, input]);
}
