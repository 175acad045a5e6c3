import { wilson } from '../select/statistics.ts';
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

const BINS = 5;

/** Stated probability against what came of it, over the patches handed in as passing, with expected calibration error. */
export function calibration(tried: readonly Tried[]): string {
  const stated = tried.filter(
    ({ outcome, probability }) => probability !== null && (outcome === 'repaired' || outcome === 'wrong'),
  );
  if (stated.length === 0) return '';
  const lines = ['| stated | patches | mean stated | right |', '|---|---|---|---|'];
  let error = 0;
  for (let bin = 0; bin < BINS; bin++) {
    const own = stated.filter(
      ({ probability }) => Math.min(BINS - 1, Math.floor(probability! * BINS)) === bin,
    );
    if (own.length === 0) continue;
    const mean = own.reduce((sum, { probability }) => sum + probability!, 0) / own.length;
    const right = own.filter(({ outcome }) => outcome === 'repaired').length;
    error += (own.length / stated.length) * Math.abs(mean - right / own.length);
    lines.push(
      `| ${(bin / BINS).toFixed(1)} – ${((bin + 1) / BINS).toFixed(1)} | ${own.length} | ${mean.toFixed(2)} | ${share(right, own.length)} |`,
    );
  }
  return `${lines.join('\n')}\n\nexpected calibration error: ${error.toFixed(3)} over ${stated.length} patches\n`;
}
