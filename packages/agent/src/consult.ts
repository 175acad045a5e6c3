import { type EventOf, NO_USAGE, type Spent } from '@heddle/core';
import { ask, type Model, ModelError, type ModelRequest, type Reply } from '@heddle/models';
import { spentBy } from './spent-by.ts';
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
  { signal, ...told }: ConsultOptions,
): Promise<Reply> {
  const reply = await consulting(model.id, told, (onFailed) =>
    ask(model, wellFormed(request), { signal, onRetry: (error) => onFailed(error) }),
  );
  told.onConsulted?.(spentOn(told.role, model.id, reply));
  return reply;
}

/**
 * Tells what asking a model costs where it fails; what a reply costs is told by whoever knows what becomes of it
 * ({@link spentOn}). Throws ModelError.
 */
export async function consulting<R>(
  model: string,
  { role, onConsulted }: Omit<ConsultOptions, 'signal'>,
  asking: (
    onFailed: (error: { readonly code: string; readonly spent?: Spent | undefined }) => void,
  ) => Promise<R>,
): Promise<R> {
  const started = performance.now();
  const failed = (failure: string, spent: Spent) =>
    onConsulted?.({ role, model, ...spent, seconds: (performance.now() - started) / 1000, failure });
  try {
    return await asking(({ code, spent }) => {
      if (spent !== undefined) failed(code, spent);
    });
  } catch (error) {
    if (error instanceof ModelError) {
      const { spent } = spentBy(error);
      if (error.code !== 'aborted' || spent !== undefined) failed(error.code, spent ?? NOTHING_SPENT);
    }
    throw error;
  }
}

export function spentOn(
  role: Consulted['role'],
  model: string,
  { usage, usd, seconds }: Pick<Reply, 'usage' | 'usd' | 'seconds'>,
): Consulted {
  return { role, model, usage, usd, seconds };
}

export const NOTHING_SPENT: Spent = { usage: NO_USAGE, usd: 0 };
