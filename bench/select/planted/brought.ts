import type { Files } from '../../repair/case.ts';
import { testsWith } from '../../repair/corpus.ts';
import type { Random } from '../../repair/random.ts';
import { type Call, resultsOf, testFileOf } from './calls.ts';
import type { PlantedCandidate } from './instance.ts';
import type { Site } from './site.ts';

export interface Brought {
  readonly files: Files;
  readonly brings: PlantedCandidate['brings'];
}

/** As many expectations as a person writes down to show one thing. */
const MOST_EXPECTED = 3;
const NAMES = ['issue', 'reported', 'regression', 'behaviour'];

/**
 * The tests that the author of a text would bring, who believes in it: made the same way for right and wrong ones.
 * - From calls that the whole test suite makes of the module: up to three on which the text does otherwise than the
 *   files with the bug, each with what *the text* gives as what is expected. One of a wrong text expects a wrong
 *   result, if any of these calls shows one.
 * - Where no such call can be written down: a hidden test that fails with the bug and passes with the text.
 * Null: there is neither.
 */
export async function broughtFor(
  site: Site,
  text: string,
  { calls, random }: { readonly calls: readonly Call[]; readonly random: Random },
): Promise<Brought | null> {
  const name = random.pick(NAMES);
  const expected = await expectations(site, text, { calls, random });
  if (expected.length > 0) return { files: testFileOf(site.path, name, expected), brings: 'calls' };
  return hidden(site, text, { name, random });
}

async function expectations(
  { bench, path, fault }: Site,
  text: string,
  { calls, random }: { readonly calls: readonly Call[]; readonly random: Random },
) {
  const results = (of: string) => resultsOf(bench, path, of, calls);
  const [bug, own, truth] = [await results(fault.buggy), await results(text), await results(fault.sound)];
  const telling = random.shuffled(
    calls.flatMap((call, index) => {
      const [result, before] = [own[index]!, bug[index]!];
      return result === null || result === before
        ? []
        : [{ ...call, result, wrong: result !== truth[index] }];
    }),
  );
  const mistaken = telling.find(({ wrong }) => wrong);
  const chosen =
    mistaken === undefined ? telling : [mistaken, ...telling.filter((each) => each !== mistaken)];
  return chosen.slice(0, MOST_EXPECTED);
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
