import type { Files } from '../../repair/case.ts';
import { testsWith } from '../../repair/corpus.ts';
import type { Random } from '../../repair/random.ts';
import { type Call, resultsOf, testFileOf } from './calls.ts';
import type { PlantedCandidate } from './instance.ts';
import type { Site } from './site.ts';
import type { Variant } from './variants.ts';

export interface Brought {
  readonly files: Files;
  readonly brings: PlantedCandidate['brings'];
}

/** What all calls give: with the bug, and with each change. */
export interface Answers {
  readonly calls: readonly Call[];
  readonly buggy: readonly (string | null)[];
  readonly by: ReadonlyMap<Variant, readonly (string | null)[]>;
}

export async function answersTo(
  { bench, path, fault }: Site,
  calls: readonly Call[],
  changes: readonly Variant[],
): Promise<Answers> {
  const by = new Map<Variant, readonly (string | null)[]>();
  for (const change of changes) by.set(change, await resultsOf(bench, path, change.text, calls));
  return { calls, buggy: await resultsOf(bench, path, fault.buggy, calls), by };
}

/** Calls on which changes differ from one another. */
export function trickyIn({ calls, by }: Answers): number[] {
  return [...calls.keys()].filter((index) => new Set([...by.values()].map((own) => own[index])).size > 1);
}

/** Expectations of each kind in one candidate's tests: as many as a person writes down. */
const MENDED = 2;
const TRICKY = 2;
const ANY = 1;
const NAMES = ['issue', 'reported', 'regression', 'behaviour'];

/**
 * The tests that the author of a change would bring, who believes in it: made the same way for right and wrong ones.
 * - From calls that the whole test suite makes of the module, a test for each, that expects what *the change* gives:
 *   up to two on which it does otherwise than the files with the bug (without any, none), two of the tricky ones, on
 *   which the changes of this instance differ, and one more. So one of a wrong change expects its mistakes.
 * - Where no such call can be written down: a hidden test that fails with the bug and passes with the change.
 * Null: there is neither.
 */
export async function broughtFor(
  site: Site,
  change: Variant,
  { answers, random }: { readonly answers: Answers; readonly random: Random },
): Promise<Brought | null> {
  const name = random.pick(NAMES);
  const expected = expectations(change, answers, random);
  if (expected.length > 0) return { files: testFileOf(site.path, name, expected), brings: 'calls' };
  return hidden(site, change.text, { name, random });
}

function expectations(change: Variant, answers: Answers, random: Random) {
  const { calls, buggy, by } = answers;
  const own = by.get(change)!;
  const known = random.shuffled([...calls.keys()].filter((index) => own[index] != null));
  const mended = known.filter((index) => own[index] !== buggy[index]).slice(0, MENDED);
  if (mended.length === 0) return [];
  const tricky = new Set(trickyIn(answers));
  const rest = known.filter((index) => !mended.includes(index));
  const hard = rest.filter((index) => tricky.has(index)).slice(0, TRICKY);
  const any = rest.filter((index) => !hard.includes(index)).slice(0, ANY);
  return random
    .shuffled([...mended, ...hard, ...any])
    .map((index) => ({ ...calls[index]!, result: own[index]! }));
}

async function hidden(
  site: Site,
  text: string,
  { name, random }: { readonly name: string; readonly random: Random },
): Promise<Brought | null> {
  const { bench, subject, path, visible } = site;
  const run = await bench.run({ [path]: text });
  const shown = site.failing.filter((test) => !visible.has(test) && run?.failing.includes(test) === false);
  if (shown.length === 0) return null;
  const test = random.pick(shown);
  const files = testsWith(subject, (each) => each === test);
  const [folder] = test.path.split('/');
  const ending = /(?:\.test)?\.\w+$/.exec(test.path)![0];
  const file =
    subject.language === 'python' ? `${folder}/test_${name}${ending}` : `${folder}/${name}${ending}`;
  return { files: { [file]: files[test.path]! }, brings: 'hidden' };
}
