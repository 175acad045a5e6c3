import type { LanguageModelV4FunctionTool } from '@ai-sdk/provider';
import type { SimpleCall } from '../reply-stream.ts';
import { type Schema, typeText } from './schema-text.ts';

/** What is wrong with the calls, one line a problem; empty when nothing is. */
export async function problemsOf(
  calls: readonly SimpleCall[],
  tools: readonly LanguageModelV4FunctionTool[],
): Promise<string[]> {
  if (calls.length === 0) return [];
  // The whole of zod, which alone reads JSON Schema, is loaded only where a person waits anyway.
  const { fromJSONSchema } = await import('zod');
  return calls.flatMap(({ tool: name, input }, index) => {
    const where = `call ${index + 1} (${name})`;
    const tool = tools.find((candidate) => candidate.name === name);
    if (tool === undefined)
      return [`${where}: there is no such tool; there are ${tools.map((each) => each.name).join(', ')}`];
    const schema = tool.inputSchema as Schema;
    const unknown = unknownFields(input, schema).map(
      (field) =>
        `${where}: unknown field ${field}; its fields are ${Object.keys(schema.properties ?? {}).join(', ')}`,
    );
    const checked = fromJSONSchema(tool.inputSchema as Parameters<typeof fromJSONSchema>[0]).safeParse(input);
    const wrong = (checked.error?.issues ?? [])
      .filter(({ code }) => code !== 'unrecognized_keys')
      .map((issue) => `${where}: ${fieldProblem(issue.path, input, schema, issue.message)}`);
    return [...unknown, ...wrong];
  });
}

/** JSON Schema allows unknown fields unless it says otherwise; a typed answer never means to use one. */
function unknownFields(input: unknown, { properties }: Schema): string[] {
  if (properties === undefined || typeof input !== 'object' || input === null) return [];
  return Object.keys(input).filter((field) => !Object.hasOwn(properties, field));
}

function fieldProblem(path: readonly PropertyKey[], input: unknown, schema: Schema, message: string): string {
  const field = path.map(String).join('.');
  const expected = schemaAt(schema, path);
  const got = valueAt(input, path);
  const should = expected === undefined ? message : `expected ${typeText(expected)}`;
  const is = got === undefined ? 'it is missing' : `got ${excerpt(got)}`;
  const detail =
    expected === undefined || got === undefined || /^Invalid (?:input|option)/.test(message)
      ? ''
      : ` (${message})`;
  return `${field || 'the input'}: ${should}, ${is}${detail}`;
}

function schemaAt(schema: Schema, path: readonly PropertyKey[]): Schema | undefined {
  let here: Schema | undefined = schema;
  for (const key of path) here = typeof key === 'number' ? here?.items : here?.properties?.[String(key)];
  return here;
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  let here: unknown = input;
  for (const key of path) here = (here as Record<PropertyKey, unknown> | null | undefined)?.[key];
  return here;
}

/** Characters of a wrong value shown: enough to recognise it. */
const EXCERPT_CHARS = 80;

function excerpt(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length <= EXCERPT_CHARS ? text : `${text.slice(0, EXCERPT_CHARS)}…`;
}
