import type { LanguageModelV4FunctionTool, LanguageModelV4Message } from '@ai-sdk/provider';
import type { CheckOutcome, CheckSpec, EventOf } from '@heddle/core';
import type { Reply } from '@heddle/models';
import type { OnConsulted } from './consult.ts';
import type { Fold } from './memory/fold.ts';
import type { Cut } from './memory/window.ts';
import type { RunNested } from './nested-actions.ts';
import type { PendingCall, RolloutState } from './state.ts';

/**
 * Everything a rollout does to the world. The loop decides and journals; hands act. Real hands own a workspace and
 * a model (`real-hands.ts`); a replay's hands answer from a journal (`replay.ts`).
 */
export interface Hands {
  prepare(): Promise<Omit<EventOf<'workspace.prepared'>, 'type'>>;
  check(check: CheckSpec, state: RolloutState): Promise<CheckEnd>;
  /** `told` of what happens until there is a reply, in its order. */
  ask(request: Request, state: RolloutState, told: WhileAsking): Promise<Asked>;
  /** Runs a view's command; what it does to files is put back. */
  view(command: string, state: RolloutState): Promise<ViewEnd>;
  fold(cut: Cut, state: RolloutState, onConsulted: OnConsulted): Promise<Fold>;
  act(call: PendingCall, state: RolloutState, inside?: Inside): Promise<ActionEnd>;
  /** Object with the git patch from the base to the present files; empty text if nothing changed. */
  patch(state: RolloutState): Promise<string>;
  judge(state: RolloutState): Promise<Verdict>;
}

/** `model`: who replied, if not the rollout's own. */
export type Asked = Reply & { readonly model?: string };

/** Who is told of what happens while the model is asked. */
export interface WhileAsking {
  readonly retried: OnRetry;
  /** Of models that are asked about its reply. */
  readonly consulted: OnConsulted;
  readonly compared: (compared: Compared) => void;
}

/** How the edits of two models were compared, for the journal. */
export type Compared = Omit<EventOf<'edit.compared'>, 'type' | 'step'>;

/** How an action stands to others. */
export interface Inside {
  /** Runs another tool as part of this one; absent where this one is itself part of another. */
  readonly nested?: RunNested;
  /** Told of models that are asked about it. */
  readonly consulted?: OnConsulted;
  /** Whoever asked for it no longer waits. */
  readonly signal?: AbortSignal;
}

export type Verdict = Pick<EventOf<'rollout.completed'>, 'patch' | 'verified' | 'why'>;

export interface Request {
  readonly prompt: readonly LanguageModelV4Message[];
  readonly tools: readonly LanguageModelV4FunctionTool[];
}

export interface CheckEnd {
  readonly outcome: CheckOutcome;
  /** Object with its whole output. */
  readonly output: string;
  readonly snapshot: string;
  readonly seconds: number;
}

export type ViewEnd = Omit<EventOf<'view.refreshed'>, 'type' | 'step' | 'view'>;

export type ActionEnd = Omit<EventOf<'action.completed'>, 'type' | 'step' | 'call'>;

export type OnRetry = (retry: Omit<EventOf<'model.retried'>, 'type' | 'step'>) => void;
