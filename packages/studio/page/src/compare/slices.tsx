import type { CompareTold } from '../../../src/told/compare.ts';
import { percent, plural, signed } from '../words.ts';
import { pWords } from './difference.tsx';

const HOLM_BELOW = 0.05;

/** The same by repository, corrected for how many there are. */
export function Slices({ told: { slices, a, b } }: { readonly told: CompareTold }) {
  if (slices.length < 2) return null;
  const certain = slices.filter(({ holm }) => holm < HOLM_BELOW).length;
  return (
    <section aria-labelledby="slices">
      <h2 id="slices">By repository</h2>
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
              <th scope="col">Repository</th>
              <th scope="col" className="number">
                Instances
              </th>
              <th scope="col" className="number side-a">
                {a.agent}
              </th>
              <th scope="col" className="number side-b">
                {b.agent}
              </th>
              <th scope="col" className="number">
                A − B, points
              </th>
              <th scope="col" className="number">
                p by Holm
              </th>
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
                  <span className="dim">
                    [{signed((slice.difference.low ?? -1) * 100)} to{' '}
                    {signed((slice.difference.high ?? 1) * 100)}]
                  </span>
                </td>
                <td className="number" title={`p ${pWords(slice.p)} alone`}>
                  {pWords(slice.holm).replace('= ', '')}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
