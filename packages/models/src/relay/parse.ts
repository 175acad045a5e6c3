import type { LanguageModelV4FunctionTool } from '@ai-sdk/provider';
import { issueText, messageOf } from '@heddle/core';
import * as z from 'zod/mini';
import type { SimpleCall, SimpleReply } from '../reply-stream.ts';
import { TEXT_ONLY } from './answer-form.ts';
import type { Schema } from './schema-text.ts';

export type ParsedAnswer =
  | { readonly ok: true; readonly reply: SimpleReply }
  /** Each problem is one line: which call, which field, what was expected and what was there. */
  | { readonly ok: false; readonly problems: readonly string[] };

/** Reads an answer in either form (`answer-form.ts`) and checks its calls against the tools' schemas. */
export async function parseAnswer(
  text: string,
  tools: readonly LanguageModelV4FunctionTool[],
): Promise<ParsedAnswer> {
  const inJson = isJsonForm(text);
  const parsed = inJson ? fromJson(text) : fromPlain(text, tools);
  const called = inJson
    ? parsed.ok && (parsed.reply.calls ?? []).length > 0
    : text.split('\n').some((line) => BLOCK.test(line));
  if (called && tools.length === 0) return { ok: false, problems: [TEXT_ONLY] };
  if (!parsed.ok) return parsed;
  const { reply } = parsed;
  if ((reply.text ?? '') === '' && (reply.calls ?? []).length === 0)
    return { ok: false, problems: ['the answer is empty: give some text or a call'] };
  const calls = reply.calls ?? [];
  const problems = calls.length === 0 ? [] : (await import('./check.ts')).problemsOf(calls, tools);
  return problems.length > 0 ? { ok: false, problems } : parsed;
}

function isJsonForm(text: string): boolean {
  return text.trimStart().startsWith('{') && !/^@@/m.test(text);
}

const jsonForm = z.strictObject({
  text: z.optional(z.string()),
  calls: z.optional(z.array(z.strictObject({ tool: z.string(), input: z.record(z.string(), z.unknown()) }))),
});

function fromJson(text: string): ParsedAnswer {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { ok: false, problems: [`this is no JSON: ${messageOf(error)}`] };
  }
  const parsed = z.safeParse(jsonForm, value);
  if (parsed.success) return { ok: true, reply: parsed.data };
  return {
    ok: false,
    problems: parsed.error.issues.map(
      (issue) => `${issueText(issue)}; the form is {"text"?, "calls": [{"tool", "input"}]}`,
    ),
  };
}

const BLOCK = /^@@\s*([A-Za-z_][\w.-]*)\s*$/;
const HEREDOC = /^\s*([A-Za-z_]\w*)\s*:?\s*<<(-?)\s*(\S+)\s*$/;
const OPENS_JSON = /^\s*[[{]/;
const FIELD = /^\s*([A-Za-z_]\w*)\s*:\s?(.*)$/;

function fromPlain(text: string, tools: readonly LanguageModelV4FunctionTool[]): ParsedAnswer {
  const lines = text.replaceAll('\r\n', '\n').split('\n');
  const words: string[] = [];
  const calls: SimpleCall[] = [];
  const problems: string[] = [];
  let fields: Record<string, unknown> | undefined;
  let schema: Schema | undefined;
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at]!;
    const block = BLOCK.exec(line);
    if (block !== null) {
      fields = {};
      schema = tools.find(({ name }) => name === block[1])?.inputSchema as Schema | undefined;
      calls.push({ tool: block[1]!, input: fields });
      continue;
    }
    if (fields === undefined) {
      words.push(line);
      continue;
    }
    const where = `line ${at + 1}, call ${calls.length} (${calls.at(-1)!.tool})`;
    const heredoc = HEREDOC.exec(line);
    if (heredoc !== null) {
      const [, name, minus, end] = heredoc;
      const last = lines.indexOf(end!, at + 1);
      if (last < 0) {
        problems.push(`${where}: no line "${end}" ends the text of ${name}`);
        break;
      }
      const body = lines.slice(at + 1, last);
      const whole = minus === '-' || body.length === 0 ? body.join('\n') : `${body.join('\n')}\n`;
      fields[name!] = fieldValue(whole, schema?.properties?.[name!]);
      at = last;
      continue;
    }
    const field = FIELD.exec(line);
    if (field !== null) {
      const [, name, begun] = field;
      const expected = schema?.properties?.[name!];
      const json = OPENS_JSON.test(begun!) && !isTextOnly(expected) ? jsonFrom(lines, at, begun!) : null;
      if (json?.problem !== undefined) problems.push(`${where}: ${name}: ${json.problem}`);
      fields[name!] = json === null ? fieldValue(begun!, expected) : json.value;
      at = json?.last ?? at;
    } else if (line.trim() !== '') {
      const list = /^\s*([A-Za-z_]\w*)\s*([[{])/.exec(line);
      const wanted = list ? `"${list[1]}: ${list[2]}"` : '"name: value", "name <<WORD" or "@@tool"';
      problems.push(`${where}: expected ${wanted}, got ${JSON.stringify(line)}`);
      // What follows belongs to it as far as anyone can tell.
      break;
    }
  }
  if (problems.length > 0) return { ok: false, problems };
  const said = words.join('\n').trim();
  return {
    ok: true,
    reply: { ...(said === '' ? {} : { text: said }), ...(calls.length > 0 ? { calls } : {}) },
  };
}

/** A list or an object from the line it begins on to the first line where it is whole. */
function jsonFrom(
  lines: readonly string[],
  first: number,
  begun: string,
): { readonly value?: unknown; readonly last: number; readonly problem?: string } {
  let text = begun;
  let problem = '';
  for (let last = first; ; last += 1) {
    try {
      return { value: JSON.parse(text), last };
    } catch (error) {
      // What is wrong with the first line is that it goes on; the longest reading tells most.
      problem = `this is no JSON: ${messageOf(error)}`;
    }
    const next = lines[last + 1];
    if (next === undefined || BLOCK.test(next)) return { last, problem };
    text += `\n${next}`;
  }
}

/** A field that may be text is text, unless it may be something else too and is written as that. */
function fieldValue(text: string, schema: Schema | undefined): unknown {
  if (isTextOnly(schema)) return text;
  const types = typesOf(schema);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return text;
  }
  return types.has('string') && !types.has(typeOf(value)) ? text : value;
}

function isTextOnly(schema: Schema | undefined): boolean {
  const types = typesOf(schema);
  return types.size === 0 || (types.size === 1 && types.has('string'));
}

function typesOf(schema: Schema | undefined): ReadonlySet<string> {
  if (schema === undefined) return new Set();
  const variants = schema.anyOf ?? schema.oneOf;
  if (variants !== undefined) return new Set(variants.flatMap((variant) => [...typesOf(variant)]));
  if (schema.const !== undefined) return new Set([typeOf(schema.const)]);
  if (schema.enum !== undefined) return new Set(schema.enum.map(typeOf));
  const types = typeof schema.type === 'string' ? [schema.type] : (schema.type ?? []);
  return new Set(types.map((type) => (type === 'integer' ? 'number' : type)));
}

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}
