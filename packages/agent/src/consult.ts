import type { EventOf, Spent } from '@heddle/core';
import { ask, type Model, ModelError, type ModelRequest, type Reply } from '@heddle/models';
import { spentBy } from './spent-by.ts';
import { NO_USAGE } from './usage.ts';
import { wellFormed } from './well-formed.ts';

/** One request to a model other than the rollout's own, for the journal and so for the ledger. */
export type Consulted = Omit<EventOf<'model.consulted'>, 'type' | 'step'>;
export type OnConsulted = (consulted: Consulted) => void;

export interface ConsultOptions {
  readonly role: Consulted['role'];
  readonly signal: AbortSignal;
  /** Told of each try that cost something, and of the last one whatever came of it. */
  readonly onConsulted?: OnConsulted | undefined;
}

/** Asks a model on the rollout's behalf. Throws ModelError. */
export async function consult(
  model: Model,
  request: ModelRequest,
  { role, signal, onConsulted }: ConsultOptions,
): Promise<Reply> {
  const started = performance.now();
  const failed = (error: ModelError, spent: Spent = NOTHING) =>
    onConsulted?.({
      role,
      model: model.id,
      ...spent,
      seconds: (performance.now() - started) / 1000,
      failure: error.code,
    });
  const onRetry = (error: ModelError) => {
    const { spent } = spentBy(error);
    if (spent !== undefined) failed(error, spent);
  };
  try {
    const reply = await ask(model, wellFormed(request), { signal, onRetry });
    const { usage, usd, seconds } = reply;
    onConsulted?.({ role, model: model.id, usage, usd, seconds });
    return reply;
  } catch (error) {
    if (error instanceof ModelError && error.code !== 'aborted') failed(error, spentBy(error).spent);
    throw error;
  }
}

export const NOTHING: Spent = { usage: NO_USAGE, usd: 0 };
