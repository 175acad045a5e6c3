import type { CompareTold } from '../../../src/told/compare.ts';
import { Column } from '../parts/column.tsx';
import { percent, plural, pointsRange, pValue, signed } from '../words.ts';

const HOLM_BELOW = 0.05;

/** The same by cluster, such as a repository, corrected for how many there are. */
export function Slices({ told: { slices, a, b } }: { readonly told: CompareTold }) {
  // Where each instance is a cluster of its own, the table of instances says it all.
  if (slices.length < 2 || slices.every(({ tasks }) => tasks === 1)) return null;
  const certain = slices.filter(({ holm }) => holm < HOLM_BELOW).length;
  return (
    <section aria-labelledby="slices">
      <h2 id="slices">By cluster</h2>
      <p className="dim">
        {certain === 0
          ? 'In none of them is a difference shown'
          : `A difference is shown in ${plural(certain, 'of them', 'of them')}`}
        , corrected for looking at {slices.length} (Holm).
      </p>
      <div className="scroll-x">
        <table className="figures compact">
          <thead>
            <tr>
              <Column>Cluster</Column>
              <Column number>Instances</Column>
              <Column number className="side-a">
                {a.agent}
              </Column>
              <Column number className="side-b">
                {b.agent}
              </Column>
              <Column number>A − B, points</Column>
              <Column number>p by Holm</Column>
            </tr>
          </thead>
          <tbody>
            {slices.map((slice) => (
              <tr key={slice.cluster} className={slice.holm < HOLM_BELOW ? 'slice-certain' : ''}>
                <th scope="row">{slice.cluster}</th>
                <td className="number">{slice.tasks}</td>
                <td className="number">{percent(slice.a)}</td>
                <td className="number">{percent(slice.b)}</td>
                <td className="number" title={slice.difference.method}>
                  {signed(slice.difference.value * 100)}{' '}
                  <span className="dim">{pointsRange(slice.difference)}</span>
                </td>
                <td className="number" title={`p ${pValue(slice.p)} alone`}>
                  {pValue(slice.holm).replace('= ', '')}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
