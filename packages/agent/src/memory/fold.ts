import { type EventOf, OperatorError } from '@heddle/core';
import type { Model } from '@heddle/models';
import type { OnConsulted } from '../consult.ts';
import type { LaterModel } from '../rollout.ts';
import type { RolloutState } from '../state.ts';
import { askForSummary, complaintAbout } from './by-model.ts';
import { summaryByRule } from './by-rule.ts';
import { memoryNote } from './note.ts';
import type { Cut } from './window.ts';

/** Tries of the memory model before the harness does it by rule. */
const TRIES = 2;

export interface FoldOptions {
  /** Null: by rule. */
  readonly model: LaterModel | null;
  readonly signal: AbortSignal;
  /** Fires when the rollout's time is over: the model is not waited for any longer. */
  readonly clock: AbortSignal;
  readonly onConsulted: OnConsulted;
}

export type Fold = Pick<EventOf<'memory.folded'>, 'text' | 'by' | 'why'>;

/**
 * The note that stands for the messages before the cut. A summary by the memory model is verified (its headings, its
 * size) and asked for once more if it fails; after that, and without such a model, a line per step stands instead.
 * Rejects only when `signal` is aborted.
 */
export async function fold(state: RolloutState, cut: Cut, options: FoldOptions): Promise<Fold> {
  const folded = state.conversation.folded(cut.keepFrom);
  const upTo = folded.at(-1)?.step ?? 0;
  const made = options.model === null ? {} : await byModel(options.model, state, cut, options);
  if (made.summary !== undefined) return { text: memoryNote(state, upTo, made.summary), by: 'model' };
  const text = memoryNote(state, upTo, summaryByRule(folded, cut.room));
  return { text, by: 'rule', ...(made.why === undefined ? {} : { why: made.why }) };
}

async function byModel(
  later: LaterModel,
  state: RolloutState,
  { keepFrom, room }: Cut,
  options: FoldOptions,
): Promise<{ readonly summary?: string; readonly why?: string }> {
  const { signal, clock } = options;
  const wanted = {
    task: state.task.text,
    folded: state.conversation.folded(keepFrom),
    kept: state.conversation.kept(keepFrom),
    room,
  };
  let unwritten: unknown;
  const onConsulted: OnConsulted = (consulted) => {
    try {
      options.onConsulted(consulted);
    } catch (error) {
      unwritten = error;
      throw error;
    }
  };
  let model: Model | null = null;
  let complaint: string | null = null;
  for (let tried = 0; tried < TRIES; tried += 1) {
    try {
      model ??= await later.open();
      const asking = { signal: AbortSignal.any([signal, clock]), onConsulted };
      const summary = await askForSummary(model, { ...wanted, complaint }, asking);
      complaint = complaintAbout(summary, room);
      if (complaint === null) return { summary };
    } catch (error) {
      signal.throwIfAborted();
      // A journal that takes no more is not the memory model's failure.
      if (error === unwritten) throw error;
      if (clock.aborted) return { why: 'the time limit is reached' };
      if (!(error instanceof OperatorError)) throw error;
      return { why: error.message };
    }
  }
  return complaint === null ? {} : { why: `${later.id}'s summary: ${complaint}` };
}
