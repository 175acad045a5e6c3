import type { CodeSymbol } from '@heddle/code';
import { ModelFacingError } from '@heddle/core';
import type { Replacement } from '../../tools/edit/replace.ts';
import type { Span } from './places.ts';

/** A line of a list without what people put round it: bullets, numbers, backticks. */
function bare(line: string): string {
  return line
    .trim()
    .replace(/^(?:[-*]|\d+[.)])\s+/, '')
    .replaceAll('`', '')
    .trim();
}

/** What can be read of a list; throws ModelFacingError where that is nothing. */
function listOf<T>(reply: string, most: number, read: (line: string) => T | null, form: string): T[] {
  const lines = reply.split('\n').map(bare).filter(Boolean);
  const found = lines.flatMap((line) => read(line) ?? []).slice(0, most);
  if (found.length === 0) {
    const began = lines[0] === undefined ? 'is empty' : `begins "${lines[0].slice(0, 120)}"`;
    throw new ModelFacingError('unreadable', `Your answer ${began}: ${form}`);
  }
  return found;
}

export function readFiles(reply: string, known: ReadonlySet<string>, most: number): string[] {
  const form = 'no line of it is the path of a file in the list. One path a line, as listed.';
  const path = (line: string) => (known.has(line) ? line : null);
  return [...new Set(listOf(reply, Number.POSITIVE_INFINITY, path, form))].slice(0, most);
}

export interface FileSymbols {
  readonly symbols: readonly CodeSymbol[];
  readonly lines: number;
}

/** Definitions as spans of lines. */
export function readSymbols(reply: string, files: ReadonlyMap<string, FileSymbols>, most: number): Span[] {
  const form = 'no line of it names a definition that was shown. One a line, as "path: name".';
  return listOf(reply, most, (line) => spanOf(line, files), form);
}

function spanOf(line: string, files: ReadonlyMap<string, FileSymbols>): Span | null {
  const [, path = '', name = ''] = /^(.+?):\s*(\S+)$/.exec(line) ?? [];
  const file = files.get(path);
  if (file === undefined) return null;
  if (name === '*') return { path, first: 1, last: file.lines };
  const wanted = name.replace(/\(\)?$/, '');
  const symbol =
    file.symbols.find((each) => qualified(each) === wanted) ??
    file.symbols.find((each) => each.name === wanted);
  return symbol === undefined ? null : { path, first: symbol.from, last: symbol.to };
}

export function qualified({ container, name }: CodeSymbol): string {
  return container === '' ? name : `${container}.${name}`;
}

/** `lengths`: lines of each file that was shown. */
export function readLines(reply: string, lengths: ReadonlyMap<string, number>, most: number): Span[] {
  const form = 'no line of it is a place in the code shown. One a line, as "path:12" or "path:12-18".';
  const place = (line: string): Span | null => {
    const [, path = '', from, to = from] = /^(.+?):\s*(\d+)(?:\s*-\s*(\d+))?$/.exec(line) ?? [];
    const length = lengths.get(path);
    const [first, last] = [Number(from), Math.min(Number(to), length ?? 0)];
    return length === undefined || first < 1 || first > last ? null : { path, first, last };
  };
  return listOf(reply, most, place, form);
}

export interface Edits {
  readonly replacements: readonly Replacement[];
  readonly created: readonly { readonly path: string; readonly text: string }[];
}

const SEARCH = /^<{5,}\s*SEARCH\s*$/;
const MIDDLE = /^={5,}\s*$/;
const END = /^>{5,}\s*REPLACE\s*$/;

/** Search/replace edits, as Aider and Agentless have them. */
export function readEdits(reply: string): Edits {
  const replacements: Replacement[] = [];
  const created: { path: string; text: string }[] = [];
  const lines = reply.split('\n');
  let path = '';
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at]!.trimEnd();
    if (!SEARCH.test(line)) {
      const named = bare(line.replace(/^#+\s*/, ''));
      if (named !== '' && !line.startsWith('```')) path = named;
      continue;
    }
    const middle = lines.findIndex((each, index) => index > at && MIDDLE.test(each));
    const end = lines.findIndex((each, index) => index > middle && END.test(each));
    if (middle === -1 || end === -1 || path === '' || /\s/.test(path)) {
      throw new ModelFacingError(
        'unreadable',
        'An edit of your answer has no path above it, no "=======" or no ">>>>>>> REPLACE".',
      );
    }
    const [old, put] = [lines.slice(at + 1, middle), lines.slice(middle + 1, end)];
    if (old.join('').trim() === '') created.push({ path, text: `${put.join('\n')}\n` });
    // What is taken out goes with its line's end.
    else if (put.length === 0) replacements.push({ path, old: `${old.join('\n')}\n`, new: '' });
    else replacements.push({ path, old: old.join('\n'), new: put.join('\n') });
    at = end;
  }
  if (replacements.length + created.length === 0)
    throw new ModelFacingError('unreadable', 'Your answer has no edit in it ("<<<<<<< SEARCH").');
  return { replacements, created };
}

export interface WrittenTest {
  readonly command: string;
  readonly path: string;
  readonly text: string;
}

export function readTest(reply: string): WrittenTest {
  const [, command = ''] = /^COMMAND:\s*(.+?)\s*$/m.exec(reply) ?? [];
  const file = /^FILE:\s*(\S+)\s*$/m.exec(reply);
  if (command === '' || file === null) {
    throw new ModelFacingError('unreadable', 'Your answer has no line "COMMAND: …" or no line "FILE: …".');
  }
  const text = reply.slice(file.index + file[0].length).replace(/^\s*\n/, '');
  const [, fenced = text] = /^```[^\n]*\n([\s\S]*?)\n```\s*$/.exec(text) ?? [];
  return { command: bare(command), path: bare(file[1]!), text: `${fenced.trimEnd()}\n` };
}
