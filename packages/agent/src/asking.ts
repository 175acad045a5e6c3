import type { ObjectStore } from '@heddle/core';
import { ask, type Model, ModelError, type ModelErrorCode } from '@heddle/models';
import type { Asked, OnRetry, Request } from './hands.ts';
import { withPictures } from './pictures.ts';
import { spentBy } from './spent-by.ts';

/** Failures that are the request's own: another model would have them too, or nobody waits any more. */
const OWN: ReadonlySet<ModelErrorCode> = new Set(['bad-request', 'context-too-long', 'aborted']);

export interface AskingOptions {
  /** Asked from then on when `model` fails in spite of its tries. */
  readonly fallback?: Model;
  readonly objects: ObjectStore;
  onDelta(text: string): void;
}

/** Asks a rollout's model, and the one in its place once it has failed. */
export class Asking {
  readonly #first: Model;
  readonly #options: AskingOptions;
  #now: Model;

  constructor(model: Model, options: AskingOptions) {
    this.#first = model;
    this.#now = model;
    this.#options = options;
  }

  /** Who is asked at present. */
  get model(): Model {
    return this.#now;
  }

  /** Throws ModelError: of the last that was asked. */
  async ask(request: Request, signal: AbortSignal, onRetry: OnRetry): Promise<Asked> {
    const { fallback } = this.#options;
    try {
      return await this.#askNow(request, signal, onRetry);
    } catch (error) {
      const helps = fallback !== undefined && this.#now !== fallback;
      if (!helps || !(error instanceof ModelError) || OWN.has(error.code)) throw error;
      this.#now = fallback;
      const message = `${error.message}; from here on ${fallback.id} is asked`;
      onRetry({ code: error.code, message, waitSeconds: 0, ...spentBy(error) });
      return this.#askNow(request, signal, onRetry);
    }
  }

  async #askNow({ prompt, tools }: Request, signal: AbortSignal, onRetry: OnRetry): Promise<Asked> {
    const { objects, onDelta } = this.#options;
    const model = this.#now;
    const reply = await ask(
      model,
      { prompt: withPictures(prompt, model, objects), tools: [...tools] },
      {
        signal,
        onDelta,
        onRetry: (error, waitSeconds) =>
          onRetry({ code: error.code, message: error.message, waitSeconds, ...spentBy(error) }),
      },
    );
    return model === this.#first ? reply : { ...reply, model: model.id };
  }
}
