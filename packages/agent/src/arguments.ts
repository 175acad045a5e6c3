import type * as z from 'zod/mini';
import { parseArguments } from './messages.ts';

/**
 * A call's arguments as an object, or null if they are none. Line ends and tabs that stand bare in a text, and a
 * fence round the whole, are what models get wrong: they are mended. What was cut short is not guessed at.
 */
export function readArguments(input: string): Record<string, unknown> | null {
  const plain = parseArguments(input);
  if (plain !== null) return plain;
  const bare = input.trim().replace(/^```(?:json)?\n([\s\S]*)\n```$/, '$1');
  return parseArguments(escapeBare(bare));
}

const ESCAPES: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** Line ends and tabs inside of texts, as JSON wants them. */
function escapeBare(json: string): string {
  return json.replaceAll(/"(?:[^"\\]|\\[\s\S])*"/g, (text) =>
    text.replaceAll(/[\n\r\t]/g, (character) => ESCAPES[character]!),
  );
}

type Fit<T> =
  | { readonly data: T; readonly mended: readonly string[] }
  | { readonly issues: readonly z.core.$ZodIssue[]; readonly mended: null };

/**
 * Arguments as a schema wants them. A list or an object written as a text, a number or a yes as a text, and one thing
 * where a list of them belongs are taken for what they mean; `mended` names where. Otherwise the issues as they were.
 */
export function fitArguments<T>(schema: z.ZodMiniType<T>, input: Record<string, unknown>): Fit<T> {
  const first = schema.safeParse(input);
  if (first.success) return { data: first.data, mended: [] };
  const { issues } = first.error;
  const copy = structuredClone(input);
  const mended = issues.filter((issue) => mend(copy, issue)).map(({ path }) => path.join('.'));
  if (mended.length === 0) return { issues, mended: null };
  const second = schema.safeParse(copy);
  return second.success ? { data: second.data, mended } : { issues, mended: null };
}

function mend(input: Record<string, unknown>, issue: z.core.$ZodIssue): boolean {
  if (issue.code !== 'invalid_type' || issue.path.length === 0) return false;
  const key = issue.path.at(-1)!;
  const holder = issue.path
    .slice(0, -1)
    .reduce<unknown>((inner, each) => (inner as Record<PropertyKey, unknown> | undefined)?.[each], input);
  if (holder === null || typeof holder !== 'object') return false;
  const values = holder as Record<PropertyKey, unknown>;
  const meant = asType(values[key], issue.expected);
  if (meant === undefined) return false;
  values[key] = meant;
  return true;
}

/** Undefined: it can't be taken for one. */
function asType(value: unknown, expected: string): unknown {
  if (expected === 'array' && value !== null && typeof value === 'object' && !Array.isArray(value))
    return [value];
  if (expected === 'string') {
    return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
  }
  if (typeof value !== 'string') return undefined;
  const parsed = parsedText(value);
  if (expected === 'array') return Array.isArray(parsed) ? parsed : undefined;
  if (expected === 'int') return Number.isInteger(parsed) ? parsed : undefined;
  return typeof parsed === expected && parsed !== null && !Array.isArray(parsed) ? parsed : undefined;
}

function parsedText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
