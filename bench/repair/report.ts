import { calibration as calibrationOf, wilson } from '@heddle/lab';
import type { Outcome, Tried } from './case.ts';

function share(k: number, n: number): string {
  const [low, high] = wilson(k, n);
  const percent = (value: number) => `${Math.round(value * 100)}`;
  return n === 0 ? '0 of 0' : `${k} of ${n} = ${percent(k / n)} % [${percent(low)} – ${percent(high)}]`;
}

export function median(list: readonly number[]): number {
  const sorted = [...list].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  if (sorted.length === 0) return Number.NaN;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** One line as each case ends. */
export function caseLine({
  id,
  kind,
  seed,
  outcome,
  seconds,
  trials,
  probability,
  faultRank,
}: Tried): string {
  return [
    outcome.padEnd(8),
    `${seconds.toFixed(1)} s`.padStart(8),
    `${trials} tried`.padStart(11),
    `p ${probability?.toFixed(2) ?? '   –'}`,
    `line #${faultRank ?? '–'}`.padEnd(9),
    `${id} (${kind}, seed ${seed})`,
  ].join('  ');
}

const FIRST = 5;

/** The suite's figures, with 95 % intervals over cases; errors are left out of the rates and counted. */
export function summary(title: string, tried: readonly Tried[]): string {
  const valid = tried.filter(({ outcome }) => outcome !== 'error');
  const of = (outcome: Outcome) => valid.filter((each) => each.outcome === outcome);
  const n = valid.length;
  const located = valid.filter(({ faultRank }) => faultRank !== null && faultRank <= FIRST);
  const lines = [
    `## ${title}`,
    '',
    '| | |',
    '|---|---|',
    `| repaired | ${share(of('repaired').length, n)} |`,
    `| plausible but wrong | ${share(of('wrong').length, n)} |`,
    `| none found | ${share(of('none').length, n)} |`,
    `| excluded (errors) | ${tried.length - n} |`,
    `| median seconds, all / repaired | ${median(valid.map((each) => each.seconds)).toFixed(1)} / ${median(of('repaired').map((each) => each.seconds)).toFixed(1)} |`,
    `| faulty line among the first ${FIRST} | ${share(located.length, n)} |`,
    ...byKind(valid),
  ];
  return `${lines.join('\n')}\n\n${calibration(valid)}`;
}

function byKind(tried: readonly Tried[]): string[] {
  return [...Map.groupBy(tried, ({ kind }) => kind.split(':')[0]!)].map(([kind, own]) => {
    const repaired = own.filter(({ outcome }) => outcome === 'repaired').length;
    return `| … ${kind}: repaired | ${share(repaired, own.length)} |`;
  });
}

/** Stated probability against what came of it, over the patches handed in as passing, with expected calibration error. */
export function calibration(tried: readonly Tried[]): string {
  const stated = tried.flatMap(({ outcome, probability }) =>
    probability !== null && (outcome === 'repaired' || outcome === 'wrong')
      ? [{ probability, right: outcome === 'repaired' }]
      : [],
  );
  const result = calibrationOf(stated);
  if (result === null) return '';
  const lines = result.bins.map(
    ({ from, to, count, stated: mean, observed }) =>
      `| ${from.toFixed(1)} – ${to.toFixed(1)} | ${count} | ${mean.toFixed(2)} | ${share(Math.round(observed.value * count), count)} |`,
  );
  return [
    '| stated | patches | mean stated | right |',
    '|---|---|---|---|',
    ...lines,
    '',
    `expected calibration error: ${result.expectedError.toFixed(3)} over ${result.count} patches`,
    '',
  ].join('\n');
}
