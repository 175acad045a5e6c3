import type { CheckOutcome, CheckSpec, Recorded } from '@heddle/core';
import type { Reply } from '@heddle/models';
import type { Workspace } from '@heddle/workspace';
import type { Hands } from '../hands.ts';
import { stateOf } from '../result.ts';
import type { PendingCall, RolloutState } from '../state.ts';

/** Hands whose workspace is a fork, and that ask no model. */
export type ForkHands = Pick<Hands, 'act' | 'check'> & { dispose(): Promise<void> };

export interface TrialPlace {
  readonly workspace: Workspace;
  /** The journal so far. */
  events(): readonly Recorded[];
  handsIn(fork: Workspace): Promise<ForkHands>;
}

/** A reply and those of its calls that are tried. */
export interface Proposal {
  readonly reply: Reply;
  readonly edits: readonly PendingCall[];
}

/**
 * Some edits made in a fork of the workspace. It is a rollout in small: the same fold, the same tools behind the same
 * guard and gates, except that nothing is journaled and the fork is thrown away.
 */
export class Trial {
  /** What the first edit was told that could not be made; null: all were made. */
  readonly refusal: string | null;
  /** What they changed, as a diff. */
  readonly patch: string;
  readonly #state: RolloutState;
  readonly #hands: ForkHands;

  private constructor(made: Pick<Trial, 'refusal' | 'patch'>, state: RolloutState, hands: ForkHands) {
    this.refusal = made.refusal;
    this.patch = made.patch;
    this.#state = state;
    this.#hands = hands;
  }

  /** Stops at the first edit that cannot be made. Dispose of it. */
  static async of({ reply, edits }: Proposal, place: TrialPlace): Promise<Trial> {
    const events = place.events();
    const state = stateOf(events);
    const { rollout, position, at } = events.at(-1)!;
    const { step } = state;
    const tried = new Set(edits.map(({ id }) => id));
    const content = reply.content.filter((part) => part.type !== 'call' || tried.has(part.id));
    state.apply({ rollout, position, at, event: { type: 'model.completed', step, ...reply, content } });
    const fork = await place.workspace.fork();
    const hands = await place.handsIn(fork);
    try {
      const before = state.files;
      let refusal: string | null = null;
      for (const call of edits) {
        const input = inFork(call.input, place.workspace.root, fork.root);
        const end = await hands.act({ ...call, input }, state);
        state.apply({
          rollout,
          position,
          at,
          event: { type: 'action.completed', step, call: call.id, ...end },
        });
        if (end.outcome !== 'ok') {
          refusal = end.content;
          break;
        }
      }
      const patch = state.files === before ? '' : await fork.diff(before, state.files);
      return new Trial({ refusal, patch }, state, hands);
    } catch (error) {
      await hands.dispose();
      throw error;
    }
  }

  check(check: CheckSpec): Promise<CheckOutcome> {
    return this.#hands.check(check, this.#state).then(({ outcome }) => outcome);
  }

  dispose(): Promise<void> {
    return this.#hands.dispose();
  }
}

/** Without a sandbox a fork has a root of its own, which a call by absolute path must mean. */
function inFork(input: string, root: string, forkRoot: string): string {
  return root === forkRoot ? input : input.replaceAll(root, forkRoot);
}
