import { ModelFacingError } from '@heddle/core';
import * as z from 'zod/mini';
import type { Subject } from '../guard/subject.ts';
import type { Tool, ToolContext, ToolResult } from '../tool.ts';
import { apply, echo } from './edit/apply.ts';
import { openDocument, refuseStale } from './edit/document.ts';
import { finishDraft, keepDraft } from './edit/draft.ts';
import { PlainText, plainEnds } from './edit/line-ends.ts';
import { refusePlaceholder } from './edit/placeholder.ts';
import { replace } from './edit/replace.ts';
import { rewrite } from './edit/rewrite.ts';
import { undo } from './edit/undo.ts';
import { view } from './view.ts';

const line = z.optional(
  z
    .int()
    .check(
      z.describe(
        'insert: after this line; 0 puts the text at the top, -1 at the end. replace, rewrite: which of several matches, by a line of it.',
      ),
    ),
);
const all = z.optional(z.boolean().check(z.describe('replace: every exact occurrence.')));

const schema = z.object({
  command: z.enum(['view', 'create', 'replace', 'insert', 'rewrite', 'undo']),
  path: z.optional(
    z
      .string()
      .check(
        z.minLength(1),
        z.describe('Relative to the repository root. Needed unless each of edits has its own.'),
      ),
  ),
  range: z.optional(
    z
      .array(z.int())
      .check(
        z.minLength(2),
        z.maxLength(2),
        z.describe('view: first and last line, 1-based; a last of -1 means the end.'),
      ),
  ),
  map: z.optional(
    z.boolean().check(z.describe('view: long bodies folded, as a long file is shown without a range.')),
  ),
  text: z.optional(
    z
      .string()
      .check(
        z.describe('create: the whole file. insert: the lines to put in. rewrite: the whole definition.'),
      ),
  ),
  old: z.optional(
    z.string().check(z.describe('replace: text that occurs exactly once, white space included.')),
  ),
  new: z.optional(z.string().check(z.describe('replace: what stands there instead.'))),
  edits: z.optional(
    z
      .array(
        z.object({
          path: z.optional(z.string().check(z.minLength(1))),
          old: z.string(),
          new: z.string(),
          line: z.optional(z.int()),
          all: z.optional(z.boolean()),
        }),
      )
      .check(
        z.minLength(1),
        z.describe(
          'replace: several at once, in place of old and new. Each is matched against the files as they are now; all are made or none.',
        ),
      ),
  ),
  symbol: z.optional(
    z.string().check(z.describe('rewrite: name of the definition, as "function" or "Class.method".')),
  ),
  line,
  all,
  more: z.optional(
    z
      .boolean()
      .check(
        z.describe(
          'create, rewrite: text is a part that ends at a line end; the next call with the same path and symbol goes on with it, the one without more applies it.',
        ),
      ),
  ),
  force: z.optional(
    z.boolean().check(z.describe('Edit although it was refused for its syntax or a placeholder.')),
  ),
});
type Input = z.infer<typeof schema>;
type Command = (input: Input & { path: string }, context: ToolContext) => Promise<ToolResult>;

export const editTool: Tool<Input> = {
  name: 'edit',
  description:
    'Looks at and changes files. view: a file with line numbers (a long one with its bodies folded), a picture, or a folder two levels deep. create: a new file (text). ' +
    'replace: old becomes new; old must occur exactly once, or several edits at once. insert: text after a line. ' +
    'rewrite: a whole function, method or class by its name (symbol, text). undo: takes the last edit of the file back. ' +
    'An edit that would break the syntax is refused.',
  schema,
  touches: { writes: true, edits: true },
  subjects: subjectsOf,
  async run(input, context) {
    if (input.command === 'replace') return replaceFrom(input, context);
    return COMMANDS[input.command]({ ...input, path: required(input.path, input.command, 'path') }, context);
  },
};

/** The files it will write. */
function subjectsOf({ command, path, edits }: Input): Subject[] {
  if (command === 'view') return [];
  const paths = [path, ...(edits ?? []).map((edit) => edit.path)].filter((each) => each !== undefined);
  return [...new Set(paths)].map((each) => ({ kind: 'file', path: each }));
}

function replaceFrom(input: Input, context: ToolContext): Promise<ToolResult> {
  const { path, edits, force = false } = input;
  if (edits !== undefined && (input.old !== undefined || input.new !== undefined)) {
    throw new ModelFacingError(
      'bad-input',
      'replace takes either old and new, or edits. Nothing was changed: put the one edit into the list.',
    );
  }
  const list = edits ?? [
    {
      old: required(input.old, 'replace', 'old'),
      new: required(input.new, 'replace', 'new'),
      line: input.line,
      all: input.all,
    },
  ];
  const each = list.map((edit) => ({
    ...edit,
    path: ('path' in edit ? edit.path : undefined) ?? required(path, 'replace', 'path'),
  }));
  return replace(context, each, { force });
}

const COMMANDS: Record<Exclude<Input['command'], 'replace'>, Command> = {
  view,

  async create({ path, text, more, force = false }, context) {
    const part = required(text, 'create', 'text');
    if ((await context.workspace.files.stat(path)) !== null) {
      throw new ModelFacingError(
        'exists',
        `${path} exists already. Change it with replace, or remove it first.`,
      );
    }
    const wish = { path, symbol: null };
    if (more === true) return keepDraft(context, wish, part);
    return finishDraft(context, wish, part, async (content) => {
      if (!force) refusePlaceholder(path, content, '');
      const remembered = await apply(context, [{ path, before: null, after: content }], { force });
      const lines = content.split('\n').length - (content.endsWith('\n') ? 1 : 0);
      return { content: `Created ${path} (${lines} lines).`, details: { path, ...remembered } };
    });
  },

  async rewrite({ path, symbol, text, line: at, more, force = false }, context) {
    const name = required(symbol, 'rewrite', 'symbol');
    const part = required(text, 'rewrite', 'text');
    const wish = { path, symbol: name };
    if (more === true) return keepDraft(context, wish, part);
    return finishDraft(context, wish, part, (whole) =>
      rewrite(context, { path, symbol: name, text: whole, line: at, force }),
    );
  },

  async insert({ path, line: at, text, force = false }, context) {
    const added = plainEnds(required(text, 'insert', 'text'));
    const wanted = required(at, 'insert', 'line');
    const document = await openDocument(context, path);
    refuseStale(context, document);
    const before = new PlainText(document.text);
    const { plain } = before;
    const lines = plain.split('\n');
    const count = plain.endsWith('\n') || plain === '' ? lines.length - 1 : lines.length;
    const after = wanted === -1 ? count : wanted;
    if (after < 0 || after > count) {
      throw new ModelFacingError(
        'bad-line',
        `line is ${wanted}, but ${path} has ${count} lines: give 0 to ${count}, or -1 for the end.`,
      );
    }
    if (!force) refusePlaceholder(path, added, '');
    const open = after === count && after > 0 && !plain.endsWith('\n');
    const offset = open
      ? plain.length
      : lines.slice(0, after).reduce((sum, each) => sum + each.length + 1, 0);
    const body = added.endsWith('\n') ? added : `${added}\n`;
    const put = before.withEnds(open ? `\n${body}` : body, offset, offset);
    const place = before.offset(offset);
    const whole = before.original.slice(0, place) + put + before.original.slice(place);
    const remembered = await apply(context, [{ path, before: document, after: whole }], { force });
    const shown = echo(whole, [{ first: after + 1, last: after + body.split('\n').length - 1 }]);
    return { content: `Changed ${path}. It now reads:\n${shown}`, details: { path, ...remembered } };
  },

  undo: ({ path }, context) => undo(path, context),
};

function required<T>(value: T | undefined, command: string, field: string): T {
  if (value === undefined)
    throw new ModelFacingError('bad-input', `${command} needs "${field}". Nothing was changed.`);
  return value;
}
