import { isSound, type Soundness } from '@heddle/lab';
import type { Palette } from './palette.ts';
import { percent } from './share.ts';
import { table } from './table.ts';
import { count } from './text.ts';

/** Which instances are sound, and how many of each cluster where clusters have several; those that are not by name. */
export function censusText(
  census: readonly Soundness[],
  { columns, palette }: { readonly columns: number; readonly palette: Palette },
): string {
  const unsound = census.filter((each) => !isSound(each));
  const sound = census.length - unsound.length;
  const list = unsound.map((each) => `  ${each.instance}  ${palette.dim(whyUnsound(each))}\n`).join('');
  return [
    `${palette.bold(`${sound} of ${count(census.length, 'instance')} sound`)} (${percent(sound / census.length)}): solved by the published solution, and not by nothing.\n`,
    clusterTable(census, columns),
    ...(unsound.length === 0 ? [] : [`\nNot sound:\n${list}`]),
  ].join('');
}

/** Empty where each instance is a cluster of its own. */
function clusterTable(census: readonly Soundness[], columns: number): string {
  const clusters = [...Map.groupBy(census, ({ cluster }) => cluster)].sort(([a], [b]) => (a < b ? -1 : 1));
  if (clusters.length === census.length) return '';
  const rows = clusters.map(([cluster, own]) => {
    const of = (fits: (each: Soundness) => boolean) => String(own.filter(fits).length);
    return [
      cluster,
      String(own.length),
      of(isSound),
      of(({ oracle }) => oracle === false),
      of(({ nothing }) => nothing === true),
      of(({ oracle, nothing }) => oracle === null || nothing === null),
    ];
  });
  return `\n${table(COLUMNS, rows, columns)}`;
}

const COLUMNS = [
  { title: 'CLUSTER' },
  ...['ALL', 'SOUND', 'NOT BY SOLUTION', 'BY NOTHING', 'NO VERDICT'].map((title) => ({
    title,
    align: 'right' as const,
  })),
];

function whyUnsound({ oracle, nothing }: Soundness): string {
  const reasons = [
    ...(oracle === false ? ['the published solution does not solve it'] : []),
    ...(nothing === true ? ['it counts as solved without any change'] : []),
    ...(oracle === null ? ['the solution got no verdict'] : []),
    ...(nothing === null ? ['doing nothing got no verdict'] : []),
  ];
  return reasons.join('; ');
}
