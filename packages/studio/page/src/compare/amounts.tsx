import type { AmountsTold, CompareTold } from '../../../src/told/compare.ts';
import { Column } from '../parts/column.tsx';
import { count, duration, money } from '../words.ts';

/** What the two cost, side by side, and how many times as much one is. */
export function Amounts({ told }: { readonly told: CompareTold }) {
  const { a, b, usd, outputTokens, seconds } = told;
  return (
    <section aria-labelledby="amounts">
      <h2 id="amounts">Cost, tokens, time</h2>
      <div className="scroll-x">
        <table className="figures compact">
          <thead>
            <tr>
              <Column />
              <Column colSpan={3} className="side-a">
                {a.agent}
              </Column>
              <Column colSpan={3} className="side-b">
                {b.agent}
              </Column>
              <Column>
                {a.agent} / {b.agent}
              </Column>
            </tr>
            <tr>
              <Column />
              {['a', 'b'].flatMap((side) =>
                ['total', 'median', 'per solved'].map((title) => (
                  <Column number key={`${side} ${title}`}>
                    {title}
                  </Column>
                )),
              )}
              <Column>of one attempt at each</Column>
            </tr>
          </thead>
          <tbody>
            <Row title="cost" amounts={usd} say={money} />
            <Row
              title="output tokens"
              amounts={outputTokens}
              say={(tokens) => count(tokens === null ? null : Math.round(tokens))}
            />
            <Row title="time" amounts={seconds} say={duration} />
          </tbody>
        </table>
      </div>
    </section>
  );
}

function Row({
  title,
  amounts: { a, b, ratio },
  say,
}: {
  readonly title: string;
  readonly amounts: AmountsTold;
  readonly say: (amount: number | null) => string;
}) {
  return (
    <tr>
      <th scope="row">{title}</th>
      {[a, b].flatMap(({ total, median, perSolved }, side) =>
        [total, median, perSolved].map((amount, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the same six cells, always
          <td key={`${side} ${at}`} className="number">
            {say(amount)}
          </td>
        )),
      )}
      <td className="nowrap">
        {ratio === null ? (
          '–'
        ) : (
          <span title={ratio.method}>
            {ratio.value.toFixed(2)} ×{' '}
            <span className="dim">
              [{(ratio.low ?? 0).toFixed(2)}
              {ratio.high === null ? ' or more' : `–${ratio.high.toFixed(2)}`}]
            </span>
          </span>
        )}
      </td>
    </tr>
  );
}
