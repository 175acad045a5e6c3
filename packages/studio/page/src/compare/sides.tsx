import { Link } from 'wouter';
import type { CompareTold } from '../../../src/told/compare.ts';
import { OutcomeBar } from '../experiment/outcome-bar.tsx';
import { IntervalBar } from '../parts/interval-bar.tsx';

/** Both agents, with how their trials ended. */
export function Sides({ told }: { readonly told: CompareTold }) {
  return (
    <section aria-labelledby="solved">
      <h2 id="solved">Solved</h2>
      <div className="scroll-x">
        <table className="figures">
          <tbody>
            {(['a', 'b'] as const).map((key) => {
              const side = told[key];
              const { value, low, high } = told.rates[key];
              const [least, most] = told.attempts[key];
              return (
                <tr key={key}>
                  <th scope="row">
                    <span className={`agent-name side-${key}`}>{side.agent}</span>
                    <span className="cell-sub">
                      {side.model ?? ''}{' '}
                      <Link href={`/experiments/${side.experiment}`}>{side.name || side.experiment}</Link>
                    </span>
                  </th>
                  <td>
                    <IntervalBar value={value} low={low} high={high} />
                    <span className="cell-sub">
                      on the {told.tasks} shared, {least === most ? least : `${least} to ${most}`} attempts
                      each
                    </span>
                  </td>
                  <td className="outcome-cell">
                    <OutcomeBar counts={side.counts} />
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
    </section>
  );
}
