import { Link } from 'wouter';
import type { ExperimentLine } from '../../../src/told/lines.ts';
import { IntervalBar } from '../parts/interval-bar.tsx';
import { ago, duration, money, plural } from '../words.ts';

export function ExperimentRows({
  lines,
  now,
}: {
  readonly lines: readonly ExperimentLine[];
  readonly now: number;
}) {
  return (
    <ul className="rows">
      {lines.map(
        ({ experiment, name, dataset, instances, attempts, trials, agents, createdAt, live, toGo }) => (
          <li key={experiment}>
            <Link href={`/experiments/${experiment}`} className="row">
              <span className="row-main">
                <span className="row-title">{name || dataset}</span>
                <span className="row-sub">
                  <span className="mono">{experiment}</span> · {dataset} · {plural(instances, 'instance')} ·{' '}
                  {plural(attempts, 'attempt')} · {ago(createdAt, now)}
                </span>
                {(live || trials.finished < trials.planned) && (
                  <progress
                    value={trials.finished}
                    max={trials.planned}
                    aria-label={`${trials.finished} of ${trials.planned} trials`}
                  />
                )}
                {live && toGo !== null && (
                  <span className="row-sub">
                    {trials.finished} of {plural(trials.planned, 'trial')}, {trials.running} running
                    {toGo.seconds !== null && <>; about {duration(toGo.seconds)} to go</>}
                    {toGo.usd !== null && toGo.usd > 0 && <>, about {money(toGo.usd)}</>}
                  </span>
                )}
                {!live && trials.finished < trials.planned && (
                  <span className="row-sub">
                    stopped after {trials.finished} of {plural(trials.planned, 'trial')}
                  </span>
                )}
              </span>
              <span className="row-agents">
                {agents.map((agent) => (
                  <span key={agent.name} className="row-agent">
                    <span className="row-agent-name">{agent.name}</span>
                    {agent.solved === null ? (
                      <span className="dim">no verdict yet</span>
                    ) : (
                      <IntervalBar {...agent.solved} />
                    )}
                    {agent.infra > 0 && <span className="badge badge-infra">▨ {agent.infra} infra</span>}
                  </span>
                ))}
              </span>
            </Link>
          </li>
        ),
      )}
    </ul>
  );
}
