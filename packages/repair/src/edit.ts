import type { Proposal } from './family.ts';
import type { Source } from './source.ts';

/** Whole lines replaced by whole lines: the same change is the same edit, whichever family proposed it. */
export interface Edit {
  readonly path: string;
  /** 1-based, of the first line of `old`. */
  readonly line: number;
  readonly old: string;
  readonly new: string;
}

export function editOf(source: Source, { start, end, text: put }: Proposal): Edit {
  const { text, path } = source;
  const from = text.lastIndexOf('\n', start - 1) + 1;
  let to = text.indexOf('\n', end);
  if (to < 0) to = text.length;
  const old = text.slice(from, to);
  const changed = (text.slice(from, start) + put + text.slice(end, to)).replace(/[ \t]+$/gm, '');
  const line = countLines(text, from) + 1;
  // A line that would become empty goes altogether.
  if (changed.trim() === '' && old.trim() !== '' && to < text.length)
    return { path, line, old: `${old}\n`, new: '' };
  return { path, line, old, new: changed };
}

export function applyEdit(text: string, edit: Edit): string {
  const at = offsetOfLine(text, edit.line);
  if (!text.startsWith(edit.old, at))
    throw new Error(`${edit.path}:${edit.line} does not read as the edit expects`);
  return text.slice(0, at) + edit.new + text.slice(at + edit.old.length);
}

/** The same edit with as many lines round it as make the old text occur only once in the file. */
export function uniqueEdit(text: string, edit: Edit): Edit {
  const lines = text.split('\n');
  let first = edit.line - 1;
  let last = first + edit.old.split('\n').length - 1;
  const head = (from: number) =>
    lines
      .slice(from, edit.line - 1)
      .map((each) => `${each}\n`)
      .join('');
  const end = offsetOfLine(text, edit.line) + edit.old.length;
  for (;;) {
    const stop = Math.min(text.length, Math.max(end, offsetOfLine(text, last + 2) - 1));
    const after = text.slice(end, stop);
    const grown = {
      path: edit.path,
      line: first + 1,
      old: head(first) + edit.old + after,
      new: head(first) + edit.new + after,
    };
    const at = text.indexOf(grown.old);
    const once = grown.old !== '' && text.indexOf(grown.old, at + 1) < 0;
    if (once || (first === 0 && last >= lines.length - 1)) return grown;
    if (first > 0) first -= 1;
    last += 1;
  }
}

/** Names the same change in the same file wherever it is written down. */
export function keyOf({ path, line, old, new: put }: Edit): string {
  return `${path}\0${line}\0${old}\0${put}`;
}

/** Names an edit as it was made, context lines included. */
export function wholeKey({ path, old, new: put }: Omit<Edit, 'line'>): string {
  return `${path}\0${old}\0${put}`;
}

/** UTF-16 offset of a 1-based line's start; the text's length + 1 past the last. */
function offsetOfLine(text: string, line: number): number {
  let at = 0;
  for (let n = 1; n < line; n++) {
    const next = text.indexOf('\n', at);
    if (next < 0) return text.length + 1;
    at = next + 1;
  }
  return at;
}

function countLines(text: string, to: number): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at >= 0 && at < to; at = text.indexOf('\n', at + 1)) count++;
  return count;
}
