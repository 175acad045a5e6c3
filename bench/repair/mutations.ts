import { linesOfMutation, type Mutation, mutated, mutations, syntaxErrors } from '@heddle/code';
import type { Files, Place, RepairCase } from './case.ts';
import { Bench, corpus, type Definition, type Subject, type SubjectRun, testsWith } from './corpus.ts';
import { type Random, randomOf } from './random.ts';

/** A mutant that more tests than this share notice is broken rather than buggy. */
const MOST_FAILING = 0.6;
/** Mutants tried at one subject before the next has its turn. */
const PATIENCE = 12;
const MAX_ROUNDS = 50;

export interface MutationOptions {
  readonly seed: number;
  readonly cases: number;
  readonly wanted: (id: string) => boolean;
  /** Faults planted in one case, each noticed by a test the others leave alone. */
  readonly faults: 1 | 2;
}

/**
 * Bugs planted in real code: subjects take turns, and so do the two kinds. A case's tests are cut in two halves; the
 * search sees one of them, with at least one failing test of each fault in it. Each turn of a subject has randomness
 * of its own: leaving others out by `wanted` leaves its case as it is.
 */
export async function* mutationCases(options: MutationOptions): AsyncGenerator<RepairCase> {
  const { subjects, missing } = await corpus();
  if (missing.length > 0) process.stderr.write(`left out, not on this machine: ${missing.join(', ')}\n`);
  const benches = new Map<Subject, { bench: Bench; sound: Subject } | null>();
  const left = { inverse: Math.ceil(options.cases / 2), other: Math.floor(options.cases / 2) };
  try {
    for (let round = 1; round <= MAX_ROUNDS; round++) {
      const order = randomOf(`${options.faults}:${options.seed}:${round}`).shuffled(subjects);
      for (const [turn, subject] of order.entries()) {
        const kind = (turn + round) % 2 === 0 ? 'inverse' : 'other';
        const id = `${subject.id}#${round}`;
        if (left.inverse + left.other === 0) return;
        if (left[kind] === 0 || !options.wanted(id)) continue;
        if (!benches.has(subject)) benches.set(subject, await opened(subject));
        const found = benches.get(subject);
        const test = found && (await turnOf(found, { id, kind, ...options }));
        if (!test) continue;
        left[kind] -= 1;
        yield test;
      }
    }
  } finally {
    for (const found of benches.values()) await found?.bench.close();
  }
}

/** A case, if one of the first mutants makes one. */
async function turnOf(
  { bench, sound }: { bench: Bench; sound: Subject },
  { id, kind, seed, faults }: { id: string; kind: Mutation['kind']; seed: number; faults: 1 | 2 },
): Promise<RepairCase | null> {
  const random = randomOf(`${faults}:${seed}:${id}`);
  const planted = await plant(sound, bench, { kind, random, faults });
  if (!planted) return null;
  const test = caseOf(sound, planted, { id, random });
  // Tests may lean on one another: those the search sees must fail by the faults and by nothing else.
  const seen = testsOnly(sound, test.files);
  const before = await bench.run(seen);
  const after = await bench.run({ ...seen, ...sourcesOnly(sound, test.files) });
  if (before?.failing.length !== 0 || !after) return null;
  const shown = planted.faults.every((fault) =>
    after.failing.some((failing) => own(fault, planted.faults).includes(failing)),
  );
  return shown ? test : null;
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
export async function opened(subject: Subject): Promise<{ bench: Bench; sound: Subject } | null> {
  const found = await soundOf(subject);
  if (!found) process.stderr.write(`left out, its own tests don't run here: ${subject.id}\n`);
  return found;
}

async function soundOf(subject: Subject): Promise<{ bench: Bench; sound: Subject } | null> {
  const first = new Bench(subject);
  const run = await first.run({});
  if (run?.failing.length === 0) return { bench: first, sound: subject };
  await first.close();
  if (!run) return null;
  const bad = new Set(run.failing.map(({ name }) => name));
  const files = { ...subject.files, ...testsWith(subject, ({ name }) => !bad.has(name)) };
  const sound = { ...subject, files, tests: relocated(subject.tests, bad) };
  const bench = new Bench(sound);
  if ((await bench.run({}))?.failing.length === 0) return { bench, sound };
  await bench.close();
  return null;
}

/** The kept tests where they stand after the others were taken away. */
function relocated(before: readonly Definition[], bad: ReadonlySet<string>): Definition[] {
  return before.flatMap((test) => {
    if (bad.has(test.name)) return [];
    const gone = before.filter(
      ({ path, name, start }) => path === test.path && bad.has(name) && start < test.start,
    );
    const shift = gone.reduce((sum, { start, end, instead }) => sum + (end - start) - instead.length, 0);
    return [{ ...test, start: test.start - shift, end: test.end - shift }];
  });
}

interface Fault {
  readonly path: string;
  readonly mutation: Mutation;
  readonly failing: readonly Definition[];
}

interface Planted {
  readonly files: Files;
  readonly faults: readonly Fault[];
}

async function plant(
  subject: Subject,
  bench: Bench,
  { kind, random, faults }: { kind: Mutation['kind']; random: Random; faults: 1 | 2 },
): Promise<Planted | null> {
  const path = random.pick(subject.sources);
  const text = subject.files[path]!;
  const found: Fault[] = [];
  const list = await mutations(subject.language, text, { kind, random });
  for (const mutation of list.slice(0, PATIENCE * faults)) {
    if (found.some((other) => other.mutation.home === mutation.home)) continue;
    const changed = mutated(text, mutation);
    if ((await syntaxErrors(subject.language, changed)).length > 0) continue;
    const run = await bench.run({ [path]: changed });
    if (!run || !noticed(run)) continue;
    const fault = { path, mutation, failing: run.failing };
    if ([...found, fault].some((each) => own(each, [...found, fault]).length === 0)) continue;
    found.push(fault);
    if (found.length === faults) break;
  }
  if (found.length < faults) return null;
  const ordered = [...found].sort((a, b) => b.mutation.start - a.mutation.start);
  const changed = ordered.reduce((sum, { mutation }) => mutated(sum, mutation), text);
  return { files: { ...subject.files, [path]: changed }, faults: found };
}

/** Tests that one fault fails and no other. */
function own(fault: Fault, all: readonly Fault[]): Definition[] {
  return fault.failing.filter((test) =>
    all.every((other) => other === fault || !other.failing.includes(test)),
  );
}

export function noticed({ passed, failing }: SubjectRun): boolean {
  return failing.length > 0 && failing.length <= MOST_FAILING * (passed + failing.length);
}

function caseOf(
  subject: Subject,
  { files, faults }: Planted,
  { id, random }: { id: string; random: Random },
): RepairCase {
  const { tests } = subject;
  const visible = new Set(random.shuffled(tests).slice(0, Math.ceil(tests.length / 2)));
  for (const fault of faults) {
    const failing = own(fault, faults);
    if (!failing.some((test) => visible.has(test))) visible.add(random.pick(failing));
  }
  return {
    id,
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
function placesOf(path: string, text: string, mutation: Mutation, faults: readonly Fault[]): Place[] {
  const before = faults.filter((other) => other.mutation.start < mutation.start);
  const shift = before.reduce((sum, other) => {
    const { start, end, text: put } = other.mutation;
    return sum + put.split('\n').length - text.slice(start, end).split('\n').length;
  }, 0);
  return linesOfMutation(text, mutation).map((line) => ({ path, line: line + shift }));
}
