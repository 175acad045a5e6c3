import type { RolloutState } from '../state.ts';
import { memoryNote } from './note.ts';

/**
 * Shares of the model's context. Folding begins before three quarters are full, so that the step that crosses the
 * line still fits; the last steps stay as they are; the rest becomes a note with room for what must not be lost.
 */
const FULL = 0.7;
/** Tried in turn; the last reply and its results stay in any case. */
const TAILS = [0.3, 0.2, 0];
const SUMMARY = 0.1;
/** One observation may take so much, so that no single one fills what is left. */
const OBSERVATION = 0.2;
/** By so much of the context the prompt must have grown since the last folding before there is another. */
const PROGRESS = 0.1;
/** Of the prompt, what remains at most; where that cannot be had, what remains at the very most. */
const MOST_LEFT = 0.7;
const BARELY_WORTH = 0.9;
/** Of the context, what is full at most after a folding. */
const ROOMY = 0.55;
/** Of the context, what results that the model has not seen yet may keep together, tried in turn. */
const UNSEEN = [0.35, 0.2, 0.1];
/** A result cut to less says nothing. */
const LEAST_CHARACTERS = 400;

/** What is to be folded: the messages before `keepFrom`. */
export interface Cut {
  readonly keepFrom: number;
  /** Characters that each result the model has not seen yet may keep; absent: all. */
  readonly shorten?: number;
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
  const cuts: Pick<Cut, 'keepFrom' | 'shorten'>[] = [
    ...TAILS.map((share) => ({ keepFrom: conversation.tail(conversation.room(share * window)) })),
    ...UNSEEN.map((share) => ({
      keepFrom: conversation.tail(0),
      shorten: levelOf(conversation.room(share * window), conversation.unseenResults),
    })),
  ];
  // What the harness keeps is as long as it is; the summary has its room.
  const note = room + Buffer.byteLength(memoryNote(state, 0, ''));
  const left = (cut: Pick<Cut, 'keepFrom' | 'shorten'>) => bytesAfter(state, cut, note) / conversation.bytes;
  const most = Math.min(MOST_LEFT, conversation.room(ROOMY * window) / conversation.bytes);
  const cut = cuts.find((each) => left(each) <= most) ?? cuts.findLast((each) => left(each) <= BARELY_WORTH);
  return cut === undefined ? null : { ...cut, room, tokens };
}

/** Bytes of the prompt after a folding whose note has so many. */
export function bytesAfter(
  { conversation }: RolloutState,
  { keepFrom, shorten }: Pick<Cut, 'keepFrom' | 'shorten'>,
  note: number,
): number {
  return conversation.fixedBytes + note + conversation.bytesFrom(keepFrom, shorten);
}

/** What the longest results may keep so that all together take `room`: shorter ones stay whole. */
function levelOf(room: number, sizes: readonly number[]): number {
  let left = room;
  const rising = sizes.toSorted((a, b) => a - b);
  for (const [index, size] of rising.entries()) {
    const level = left / (rising.length - index);
    if (size > level) return Math.max(LEAST_CHARACTERS, Math.floor(level));
    left -= size;
  }
  return Math.max(LEAST_CHARACTERS, rising.at(-1) ?? 0);
}

/** Characters an observation may have: `most`, or less where the context is small. */
export function observationRoom({ conversation, window }: RolloutState, most: number): number {
  return window === null ? most : Math.min(most, conversation.room(OBSERVATION * window));
}
