import type { LanguageModelV4FunctionTool } from '@ai-sdk/provider';
import type { ErrorObject } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { SimpleCall } from '../reply-stream.ts';
import { type Schema, typeText } from './schema-text.ts';

/**
 * What is wrong with the calls, one line a problem; empty when nothing is. This file is loaded only
 * where a person waits anyway. Not zod: reading JSON Schema takes its large build, whose shared parts a bundler
 * would then load at every start.
 */
export function problemsOf(
  calls: readonly SimpleCall[],
  tools: readonly LanguageModelV4FunctionTool[],
): string[] {
  const ajv = new Ajv2020({ allErrors: true, strict: false, validateSchema: false });
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
    const { $schema: _, ...rules } = tool.inputSchema as { $schema?: string };
    const validate = ajv.compile(rules);
    validate(input);
    const problems = deepest(validate.errors ?? []).map(
      (error) => `${where}: ${problem(error, input, schema)}`,
    );
    return [...unknown, ...new Set(problems)];
  });
}

/** JSON Schema allows unknown fields unless it says otherwise; a typed answer never means to use one. */
function unknownFields(input: unknown, { properties }: Schema): string[] {
  if (properties === undefined || typeof input !== 'object' || input === null) return [];
  return Object.keys(input).filter((field) => !Object.hasOwn(properties, field));
}

/**
 * Of a choice that no branch fits, the choice as a whole is reported and not each branch's complaint.
 * Unknown fields at the top have been named already.
 */
function deepest(errors: readonly ErrorObject[]): ErrorObject[] {
  const choices = errors.filter(({ keyword }) => keyword === 'anyOf' || keyword === 'oneOf');
  return errors.filter(
    (error) =>
      !(error.keyword === 'additionalProperties' && error.instancePath === '') &&
      !choices.some((choice) => error !== choice && error.schemaPath.startsWith(`${choice.schemaPath}/`)),
  );
}

function problem(error: ErrorObject, input: unknown, schema: Schema): string {
  const path = error.instancePath.split('/').slice(1).map(unescaped);
  if (error.keyword === 'required') path.push(String(error.params.missingProperty));
  if (error.keyword === 'additionalProperties') path.push(String(error.params.additionalProperty));
  const field = path.join('.') || 'the input';
  if (error.keyword === 'additionalProperties') return `${field}: unknown field`;
  const expected = schemaAt(schema, path);
  const got = valueAt(input, path);
  if (got === undefined) return `${field}: expected ${typeText(expected ?? {})}, it is missing`;
  const byType =
    ['type', 'enum', 'const', 'anyOf', 'oneOf'].includes(error.keyword) && expected !== undefined;
  return `${field}: ${byType ? `expected ${typeText(expected)}` : error.message}, got ${excerpt(got)}`;
}

/** A path is a JSON pointer. */
function unescaped(step: string): string {
  return step.replaceAll('~1', '/').replaceAll('~0', '~');
}

function schemaAt(schema: Schema, path: readonly string[]): Schema | undefined {
  let here: Schema | undefined = schema;
  for (const step of path)
    here = here?.properties?.[step] ?? here?.prefixItems?.[Number(step)] ?? (here?.items || undefined);
  return here;
}

function valueAt(input: unknown, path: readonly string[]): unknown {
  let here: unknown = input;
  for (const step of path) here = (here as Record<string, unknown> | null | undefined)?.[step];
  return here;
}

/** Characters of a wrong value shown: enough to recognise it. */
const EXCERPT_CHARS = 80;

function excerpt(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length <= EXCERPT_CHARS ? text : `${text.slice(0, EXCERPT_CHARS)}…`;
}
