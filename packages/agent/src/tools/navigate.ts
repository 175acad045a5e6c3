import { ModelFacingError } from '@heddle/core';
import * as z from 'zod/mini';
import type { Subject } from '../guard/subject.ts';
import type { Tool, ToolContext, ToolResult } from '../tool.ts';
import { definition, hover, implementations, references } from './navigate/look-up.ts';
import { map, outline, search } from './navigate/overview.ts';
import { diagnostics, fixes } from './navigate/problems.ts';
import { rename } from './navigate/rename.ts';

const schema = z.object({
  command: z.enum([
    'definition',
    'references',
    'implementations',
    'hover',
    'outline',
    'symbols',
    'map',
    'rename',
    'diagnostics',
    'fixes',
  ]),
  name: z.optional(
    z
      .string()
      .check(z.minLength(1), z.describe('The symbol: "total" or "Cart.total". symbols: part of a name.')),
  ),
  path: z.optional(
    z
      .string()
      .check(z.minLength(1), z.describe('A file that has the name; needed where several symbols share it.')),
  ),
  line: z.optional(z.int().check(z.describe('A line of path with the name, or of the problem to fix.'))),
  to: z.optional(z.string().check(z.minLength(1), z.describe('rename: the new name.'))),
  tokens: z.optional(z.int().check(z.minimum(100), z.describe('map: its size. Default 1500.'))),
  mentioned: z.optional(z.array(z.string()).check(z.describe('map: names or files to favour.'))),
  fix: z.optional(z.string().check(z.describe('fixes: the title of the one to make.'))),
});
type Input = z.infer<typeof schema>;

export const navigateTool: Tool<Input> = {
  name: 'navigate',
  description:
    'Finds its way in code by symbols. definition, references, implementations, hover (type and documentation): of name, at path and line if need be. ' +
    'outline: what a file (path) defines. symbols: definitions by part of a name. map: the most used definitions of the repository. ' +
    'rename: name to "to" in all files. diagnostics: problems of path, or of all changed files. fixes: mends for the problem at path and line. ' +
    'Answers come from a language server where there is one, else from syntax trees, which is said.',
  schema,
  touches: { writes: true },
  subjects: subjectsOf,
  run(input, context) {
    return COMMANDS[input.command](input, context);
  },
};

const COMMANDS: Record<Input['command'], (input: Input, context: ToolContext) => Promise<ToolResult>> = {
  definition: (input, context) => definition(address(input), context),
  references: (input, context) => references(address(input), context),
  implementations: (input, context) => implementations(address(input), context),
  hover: (input, context) => hover(address(input), context),
  outline: (input, context) => outline(required(input, 'path'), context),
  symbols: (input, context) => search(required(input, 'name'), context),
  map,
  rename: (input, context) => rename({ ...address(input), to: required(input, 'to') }, context),
  diagnostics: (input, context) => diagnostics(input.path, context),
  fixes: (input, context) =>
    fixes({ path: required(input, 'path'), line: required(input, 'line'), fix: input.fix }, context),
};

/** Which files a rename changes is the server's answer: the guard is told of the one it is asked in. */
function subjectsOf({ command, path = '.', fix }: Input): Subject[] {
  const writes = command === 'rename' || (command === 'fixes' && fix !== undefined);
  return writes ? [{ kind: 'file', path }] : [];
}

function address(input: Input) {
  if (input.line !== undefined && input.path === undefined)
    throw new ModelFacingError('bad-input', `${input.command} needs the "path" that line is in.`);
  return { name: required(input, 'name'), path: input.path, line: input.line };
}

function required<Field extends keyof Input>(input: Input, field: Field): NonNullable<Input[Field]> {
  const value = input[field];
  if (value === undefined)
    throw new ModelFacingError('bad-input', `${input.command} needs "${field}". Nothing was done.`);
  return value as NonNullable<Input[Field]>;
}
