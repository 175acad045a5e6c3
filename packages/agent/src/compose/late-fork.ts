import type { RolloutEvent } from '@heddle/core';
import * as z from 'zod/mini';
import type { LoopOptions } from './run.ts';

export const forkPointSchema = z.object({
  rollout: z.string(),
  /** The last step before the first edit. */
  step: z.number(),
});
export type ForkPoint = z.infer<typeof forkPointSchema>;

/** What the first rollout that an attempt begins is to do otherwise; those after it are ordinary ones. */
export class FirstRollout {
  readonly #how: Pick<LoopOptions, 'from' | 'onEvent'>;
  #taken = false;

  constructor(how: Pick<LoopOptions, 'from' | 'onEvent'>) {
    this.#how = how;
  }

  take(): Pick<LoopOptions, 'from' | 'onEvent'> {
    const taken = this.#taken;
    this.#taken = true;
    return taken ? {} : this.#how;
  }
}

/**
 * Late fork: the first attempt reads its way into the task, and the others take over what it has read, its prompt word
 * for word, from before its first edit. They save the tokens of its exploration, and what they share is in the
 * provider's cache already.
 */
export class Explorer {
  /** Null: it ended without an edit, or began with one. */
  readonly done: Promise<ForkPoint | null>;
  readonly #resolve: (point: ForkPoint | null) => void;

  constructor() {
    const { promise, resolve } = Promise.withResolvers<ForkPoint | null>();
    this.done = promise;
    this.#resolve = resolve;
  }

  /** For the first attempt. */
  readonly first = new FirstRollout({
    onEvent: (event: RolloutEvent, rollout: string) => {
      if (event.type !== 'action.completed' || event.changed.length === 0) return;
      const step = event.step - 1;
      this.#resolve(step > 0 ? { rollout, step } : null);
    },
  });

  /** The first attempt has ended, whatever it did. */
  ended(): void {
    this.#resolve(null);
  }
}
