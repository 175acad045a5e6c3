import { type Bench, corpus, type Subject } from '../../repair/corpus.ts';
import { opened } from '../../repair/mutations.ts';
import { randomOf } from '../../repair/random.ts';
import { exampleSubject } from '../attempts/example-cases.ts';
import { instanceOf } from './build.ts';
import { COMPOSITIONS, type Instance } from './instance.ts';

const MAX_ROUNDS = 50;
const LANGUAGES = ['python', 'javascript', 'typescript'] as const;

/**
 * Instances over the same real code as the repair suites, and the examples. Languages take turns, and in each language
 * the subjects; each turn has randomness of its own. `made`: those there are already.
 */
export async function* plantedInstances({
  instances,
  seed,
  made,
}: {
  readonly instances: number;
  readonly seed: number;
  readonly made: readonly Instance[];
}): AsyncGenerator<Instance> {
  const subjects = await plantable();
  const benches = new Map<Subject, { bench: Bench; sound: Subject } | null>();
  const known = new Map(made.map((instance) => [instance.id, instance]));
  let count = 0;
  try {
    for (let turn = 0; count < instances && turn < MAX_ROUNDS * LANGUAGES.length; turn++) {
      const language = LANGUAGES[turn % LANGUAGES.length]!;
      const own = subjects.filter((subject) => subject.language === language);
      if (own.length === 0) continue;
      const nth = Math.floor(turn / LANGUAGES.length);
      const round = Math.floor(nth / own.length);
      const subject = randomOf(`planted:${seed}:${language}:${round}`).shuffled(own)[nth % own.length]!;
      const id = `${subject.id}#${seed}.${round + 1}`;
      const past = known.get(id);
      if (past === undefined) {
        if (!benches.has(subject)) benches.set(subject, await opened(subject));
        const found = benches.get(subject);
        const composition = COMPOSITIONS[count % COMPOSITIONS.length]!;
        const instance = found && (await instanceOf(found, { id, composition }));
        if (!instance) {
          process.stderr.write(
            `no instance: ${id} (no bug its tests notice, or no wrong change they miss)\n`,
          );
          continue;
        }
        yield instance;
      }
      count += 1;
    }
  } finally {
    for (const found of benches.values()) await found?.bench.close();
  }
}

/** With checks that run whatever test files there are, so that tests that candidates bring are run too. */
async function plantable(): Promise<Subject[]> {
  const { subjects, missing } = await corpus();
  if (missing.length > 0) process.stderr.write(`left out, not on this machine: ${missing.join(', ')}\n`);
  const examples = await Promise.all(['cellar', 'pennybook'].map(exampleSubject));
  return [...subjects, ...examples].map((subject) =>
    subject.language === 'python' ? { ...subject, check: 'python3 -m unittest' } : subject,
  );
}
