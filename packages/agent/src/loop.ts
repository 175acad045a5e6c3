import {
  type EventOf,
  messageOf,
  type ObjectStore,
  OperatorError,
  type Recorded,
  type RolloutEvent,
} from '@heddle/core';
import { joinedDigest, ModelError } from '@heddle/models';
import type { Consulted } from './consult.ts';
import type { Hands, Request } from './hands.ts';
import { bytesAfter } from './memory/window.ts';
import { parseArguments } from './messages.ts';
import { type Move, nextMove, type Settles } from './moves.ts';
import { NestedActions } from './nested-actions.ts';
import { firstReport, stepReport } from './report.ts';
import { spentBy } from './spent-by.ts';
import type { RolloutState } from './state.ts';

/** One rollout under way. `emit` writes an event to the journal, folds it into `state` and tells observers. */
export interface Session {
  readonly state: RolloutState;
  readonly hands: Hands;
  readonly tools: Request['tools'];
  readonly toolsDigest: string;
  readonly settles: Settles;
  readonly objects: ObjectStore;
  readonly signal: AbortSignal;
  /** Takes known secrets out of a text. */
  mask(text: string): string;
  /** What a person has said since it was asked last. Absent: nobody is there. */
  heard?(): readonly string[];
  /** What the model is to know of this run, each once; emptied as it is told. */
  readonly hints?: string[];
  emit(event: RolloutEvent): Recorded;
}

/**
 * Runs a rollout until it is completed or paused. An action is journaled before it runs and its observation after;
 * every move is decided from the state alone, so it makes no difference how often the process died in between.
 */
export async function run(session: Session): Promise<void> {
  const { state, settles, signal } = session;
  for (;;) {
    if (signal.aborted) return pause(session, 'interrupted', whyStopped(signal));
    tellHints(session);
    const move = nextMove(state, settles);
    if (move === null) return;
    if (move.kind === 'ask' && hear(session)) continue;
    try {
      await perform[move.kind](session, move as never);
    } catch (error) {
      // What was under way when the user stopped has no end in the journal; it is told as interrupted on resuming.
      if (signal.aborted) continue;
      if (!(error instanceof Unplayable)) await endBy(session, error);
      throw error;
    }
  }
}

function tellHints({ state, hints, emit }: Session): void {
  if (state.reported === null || state.submitted !== null || state.completed !== null) return;
  for (const text of hints?.splice(0) ?? [])
    emit({ type: 'note.added', from: 'harness', about: 'hint', text });
}

/** What a person has said since the last request becomes notes in the next one. False: nothing. */
function hear({ heard, emit }: Session): boolean {
  const texts = heard?.() ?? [];
  for (const text of texts) emit({ type: 'note.added', from: 'user', about: 'instruction', text });
  return texts.length > 0;
}

/** Why a rollout is to stop, where it is not that the person wants it: what a signal is aborted with. */
export class StopReason extends Error {}

function whyStopped({ reason }: AbortSignal): string {
  return reason instanceof StopReason ? reason.message : 'stopped by the user';
}

/** Hands cannot go on, and that is no fault of the rollout: its journal stays as it is (see `replay.ts`). */
export abstract class Unplayable extends Error {}

/**
 * Gives a rollout that an exception ends its named end, so that its journal says what became of it. What a person
 * can mend (a full disk, a sandbox that does not start) pauses it; a bug fails it. The exception goes on to whoever
 * reads it.
 */
export async function endBy(session: Session, error: unknown): Promise<void> {
  const { state, hands, emit } = session;
  const reason = oneLine(messageOf(error));
  try {
    if (error instanceof OperatorError) {
      await pause(session, 'interrupted', [reason, error.hint].filter(Boolean).join('; '));
      return;
    }
    emit({
      type: 'rollout.completed',
      status: 'failed',
      verified: false,
      probability: null,
      reason: `a bug in Heddle: ${reason}`,
      why: '',
      patch: await hands.patch(state),
      snapshot: state.workspace?.snapshot ?? '',
    });
  } catch {
    // The journal itself cannot be written, or the files cannot be read: what was thrown first says more.
  }
}

function oneLine(text: string): string {
  return text.trim().replaceAll(/\s*\n\s*/g, ' ');
}

export async function pause(
  { state, hands, emit }: Session,
  code: EventOf<'rollout.paused'>['code'],
  reason: string,
): Promise<void> {
  emit({ type: 'rollout.paused', code, reason, patch: await hands.patch(state) });
}

type Perform = { [K in Move['kind']]: (session: Session, move: Extract<Move, { kind: K }>) => Promise<void> };

const perform: Perform = {
  async prepare({ hands, emit }) {
    emit({ type: 'workspace.prepared', ...(await hands.prepare()) });
  },

  async check({ state, hands, emit, signal }, { check }) {
    const { step } = state;
    emit({ type: 'check.started', step, check: check.name, snapshot: state.workspace!.snapshot });
    const end = await hands.check(check, state);
    signal.throwIfAborted();
    emit({ type: 'check.completed', step, check: check.name, ...end });
  },

  async report({ state, objects, emit }) {
    const text = state.reported === null ? firstReport(state, objects) : stepReport(state, objects);
    emit({ type: 'note.added', from: 'harness', about: 'report', text });
  },

  async note({ emit }, { about, text, name }) {
    emit({ type: 'note.added', from: 'harness', about, text, ...(name === undefined ? {} : { name }) });
  },

  async view({ state, hands, emit, signal }, { view, command }) {
    const { step } = state;
    const end = await hands.view(command, state);
    signal.throwIfAborted();
    emit({ type: 'view.refreshed', step, view, ...end });
  },

  async ask(session) {
    const { state, hands, tools, toolsDigest, emit, signal } = session;
    const step = state.step + 1;
    emit({
      type: 'model.requested',
      step,
      digest: joinedDigest(toolsDigest, state.conversation.digest),
      bytes: state.conversation.bytes,
      messages: state.conversation.length,
    });
    try {
      const reply = await hands.ask({ prompt: state.prompt, tools }, state, {
        retried: (retry) => void emit({ type: 'model.retried', step, ...retry }),
        consulted: (told) => void emit({ type: 'model.consulted', step, ...told }),
        compared: (compared) => void emit({ type: 'edit.compared', step, ...compared }),
      });
      emit({ type: 'model.completed', step, ...reply });
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof ModelError)) throw error;
      emit({ type: 'model.failed', step, code: error.code, message: messageOf(error), ...spentBy(error) });
      // Neither is for want of a model: the first ends the rollout by its limit, the second was our own clock.
      if (error.code === 'context-too-long' || error.code === 'aborted') return;
      // The hint says what to do (which key to check, which server to start): it must reach the person.
      await pause(session, 'model-unreachable', [error.message, error.hint].filter(Boolean).join('; '));
    }
  },

  async fold({ state, hands, emit, signal }, { cut }) {
    const { step, conversation } = state;
    const made = await hands.fold(cut, state, (consulted) =>
      emit({ type: 'model.consulted', step, ...consulted }),
    );
    signal.throwIfAborted();
    const { keepFrom, shorten, tokens: before } = cut;
    const after = conversation.tokens(bytesAfter(state, cut, Buffer.byteLength(made.text)));
    const short = shorten === undefined ? {} : { shorten };
    emit({ type: 'memory.folded', step, keepFrom, ...short, ...made, tokens: { before, after } });
  },

  async act(session, { call }) {
    const { state, hands, emit, signal } = session;
    const { step } = state;
    const nested = new NestedActions(session, call);
    const input = parseArguments(call.input) ?? call.input;
    emit({ type: 'action.started', step, call: call.id, tool: call.tool, input });
    const consulted = (told: Consulted) => void emit({ type: 'model.consulted', step, ...told });
    const end = await hands.act(call, state, { nested: nested.run, consulted }).finally(() => nested.close());
    signal.throwIfAborted();
    emit({ type: 'action.completed', step, call: call.id, ...end });
  },

  async complete({ state, hands, emit, signal }, { status, reason }) {
    const { patch, verified, why } = await hands.judge(state);
    signal.throwIfAborted();
    emit({
      type: 'rollout.completed',
      status: status === 'submitted' ? (verified ? 'solved' : 'unverified') : status,
      verified,
      probability: state.submitted?.probability ?? null,
      reason,
      why,
      patch,
      snapshot: state.workspace!.snapshot,
    });
  },
};
