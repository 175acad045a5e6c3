import { createHash } from 'node:crypto';
import {
  type Language,
  linesOfMutation,
  type Mutation,
  mutated,
  mutations,
  syntaxErrors,
} from '@heddle/code';

/** A change of a line that the patch added, small enough for a test to notice or not. */
export interface Mutant {
  readonly path: string;
  /** 1-based, in the file as the patch left it. */
  readonly line: number;
  readonly name: string;
  /** The whole file. */
  readonly text: string;
}

/** Languages that the operators know. */
export const MUTABLE: ReadonlySet<Language> = new Set(['python', 'javascript', 'typescript', 'tsx']);

/** Operators whose mutants mostly do not run at all: they would be noticed by any test. */
const BREAKING = /^(?:wrong function|variable|dropped argument|arguments)$/;

/**
 * Mutants of the given lines, the same for the same text: by the sufficient operators of mutation testing and deletions
 * (`mutate` in @heddle/code says whose), one of each operator and line before the second of any.
 */
export async function mutantsOf(
  file: { readonly path: string; readonly language: Language; readonly text: string },
  lines: ReadonlySet<number>,
): Promise<Mutant[]> {
  const { path, language, text } = file;
  const dealt: { readonly key: string; readonly mutant: Mutant }[] = [];
  for (const kind of ['inverse', 'other'] as const)
    for (const mutation of await mutations(language, text, { kind, random: orderBy(path) })) {
      const line = lineOf(text, mutation);
      if (!lines.has(line) || BREAKING.test(mutation.name)) continue;
      const changed = mutated(text, mutation);
      if (changed === text) continue;
      dealt.push({
        key: `${mutation.name}:${line}`,
        mutant: { path, line, name: mutation.name, text: changed },
      });
    }
  const turns = new Map<string, number>();
  const turned = dealt.map(({ key, mutant }) => {
    const turn = turns.get(key) ?? 0;
    turns.set(key, turn + 1);
    return { turn, mutant };
  });
  const known = (await syntaxErrors(language, text)).length;
  const fit: Mutant[] = [];
  const seen = new Set<string>();
  for (const { mutant } of turned.toSorted((a, b) => a.turn - b.turn)) {
    if (seen.has(mutant.text)) continue;
    seen.add(mutant.text);
    if ((await syntaxErrors(language, mutant.text)).length <= known) fit.push(mutant);
  }
  return fit;
}

function lineOf(text: string, mutation: Mutation): number {
  // Where a piece went, the gap's neighbours are its lines; what was there is what the patch wrote.
  const own = text.slice(
    0,
    mutation.start + (/^\s*/.exec(text.slice(mutation.start, mutation.end))?.[0].length ?? 0),
  );
  return mutation.text === '' ? own.split('\n').length : linesOfMutation(text, mutation)[0]!;
}

/** An order that only depends on the name. */
function orderBy(name: string): { shuffled<T>(list: readonly T[]): T[] } {
  return {
    shuffled: (list) =>
      list
        .map((value, at) => ({ value, rank: createHash('sha256').update(`${name}\0${at}`).digest('hex') }))
        .sort((a, b) => (a.rank < b.rank ? -1 : 1))
        .map(({ value }) => value),
  };
}
