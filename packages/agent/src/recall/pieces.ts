import type { ObjectStore, Recorded } from '@heddle/core';
import { callText } from '../memory/steps-text.ts';

/** A part of what happened, small enough to be shown. */
export interface Piece {
  readonly step: number;
  /** Where it comes from, for who reads it. */
  readonly source: string;
  readonly text: string;
  /** Where in the source it begins, in pieces. */
  readonly part: number;
}

/** Characters of a piece, cut at a line's end where there is one. */
const MAX_PIECE = 900;
/** Pieces of one output: the head and the tail of what is longer. */
const MAX_PIECES = 60;
const MAX_SOURCE = 120;

/** What is copied from elsewhere or stands in the prompt anyway would only hide what is looked for. */
const COPIES: ReadonlySet<string> = new Set(['recall', 'plan']);

/** What of an event can be found again; several pieces where it is long. `calls`: titles of those under way. */
export function piecesOf(
  { event }: Recorded,
  step: number,
  calls: Map<string, string>,
  objects: ObjectStore,
) {
  switch (event.type) {
    case 'rollout.started':
      return pieces(0, 'the task', event.task.text);
    case 'note.added':
      return event.from === 'user' || event.about === 'guide'
        ? pieces(step, event.from === 'user' ? 'the user said' : 'the repository says', event.text)
        : [];
    case 'model.completed':
      return event.content.flatMap((part) =>
        part.type === 'call'
          ? []
          : pieces(step, part.type === 'text' ? 'you said' : 'you thought', part.text),
      );
    case 'action.started': {
      // A server may count its calls anew in each reply: an id stands for the last call that had it.
      calls.delete(event.call);
      if (COPIES.has(event.tool)) return [];
      const title = clip(callText(event.tool, event.input ?? {}));
      calls.set(event.call, title);
      return pieces(step, title, JSON.stringify(event.input, null, 1));
    }
    case 'action.completed': {
      const title = calls.get(event.call);
      if (title === undefined) return [];
      const text = event.output === null ? event.content : textOf(objects, event.output);
      return pieces(step, `output of ${title}`, text);
    }
    case 'check.completed':
      return pieces(step, `check ${event.check}`, textOf(objects, event.output));
    default:
      return [];
  }
}

export function textOf(objects: ObjectStore, digest: string): string {
  return Buffer.from(objects.get(digest)).toString('utf8');
}

function pieces(step: number, source: string, text: string): Piece[] {
  const found: Piece[] = [];
  for (let at = 0, part = 0; at < text.length; part += 1) {
    // Looked for in the piece alone: one line of many megabytes must not be gone through for each of its pieces.
    const line = text.slice(at, at + MAX_PIECE + 1).lastIndexOf('\n') + 1;
    const next = at + MAX_PIECE >= text.length ? text.length : at + (line > 0 ? line : MAX_PIECE);
    const here = text.slice(at, next).trimEnd();
    if (here.trim() !== '') found.push({ step, source, part, text: here });
    at = next;
  }
  const half = MAX_PIECES / 2;
  return found.length <= MAX_PIECES ? found : [...found.slice(0, half), ...found.slice(-half)];
}

/** Pieces that follow each other in one source become one; the rest stays in its order. */
export function joined(found: readonly Piece[]): Piece[] {
  const whole: Piece[] = [];
  const ends: number[] = [];
  for (const piece of found) {
    const of = whole.findIndex(({ step, source }) => step === piece.step && source === piece.source);
    const before = whole[of];
    if (before !== undefined && piece.part === ends[of]! + 1) {
      whole[of] = { ...before, text: `${before.text}\n${piece.text}` };
      ends[of] = piece.part;
    } else if (before !== undefined && piece.part === before.part - 1) {
      whole[of] = { ...piece, text: `${piece.text}\n${before.text}` };
    } else {
      whole.push(piece);
      ends.push(piece.part);
    }
  }
  return whole;
}

function clip(text: string): string {
  return text.length <= MAX_SOURCE ? text : `${text.slice(0, MAX_SOURCE)}…`;
}
