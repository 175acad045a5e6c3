import { numbersFrom } from '@heddle/core';
import { languageOf } from '../syntax/languages.ts';
import { flavour, kindByName } from './guess.ts';
import { literal, makeValue } from './inputs.ts';
import type { Kind, Value } from './kind.ts';
import { literalCalls } from './literals.ts';
import { nodeProgram } from './node-program.ts';
import { pythonProgram } from './python-program.ts';
import { type Parameter, READABLE, signatureOf } from './signature.ts';

/** A call takes microseconds; this is for one that never ends. */
const CALL_SECONDS = 0.5;
/** Characters kept of what one call did: differences further behind show elsewhere too. */
const MAX_RESULT = 2_000;
/** Of the inputs, at most this part are calls found in the repository. */
const FOUND_SHARE = 0.5;
const DEFAULT_INPUTS = 60;
/** Draws for each input wanted: a function of two booleans has only four. */
const DRAWS = 4;
const MARK = 'probe-results ';

export interface ProbeOptions {
  /** Of the file, relative to the root. */
  readonly path: string;
  /** Its text as the inputs are made for, the same for all candidates: where there is one, that before the change. */
  readonly text: string;
  /** `['f']`, or `['Class', 'staticMethod']`. */
  readonly name: readonly string[];
  /** Texts of tests and callers, where calls with written-down arguments are looked for. */
  readonly callers?: readonly { readonly path: string; readonly text: string }[];
  readonly seed: number;
  /** Calls to make. Default 60; fewer where no more different ones can be made. */
  readonly inputs?: number;
  /** Default `python3`. Node is `node`. */
  readonly python?: string;
}

/** What runs in a workspace, at its root, with the program on standard input. */
export interface Probe {
  readonly command: string;
  readonly program: string;
  /** Calls it makes. */
  readonly inputs: number;
  /** Seconds after which it hangs for good. */
  readonly timeoutSeconds: number;
}

export interface ProgramParts {
  readonly path: string;
  readonly name: readonly string[];
  /** The arguments of each call as the language writes them. */
  readonly calls: readonly (readonly string[])[];
  readonly seconds: number;
  readonly mark: string;
  readonly length: number;
}

/**
 * A program that calls one function with made-up arguments and prints what came of each call, so that what candidates
 * made of it can be compared by what it does (as CodeT, Chen et al. 2022, groups programs by the tests they pass). The
 * arguments follow from the seed, the function's signature and the calls of it that are found; they take no notice of
 * what is sensible. No side effects are assumed of the function: run it in a fork. Null: its signature does not permit.
 */
export async function probeFor(options: ProbeOptions): Promise<Probe | null> {
  const { path, text, name, seed, inputs = DEFAULT_INPUTS } = options;
  const language = languageOf(path);
  if (language === null || !READABLE.has(language)) return null;
  const parameters = await signatureOf(language, text, name);
  if (parameters === null) return null;
  const found: Value[][] = [];
  for (const caller of options.callers ?? []) {
    const spoken = languageOf(caller.path);
    if (spoken !== null && READABLE.has(spoken) && (spoken === 'python') === (language === 'python'))
      found.push(...(await literalCalls(spoken, caller.text, name.at(-1)!)));
  }
  const writes = language === 'python' ? 'python' : 'javascript';
  const written = callsOf(parameters, found, { seed, inputs }).map((call) =>
    call.map((value) => literal(value, writes)),
  );
  const calls = [...new Map(written.map((call) => [call.join(', '), call])).values()].slice(0, inputs);
  const parts = { path, name, calls, seconds: CALL_SECONDS, mark: MARK, length: MAX_RESULT };
  return {
    command: language === 'python' ? `${options.python ?? 'python3'} -` : 'node --input-type=module -',
    program: language === 'python' ? pythonProgram(parts) : nodeProgram(parts),
    inputs: calls.length,
    timeoutSeconds: 10 + calls.length * CALL_SECONDS,
  };
}

function callsOf(
  parameters: readonly Parameter[],
  found: readonly Value[][],
  { seed, inputs }: { readonly seed: number; readonly inputs: number },
): Value[][] {
  const required = parameters.filter((parameter) => parameter.required).length;
  const fitting = found.filter((call) => call.length >= required && call.length <= parameters.length);
  const random = numbersFrom(seed);
  const kinds = parameters.map((parameter, place) => withFound(parameter, fitting, place));
  const made = Array.from({ length: parameters.length === 0 ? 1 : inputs * DRAWS }, () => {
    const unknown = flavour(random);
    return kinds.map((kind) => makeValue(kind ?? unknown, random));
  });
  return [...fitting.slice(0, Math.floor(inputs * FOUND_SHARE)), ...made];
}

/** What stands at a place in calls that are found tells what a parameter takes, else its name may; null: nothing does. */
function withFound({ kind, name }: Parameter, found: readonly Value[][], place: number): Kind | null {
  const values = found.flatMap((call) => (place < call.length ? [call[place]!] : []));
  if (values.length === 0) return kind ?? kindByName(name);
  const seen: Kind = { kind: 'choice', of: values.map((value) => ({ kind: 'value', value })) };
  const alike = kind ?? likeAll(values) ?? { kind: 'any' };
  return { kind: 'choice', of: [seen, alike, alike] };
}

/** The kind all values have; null: they differ. */
function likeAll(values: readonly Value[]): Kind | null {
  const kinds = values.map(kindOf);
  const [first] = kinds;
  return first !== undefined && kinds.every((kind) => JSON.stringify(kind) === JSON.stringify(first))
    ? first
    : null;
}

function kindOf(value: Value): Kind {
  if (value === null) return { kind: 'null' };
  if (typeof value === 'boolean') return { kind: 'bool' };
  if (typeof value === 'number') return { kind: 'int' };
  if (typeof value === 'string') return { kind: 'string' };
  if ('float' in value) return { kind: 'float' };
  if ('tuple' in value) return { kind: 'tuple', items: value.tuple.map(kindOf) };
  if ('dict' in value) return { kind: 'dict', of: { kind: 'any' } };
  return { kind: 'list', of: likeAll(value) ?? { kind: 'any' } };
}

/**
 * What each call did, in order, from what the program printed. Null: it did not get that far (the module cannot be
 * imported, or does not export the function).
 */
export function readProbe(output: string): string[] | null {
  const line = output.split('\n').findLast((one) => one.startsWith(MARK));
  if (line === undefined) return null;
  try {
    const read: unknown = JSON.parse(line.slice(MARK.length));
    return Array.isArray(read) && read.every((one) => typeof one === 'string') ? read : null;
  } catch {
    return null;
  }
}

/** What calls did both times; null where it was not the same (time, chance, addresses): such a call tells nothing. */
export function steadyResults(first: readonly string[], second: readonly string[]): (string | null)[] {
  return first.map((result, index) => (result === second[index] ? result : null));
}
