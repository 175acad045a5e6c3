import { comparePaired, describeSamples, type Sample } from '@heddle/lab';
import { mean, tableOf } from '../../table.ts';
import { calibrationText } from '../calibration.ts';
import { percent, points } from '../format.ts';
import type { PlantedRecord } from './run.ts';

/** Chance to be right, by the way to choose. */
const WAYS: Readonly<Record<string, (record: PlantedRecord) => number>> = {
  crosscheck: ({ truths, choice }) => Number(choice.candidate !== null && isRight(truths, choice.candidate)),
  majority: ({ truths, majority }) => Number(isRight(truths, majority)),
  'majority of those that pass the visible tests': ({ truths, majorityOfPassing }) =>
    Number(isRight(truths, majorityOfPassing)),
  random: ({ truths }) => mean(truths.map((truth) => Number(truth === 'right'))),
  first: ({ truths, first }) => Number(isRight(truths, first)),
};

export interface Excluded {
  readonly id: string;
  readonly excluded: string;
}

export function report(records: readonly PlantedRecord[], excluded: readonly Excluded[]): string {
  const solvable = records.filter(({ truths }) => truths.includes('right'));
  const hopeless = records.filter(({ truths }) => !truths.includes('right'));
  const minority = solvable.filter(({ rightIsMajority }) => !rightIsMajority);
  const tellable = solvable.filter((record) => record.tellable);
  const languages = [...Map.groupBy(records, ({ language }) => language)];
  const none = records.filter(({ choice }) => choice.candidate === null);
  const justified = none.filter(({ truths }) => !truths.includes('right'));
  return [
    `## ${records.length} instances with planted candidates: ${languages.map(([name, own]) => `${own.length} ${name}`).join(', ')}`,
    '',
    `${solvable.length} have a right candidate (in ${minority.length} the vote falls on a wrong one), ${hopeless.length} have none.`,
    '',
    ...(solvable.length > 0
      ? [rates('right, of those with a right candidate', solvable), differences(solvable)]
      : []),
    ...(minority.length > 0 ? [rates('right, of those where the vote falls on a wrong one', minority)] : []),
    ...(tellable.length > 0
      ? [rates('right, of those where a call of the module tells changes apart', tellable)]
      : []),
    `"None is good enough": said in ${none.length} instances, rightly in ${justified.length}; said in ${hopeless.filter(({ choice }) => choice.candidate === null).length} of the ${hopeless.length} without a right candidate. Votes and chance never say it.`,
    '',
    calibrationText('Crosscheck', records.map(statement)),
    excluded.length === 0
      ? 'No instance was excluded.\n'
      : `Excluded, spoilt by the machine:\n${excluded.map(({ id, excluded: why }) => `- ${id}: ${why.split('\n')[0]}`).join('\n')}\n`,
  ].join('\n');
}

function rates(title: string, records: readonly PlantedRecord[]): string {
  return tableOf(
    Object.entries(WAYS).map(([name, way]) => ({
      chosen: name,
      [title]: percent(describeSamples(samples(records, way)).mean),
    })),
  );
}

function samples(records: readonly PlantedRecord[], way: (record: PlantedRecord) => number): Sample[] {
  return records.map((record) => ({ instance: record.id, cluster: record.id, scores: [way(record)] }));
}

function differences(records: readonly PlantedRecord[]): string {
  const { crosscheck, ...others } = WAYS;
  const rows = Object.entries(others).map(([name, way]) => {
    const { difference, test, mcnemar, flipped } = comparePaired(
      samples(records, crosscheck!),
      samples(records, way),
    );
    const better = flipped.filter(({ difference: d }) => d > 0).length;
    // Chance has a share, the others have yes or no.
    const p = mcnemar ? `${mcnemar.p.toFixed(3)} (McNemar, exact)` : `${test.p.toFixed(3)} (${test.method})`;
    return {
      paired: `crosscheck − ${name}`,
      'mean difference': points(difference),
      'better / worse': `${better} / ${flipped.length - better}`,
      p,
    };
  });
  return tableOf(rows);
}

function statement({ truths, choice: { candidate, probability } }: PlantedRecord) {
  const right = candidate === null ? !truths.includes('right') : isRight(truths, candidate);
  return { probability, right };
}

export function isRight(truths: PlantedRecord['truths'], candidate: number): boolean {
  return truths[candidate - 1] === 'right';
}
