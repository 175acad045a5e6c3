import type { Stated } from '@heddle/lab';
import { byChecks, type Weighed } from '../../../packages/agent/src/select/weigh.ts';
import { randomOf } from '../../repair/random.ts';
import { tableOf } from '../../table.ts';
import { calibrationText } from '../calibration.ts';
import { type Evidence, evidenceIn } from './evidence.ts';
import { fitLogistic, predicted, type Sample } from './logistic.ts';

/** As in `probabilityOf` (`packages/agent/src/select/probability.ts`), whose weights these are. */
const FEATURES: Readonly<Record<string, (weighed: Weighed) => number>> = {
  intercept: () => 1,
  stated: ({ stated }) => logit(stated ?? UNSTATED),
  agreement: ({ agreement }) => agreement,
  behaviour: ({ behaviour }) => behaviour,
  votes: ({ votes }) => votes,
  failing: ({ failing }) => Number(failing > 0),
  broken: ({ broken }) => Number(broken > 0),
  suspect: ({ suspect }) => Number(suspect),
};

const UNSTATED = 0.6;
const MOST = 0.98;
const FOLDS = 10;

/**
 * The weights of crosscheck's probability, fitted on what runs kept in folders; and what they would be worth on cases
 * they have not seen (ten folds over cases). Fit on other seeds than what is measured.
 */
export function fitted(folders: readonly string[]): string {
  const cases = folders.flatMap(evidenceIn);
  if (cases.length === 0) throw new Error('nothing to fit on: name folders of --keep');
  const weights = fitLogistic(samplesOf(cases));
  const order = randomOf('folds').shuffled(cases);
  const unseen = Array.from({ length: FOLDS }, (_, fold) => {
    const [held, seen] = [
      order.filter((_each, index) => index % FOLDS === fold),
      order.filter((_each, index) => index % FOLDS !== fold),
    ];
    if (held.length === 0 || seen.length === 0) return [];
    const own = fitLogistic(samplesOf(seen));
    return held.map((each) => choiceBy(own, each));
  }).flat();
  const right = (list: readonly Stated[]) => `${list.filter((each) => each.right).length} of ${list.length}`;
  const rows = Object.keys(FEATURES).map((name, index) => ({
    feature: name,
    weight: weights[index]!.toFixed(3),
  }));
  const possible = cases.filter(({ candidates }) => candidates.some((each) => each.right)).length;
  return [
    `## Weights fitted on ${cases.length} cases (${possible} with a right candidate)`,
    '',
    tableOf(rows),
    `Choices on unseen cases: ${right(unseen)} right.`,
    '',
    calibrationText('On unseen cases', unseen),
  ].join('\n');
}

function samplesOf(cases: readonly Evidence[]): Sample[] {
  return cases.flatMap(({ candidates }) =>
    candidates.map(({ weighed, right }) => ({
      features: featuresOf(weighed),
      right,
      weight: 1 / candidates.length,
    })),
  );
}

/** As crosscheck ranks: by checks, then by probability. */
function choiceBy(weights: readonly number[], { candidates }: Evidence): Stated {
  const ranked = candidates
    .map(({ weighed, right }) => ({ weighed, right, probability: predicted(weights, featuresOf(weighed)) }))
    .sort((a, b) => byChecks(a.weighed, b.weighed) || b.probability - a.probability);
  const { right, probability } = ranked[0]!;
  return { right, probability };
}

function featuresOf(weighed: Weighed): number[] {
  return Object.values(FEATURES).map((feature) => feature(weighed));
}

function logit(probability: number): number {
  const p = Math.min(MOST, Math.max(1 - MOST, probability));
  return Math.log(p / (1 - p));
}
