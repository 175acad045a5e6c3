import type { ExperimentTold } from '../../../src/told/experiment.ts';
import { duration, money, plural } from '../words.ts';

/** How far it is, and what is to come; nothing once it is finished. */
export function Progress({ told: { trials, toGo, early, live } }: { readonly told: ExperimentTold }) {
  if (toGo === null) return null;
  const [done, running] = [trials.finished, trials.running].map((part) => (part / trials.planned) * 100);
  return (
    <section aria-label="Progress" className="progress panel">
      <div className="progress-line">
        <strong>
          {trials.finished.toLocaleString('en-US')} of {plural(trials.planned, 'trial')}
        </strong>
        <span className={live ? 'badge badge-live' : 'badge badge-warn'}>
          {live ? `● ${trials.running} running` : '‖ stopped'}
        </span>
        <span className="dim">
          {plural(toGo.trials, 'trial')} to go
          {toGo.seconds !== null && <>, about {duration(toGo.seconds)} at the rate so far</>}
          {toGo.usd !== null && toGo.usd > 0 && <>, about {money(toGo.usd)}</>}
        </span>
        {!live && (
          <span className="dim">
            <code>heddle eval --resume</code> continues it
          </span>
        )}
      </div>
      <div
        className="progress-bar"
        role="progressbar"
        aria-label="Trials that are done"
        aria-valuemin={0}
        aria-valuemax={trials.planned}
        aria-valuenow={trials.finished}
      >
        <span className="progress-done" style={{ width: `${done}%` }} />
        <span className={live ? 'progress-running' : 'progress-stopped'} style={{ width: `${running}%` }} />
      </div>
      {early !== null && <p className="warning">{early}</p>}
    </section>
  );
}
