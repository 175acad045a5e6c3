import { nearestName, OperatorError } from '@heddle/core';
import type { Model } from '@heddle/models';
import type { TrialScorer } from '../trial-scorer.ts';
import { complexity } from './complexity/complexity.ts';
import { diff } from './diff.ts';
import { duplication } from './duplication.ts';
import { problems } from './problems.ts';
import { rubricScorer } from './rubric/rubric.ts';
import { REVIEW, type Rubric, readRubric } from './rubric/rubric-file.ts';
import { testQuality } from './test-quality.ts';
import { tests } from './tests.ts';

/** What opening a scorer may need of whoever runs it. */
export interface ScorerPlace {
  /** The model of rubrics that name none; null: none was chosen. */
  readonly model: string | null;
  openModel(spec: string): Promise<Model>;
  /** A scorer of the user's, by `./file.ts#name`. */
  loadScorer(reference: string): Promise<TrialScorer>;
}

/** Those that need nothing but the trial. Adding one: its file, and its place here. */
export const SCORERS: readonly TrialScorer[] = [tests, diff, complexity, duplication, problems, testQuality];

const RUBRIC = 'rubric';

/** Names for help and errors. */
const SCORER_FORMS: readonly string[] = [
  ...SCORERS.map(({ name }) => name),
  RUBRIC,
  `${RUBRIC}:FILE`,
  './FILE.ts#NAME',
];

/**
 * A scorer by what a user writes: a name of {@link SCORERS}, `rubric`, `rubric:FILE` (questions of their own) or
 * `./file.ts#name`. Throws OperatorError `unknown-scorer`, `no-judge`, and what reading a rubric or a module throws.
 */
export async function openScorer(spec: string, place: ScorerPlace): Promise<TrialScorer> {
  const known = SCORERS.find(({ name }) => name === spec);
  if (known !== undefined) return known;
  if (spec === RUBRIC) return judgedBy(REVIEW, place);
  if (spec.startsWith(`${RUBRIC}:`)) return judgedBy(readRubric(spec.slice(RUBRIC.length + 1)), place);
  if (/^(?:\.{0,2}\/|~\/)|\.[cm]?[jt]s(?:#|$)/.test(spec)) return place.loadScorer(spec);
  const near = nearestName(spec, [...SCORERS.map(({ name }) => name), RUBRIC]);
  throw new OperatorError('unknown-scorer', `no scorer is called ${JSON.stringify(spec)}`, {
    hint: near === null ? `one of ${SCORER_FORMS.join(', ')}` : `did you mean ${near}?`,
  });
}

/** Several, each once. */
export async function openScorers(specs: readonly string[], place: ScorerPlace): Promise<TrialScorer[]> {
  const opened: TrialScorer[] = [];
  for (const spec of new Set(specs)) opened.push(await openScorer(spec, place));
  const twin = opened.find(({ name }, at) => opened.findIndex((other) => other.name === name) !== at);
  if (twin === undefined) return opened;
  throw new OperatorError('scorer-twice', `two of the scorers are called ${twin.name}`, {
    hint: 'give one of them another name, or score with one at a time',
  });
}

function judgedBy(rubric: Rubric, { model, openModel }: ScorerPlace): TrialScorer {
  const spec = rubric.model ?? model;
  if (spec === null)
    throw new OperatorError('no-judge', `the rubric ${rubric.name} names no model to answer it`, {
      hint: 'name one with --model, or `model:` in its file',
    });
  let opened: Promise<Model> | undefined;
  return rubricScorer({
    rubric,
    model: spec,
    open: () => {
      opened ??= openModel(spec);
      return opened;
    },
  });
}
