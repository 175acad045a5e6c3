import type { CompareTold } from '../../../src/told/compare.ts';
import { percentWith, plural, points, pointsRange, pValue, signed } from '../words.ts';

/** The answer: in words, and as a picture with what could have been seen. */
export function Difference({ told }: { readonly told: CompareTold }) {
  const { a, b, difference: d, spoilt, p, detectable, required } = told;
  const [low, high] = [d.low ?? -1, d.high ?? 1];
  const shown = low > 0 || high < 0;
  const [better, worse] = d.value > 0 ? [a.agent, b.agent] : [b.agent, a.agent];
  return (
    <section className="panel difference" aria-labelledby="answer">
      <h2 id="answer" className="difference-verdict">
        {spoilt > 0
          ? 'No verdict while trials are spoilt'
          : shown
            ? `${better} is better than ${worse}`
            : 'No difference is shown'}
      </h2>
      <p className="difference-words">
        <strong>{points(d.value)}</strong> {pointsRange(d)}, p {pValue(p)}, on tasks like these
        {told.onTheseTasks !== null && <>; {pointsRange(told.onTheseTasks)} on exactly these</>}
      </p>
      <Picture told={told} />
      <p className="dim">
        {detectable === null
          ? 'One task shows nothing.'
          : `A true difference of ${(detectable * 100).toFixed(1)} points would be seen with these ${plural(told.tasks, 'instance')} of ${plural(told.clusters, 'cluster')} in 8 of 10 such experiments. `}
        {required !== null &&
          !shown &&
          `To see ${(Math.abs(required.difference) * 100).toFixed(1)} points would take ${plural(required.tasks, 'instance')}${required.attempts === null ? ' (no number of attempts at these would do)' : ` or ${plural(required.attempts, 'attempt')} each at these`}: ${plural(required.trials, 'trial')} at least.`}
      </p>
      <details>
        <summary className="dim">How this was computed</summary>
        <dl className="difference-facts">
          <Fact name={a.agent}>{rate(told.rates.a)}</Fact>
          <Fact name={b.agent}>{rate(told.rates.b)}</Fact>
          <Fact name="interval">{d.method}</Fact>
          <Fact name="test">{told.test}</Fact>
          <Fact name="bootstrap">
            {points(told.bootstrap.value)} {pointsRange(told.bootstrap)}; {told.bootstrap.method}
          </Fact>
          <Fact name="standard error">
            {size(told.se.total)} points paired, {size(told.se.unpaired)} had they not been
            {told.se.prediction !== null && `; ${size(told.se.prediction)} from attempts alone`}
          </Fact>
          <Fact name="noise of a difference">
            {told.noise.data === null || told.noise.prediction === null
              ? `variance ${told.noise.total.toFixed(3)}`
              : `variance ${told.noise.total.toFixed(3)}: ${told.noise.data.toFixed(3)} between tasks, ${told.noise.prediction.toFixed(3)} between attempts`}
          </Fact>
          {told.mcnemar !== null && (
            <Fact name="only one solved">
              {a.agent} {told.mcnemar.onlyA}, {b.agent} {told.mcnemar.onlyB}; exact McNemar p{' '}
              {pValue(told.mcnemar.p)} (mid-p {pValue(told.mcnemar.midP)})
            </Fact>
          )}
          {told.wins !== null && (
            <Fact name="wins">
              an attempt of {a.agent} solves what one of {b.agent} does not in{' '}
              {(told.wins.a * 100).toFixed(1)} of 100, the other way round in {(told.wins.b * 100).toFixed(1)}
            </Fact>
          )}
          {told.correlation !== null && (
            <Fact name="correlation">{told.correlation.toFixed(2)} of the two over instances</Fact>
          )}
          {told.onlyIn.a + told.onlyIn.b > 0 && (
            <Fact name="left out">
              {plural(told.onlyIn.a + told.onlyIn.b, 'instance')} that only one has a verdict on ({a.agent}{' '}
              {told.onlyIn.a}, {b.agent} {told.onlyIn.b})
            </Fact>
          )}
        </dl>
      </details>
    </section>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: React.ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** From the worse side to the better: the interval, no difference, and what is too small to be seen. */
function Picture({
  told: { a, b, difference: d, onTheseTasks, detectable },
}: {
  readonly told: CompareTold;
}) {
  const [low, high] = [Math.max(-1, d.low ?? -1), Math.min(1, d.high ?? 1)];
  const reach = Math.min(1, Math.max(Math.abs(low), Math.abs(high), detectable ?? 0, 0.05) * 1.15);
  const x = (value: number) => 50 + (Math.max(-reach, Math.min(reach, value)) / reach) * 50;
  const span = (from: number, to: number) => ({ x: x(from), width: Math.max(0.3, x(to) - x(from)) });
  const about = `${points(d.value)}, from ${signed(low * 100)} to ${signed(high * 100)}; 0 is no difference`;
  return (
    <div className="difference-picture">
      <svg viewBox="0 0 100 30" preserveAspectRatio="none" role="img" aria-label={about}>
        {detectable !== null && (
          <rect className="difference-unseen" {...span(-detectable, detectable)} y="0" height="30" />
        )}
        <rect className="difference-range" {...span(low, high)} y="9" height="12" />
        {onTheseTasks !== null && (
          <rect
            className="difference-these"
            {...span(onTheseTasks.low ?? -1, onTheseTasks.high ?? 1)}
            y="12.5"
            height="5"
          />
        )}
        <rect className="difference-zero" x="49.9" width="0.2" y="0" height="30" />
        <rect className="difference-value" x={x(d.value) - 0.25} width="0.5" y="4" height="22" />
      </svg>
      <div className="difference-axis">
        <span>
          {(-reach * 100).toFixed(0)} <span className="side-b">{b.agent} better</span>
        </span>
        <span>0 points</span>
        <span>
          <span className="side-a">{a.agent} better</span> +{(reach * 100).toFixed(0)}
        </span>
      </div>
      <p className="difference-legend dim">
        <span className="difference-key difference-key-range" /> on tasks like these
        {onTheseTasks !== null && (
          <>
            <span className="difference-key difference-key-these" /> on exactly these
          </>
        )}
        {detectable !== null && (
          <>
            <span className="difference-key difference-key-unseen" /> too small to be seen
          </>
        )}
      </p>
    </div>
  );
}

function rate(of: CompareTold['rates']['a']): string {
  return `${percentWith(of)}; ${of.method}`;
}

function size(share: number | null): string {
  return share === null ? '–' : (share * 100).toFixed(1);
}
