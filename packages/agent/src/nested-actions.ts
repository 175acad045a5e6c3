import { ModelFacingError } from '@heddle/core';
import type { ActionEnd } from './hands.ts';
import type { Session } from './loop.ts';
import type { PendingCall } from './state.ts';

/** Tool calls that one program may make: enough to go through every file of a package, not to run away. */
const MAX_NESTED_ACTIONS = 100;

/**
 * Runs another tool as part of an action. Rejects with ModelFacingError `not-inside`, `too-many-calls`, `too-late`;
 * a tool that fails is an end with outcome `error`.
 */
export type RunNested = (tool: string, input: unknown, signal?: AbortSignal) => Promise<ActionEnd>;

/**
 * The actions inside one action, one after the other in the order they are asked for. Each is journaled and done by
 * the same hands as any other, so that whatever guards or counts actions does so here too.
 */
export class NestedActions {
  readonly #session: Session;
  readonly #parent: PendingCall;
  #count = 0;
  #closed = false;
  #last: Promise<unknown> = Promise.resolve();
  #fault: { readonly error: unknown } | null = null;

  constructor(session: Session, parent: PendingCall) {
    this.#session = session;
    this.#parent = parent;
  }

  readonly run: RunNested = (tool, input, signal) => {
    const end = this.#last.then(() => this.#run(tool, input, signal));
    this.#last = end.catch(() => {}); // told to whoever asked
    return end;
  };

  /** When nothing runs any more. Throws what is not for a program to hear: a bug, or that the user stopped it all. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#last;
    if (this.#fault !== null) throw this.#fault.error;
  }

  async #run(tool: string, input: unknown, signal?: AbortSignal): Promise<ActionEnd> {
    const { state, hands, emit, settles } = this.#session;
    if (this.#closed || this.#fault !== null || signal?.aborted === true) {
      throw new ModelFacingError(
        'too-late',
        `${tool} was not run: the call of ${this.#parent.tool} has ended.`,
      );
    }
    if (settles(tool)) {
      const message = `${tool} may end the work: call it as a tool of its own, not from ${this.#parent.tool}.`;
      throw new ModelFacingError('not-inside', message);
    }
    if (this.#count >= MAX_NESTED_ACTIONS) {
      const message = `${tool} was not run: one call of ${this.#parent.tool} may make ${MAX_NESTED_ACTIONS} tool calls. Look at what you have, and go on in another call.`;
      throw new ModelFacingError('too-many-calls', message);
    }
    this.#count += 1;
    const { step } = state;
    const call = `${this.#parent.id}/${this.#count}`;
    try {
      emit({ type: 'action.started', step, call, tool, input, parent: this.#parent.id });
      const pending = { id: call, tool, input: JSON.stringify(input ?? {}), started: true };
      const end = await hands.act(pending, state, {
        consulted: (told) => void emit({ type: 'model.consulted', step, ...told }),
        ...(signal === undefined ? {} : { signal }),
      });
      this.#session.signal.throwIfAborted();
      emit({ type: 'action.completed', step, call, ...end });
      return end;
    } catch (error) {
      this.#fault = { error };
      throw error;
    }
  }
}
