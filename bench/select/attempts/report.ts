import { randomOf } from '../../repair/random.ts';
import { tableOf } from '../../table.ts';
import { calibrationText, type Stated } from '../calibration.ts';
import { percent, points } from '../format.ts';
import { differenceOf, type Estimate, mean, meanOf, passAt, rate, signFlip } from '../statistics.ts';
import type { CaseRecord, ExcludedCase } from './record.ts';

/** A case in numbers, each the chance to be right: of one attempt, of the best, of one drawn, of the one chosen. */
interface Scores {
  readonly attempt: number;
  readonly oracle: number;
  readonly random: number;
  readonly chosen: number;
}

/** Tables over all cases; those the machine spoilt are in no rate and are listed. */
export function report(records: readonly CaseRecord[], excluded: readonly ExcludedCase[]): string {
  const left = excluded.map(({ id, excluded: why }) => `- ${id}: ${why.split('\n')[0]}`);
  const listed =
    left.length === 0 ? 'No case was excluded.\n' : `Excluded, spoilt by the machine:\n${left.join('\n')}\n`;
  if (records.length === 0) return listed;
  const scores = records.map(scoresOf);
  return [
    ratesText(records, scores),
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
    attempt: mean(right),
    oracle: Math.max(...right),
    random: offered.length === 0 ? 0 : mean(offered.map((attempt) => Number(attempt.right))),
    chosen: Number(isRight(attempts, choice.candidate)),
  };
}

function isRight(attempts: CaseRecord['attempts'], candidate: number | null): boolean {
  return attempts.some(({ attempt, right }) => attempt === candidate && right);
}

function ratesText(records: readonly CaseRecord[], scores: readonly Scores[]): string {
  const n = records[0]!.attempts.length;
  const of = (name: keyof Scores) => meanOf(values(scores, name), randomOf(`rate ${name}`));
  const whole = (name: keyof Scores) => rate(values(scores, name).map(Boolean));
  const curve = Array.from({ length: n }, (_, index) => {
    const k = index + 1;
    const at = records.map(({ attempts }) => passAt(n, attempts.filter(({ right }) => right).length, k));
    return `${k}: ${(mean(at) * 100).toFixed(1)} %`;
  });
  const rows: readonly [string, Estimate][] = [
    [`pass@1 (mean of ${n} attempts)`, of('attempt')],
    [`oracle best of ${n}`, whole('oracle')],
    [`random of ${n} (among those that offer a patch)`, of('random')],
    [`crosscheck's choice`, whole('chosen')],
  ];
  return [
    `## ${records.length} cases, ${n} attempts each, all figures from the same rollouts (95 % intervals over cases)`,
    '',
    tableOf(rows.map(([name, estimate]) => ({ '': name, right: percent(estimate) }))),
    `pass@k: ${curve.join(', ')}.\n`,
  ].join('\n');
}

function differencesText(scores: readonly Scores[]): string {
  const rows = (['oracle', 'attempt', 'random'] as const).map((other) => {
    const differences = scores.map((each) => each.chosen - each[other]);
    const random = randomOf(`difference ${other}`);
    return {
      paired: `crosscheck − ${other === 'attempt' ? 'pass@1' : other}`,
      'mean difference': points(differenceOf(differences, random)),
      'p (sign flips)': signFlip(differences, random).toFixed(3),
      'cases better / worse': `${differences.filter((d) => d > 0).length} / ${differences.filter((d) => d < 0).length}`,
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

function values(scores: readonly Scores[], name: keyof Scores): number[] {
  return scores.map((each) => each[name]);
}
