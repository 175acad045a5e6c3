import { comparePaired, describeSamples, type Sample, type Stated } from '@heddle/lab';
import { mean, tableOf } from '../../table.ts';
import { calibrationText } from '../calibration.ts';
import { percent, points } from '../format.ts';
import type { CaseRecord, ExcludedCase } from './record.ts';

/** What a case gives, by the way to take one: each attempt as it is, the best, one drawn, the one chosen. */
interface Scores {
  readonly attempt: readonly number[];
  readonly oracle: readonly number[];
  readonly random: readonly number[];
  readonly chosen: readonly number[];
}

/** Tables over all cases; those the machine spoilt are in no rate and are listed. */
export function report(records: readonly CaseRecord[], excluded: readonly ExcludedCase[]): string {
  const left = excluded.map(({ id, excluded: why }) => `- ${id}: ${why.split('\n')[0]}`);
  const listed =
    left.length === 0 ? 'No case was excluded.\n' : `Excluded, spoilt by the machine:\n${left.join('\n')}\n`;
  if (records.length === 0) return listed;
  const scores = records.map(scoresOf);
  return [
    ratesText(scores),
    differencesText(scores),
    choicesText(records),
    calibrationText('Crosscheck', statements(records)),
    listed,
  ].join('\n');
}

function scoresOf({ attempts, choice }: CaseRecord): Scores {
  const right = attempts.map((attempt) => Number(attempt.right));
  const offered = attempts.filter(({ patch }) => patch !== null);
  return {
    attempt: right,
    oracle: [Math.max(...right)],
    random: [offered.length === 0 ? 0 : mean(offered.map((attempt) => Number(attempt.right)))],
    chosen: [Number(isRight(attempts, choice.candidate))],
  };
}

function isRight(attempts: CaseRecord['attempts'], candidate: number | null): boolean {
  return attempts.some(({ attempt, right }) => attempt === candidate && right);
}

function ratesText(scores: readonly Scores[]): string {
  const n = scores[0]!.attempt.length;
  const of = (name: keyof Scores) => describeSamples(samples(scores, name)).mean;
  const ks = Array.from({ length: n }, (_, index) => index + 1);
  const { passed } = describeSamples(samples(scores, 'attempt'), { ks });
  const curve = passed?.map(({ k, any }) => `${k}: ${(any.value * 100).toFixed(1)} %`) ?? [];
  const rows = [
    [`pass@1 (mean of ${n} attempts)`, of('attempt')],
    [`oracle best of ${n}`, of('oracle')],
    [`random of ${n} (among those that offer a patch)`, of('random')],
    [`crosscheck's choice`, of('chosen')],
  ] as const;
  return [
    `## ${scores.length} cases, ${n} attempts each, all figures from the same rollouts (95 % intervals over cases)`,
    '',
    tableOf(rows.map(([name, estimate]) => ({ '': name, right: percent(estimate) }))),
    `pass@k: ${curve.join(', ')}.\n`,
  ].join('\n');
}

function differencesText(scores: readonly Scores[]): string {
  const rows = (['oracle', 'attempt', 'random'] as const).map((other) => {
    const { difference, test, flipped } = comparePaired(samples(scores, 'chosen'), samples(scores, other));
    return {
      paired: `crosscheck − ${other === 'attempt' ? 'pass@1' : other}`,
      'mean difference': points(difference),
      p: `${test.p.toFixed(3)} (${test.method})`,
      'cases better / worse': `${flipped.filter(({ difference: d }) => d > 0).length} / ${flipped.filter(({ difference: d }) => d < 0).length}`,
    };
  });
  return tableOf(rows);
}

function choicesText(records: readonly CaseRecord[]): string {
  const patches = ({ attempts }: CaseRecord) =>
    new Set(attempts.flatMap(({ patch }) => (patch === null ? [] : [patch]))).size;
  const mixed = ({ attempts }: CaseRecord) => {
    const offered = attempts.filter(({ patch }) => patch !== null);
    return offered.some(({ right }) => right) && offered.some(({ right }) => !right);
  };
  const count = (test: (record: CaseRecord) => boolean) => records.filter(test).length;
  const none = records.filter((record) => record.choice.candidate === null && patches(record) > 0);
  const justified = none.filter(({ attempts }) => !attempts.some(({ right }) => right));
  const mattered = records.filter(mixed);
  const well = mattered.filter(({ attempts, choice }) => isRight(attempts, choice.candidate));
  const times = records.flatMap(({ selectionSeconds }) => selectionSeconds ?? []);
  return [
    `- No attempt changed anything: ${count((record) => patches(record) === 0)} cases. All that did came to the same patch: ${count((record) => patches(record) === 1)}. Several patches: ${count((record) => patches(record) > 1)}.`,
    `- The choice mattered (a right and a wrong patch on offer) in ${mattered.length} cases; crosscheck chose right in ${well.length} of them.`,
    `- "None is good enough" with patches on offer: ${none.length} cases; none was right in ${justified.length} of them. In the rates above such an answer counts as not right.`,
    ...(times.length > 0
      ? [
          `- Selection took ${mean(times).toFixed(1)} s a case on average, ${Math.max(...times).toFixed(1)} s at most.`,
        ]
      : []),
    '',
  ].join('\n');
}

/** Where there was something to choose from: that the choice is right, or that none is. */
function statements(records: readonly CaseRecord[]): Stated[] {
  return records.flatMap(({ attempts, choice: { candidate, probability } }) => {
    if (attempts.every(({ patch }) => patch === null)) return [];
    const right = candidate === null ? !attempts.some((each) => each.right) : isRight(attempts, candidate);
    return [{ probability, right }];
  });
}

function samples(scores: readonly Scores[], name: keyof Scores): Sample[] {
  return scores.map((each, index) => ({
    instance: String(index),
    cluster: String(index),
    scores: each[name],
  }));
}
