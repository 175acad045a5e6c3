import type { Bench, Subject } from '../../repair/corpus.ts';
import { type Random, randomOf } from '../../repair/random.ts';
import { type Answers, answersTo, type Brought, broughtFor, trickyIn } from './brought.ts';
import { callsIn, resultsOf } from './calls.ts';
import { type Clothes, dressed } from './clothes.ts';
import type { Composition, Instance, PlantedCandidate, Truth } from './instance.ts';
import { type Site, siteIn } from './site.ts';
import { byHeart, type Variant, variants } from './variants.ts';

/** Of the attempts, so many bring tests of their own. */
const BRING = 0.6;
/** Of the changes, so many have copies that come first in other words rather than in other white space. */
const REWORDED = 0.3;

/** Null: the subject's turn gave no bug, or no wrong change that the visible tests pass. */
export async function instanceOf(
  subject: { readonly bench: Bench; readonly sound: Subject },
  { id, composition }: { readonly id: string; readonly composition: Composition },
): Promise<Instance | null> {
  const random = randomOf(`planted:${id}`);
  const site = await siteIn(subject, random);
  if (site === null) return null;
  const changes = await changesAt(site, composition, random);
  if (changes === null) return null;
  const { bench, sound } = subject;
  const calls = await callsIn(bench, sound, site.path, {});
  const answers = await answersTo(
    site,
    calls,
    changes.map(({ variant }) => variant),
  );
  const candidates: PlantedCandidate[] = [];
  for (const { variant, truth, copies } of changes) {
    for (const clothes of wardrobe(copies, random)) {
      const candidate = await candidateOf(site, { variant, truth, clothes, answers, random });
      if (candidate === null) return null;
      candidates.push(candidate);
    }
  }
  const { language, framework, check } = sound;
  return {
    id,
    language,
    framework,
    check,
    files: site.files,
    fault: site.kind,
    tellable: trickyIn(withoutCareless(answers, changes)).length > 0,
    candidates: random.shuffled(candidates),
  };
}

/** Those are told by the visible tests. */
function withoutCareless(answers: Answers, changes: readonly Change[]): Answers {
  const careless = new Set(changes.flatMap(({ truth, variant }) => (truth === 'careless' ? [variant] : [])));
  return { ...answers, by: new Map([...answers.by].filter(([variant]) => !careless.has(variant))) };
}

interface Change {
  readonly variant: Variant;
  readonly truth: Truth;
  readonly copies: number;
}

/** Enough changes for a composition; a second wrong one that isn't found is made up for by copies of the first. */
async function changesAt(site: Site, composition: Composition, random: Random): Promise<Change[] | null> {
  const { sound, home } = site.fault;
  const wrong: Variant[] = [];
  const careless: Variant[] = [];
  const needed = composition.other > 0 ? 2 : 1;
  for await (const variant of possible(site, random)) {
    const truth = await site.truthOf(variant.text);
    if (truth === 'wrong' && !alike(wrong, variant)) wrong.push(variant);
    if (truth === 'careless') careless.push(variant);
    if (wrong.length >= needed && careless.length >= composition.careless) break;
  }
  const [first, second] = wrong;
  if (first === undefined) return null;
  const extra = second === undefined ? composition.other : 0;
  const made: (Change | null)[] = [
    { variant: { text: sound, home, change: 'the right fix' }, truth: 'right', copies: composition.right },
    { variant: first, truth: 'wrong', copies: composition.wrong + extra },
    second === undefined ? null : { variant: second, truth: 'wrong', copies: composition.other },
    careless[0] === undefined
      ? null
      : { variant: careless[0], truth: 'careless', copies: composition.careless },
  ];
  return made.filter((change) => change !== null && change.copies > 0) as Change[];
}

async function* possible(site: Site, random: Random): AsyncGenerator<Variant> {
  const { bench, subject, path, fault, visibleTests } = site;
  const seen = await callsIn(bench, subject, path, visibleTests);
  const [bug, truth] = [
    await resultsOf(bench, path, fault.buggy, seen),
    await resultsOf(bench, path, fault.sound, seen),
  ];
  const telling = seen.flatMap((call, index) => {
    const result = truth[index]!;
    return result === null || result === bug[index] ? [] : [{ ...call, result }];
  });
  const overfitted = await byHeart(fault, telling);
  if (overfitted !== null) yield overfitted;
  yield* variants(fault, random);
}

/** Of one way only, unless there is no other: two wrong changes of an instance should be wrong in different ways. */
function alike(wrong: readonly Variant[], { change }: Variant): boolean {
  return wrong.some((each) => each.change === change);
}

/** The first copy is plain; which clothes come next is drawn alike for right and wrong changes. */
function wardrobe(copies: number, random: Random): Clothes[] {
  const quiet: Clothes[] = random.shuffled(['comment', 'format']);
  const loud: Clothes[] = random.shuffled(['rename', 'rewrite']);
  const rest = random.next() < REWORDED ? [...loud, ...quiet] : [...quiet, ...loud];
  return (['plain', ...rest] as Clothes[]).slice(0, copies);
}

async function candidateOf(
  site: Site,
  making: {
    readonly variant: Variant;
    readonly truth: Truth;
    readonly clothes: Clothes;
    readonly answers: Answers;
    readonly random: Random;
  },
): Promise<PlantedCandidate | null> {
  const { variant, truth, answers, random } = making;
  const { path } = site;
  const { clothes, text } = await worn(site, making);
  const brought = random.next() < BRING ? await broughtFor(site, variant, { answers, random }) : null;
  // Tests that fail on their author's own files are not handed in.
  for (const { files: own, brings } of [brought ?? NOTHING, NOTHING]) {
    const files = { ...own, [path]: text };
    const fits = (await site.passesVisible(files)) === (truth !== 'careless');
    if (fits) return { truth, change: variant.change, clothes, brings, files };
  }
  return null;
}

const NOTHING: Brought = { files: {}, brings: null };

/** In these clothes, if they fit and it is still what it was; or else in others, or plain. */
async function worn(
  site: Site,
  { variant, truth, clothes, random }: Parameters<typeof candidateOf>[1],
): Promise<{ clothes: Clothes; text: string }> {
  const { language } = site.fault;
  for (const each of new Set<Clothes>([clothes, 'comment', 'format'])) {
    const text = await dressed(each, { language, text: variant.text, home: variant.home, random });
    if (text !== null && (await site.truthOf(text)) === truth) return { clothes: each, text };
  }
  return { clothes: 'plain', text: variant.text };
}
