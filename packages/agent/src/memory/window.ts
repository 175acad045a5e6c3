import type { RolloutState } from '../state.ts';

/**
 * Shares of the model's context. Folding begins before three quarters are full, so that the step that crosses the
 * line still fits; the last steps stay as they are; the rest becomes a note with room for what must not be lost.
 */
const FULL = 0.7;
const TAIL = 0.2;
const SUMMARY = 0.1;
/** One observation may take so much, so that no single one fills what is left. */
const OBSERVATION = 0.2;
/** By so much of the context the prompt must have grown since the last folding before there is another. */
const PROGRESS = 0.1;
/** Of the prompt, what remains at most. Frees it less, more is folded. */
const MOST_LEFT = 0.7;

/** What is to be folded: the messages before `keepFrom`. */
export interface Cut {
  readonly keepFrom: number;
  /** Bytes the summary may have. */
  readonly room: number;
  /** The prompt now, estimated. */
  readonly tokens: number;
}

/** Whether it is time to make room, and where to cut; null where there is no need or nothing would come of it. */
export function foldDue(state: RolloutState): Cut | null {
  const { conversation, window, folded, failure, step } = state;
  if (window === null) return null;
  const tokens = conversation.tokens();
  const refused = failure?.code === 'context-too-long';
  if (refused ? folded !== null && folded.step >= step : tokens < FULL * window) return null;
  if (!refused && folded !== null && tokens < folded.tokens + PROGRESS * window) return null;
  const room = conversation.room(SUMMARY * window);
  for (const bytes of [conversation.room(TAIL * window), 0]) {
    const keepFrom = conversation.tail(bytes);
    const left = conversation.fixedBytes + room + conversation.bytesFrom(keepFrom);
    if (left <= MOST_LEFT * conversation.bytes) return { keepFrom, room, tokens };
  }
  return null;
}

/** Characters an observation may have: `most`, or less where the context is small. */
export function observationRoom({ conversation, window }: RolloutState, most: number): number {
  return window === null ? most : Math.min(most, conversation.room(OBSERVATION * window));
}
