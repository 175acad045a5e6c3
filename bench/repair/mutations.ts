import type { Files, Place, RepairCase } from './case.ts';
import { Bench, corpus, type Definition, type Subject, type SubjectRun, testsWith } from './corpus.ts';
import { linesOf, type Mutation, mutated, mutations } from './mutate.ts';
import { type Random, randomOf } from './random.ts';

/** A mutant that more tests than this share notice is broken rather than buggy. */
const MOST_FAILING = 0.6;
/** Mutants tried at one subject before the next has its turn. */
const PATIENCE = 12;

export interface MutationOptions {
  readonly seed: number;
  readonly cases: number;
  readonly wanted: (id: string) => boolean;
  /** Faults planted in one case, each noticed by a test the others leave alone. */
  readonly faults: 1 | 2;
}

/**
 * Bugs planted in real code: subjects take turns, and so do the two kinds. A case's tests are cut in two halves; the
 * search sees one of them, with at least one failing test of each fault in it.
 */
export async function* mutationCases(options: MutationOptions): AsyncGenerator<RepairCase> {
  const { subjects, missing } = await corpus();
  if (missing.length > 0) process.stderr.write(`left out, not on this machine: ${missing.join(', ')}\n`);
  const random = randomOf(`mutations:${options.faults}:${options.seed}`);
  const benches = new Map<Subject, { bench: Bench; sound: Subject } | null>();
  let made = 0;
  try {
    for (let round = 0; made < options.cases && round < 50; round++) {
      for (const subject of random.shuffled(subjects)) {
        if (made >= options.cases) return;
        if (!options.wanted(subject.id)) continue;
        if (!benches.has(subject)) benches.set(subject, await opened(subject));
        const found = benches.get(subject);
        if (!found) continue;
        const kind = made % 2 === 0 ? 'slip' : 'other';
        const planted = await plant(found.sound, found.bench, { kind, random, faults: options.faults });
        if (!planted) continue;
        const test = caseOf(found.sound, planted, made + 1, random);
        // Tests may lean on one another: those the search sees must fail by the fault and by nothing else.
        const seen = testsOnly(found.sound, test.files);
        const sound = await found.bench.run(seen);
        const faulty = await found.bench.run({ ...seen, ...sourcesOnly(found.sound, test.files) });
        if (sound?.failing.length !== 0 || !faulty || faulty.failing.length < options.faults) continue;
        made += 1;
        yield test;
      }
    }
  } finally {
    for (const found of benches.values()) await found?.bench.close();
  }
}

function testsOnly({ tests }: Subject, files: Files): Files {
  return Object.fromEntries(
    Object.entries(files).filter(([path]) => tests.some((test) => test.path === path)),
  );
}

function sourcesOnly({ sources }: Subject, files: Files): Files {
  return Object.fromEntries(sources.map((path) => [path, files[path]!]));
}

/** A subject with only the tests that pass as it is; null where it can't be run. */
async function opened(subject: Subject): Promise<{ bench: Bench; sound: Subject } | null> {
  const first = new Bench(subject);
  const run = await first.run({});
  await first.close();
  if (!run) return null;
  const bad = new Set(run.failing.map(({ name }) => name));
  const files = { ...subject.files, ...testsWith(subject, ({ name }) => !bad.has(name)) };
  const tests = bad.size === 0 ? subject.tests : relocated({ ...subject, files }, bad, subject.tests);
  const sound = { ...subject, files, tests };
  const bench = new Bench(sound);
  const again = bad.size === 0 ? run : await bench.run({});
  return again && again.failing.length === 0 ? { bench, sound } : null;
}

/** The kept tests where they stand after the others were taken away. */
function relocated(_subject: Subject, bad: ReadonlySet<string>, before: readonly Definition[]): Definition[] {
  return before.flatMap((test) => {
    if (bad.has(test.name)) return [];
    const gone = before.filter(
      ({ path, name, start }) => path === test.path && bad.has(name) && start < test.start,
    );
    const shift = gone.reduce((sum, { start, end, instead }) => sum + (end - start) - instead.length, 0);
    return [{ ...test, start: test.start - shift, end: test.end - shift }];
  });
}

interface Planted {
  readonly files: Files;
  readonly faults: readonly {
    readonly path: string;
    readonly mutation: Mutation;
    readonly failing: readonly Definition[];
  }[];
}

async function plant(
  subject: Subject,
  bench: Bench,
  { kind, random, faults }: { kind: Mutation['kind']; random: Random; faults: 1 | 2 },
): Promise<Planted | null> {
  const path = random.pick(subject.sources);
  const text = subject.files[path]!;
  const found: Planted['faults'][number][] = [];
  const list = await mutations(subject.language, text, { kind, random });
  for (const mutation of list.slice(0, PATIENCE * faults)) {
    if (found.some((other) => near(text, other.mutation, mutation))) continue;
    const run = await bench.run({ [path]: mutated(text, mutation) });
    if (!run || !noticed(run)) continue;
    const fresh = run.failing.filter((test) => !found.some((other) => other.failing.includes(test)));
    const masked = found.some((other) => other.failing.every((test) => run.failing.includes(test)));
    if (fresh.length === 0 || masked) continue;
    found.push({ path, mutation, failing: run.failing });
    if (found.length === faults) break;
  }
  if (found.length < faults) return null;
  const ordered = [...found].sort((a, b) => b.mutation.start - a.mutation.start);
  const changed = ordered.reduce((sum, { mutation }) => mutated(sum, mutation), text);
  return { files: { ...subject.files, [path]: changed }, faults: found };
}

function noticed({ passed, failing }: SubjectRun): boolean {
  return failing.length > 0 && failing.length <= MOST_FAILING * (passed + failing.length);
}

/** Two faults so near are one. */
const APART_LINES = 6;

function near(text: string, a: Mutation, b: Mutation): boolean {
  const lines = text.slice(Math.min(a.start, b.start), Math.max(a.end, b.end)).split('\n').length;
  return lines <= APART_LINES;
}

function caseOf(subject: Subject, { files, faults }: Planted, number: number, random: Random): RepairCase {
  const { tests } = subject;
  const visible = new Set(random.shuffled(tests).slice(0, Math.ceil(tests.length / 2)));
  for (const { failing } of faults) {
    const own = failing.filter((test) =>
      faults.every((other) => other.failing === failing || !other.failing.includes(test)),
    );
    if (!own.some((test) => visible.has(test))) visible.add(random.pick(own.length > 0 ? own : failing));
  }
  return {
    id: `${subject.id}#${number}`,
    language: subject.language,
    files: { ...files, ...testsWith(subject, (test) => visible.has(test)) },
    check: subject.check,
    framework: subject.framework,
    heldOut: { files: testsOnly(subject, subject.files), check: subject.check },
    faulty: faults.flatMap(({ path, mutation }) => placesOf(path, subject.files[path]!, mutation, faults)),
    kind: faults.map(({ mutation }) => `${mutation.kind}: ${mutation.name}`).join(' + '),
  };
}

/** Lines of the planted change in the file as it is with all of them. */
function placesOf(path: string, text: string, mutation: Mutation, faults: Planted['faults']): Place[] {
  const before = faults.filter((other) => other.mutation.start < mutation.start);
  const shift = before.reduce((sum, other) => {
    const { start, end, text: put } = other.mutation;
    return sum + put.split('\n').length - text.slice(start, end).split('\n').length;
  }, 0);
  return linesOf(text, mutation).map((line) => ({ path, line: line + shift }));
}
