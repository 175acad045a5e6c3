import { type Row, tableOf } from '../table.ts';
import { counted, FIXED, type Measure, PER_SIZE, type Sample } from './measures.ts';
import type { Peer } from './peer.ts';
import { DISTURBED_CORES, isDisturbed } from './rounds.ts';
import type { Run } from './run.ts';

/** Everyone is compared with this one. */
const OURS = 'heddle';

type Known = Pick<Peer, 'name' | 'yardstick'>;

/** The tables: one for what does not depend on the size, one for each size, one for the runs themselves. */
export function report(peers: readonly Known[], runs: readonly Run[]): string {
  const sizes = [...new Set(runs.map(({ steps }) => steps))]
    .filter((steps) => steps > 0)
    .sort((a, b) => a - b);
  const sampleOf = (size: number) => (name: string) => {
    const of = (steps: number) => counted(runs.filter((run) => run.peer === name && run.steps === steps));
    return { starts: of(0), runs: of(size), size };
  };
  return [
    `### Start and prompt\n\n${comparison(FIXED, peers, sampleOf(sizes[0] ?? 0))}`,
    ...sizes.map((size) => `### ${size} steps\n\n${comparison(PER_SIZE, peers, sampleOf(size))}`),
    `### The runs\n\n${tableOf(peers.map(({ name }) => runsOf(name, runs)))}`,
  ].join('\n');
}

/** A row for each measure: everyone's value, what multiple of ours it is, and who is first. */
function comparison(
  measures: readonly Measure[],
  peers: readonly Known[],
  sampleOf: (name: string) => Sample,
): string {
  return tableOf(
    measures.map((measure) => {
      const values = new Map(peers.map(({ name }) => [name, measure.of(sampleOf(name))]));
      const ours = values.get(OURS);
      const row: Record<string, string> = { measure: measure.title };
      for (const [name, value] of values) row[name] = cell(measure, value, name === OURS ? undefined : ours);
      return { ...row, first: verdict(measure, peers, values) };
    }),
  );
}

function cell({ digits }: Measure, value: number | undefined, ours: number | undefined): string {
  if (value === undefined) return '–';
  const text = value.toFixed(digits);
  return ours === undefined || ours === 0 ? text : `${text} (${times(value / ours)})`;
}

/** `Heddle`, or who is ahead and by how much. Yardsticks do not compete. */
function verdict(
  { better, digits }: Measure,
  peers: readonly Known[],
  values: ReadonlyMap<string, number | undefined>,
): string {
  const ours = values.get(OURS);
  if (ours === undefined) return '–';
  const sign = better === 'lower' ? 1 : -1;
  const shown = (value: number) => Number(value.toFixed(digits));
  const others = peers
    .filter(({ name, yardstick }) => name !== OURS && yardstick !== true)
    .flatMap(({ name }) => {
      const value = values.get(name);
      return value === undefined ? [] : [{ name, value }];
    })
    .sort((a, b) => sign * (a.value - b.value));
  const [best] = others;
  if (best === undefined) return 'nobody to compare with';
  if (sign * (shown(ours) - shown(best.value)) < 0) return 'Heddle';
  const even = others.filter(({ value }) => shown(value) === shown(ours)).map(({ name }) => name);
  if (shown(ours) === shown(best.value)) return `Heddle, even with ${even.join(', ')}`;
  return `${best.name}; Heddle has ${times(ours / best.value)} of it`;
}

function times(ratio: number): string {
  return `${ratio >= 10 ? ratio.toFixed(0) : ratio.toFixed(2)}×`;
}

function runsOf(name: string, all: readonly Run[]): Row {
  const runs = all.filter(({ peer }) => peer === name);
  const good = runs.filter(({ problem }) => problem === null);
  const loads = runs.map(({ otherCores }) => otherCores);
  return {
    peer: name,
    runs: runs.length,
    'valid: each next request held the echo': good.length,
    [`disturbed: other work above ${DISTURBED_CORES} cores`]: runs.filter(isDisturbed).length,
    'other work (cores)':
      loads.length === 0 ? '–' : `${Math.min(...loads).toFixed(2)} to ${Math.max(...loads).toFixed(2)}`,
    'requests beside the work': Math.max(0, ...runs.map(({ asides }) => asides)),
    'not valid': [...new Set(runs.flatMap(({ problem }) => problem ?? []))].join('; '),
  };
}
