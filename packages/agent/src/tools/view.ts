import { ModelFacingError } from '@heddle/core';
import type { ToolContext, ToolResult } from '../tool.ts';
import { numberedLines, splitLines } from './edit-text.ts';

/** What one look may show of a file: whole for almost every source file. */
const MAX_LINES = 800;
const MAX_CHARACTERS = 40_000;
/** Generated and minified lines say nothing beyond this. */
const MAX_LINE_CHARACTERS = 2_000;
/** Entries of a folder listing. */
const MAX_ENTRIES = 300;

export async function view(
  { path, range }: { path: string; range?: number[] | undefined },
  context: ToolContext,
): Promise<ToolResult> {
  const { files } = context.workspace;
  const stat = await files.stat(path);
  if (stat?.kind === 'directory') return { content: await folder(context, path) };
  const bytes = await files.read(path);
  if (bytes.subarray(0, 8_000).includes(0)) {
    throw new ModelFacingError(
      'not-text',
      `${path} is a binary file of ${bytes.length} bytes; look at it with bash.`,
    );
  }
  const text = bytes.toString('utf8');
  const lines = splitLines(text);
  if (lines.length === 0) return { content: `(${path} is empty)` };
  if (range !== undefined && range[1] !== -1 && range[1]! < range[0]!) {
    throw new ModelFacingError(
      'bad-range',
      `range [${range.join(', ')}] ends before it begins: give the first line, then the last (-1 means the end).`,
    );
  }
  const first = clamp(range?.[0] ?? 1, 1, lines.length);
  const wanted = range === undefined || range[1] === -1 ? lines.length : range[1]!;
  let last = clamp(wanted, first, Math.min(lines.length, first + MAX_LINES - 1));
  const shown = () => numberedLines(lines.slice(first - 1, last).map(shorten), first);
  let body = shown();
  while (body.length > MAX_CHARACTERS && last > first) {
    last = first + Math.floor((last - first) / 2);
    body = shown();
  }
  const notes: string[] = [];
  if (range !== undefined && (range[0]! > lines.length || wanted > lines.length)) {
    notes.push(`[${path} has ${lines.length} lines]`);
  }
  if (last < Math.min(wanted, lines.length)) {
    notes.push(
      `[lines ${first}-${last} of ${lines.length} shown; next: range [${last + 1}, ${Math.min(lines.length, last + MAX_LINES)}]]`,
    );
  }
  return { content: [body, ...notes].join('\n'), details: { path, first, last, lines: lines.length } };
}

async function folder({ workspace: { files } }: ToolContext, path: string): Promise<string> {
  const out: string[] = [];
  let hidden = 0;
  const walk = async (folderPath: string, depth: number): Promise<void> => {
    for (const name of await files.list(folderPath)) {
      if (name === '.git/' || name === '.git') continue;
      if (name.startsWith('.')) hidden += 1;
      else {
        out.push('  '.repeat(depth) + name);
        const skip = name === 'node_modules/';
        if (name.endsWith('/') && depth === 0 && !skip) await walk(`${folderPath}/${name.slice(0, -1)}`, 1);
      }
    }
  };
  await walk(path, 0);
  const cut =
    out.length > MAX_ENTRIES ? [`[${out.length - MAX_ENTRIES} more entries left out; view a subfolder]`] : [];
  const dots = hidden > 0 ? [`[hidden entries not shown: ${hidden}]`] : [];
  return [out.length === 0 ? '(no entries)' : out.slice(0, MAX_ENTRIES).join('\n'), ...cut, ...dots].join(
    '\n',
  );
}

function shorten(line: string): string {
  return line.length <= MAX_LINE_CHARACTERS
    ? line
    : `${line.slice(0, MAX_LINE_CHARACTERS)}[… ${line.length - MAX_LINE_CHARACTERS} characters of this line left out]`;
}

function clamp(value: number, low: number, high: number): number {
  return Math.max(low, Math.min(high, value));
}
