import { Link } from 'wouter';
import type { HomeTold } from '../../../src/told/home.ts';
import { NeedsYou } from '../doing/needs-you.tsx';
import { ConnectionSign } from '../parts/connection-sign.tsx';
import { Loading } from '../parts/loading.tsx';
import { Nothing } from '../parts/nothing.tsx';
import { Refused } from '../parts/refused.tsx';
import { StillReading } from '../parts/still-reading.tsx';
import { useLiveTold } from '../use-live-told.ts';
import { money, plural } from '../words.ts';
import { ExperimentRows } from './experiment-rows.tsx';
import { RolloutRows } from './rollout-rows.tsx';

/** What is going on, what needs a person, what was done last, what it cost today. */
export function HomePage() {
  const { data, error, connection } = useLiveTold<HomeTold>('/home');
  if (error !== null) return <Refused error={error} />;
  if (data === undefined) return <Loading what="what is going on" />;
  const { running, recent, today, now } = data;
  const runs = running.rollouts.length + running.experiments.length;
  return (
    <div className="page">
      <div className="page-head">
        <h1>Home</h1>
        <p className="page-facts">
          <span>
            today <strong>{money(today.usd)}</strong>
          </span>
          <span>{plural(today.rollouts, 'rollout')}</span>
          <span>{plural(today.trials, 'trial')}</span>
          <span className="mono">{data.store}</span>
          <ConnectionSign connection={connection} />
        </p>
      </div>
      <NeedsYou />
      <section aria-labelledby="running">
        <h2 id="running">Running now</h2>
        {runs === 0 && (
          <Nothing title="Nothing is running">
            <p>
              <code>heddle solve "…"</code> in a repository, or <code>heddle eval DATASET --agent solo</code>,
              shows up here by itself.
            </p>
          </Nothing>
        )}
        {running.experiments.length > 0 && <ExperimentRows lines={running.experiments} now={now} />}
        {running.rollouts.length > 0 && <RolloutRows lines={running.rollouts} now={now} />}
      </section>
      <section aria-labelledby="experiments">
        <h2 id="experiments">Recent experiments</h2>
        {recent.experiments.length === 0 ? (
          <Nothing title="No experiment yet">
            <p>
              <code>heddle eval DATASET --agent A --agent B --attempts 3</code>
            </p>
          </Nothing>
        ) : (
          <ExperimentRows lines={recent.experiments} now={now} />
        )}
        <Link href="/experiments">All experiments</Link>
      </section>
      <section aria-labelledby="rollouts">
        <h2 id="rollouts">Recent rollouts</h2>
        {recent.rollouts.length === 0 ? (
          <NoRollout data={data} />
        ) : (
          <RolloutRows lines={recent.rollouts} now={now} />
        )}
        {recent.rollouts.length > 0 && <Link href="/rollouts">All rollouts</Link>}
      </section>
      {data.pending > 0 && <StillReading count={data.pending} />}
    </div>
  );
}

function NoRollout({ data: { running, onlyTrials, pending } }: { readonly data: HomeTold }) {
  if (onlyTrials !== null)
    return (
      <Nothing
        title={`No rollout of your own, but ${plural(onlyTrials.trials, 'trial')} in ${plural(onlyTrials.experiments, 'experiment')}`}
      >
        <p>
          Their rollouts are reached from the <Link href="/experiments">experiments</Link>; here is what{' '}
          <code>heddle solve "…"</code> does.
        </p>
      </Nothing>
    );
  if (running.rollouts.length > 0) return <Nothing title="None has ended yet" />;
  return pending > 0 ? null : <Nothing title="No rollout yet" />;
}
