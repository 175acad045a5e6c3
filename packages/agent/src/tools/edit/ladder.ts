import { lineSimilarity, MAX_PLACES, occurrences } from '../edit-text.ts';
import { type LinePair, reindent } from './reindent.ts';

/** How loosely an old text was found; each is tried only when those before it find nothing. */
export const LEVELS = [
  'exact',
  'trailing white space ignored',
  'white space at both ends of the text ignored',
  'quotes, dashes and spaces taken as equal',
  'indentation ignored',
  'first and last line equal, the lines between nearly so',
] as const;
export type Level = (typeof LEVELS)[number];

/** A place where the old text stands, and what goes there. Offsets into the plain text, the end excluded. */
export interface Place {
  readonly start: number;
  readonly end: number;
  /** 1-based, of its first line. */
  readonly line: number;
  /** The new text as it fits this place. */
  readonly put: string;
  /** Its lines (1-based) that are not what the model wrote. */
  readonly differing?: readonly number[];
}

export interface Found {
  readonly level: Level;
  /** All places (at most MAX_PLACES), in order; an exact one may overlap the next. */
  readonly places: readonly Place[];
}

/** Lines between the anchors must be this much alike on average: less is another piece of code. */
const MIN_ALIKE = 0.85;
/** Fewer lines give anchors nothing to hold between them. */
const MIN_ANCHORED_LINES = 4;
/** And none of them less than this. */
const MIN_LINE_ALIKE = 0.5;

/** Finds `old` in a text with plain line ends. Null when no level does. `wholeLines`: it has no parts of lines. */
export function find(
  text: string,
  old: string,
  put: string,
  { wholeLines: whole = false } = {},
): Found | null {
  const inLines = ({ index }: { index: number }) => !whole || isWholeLines(text, index, old.length);
  const exact = occurrences(text, old).filter(inLines);
  if (exact.length > 0) {
    return {
      level: 'exact',
      places: exact.map(({ index, line }) => ({ start: index, end: index + old.length, line, put })),
    };
  }
  if (old.trim() === '') return null;
  const lines = linesOf(text);
  const tries: (() => Place[])[] = [
    () => byLines(text, lines, old, put, (line) => line.trimEnd()),
    () => trimmed(text, lines, old, put),
    () => byLines(text, lines, old, put, (line) => likened(line).trimEnd()),
    () => indented(text, lines, old, put),
    () => anchored(text, lines, old, put),
  ];
  for (const [index, attempt] of tries.entries()) {
    const places = attempt();
    if (places.length > 0) return { level: LEVELS[index + 1]!, places };
  }
  return null;
}

function isWholeLines(text: string, start: number, length: number): boolean {
  const end = start + length;
  return (start === 0 || text[start - 1] === '\n') && (end === text.length || text[end] === '\n');
}

interface Line {
  readonly start: number;
  readonly text: string;
}

function linesOf(text: string): Line[] {
  const lines: Line[] = [];
  let start = 0;
  for (const line of text.split('\n')) {
    lines.push({ start, text: line });
    start += line.length + 1;
  }
  return lines;
}

/** Blocks of whole lines equal by what `key` makes of them. */
function byLines(
  text: string,
  lines: readonly Line[],
  old: string,
  put: string,
  key: (line: string) => string,
): Place[] {
  const closed = old.endsWith('\n');
  const wanted = (closed ? old.slice(0, -1) : old).split('\n');
  return blocks(lines, wanted.map(key), key).map((at) => place(text, lines, at, wanted.length, closed, put));
}

/** First lines (0-based) of the blocks whose keys are these. */
function blocks(lines: readonly Line[], wanted: readonly string[], key: (line: string) => string): number[] {
  const keys = lines.map((line) => key(line.text));
  const found: number[] = [];
  for (let at = 0; at + wanted.length <= keys.length && found.length < MAX_PLACES; at++) {
    if (wanted.every((line, offset) => keys[at + offset] === line)) found.push(at);
  }
  return found;
}

/** `closed`: the line end after the last line is part of it, where there is one. */
function place(
  text: string,
  lines: readonly Line[],
  at: number,
  count: number,
  closed: boolean,
  put: string,
): Place {
  const last = lines[at + count - 1]!;
  const end = last.start + last.text.length;
  const takesEnd = closed && text[end] === '\n';
  const fits = closed && !takesEnd && put.endsWith('\n') ? put.slice(0, -1) : put;
  return { start: lines[at]!.start, end: takesEnd ? end + 1 : end, line: at + 1, put: fits };
}

/** The text without the white space round it; where it began or ended with some, a line must begin or end there. */
function trimmed(text: string, lines: readonly Line[], old: string, put: string): Place[] {
  const bare = old.trim();
  const fromLine = /^\s/.test(old);
  const toLine = /\s$/.test(old);
  const written = old.slice(old.search(/[^\n]/)).split('\n', 1)[0]!;
  const found: Place[] = [];
  for (const { index, line } of occurrences(text, bare)) {
    const present = lines[line - 1]!.text;
    if (fromLine && text.slice(lines[line - 1]!.start, index).trim() !== '') continue;
    const after = text.slice(index + bare.length).split('\n', 1)[0]!;
    if (toLine && after.trim() !== '') continue;
    const fitted = fromLine ? reindent(put, [[written, present]]) : put;
    found.push({ start: index, end: index + bare.length, line, put: fitted.trim() });
  }
  return found;
}

const QUOTES = /[‘’‚‛′]/g;
const DOUBLE_QUOTES = /[“”„‟″]/g;
const DASHES = /[‐-―−]/g;
const SPACES = /[\u00a0\u2000-\u200a\u202f\u205f\u3000]/g;

/** A line with typographic characters as the plain ones that models write for them. */
function likened(line: string): string {
  return line
    .replaceAll(QUOTES, "'")
    .replaceAll(DOUBLE_QUOTES, '"')
    .replaceAll(DASHES, '-')
    .replaceAll(SPACES, ' ');
}

function indented(text: string, lines: readonly Line[], old: string, put: string): Place[] {
  const wanted = withoutBlankEnds(old.split('\n'));
  const key = (line: string) => likened(line).trim();
  const fresh = withoutBlankEnds(put.split('\n')).join('\n');
  return blocks(lines, wanted.map(key), key).map((at) => {
    const pairs = wanted.map((line, offset): LinePair => [line, lines[at + offset]!.text]);
    return wholeLines(text, lines, at, wanted.length, reindent(fresh, pairs));
  });
}

/** A block of as many lines, the first and last equal and those between nearly so; they are named in the answer. */
function anchored(text: string, lines: readonly Line[], old: string, put: string): Place[] {
  const wanted = withoutBlankEnds(old.split('\n'));
  if (wanted.length < MIN_ANCHORED_LINES) return [];
  const fresh = withoutBlankEnds(put.split('\n')).join('\n');
  const [first, last] = [wanted[0]!.trim(), wanted.at(-1)!.trim()];
  const found: Place[] = [];
  for (let at = 0; at + wanted.length <= lines.length && found.length < MAX_PLACES; at++) {
    if (lines[at]!.text.trim() !== first || lines[at + wanted.length - 1]!.text.trim() !== last) continue;
    const pairs = wanted.map((line, offset): LinePair => [line, lines[at + offset]!.text]);
    const alike = likenesses(pairs);
    if (alike === null) continue;
    const differing = alike.flatMap((each, offset) => (each < 1 ? [at + offset + 1] : []));
    found.push({ ...wholeLines(text, lines, at, wanted.length, reindent(fresh, pairs)), differing });
  }
  return found;
}

/** How alike the lines of each pair are; null as soon as one is not enough, or when they are not on average. */
function likenesses(pairs: readonly LinePair[]): number[] | null {
  const alike: number[] = [];
  for (const [written, present] of pairs) {
    const each = lineSimilarity(present, written);
    if (each < MIN_LINE_ALIKE) return null;
    alike.push(each);
  }
  return alike.reduce((sum, each) => sum + each, 0) / alike.length < MIN_ALIKE ? null : alike;
}

/** Whole lines replaced; an empty text takes the line end with it, so that no blank line is left. */
function wholeLines(text: string, lines: readonly Line[], at: number, count: number, put: string): Place {
  return place(text, lines, at, count, put === '', put);
}

function withoutBlankEnds(lines: readonly string[]): string[] {
  const first = lines.findIndex((line) => line.trim() !== '');
  const last = lines.findLastIndex((line) => line.trim() !== '');
  return lines.slice(Math.max(0, first), last + 1);
}
