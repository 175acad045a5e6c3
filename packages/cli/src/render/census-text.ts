import { isSound, type Soundness } from '@heddle/lab';
import type { Palette } from './palette.ts';
import { percent } from './share.ts';
import { table } from './table.ts';
import { count } from './text.ts';

/** Which instances are sound, those first that are not; and how many of each cluster. */
export function censusText(
  census: readonly Soundness[],
  { columns, palette }: { readonly columns: number; readonly palette: Palette },
): string {
  const unsound = census.filter((each) => !isSound(each));
  const clusters = [...new Set(census.map(({ cluster }) => cluster))].sort();
  const of = (cluster: string, fits: (each: Soundness) => boolean) =>
    census.filter((each) => each.cluster === cluster && fits(each)).length;
  const rows = clusters.map((cluster) => [
    cluster,
    String(of(cluster, () => true)),
    String(of(cluster, isSound)),
    String(of(cluster, ({ oracle }) => oracle === false)),
    String(of(cluster, ({ nothing }) => nothing === true)),
    String(of(cluster, ({ oracle, nothing }) => oracle === null || nothing === null)),
  ]);
  const sound = census.length - unsound.length;
  const list = unsound.map((each) => `  ${each.instance}  ${palette.dim(whyUnsound(each))}\n`).join('');
  return [
    `${palette.bold(`${sound} of ${count(census.length, 'instance')} sound`)} (${percent(sound / census.length)}): solved by the published solution, and not by nothing.\n\n`,
    table(
      [
        { title: 'CLUSTER' },
        { title: 'ALL', align: 'right' },
        { title: 'SOUND', align: 'right' },
        { title: 'NOT BY SOLUTION', align: 'right' },
        { title: 'BY NOTHING', align: 'right' },
        { title: 'NO VERDICT', align: 'right' },
      ],
      rows,
      columns,
    ),
    ...(unsound.length === 0 ? [] : [`\nNot sound:\n${list}`]),
  ].join('');
}

function whyUnsound({ oracle, nothing }: Soundness): string {
  const reasons = [
    ...(oracle === false ? ['the published solution does not solve it'] : []),
    ...(nothing === true ? ['it counts as solved without any change'] : []),
    ...(oracle === null ? ['the solution got no verdict'] : []),
    ...(nothing === null ? ['doing nothing got no verdict'] : []),
  ];
  return reasons.join('; ');
}
