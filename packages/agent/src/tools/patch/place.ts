import { ModelFacingError } from '@heddle/core';
import type { Landing } from '../edit/apply.ts';
import { find, type Level, type Place } from '../edit/ladder.ts';
import { PlainText } from '../edit/line-ends.ts';
import { lineAt, nearestLines } from '../edit-text.ts';
import type { Hunk } from './parse.ts';

export interface Patched {
  readonly text: string;
  readonly landings: readonly Landing[];
  /** Levels looser than exact that were needed. */
  readonly levels: readonly Level[];
}

/** A text with a patch's hunks made in it, each found below the one before. Throws ModelFacingError. */
export function patched(path: string, original: string, hunks: readonly Hunk[]): Patched {
  const text = new PlainText(original);
  const { plain } = text;
  const places: Place[] = [];
  const levels: Level[] = [];
  let from = 0;
  for (const [index, hunk] of hunks.entries()) {
    const { place, level } = placeOf(hunk, plain, from, `Hunk ${index + 1} of ${path}`);
    if (level !== 'exact') levels.push(level);
    places.push(place);
    from = place.end;
  }
  let after = '';
  let done = 0;
  let line = 1;
  const landings: Landing[] = [];
  for (const { start, end, put } of places) {
    const kept = text.original.slice(done, text.offset(start));
    const written = text.withEnds(put, start, end);
    line += ends(kept);
    landings.push({
      first: line,
      last: line + Math.max(0, ends(written) - (written.endsWith('\n') ? 1 : 0)),
    });
    line += ends(written);
    after += kept + written;
    done = text.offset(end);
  }
  return { text: after + text.original.slice(done), landings, levels };
}

function placeOf(hunk: Hunk, plain: string, from: number, name: string): { place: Place; level: Level } {
  const { old, fresh, atEnd } = hunk;
  const below = belowContext(hunk, plain, from, name);
  if (old.length === 0) {
    const at = hunk.context.length === 0 ? plain.length : below;
    const open = at === plain.length && plain !== '' && !plain.endsWith('\n');
    const body = fresh.map((line) => `${line}\n`).join('');
    const put = open ? `\n${body.slice(0, -1)}` : body;
    return { place: { start: at, end: at, line: lineAt(plain, at), put }, level: 'exact' };
  }
  const found = find(plain, old.join('\n'), fresh.join('\n'), { wholeLines: true });
  const places = (found?.places ?? []).filter(
    (place) => place.start >= below && (!atEnd || plain.slice(place.end).trim() === ''),
  );
  if (found === null || places.length === 0) {
    const where =
      found === null
        ? ''
        : ` It stands at line ${found.places[0]!.line}, but not ${atEnd ? 'at the end of the file' : 'below what comes before it'}.`;
    throw new ModelFacingError(
      'no-match',
      `${name} does not match.${where} Nothing was changed.\n${nearestLines(plain, old.join('\n'))}`,
    );
  }
  // Below a named line the first one is meant; otherwise, as anywhere, only one that is alone.
  const chosen = hunk.context.length > 0 && found.level === 'exact' ? places.slice(0, 1) : places;
  if (chosen.length > 1) {
    throw new ModelFacingError(
      'ambiguous',
      `${name} matches ${chosen.length} places (lines ${chosen.map(({ line }) => line).join(', ')}). Nothing was changed: add "@@" with a line above the one you mean, or more unchanged lines.`,
    );
  }
  const place = chosen[0]!;
  // Lines removed without any in their place take their line end with them.
  const end = fresh.length === 0 && plain[place.end] === '\n' ? place.end + 1 : place.end;
  return { place: { ...place, end }, level: found.level };
}

/** Offset below the hunk's `@@` lines. */
function belowContext({ context }: Hunk, plain: string, from: number, name: string): number {
  let at = from;
  for (const wanted of context) {
    const found = lineLike(plain, at, wanted);
    if (found === -1) {
      throw new ModelFacingError(
        'no-match',
        `${name}: no line "${wanted}" (from its "@@") below line ${lineAt(plain, at)}. Nothing was changed.\n${nearestLines(plain, wanted)}`,
      );
    }
    at = found;
  }
  return at;
}

/** Offset after the first line from `at` on that is a wanted one, or begins or ends with it; -1 if none. */
function lineLike(plain: string, at: number, wanted: string): number {
  const forms: ((line: string) => boolean)[] = [
    (line) => line.trim() === wanted.trim(),
    (line) => line.trim().startsWith(wanted.trim()),
  ];
  const start = at === 0 ? 0 : plain.lastIndexOf('\n', at - 1) + 1;
  for (const form of forms) {
    let offset = start;
    for (const line of plain.slice(start).split('\n')) {
      const next = Math.min(plain.length, offset + line.length + 1);
      if (form(line)) return next;
      offset = next;
    }
  }
  return -1;
}

function ends(text: string): number {
  return text.split('\n').length - 1;
}
