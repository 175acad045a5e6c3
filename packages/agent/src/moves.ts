import type { CheckSpec, RolloutStatus } from '@heddle/core';
import { hintDue } from './hints.ts';
import { type Cut, foldDue } from './memory/window.ts';
import { guideNote } from './prompts/guidance.ts';
import type { PendingCall, RolloutState } from './state.ts';
import { type Stuck, stuckIn } from './stuck.ts';

/**
 * What the harness does next: a pure function of the state, so that a resumed, forked or replayed rollout
 * goes exactly the way an undisturbed one does.
 */
export type Move =
  | { readonly kind: 'prepare' }
  | { readonly kind: 'check'; readonly check: CheckSpec }
  | { readonly kind: 'report' }
  | { readonly kind: 'view'; readonly view: string; readonly command: string }
  | { readonly kind: 'fold'; readonly cut: Cut }
  | {
      readonly kind: 'note';
      readonly about: 'format' | 'limit' | 'nudge' | 'stage' | 'guide';
      readonly text: string;
      /** Which of its kind. */
      readonly name?: string;
    }
  | { readonly kind: 'ask' }
  | { readonly kind: 'act'; readonly call: PendingCall }
  | { readonly kind: 'complete'; readonly status: RolloutStatus | 'submitted'; readonly reason: string };

/** A check slower than this is not run after each edit, only before the work is handed in; it is reported stale. */
export const SLOW_CHECK_SECONDS = 60;

/** Replies in a row without a tool call before the rollout ends: the model is told twice what is wanted. */
const MAX_IDLE_REPLIES = 3;

const IDLE_NOTE =
  'Your reply had no tool call, so nothing happened. Go on with the work through the tools, or call finish to hand it in.';
/** How to write what is too long for one reply. */
export const IN_PARTS =
  'do it in smaller pieces, one edit per call; a long file or definition in parts (edit create or rewrite with "more": true)';

const CUT_NOTE = `Your reply was cut off by the output limit before a tool call was complete, so nothing was run: ${IN_PARTS}.`;

/** Tools after which a rollout may end: checks must be fresh before they run. */
export type Settles = (tool: string) => boolean;

export function nextMove(state: RolloutState, settles: Settles): Move | null {
  if (state.completed !== null || state.paused !== null) return null;
  if (state.workspace === null) return { kind: 'prepare' };
  const unseen = state.config.checks.find(({ name }) => state.checks.get(name)!.before === null);
  if (unseen !== undefined) return { kind: 'check', check: unseen };
  if (state.reported === null) return { kind: 'report' };

  const ending = endOf(state);
  if (ending !== null) {
    const check = staleCheck(state, { slowToo: ending.status === 'submitted' });
    return check === undefined ? ending : { kind: 'check', check };
  }
  const [call] = state.pending;
  if (call !== undefined) {
    const check = settles(call.tool) ? staleCheck(state, { slowToo: true }) : undefined;
    return check === undefined ? { kind: 'act', call } : { kind: 'check', check };
  }
  if (state.reported !== state.workspace.snapshot) {
    const check = staleCheck(state, { slowToo: false });
    return check === undefined ? { kind: 'report' } : { kind: 'check', check };
  }
  if (state.replied !== null) {
    return { kind: 'note', about: 'format', text: state.replied.cutByLength ? CUT_NOTE : IDLE_NOTE };
  }
  const guide = state.guides.due;
  if (guide !== null) return { kind: 'note', about: 'guide', text: guideNote(guide), name: guide.path };
  const nudge = nudgeFor(state);
  if (nudge !== null) return { kind: 'note', about: 'nudge', text: nudge };
  const hint = hintDue(state);
  if (hint !== null) return { kind: 'note', about: 'stage', name: hint.name, text: hint.text(state) };
  const left = state.ledger.remaining('steps');
  if (left <= FEW_STEPS && state.stepsTold !== left) {
    return { kind: 'note', about: 'limit', text: left === 1 ? LAST_STEP_NOTE : fewStepsNote(left) };
  }
  const reminder = left <= FEW_STEPS ? null : reminderOf(state);
  if (reminder !== null) return { kind: 'note', about: 'limit', text: reminder };
  const view = state.views.due(state.step);
  if (view !== null) return { kind: 'view', ...view };
  const cut = foldDue(state);
  return cut === null ? { kind: 'ask' } : { kind: 'fold', cut };
}

function circleOf({ config, traces }: RolloutState): Stuck | null {
  return config.stuckCheck === false ? null : stuckIn(traces);
}

/** Said once of each circle; whatever breaks it begins anew. */
function nudgeFor(state: RolloutState): string | null {
  const stuck = circleOf(state);
  if (stuck === null || state.nudgedAt > state.actions - stuck.actions) return null;
  return `You seem to turn in circles: ${stuck.what}. Doing it again will bring nothing new. Think about what else could be the cause, look elsewhere, or hand in what you have with finish.`;
}

/** Shares of its limits at which the model is told how it stands. */
const REMINDERS = [0.5, 0.8, 0.95];
/** With fewer steps in all, each of the last ones is told anyway. */
const MANY_STEPS = 20;

function reminderOf({ ledger, shareTold }: RolloutState): string | null {
  const { name, share } = ledger.share();
  const due = REMINDERS.findLast((each) => share >= each);
  if (due === undefined || shareTold >= due || (name === 'steps' && ledger.limits.steps < MANY_STEPS))
    return null;
  const { spent, limits } = ledger;
  const used: Record<typeof name, string> = {
    steps: `${spent.steps} of ${limits.steps} steps`,
    usd: `$${spent.usd.toFixed(2)} of $${limits.usd.toFixed(2)}`,
    tokens: `${spent.tokens} of ${limits.tokens} tokens`,
    seconds: `${Math.round(spent.seconds)} of ${limits.seconds} s`,
  };
  return `${used[name]} are used (${Math.floor(share * 100)} %). What is not handed in when they run out is judged as it stands.`;
}

/** With so many left the model is told before each, so that it can hand in what it has. */
const FEW_STEPS = 3;

const LAST_STEP_NOTE = 'This is the last step: hand in what there is now. One call of finish is enough.';

function fewStepsNote(left: number): string {
  return `${left} steps are left. What is not handed in by then is judged as it stands; on the last step one call of finish is enough.`;
}

function endOf(state: RolloutState): Extract<Move, { kind: 'complete' }> | null {
  if (state.submitted !== null) {
    return { kind: 'complete', status: 'submitted', reason: state.submitted.summary };
  }
  if (state.pending.length > 0) return null;
  if (state.idleReplies >= MAX_IDLE_REPLIES) {
    return {
      kind: 'complete',
      status: 'gave-up',
      reason: `${MAX_IDLE_REPLIES} replies in a row without a tool call`,
    };
  }
  const stuck = circleOf(state);
  // One reply may hold many actions: what it was told of them it must have read.
  const told =
    stuck !== null && state.nudgedAt > state.actions - stuck.actions && state.nudgedAt < state.actions;
  if (stuck?.hopeless === true && told) {
    return { kind: 'complete', status: 'gave-up', reason: `stuck: ${stuck.what}` };
  }
  if (state.failure?.code === 'context-too-long' && foldDue(state) === null) {
    return {
      kind: 'complete',
      status: 'limit',
      reason: `the model's context is full: ${state.failure.message}`,
    };
  }
  const limit = limitReached(state);
  return limit === null ? null : { kind: 'complete', status: 'limit', reason: limit };
}

function limitReached({ ledger }: RolloutState): string | null {
  const { limits, spent } = ledger;
  const exceeded = ledger.exceeded();
  switch (exceeded) {
    case null:
      return null;
    case 'steps':
      return `step limit reached (${limits.steps})`;
    case 'usd':
      return `budget spent ($${spent.usd.toFixed(2)} of $${limits.usd.toFixed(2)})`;
    case 'tokens':
      return `token limit reached (${spent.tokens} of ${limits.tokens})`;
    case 'seconds':
      return `time limit reached (${Math.round(spent.seconds)} s of ${limits.seconds} s)`;
    default:
      return exceeded satisfies never;
  }
}

/** A check whose last run was on other files than the present ones. */
function staleCheck(state: RolloutState, options: { slowToo: boolean }): CheckSpec | undefined {
  return state.config.checks.find(({ name }) => {
    const last = state.checks.get(name)!.last!;
    const slow = last.seconds > SLOW_CHECK_SECONDS;
    return last.snapshot !== state.workspace!.snapshot && (options.slowToo || !slow);
  });
}
