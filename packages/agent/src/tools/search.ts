import { ripgrepPath } from '@heddle/code';
import { ModelFacingError } from '@heddle/core';
import * as z from 'zod/mini';
import type { Tool, ToolContext } from '../tool.ts';
import { searchProgram } from './search/program.ts';

/** Files shown at most, and matching lines of each: enough to see where to look, little enough to read. */
const MAX_FILES = 40;
const MAX_LINES_PER_FILE = 20;
/** Of all files together. */
const MAX_LINES = 200;
/** Longer lines are cut: minified code says nothing. */
const MAX_COLUMNS = 300;
const MAX_CONTEXT = 10;
/** A search of a large repository takes a second or two; a regex that runs away is ended. */
const TIMEOUT_SECONDS = 30;

const schema = z.object({
  pattern: z.string().check(z.minLength(1), z.describe('Regular expression (Rust), matched line by line.')),
  path: z.optional(
    z.string().check(z.minLength(1), z.describe('File or folder to search. Default: the whole repository.')),
  ),
  glob: z.optional(z.string().check(z.describe('Files by name, as "*.ts" or "!test/**".'))),
  type: z.optional(z.string().check(z.describe('Files by language, as "py", "ts", "rust".'))),
  literal: z.optional(z.boolean().check(z.describe('pattern is plain text.'))),
  ignore_case: z.optional(z.boolean()),
  context: z.optional(
    z.int().check(z.gte(0), z.lte(MAX_CONTEXT), z.describe('Lines shown round each match. Default 0.')),
  ),
  files_only: z.optional(z.boolean().check(z.describe('Only the names of the files, with their counts.'))),
});
type Input = z.infer<typeof schema>;

export const searchTool: Tool<Input> = {
  name: 'search',
  description:
    'Finds lines by a regular expression with ripgrep, grouped by file with line numbers. Hidden files and those git ignores are left out. ' +
    'Long results are cut and say what is left out.',
  schema,
  touches: { writes: false },
  async run(input, context) {
    const counts = await countsOf(input, context);
    const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
    if (total === 0) return { content: nothing(input), details: { files: 0, matches: 0 } };
    const head = `${total} matching ${total === 1 ? 'line' : 'lines'} in ${counts.size} ${counts.size === 1 ? 'file' : 'files'}`;
    const details = { files: counts.size, matches: total };
    if (input.files_only === true) {
      const names = [...counts].slice(0, MAX_LINES).map(([path, count]) => `${path} (${count})`);
      return {
        content: [`${head}:`, ...names, ...leftOut(counts.size - names.length, 'file')].join('\n'),
        details,
      };
    }
    return { content: [`${head}:`, ...(await rows(input, context, counts))].join('\n'), details };
  },
};

/** Matching lines by file, in the files' order. */
async function countsOf(input: Input, context: ToolContext): Promise<Map<string, number>> {
  const output = await ripgrep(input, context, [
    '--count',
    '--sort',
    'path',
    '--',
    input.pattern,
    input.path ?? '.',
  ]);
  const counts = new Map<string, number>();
  for (const line of output.split('\n')) {
    const [path, count] = line.split('\0');
    if (count !== undefined) counts.set(tidy(path!), Number(count));
  }
  return counts;
}

async function rows(
  input: Input,
  context: ToolContext,
  counts: ReadonlyMap<string, number>,
): Promise<string[]> {
  const chosen = [...counts.keys()].slice(0, MAX_FILES);
  // Whoever asks for one file wants to see it.
  const alone = counts.size === 1;
  const output = await ripgrep(input, context, [
    '--line-number',
    '--no-heading',
    '--max-count',
    `${alone ? MAX_LINES : MAX_LINES_PER_FILE}`,
    '--max-columns',
    `${MAX_COLUMNS}`,
    '--max-columns-preview',
    '--context',
    `${input.context ?? 0}`,
    '--sort',
    'path',
    '--',
    input.pattern,
    ...chosen.map((path) => `./${path}`.replace('.//', '/')),
  ]);
  const byFile = Map.groupBy(
    output.split('\n').flatMap((line) => readRow(line)),
    ({ path }) => path,
  );
  const out: string[] = [];
  let room = MAX_LINES;
  let shownFiles = 0;
  for (const path of chosen) {
    const found = byFile.get(path) ?? [];
    if (room <= 0) break;
    const kept = found.slice(0, room);
    room -= kept.length;
    shownFiles += 1;
    const matches = kept.filter(({ matches }) => matches).length;
    out.push(path);
    let previous = 0;
    for (const { line, matches: match, text } of kept) {
      if (previous > 0 && line > previous + 1 && (input.context ?? 0) > 0) out.push('     …');
      out.push(`${String(line).padStart(6)}${match ? ':' : ' '}\t${text}`);
      previous = line;
    }
    const rest = counts.get(path)! - matches;
    if (rest > 0)
      out.push(
        `  [${rest} more matching lines here: ${alone ? 'narrow the pattern' : 'give this file as path'}]`,
      );
  }
  return [...out, ...leftOut(counts.size - shownFiles, 'file')];
}

interface Row {
  readonly path: string;
  readonly line: number;
  readonly matches: boolean;
  readonly text: string;
}

/** `path\0line:text`, `path\0line-text` for a line of context. */
function readRow(line: string): Row[] {
  const match = /^([^\0]+)\0(\d+)([:-])(.*)$/s.exec(line);
  if (match === null) return [];
  const [, path, number, mark, text] = match;
  return [{ path: tidy(path!), line: Number(number), matches: mark === ':', text: text!.replace(/\r$/, '') }];
}

async function ripgrep(input: Input, context: ToolContext, args: readonly string[]): Promise<string> {
  const { workspace, signal, handle } = context;
  const program = await handle('ripgrep', () => searchProgram(workspace, ripgrepPath()));
  const options = [
    '--null',
    '--with-filename',
    '--color',
    'never',
    '--no-config',
    '--no-require-git',
    '--no-messages',
    ...(input.literal === true ? ['--fixed-strings'] : []),
    ...(input.ignore_case === true ? ['--ignore-case'] : []),
    ...(input.glob === undefined ? [] : ['--glob', input.glob]),
    ...(input.type === undefined ? [] : ['--type', input.type]),
  ];
  if (input.path !== undefined && (await workspace.files.stat(input.path)) === null)
    throw new ModelFacingError(
      'no-such-file',
      `There is no ${input.path}: search a folder or file that exists.`,
    );
  const result = await workspace.exec([program, ...options, ...args].map(quoted).join(' '), {
    timeoutSeconds: TIMEOUT_SECONDS,
    signal,
  });
  if (result.ended !== 'exited') {
    throw new ModelFacingError(
      'search-ended',
      `The search was ended (${result.ended}, limit ${TIMEOUT_SECONDS} s): name a path, glob or type, or a simpler pattern.`,
    );
  }
  // 2 with output: some files could not be read. 2 without rows: the pattern, glob or type is wrong.
  if (result.exitCode === 2 && !result.output.includes('\0')) {
    const said = result.output.trim().replace(/^rg: /, '');
    throw new ModelFacingError(
      'bad-search',
      `ripgrep cannot search so: ${said}\nMend the pattern (literal: true for plain text), glob or type.`,
    );
  }
  return result.output;
}

function nothing({ pattern, path, glob, type, literal }: Input): string {
  const where = [path && `in ${path}`, glob && `in files named ${glob}`, type && `in ${type} files`]
    .filter(Boolean)
    .join(', ');
  const plain =
    literal !== true && /[()[\]{}.*+?|\\^$]/.test(pattern)
      ? ' pattern is a regular expression: literal: true takes it as plain text.'
      : '';
  return `No line matches ${JSON.stringify(pattern)}${where === '' ? '' : ` ${where}`}. Hidden and ignored files were not searched.${plain}`;
}

function leftOut(count: number, what: string): string[] {
  return count > 0
    ? [`[${count} more ${what}${count === 1 ? '' : 's'} left out: narrow it with path, glob or type]`]
    : [];
}

function tidy(path: string): string {
  return path.replace(/^\.\//, '');
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
