import { ModelFacingError } from '@heddle/core';
import { clipped } from '../edit-text.ts';

/** One file's part of a patch. */
export type FilePatch =
  | { readonly kind: 'add'; readonly path: string; readonly text: string }
  | { readonly kind: 'delete'; readonly path: string }
  | {
      readonly kind: 'update';
      readonly path: string;
      /** New path, if it moves. */
      readonly to: string | null;
      readonly hunks: readonly Hunk[];
    };

export interface Hunk {
  /** Lines after `@@`, outer first: the hunk stands below them. */
  readonly context: readonly string[];
  /** Lines that stand there (unchanged and removed), and lines that are to (unchanged and added). */
  readonly old: readonly string[];
  readonly fresh: readonly string[];
  /** It ends with the file. */
  readonly atEnd: boolean;
}

const BEGIN = '*** Begin Patch';
const END = '*** End Patch';
const HEAD = /^\*\*\* (Add|Update|Delete) File: (.+)$/;
const MOVE = /^\*\*\* Move to: (.+)$/;
const END_OF_FILE = '*** End of File';
const EXAMPLE =
  'Its form: "*** Begin Patch", then "*** Update File: path", "@@ line above" and lines that begin with " ", "-" or "+", then "*** End Patch".';

/** Reads a patch in the `apply_patch` form. What stands before its beginning (a shell's here-document) is passed over. */
export function parsePatch(input: string): FilePatch[] {
  const all = input.replaceAll('\r\n', '\n').split('\n');
  const begin = all.findIndex((line) => line.trim() === BEGIN);
  const end = all.findLastIndex((line) => line.trim() === END);
  if (begin === -1) throw fault(`it has no line "${BEGIN}"`);
  if (end < begin) throw fault(`it has no line "${END}": it may have been cut off`);
  const lines = all.slice(begin + 1, end);
  const patches: FilePatch[] = [];
  let at = 0;
  while (at < lines.length) {
    if (lines[at]!.trim() === '') {
      at += 1;
      continue;
    }
    const head = HEAD.exec(lines[at]!.trimEnd());
    if (head === null) throw fault(`${JSON.stringify(clipped(lines[at]!))} is no file header`);
    const next = lines.findIndex((line, index) => index > at && HEAD.test(line.trimEnd()));
    const body = lines.slice(at + 1, next === -1 ? lines.length : next);
    patches.push(filePatch(head[1]!, head[2]!.trim(), body));
    at += 1 + body.length;
  }
  if (patches.length === 0) throw fault('it names no file');
  return patches;
}

function filePatch(kind: string, path: string, body: readonly string[]): FilePatch {
  if (kind === 'Delete') return { kind: 'delete', path };
  if (kind === 'Add') {
    const text = body.filter((line, index) => line !== '' || index < body.length - 1);
    const odd = text.find((line) => !line.startsWith('+'));
    if (odd !== undefined)
      throw fault(`a line of the new file ${path} does not begin with "+": ${JSON.stringify(clipped(odd))}`);
    return { kind: 'add', path, text: text.map((line) => `${line.slice(1)}\n`).join('') };
  }
  const move = MOVE.exec(body[0]?.trimEnd() ?? '');
  const hunks = hunksOf(path, move === null ? body : body.slice(1));
  if (hunks.length === 0 && move === null) throw fault(`the part for ${path} changes nothing`);
  return { kind: 'update', path, to: move?.[1]?.trim() ?? null, hunks };
}

function hunksOf(path: string, lines: readonly string[]): Hunk[] {
  const hunks: Hunk[] = [];
  let context: string[] = [];
  let old: string[] = [];
  let fresh: string[] = [];
  let changed = false;
  const close = (atEnd: boolean) => {
    if (changed) hunks.push({ context, old, fresh, atEnd });
    else if (old.length > 0) throw fault(`a hunk of ${path} has neither "-" nor "+" lines`);
    if (changed || old.length > 0) context = [];
    old = [];
    fresh = [];
    changed = false;
  };
  // An empty line at the end parts two files.
  const body = lines.at(-1) === '' ? lines.slice(0, -1) : lines;
  for (const line of body) {
    if (line.startsWith('@@')) {
      close(false);
      const named = line.replace(/^@@\s?/, '').replace(/\s*@@$/, '');
      if (named.trim() !== '') context.push(named);
    } else if (line.trimEnd() === END_OF_FILE) close(true);
    else if (line.startsWith('+')) {
      fresh.push(line.slice(1));
      changed = true;
    } else if (line.startsWith('-')) {
      old.push(line.slice(1));
      changed = true;
    } else if (line.startsWith(' ') || line === '') {
      old.push(line.slice(1));
      fresh.push(line.slice(1));
    } else
      throw fault(`a line of ${path} begins with none of " ", "-", "+": ${JSON.stringify(clipped(line))}`);
  }
  close(false);
  return hunks;
}

function fault(what: string): ModelFacingError {
  return new ModelFacingError(
    'bad-patch',
    `The patch cannot be read: ${what}. Nothing was changed. ${EXAMPLE}`,
  );
}
