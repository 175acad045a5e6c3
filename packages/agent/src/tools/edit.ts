import { digestOf, ModelFacingError } from '@heddle/core';
import * as z from 'zod/mini';
import type { Tool, ToolContext, ToolResult } from '../tool.ts';
import { nearestLines, numbered, occurrences } from './edit-text.ts';
import { view } from './view.ts';

const schema = z.object({
  command: z.enum(['view', 'create', 'replace', 'insert', 'undo']),
  path: z.string().check(z.minLength(1), z.describe('Relative to the repository root.')),
  range: z.optional(
    z
      .array(z.int())
      .check(
        z.minLength(2),
        z.maxLength(2),
        z.describe('view: first and last line, 1-based; a last of -1 means the end.'),
      ),
  ),
  text: z.optional(z.string().check(z.describe('create: the whole file. insert: the lines to put in.'))),
  old: z.optional(
    z.string().check(z.describe('replace: text that occurs exactly once, white space included.')),
  ),
  new: z.optional(z.string().check(z.describe('replace: what stands there instead.'))),
  line: z.optional(
    z.int().check(z.describe('insert: after this line; 0 puts the text at the top, -1 at the end.')),
  ),
});
type Input = z.infer<typeof schema>;

/** Lines shown on each side of an edit, so that the model sees where it landed without a second look. */
const CONTEXT_LINES = 4;

export const editTool: Tool<Input> = {
  name: 'edit',
  description:
    'Looks at and changes files. view: a file with line numbers, or a folder two levels deep. create: a new file (text). ' +
    'replace: old becomes new; old must occur exactly once. insert: text after a line. undo: takes the last edit of the file back.',
  schema,
  touches: { writes: true },
  subjects: ({ command, path }) => (command === 'view' ? [] : [{ kind: 'file', path }]),
  run(input, context) {
    return COMMANDS[input.command](input, context);
  },
};

const COMMANDS: Record<Input['command'], (input: Input, context: ToolContext) => Promise<ToolResult>> = {
  view,

  async create({ path, text }, context) {
    const content = required(text, 'create', 'text');
    if ((await context.workspace.files.stat(path)) !== null) {
      throw new ModelFacingError(
        'exists',
        `${path} exists already. Change it with replace, or remove it first.`,
      );
    }
    await context.workspace.files.write(path, content);
    const lines = content.split('\n').length - (content.endsWith('\n') ? 1 : 0);
    return {
      content: `Created ${path} (${lines} lines).`,
      details: { path, undo: { path, before: null, after: digestOf(content) } },
    };
  },

  async replace({ path, old, new: replacement }, context) {
    const from = required(old, 'replace', 'old');
    const to = required(replacement, 'replace', 'new');
    if (from === to)
      throw new ModelFacingError('no-change', 'old and new are the same text. Nothing was changed.');
    if (from === '')
      throw new ModelFacingError('bad-input', 'old is empty. Use insert to add text at a line.');
    const before = await readText(context, path);
    // A file with Windows line ends is matched by the plain ones a model writes, and keeps its own.
    const crlf = before.includes('\r\n') && !from.includes('\r\n');
    const [wanted, put] = crlf ? [toCrlf(from), toCrlf(to)] : [from, to];
    const places = occurrences(before, wanted);
    if (places.length === 0)
      throw new ModelFacingError('no-match', `No match in ${path}.\n${nearestLines(before, from)}`);
    if (places.length > 1) {
      throw new ModelFacingError(
        'ambiguous',
        `old occurs ${places.length} times in ${path} (lines ${places.map(({ line }) => line).join(', ')}). Include more of the lines around the one you mean.`,
      );
    }
    const { index, line } = places[0]!;
    const after = before.slice(0, index) + put + before.slice(index + wanted.length);
    return change(context, path, before, after, [line, line + put.split('\n').length - 1]);
  },

  async insert({ path, line, text }, context) {
    const added = required(text, 'insert', 'text');
    const wanted = required(line, 'insert', 'line');
    const before = await readText(context, path);
    const end = before.includes('\r\n') ? '\r\n' : '\n';
    const lines = before.split('\n');
    const count = before.endsWith('\n') || before === '' ? lines.length - 1 : lines.length;
    const after = wanted === -1 ? count : wanted;
    if (after < 0 || after > count) {
      throw new ModelFacingError(
        'bad-line',
        `line is ${wanted}, but ${path} has ${count} lines: give 0 to ${count}, or -1 for the end.`,
      );
    }
    const body = (added.endsWith('\n') ? added : `${added}\n`).replaceAll(/\r?\n/g, end);
    const head = lines
      .slice(0, after)
      .map((each) => `${each}\n`)
      .join('');
    const needsEnd = after === count && after > 0 && !before.endsWith('\n');
    const joined = needsEnd ? `${before}${end}${body}` : head + body + lines.slice(after).join('\n');
    return change(context, path, before, joined, [after + 1, after + body.split('\n').length - 1]);
  },

  async undo({ path }, context) {
    const entry = context.view.undo.findLast((each) => each.path === path);
    if (entry === undefined)
      throw new ModelFacingError('no-undo', `There is no edit of ${path} to take back.`);
    const { files } = context.workspace;
    const present = (await files.stat(path)) === null ? null : digestOf(await files.read(path));
    if (present !== null && entry.after !== undefined && present !== entry.after) {
      throw new ModelFacingError(
        'changed-since',
        `${path} was changed after that edit by something else than this tool (a command?), and undo would lose that too. Nothing was changed: take the edit back with replace.`,
      );
    }
    if (entry.before === null) await context.workspace.files.remove(path);
    else await context.workspace.files.write(path, context.objects.get(entry.before));
    const what = entry.before === null ? 'it is gone again' : 'it is as it was before it';
    return { content: `Took back the last edit of ${path}: ${what}.`, details: { path, undone: path } };
  },
};

async function change(
  context: ToolContext,
  path: string,
  before: string,
  after: string,
  [first, last]: [number, number],
): Promise<ToolResult> {
  const undo = { path, before: context.objects.put(before), after: digestOf(after) };
  await context.workspace.files.write(path, after);
  const shown = numbered(after, Math.max(1, first - CONTEXT_LINES), last + CONTEXT_LINES);
  return { content: `Changed ${path}. It now reads:\n${shown}`, details: { path, undo } };
}

async function readText({ workspace }: ToolContext, path: string): Promise<string> {
  const bytes = await workspace.files.read(path);
  const text = bytes.toString('utf8');
  if (text.includes('\0') || !Buffer.from(text).equals(bytes)) {
    throw new ModelFacingError(
      'not-text',
      `${path} is not UTF-8 text (${bytes.length} bytes). Change it with bash.`,
    );
  }
  return text;
}

function required<T>(value: T | undefined, command: string, field: string): T {
  if (value === undefined)
    throw new ModelFacingError('bad-input', `${command} needs "${field}". Nothing was changed.`);
  return value;
}

function toCrlf(text: string): string {
  return text.replaceAll(/\r?\n/g, '\r\n');
}
