import type { ObjectStore, Recorded } from '@heddle/core';
import { callText } from '../memory/steps-text.ts';

/** A part of what happened, small enough to be shown. */
export interface Piece {
  readonly step: number;
  /** Where it comes from, for who reads it. */
  readonly source: string;
  readonly text: string;
}

/** Characters of a piece, cut at a line's end where there is one. */
const MAX_PIECE = 900;
/** Pieces of one output: the head and the tail of what is longer. */
const MAX_PIECES = 60;
const MAX_SOURCE = 120;

/** What of an event can be found again; several pieces where it is long. */
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
      return pieces(step, event.from === 'user' ? 'the user said' : `note (${event.about})`, event.text);
    case 'model.completed':
      return event.content.flatMap((part) =>
        part.type === 'call'
          ? []
          : pieces(step, part.type === 'text' ? 'you said' : 'you thought', part.text),
      );
    case 'action.started': {
      if (event.tool === 'recall') return [];
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
  for (let at = 0; at < text.length; ) {
    const end = text.lastIndexOf('\n', at + MAX_PIECE) + 1;
    const next = at + MAX_PIECE >= text.length ? text.length : end > at ? end : at + MAX_PIECE;
    if (text.slice(at, next).trim() !== '')
      found.push({ step, source, text: text.slice(at, next).trimEnd() });
    at = next;
  }
  const half = MAX_PIECES / 2;
  return found.length <= MAX_PIECES ? found : [...found.slice(0, half), ...found.slice(-half)];
}

function clip(text: string): string {
  return text.length <= MAX_SOURCE ? text : `${text.slice(0, MAX_SOURCE)}…`;
}
