import { type Mutation, mutated, mutations, syntaxErrors } from '@heddle/code';
import type { Files } from '../../repair/case.ts';
import { type Bench, type Definition, type Subject, testsWith } from '../../repair/corpus.ts';
import { noticed } from '../../repair/mutations.ts';
import type { Random } from '../../repair/random.ts';
import type { Truth } from './instance.ts';
import type { Fault } from './variants.ts';

/** A sound subject with a bug planted into one file, and its tests parted into those seen and those held out. */
export class Site {
  readonly bench: Bench;
  readonly subject: Subject;
  readonly path: string;
  readonly fault: Fault;
  /** How the bug was made. */
  readonly kind: string;
  readonly visible: ReadonlySet<Definition>;
  /** Fail because of the bug. */
  readonly failing: readonly Definition[];

  constructor(site: Pick<Site, 'bench' | 'subject' | 'path' | 'fault' | 'kind' | 'visible' | 'failing'>) {
    this.bench = site.bench;
    this.subject = site.subject;
    this.path = site.path;
    this.fault = site.fault;
    this.kind = site.kind;
    this.visible = site.visible;
    this.failing = site.failing;
  }

  /** The test files as they are seen. */
  get visibleTests(): Files {
    return testsWith(this.subject, (test) => this.visible.has(test));
  }

  /** All files, with the bug and the visible tests. */
  get files(): Files {
    return { ...this.subject.files, ...this.visibleTests, [this.path]: this.fault.buggy };
  }

  /** What the file with this text is, by all tests. Null: the tests don't run to their end, or nothing is wrong or right about it. */
  async truthOf(text: string): Promise<Truth | null> {
    const run = await this.bench.run({ [this.path]: text });
    if (run === null) return null;
    if (run.failing.length === 0) return 'right';
    return run.failing.some((test) => this.visible.has(test)) ? 'careless' : 'wrong';
  }

  /** Whether the visible tests pass with these files, tests that they bring included. */
  async passesVisible(files: Files): Promise<boolean> {
    const { check } = this.subject;
    const run = await this.bench.within({ ...this.visibleTests, ...files }, ({ exec }) =>
      exec(check, { timeoutSeconds: CHECK_SECONDS }),
    );
    return run.ended === 'exited' && run.exitCode === 0;
  }
}

const CHECK_SECONDS = 20;
/** Mutants tried before the next subject has its turn. */
const PATIENCE = 12;

/**
 * Plants one bug that tests notice, and holds half of the tests out. Of the tests that fail, one at least is seen,
 * and one at least is held out if there are several. Null: none of the first mutants will do.
 */
export async function siteIn(
  { bench, sound: subject }: { readonly bench: Bench; readonly sound: Subject },
  random: Random,
): Promise<Site | null> {
  const path = random.pick(subject.sources);
  const sound = subject.files[path]!;
  const kind = random.pick<Mutation['kind']>(['inverse', 'other']);
  for (const mutation of (await mutations(subject.language, sound, { kind, random })).slice(0, PATIENCE)) {
    const buggy = mutated(sound, mutation);
    if ((await syntaxErrors(subject.language, buggy)).length > 0) continue;
    const run = await bench.run({ [path]: buggy });
    if (!run || !noticed(run)) continue;
    const { language } = subject;
    const site = new Site({
      bench,
      subject,
      path,
      fault: { language, sound, buggy, home: mutation.home },
      kind: `${mutation.kind}: ${mutation.name}`,
      visible: parted(subject.tests, run.failing, random),
      failing: run.failing,
    });
    // Tests may lean on one another: those that are seen must pass by themselves.
    if (await site.passesVisible({})) return site;
  }
  return null;
}

function parted(
  tests: readonly Definition[],
  failing: readonly Definition[],
  random: Random,
): Set<Definition> {
  const visible = new Set(random.shuffled(tests).slice(0, Math.ceil(tests.length / 2)));
  const [first, ...rest] = random.shuffled(failing);
  visible.add(first!);
  if (rest.length > 0 && rest.every((test) => visible.has(test))) visible.delete(rest[0]!);
  return visible;
}
