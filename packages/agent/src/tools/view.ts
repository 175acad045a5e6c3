import { foldsIn, languageOf } from '@heddle/code';
import { digestOf, ModelFacingError } from '@heddle/core';
import type { ToolContext, ToolResult } from '../tool.ts';
import { documentOf } from './edit/document.ts';
import { tidyPath } from './edit/paths.ts';
import { numberedLines, splitLines } from './edit-text.ts';
import { viewFolder } from './view/folder.ts';
import { pictureIn } from './view/picture.ts';

/** What one look may show of a file: whole for almost every source file. */
const MAX_LINES = 800;
const MAX_CHARACTERS = 40_000;
/** Generated and minified lines say nothing beyond this. */
const MAX_LINE_CHARACTERS = 2_000;

interface Wish {
  readonly path: string;
  readonly range?: readonly number[] | undefined;
  readonly map?: boolean | undefined;
}

/**
 * A folder two levels deep, a picture, or a file with line numbers: a range of it, all of it, or of a long one in a
 * language we know a map (the bodies of its functions folded). What is cut says which range comes next.
 */
export async function view({ path, range, map }: Wish, context: ToolContext): Promise<ToolResult> {
  const { files, root } = context.workspace;
  const stat = await files.stat(path);
  if (stat?.kind === 'directory') return { content: await viewFolder(context, path) };
  const bytes = await files.read(path);
  const picture = pictureIn(path, bytes);
  if (picture !== null) return picture;
  const { text, remark } = await documentOf(path, bytes);
  const lines = splitLines(text);
  const seen = { [tidyPath(path, root)]: digestOf(bytes) };
  if (lines.length === 0) return { content: `(${path} is empty)`, details: { path, seen } };
  const long = lines.length > MAX_LINES || text.length > MAX_CHARACTERS;
  const shown =
    (range === undefined && (map === true || long) ? await mapOf(path, text, lines) : null) ??
    windowOf(path, lines, range);
  const notes = [...shown.notes, ...(remark === '' ? [] : [`[${remark}]`])];
  return {
    content: [shown.body, ...shown.end(notes)].join('\n'),
    details: { path, first: shown.first, last: shown.last, lines: lines.length, seen },
  };
}

interface Shown {
  readonly body: string;
  /** 1-based; of a map, what it shows without a gap from the first line on. */
  readonly first: number;
  readonly last: number;
  readonly notes: readonly string[];
  /** The notes with the one about the next range, which comes last. */
  end(notes: readonly string[]): string[];
}

function windowOf(path: string, lines: readonly string[], range: readonly number[] | undefined): Shown {
  if (range !== undefined && range[1] !== -1 && range[1]! < range[0]!) {
    throw new ModelFacingError(
      'bad-range',
      `range [${range.join(', ')}] ends before it begins: give the first line, then the last (-1 means the end).`,
    );
  }
  const first = clamp(range?.[0] ?? 1, 1, lines.length);
  const wanted = range === undefined || range[1] === -1 ? lines.length : range[1]!;
  let last = clamp(wanted, first, Math.min(lines.length, first + MAX_LINES - 1));
  const window = () => numberedLines(lines.slice(first - 1, last).map(shorten), first);
  let body = window();
  while (body.length > MAX_CHARACTERS && last > first) {
    last = first + Math.floor((last - first) / 2);
    body = window();
  }
  // Also after a range as long as can be shown: whoever asked for that is reading on.
  const goesOn = last < lines.length && (last < wanted || last - first + 1 >= MAX_LINES);
  const beyond = range !== undefined && (range[0]! > lines.length || wanted > lines.length);
  return {
    body,
    first,
    last,
    notes: beyond ? [`[${path} has ${lines.length} lines]`] : [],
    end: (notes) => (goesOn ? [...notes, nextRange(first, last, lines.length)] : [...notes]),
  };
}

/** Null where there is nothing to fold. */
async function mapOf(path: string, text: string, lines: readonly string[]): Promise<Shown | null> {
  const language = languageOf(path);
  const folds = language === null ? [] : await foldsIn(language, text);
  const [first] = folds;
  if (first === undefined) return null;
  const rows: string[] = [];
  let line = 1;
  let size = 0;
  let cut = false;
  const add = (row: string) => {
    rows.push(row);
    size += row.length + 1;
  };
  const show = (upTo: number) => {
    for (; line <= upTo && !cut; line++) {
      cut = rows.length >= MAX_LINES || size > MAX_CHARACTERS;
      if (!cut) add(numberedLines([shorten(lines[line - 1]!)], line));
    }
  };
  for (const fold of folds) {
    show(fold.line - 1);
    if (cut) break;
    add(`${String(fold.line).padStart(6)}-${fold.endLine}\t⋮ ${fold.endLine - fold.line + 1} lines`);
    line = fold.endLine + 1;
  }
  show(lines.length);
  const whole = Math.min(first.line - 1, line - 1);
  const folded = `[a map: bodies of 5 lines and more are folded; see one with its range]`;
  const rest = cut ? [`[the map is cut at line ${line - 1} of ${lines.length}]`] : [];
  return {
    body: rows.join('\n'),
    first: 1,
    last: whole,
    notes: [folded, ...rest],
    end: (notes) => [...notes, nextRange(1, whole, lines.length)],
  };
}

/** Read by programs too (the repair model): its form is fixed. */
function nextRange(first: number, last: number, lines: number): string {
  return `[lines ${first}-${last} of ${lines} shown; next: range [${last + 1}, ${Math.min(lines, last + MAX_LINES)}]]`;
}

function shorten(line: string): string {
  return line.length <= MAX_LINE_CHARACTERS
    ? line
    : `${line.slice(0, MAX_LINE_CHARACTERS)}[… ${line.length - MAX_LINE_CHARACTERS} characters of this line left out]`;
}

function clamp(value: number, low: number, high: number): number {
  return Math.max(low, Math.min(high, value));
}
