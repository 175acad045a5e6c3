import './crosscheck.css';
import { Link } from 'wouter';
import type { PartTold, RolloutTold, TreeTold } from '../../../src/told/rollout.ts';
import { useTold } from '../api.ts';
import { Column } from '../parts/column.tsx';
import { Loading } from '../parts/loading.tsx';
import { Nothing } from '../parts/nothing.tsx';
import { Refused } from '../parts/refused.tsx';
import { StatusBadge } from '../parts/status-badge.tsx';
import { ago, duration, money, percent, plural } from '../words.ts';
import { RolloutLink } from './rollout-link.tsx';

/** The parts of an agent made of agents, and the tree of forks. */
export function AgentsView({ head }: { readonly head: RolloutTold }) {
  return (
    <div className="rollout-view">
      {head.parts.length > 0 && (
        <section aria-labelledby="agents-parts">
          <h3 id="agents-parts">Agents of this rollout</h3>
          <Parts head={head} />
        </section>
      )}
      <section aria-labelledby="agents-forks">
        <h3 id="agents-forks">Forks</h3>
        <Forks head={head} />
      </section>
    </div>
  );
}

function Parts({ head: { parts } }: { readonly head: RolloutTold }) {
  const ended = parts.filter(({ rollout }) => rollout !== null);
  const [first, second] = ended;
  return (
    <>
      <div className="scroll-x">
        <table className="figures compact parts">
          <thead>
            <tr>
              <Column>Agent</Column>
              <Column>Status</Column>
              <Column>Failing tests</Column>
              <Column number>Steps</Column>
              <Column number>Time</Column>
              <Column number>Cost</Column>
              <Column>Rollout</Column>
            </tr>
          </thead>
          <tbody>
            {parts.map((part) => (
              <Part key={part.path} part={part} />
            ))}
          </tbody>
        </table>
      </div>
      {first !== undefined && second !== undefined && (
        <p>
          <Link href={`/side?a=${first.rollout}&b=${second.rollout}`}>
            {first.label} and {second.label} side by side
          </Link>
        </p>
      )}
    </>
  );
}

function Part({ part }: { readonly part: PartTold }) {
  const { label, depth, heading, agent, path, rollout, spent, step, failing, forked } = part;
  return (
    <tr>
      <th scope="row" style={{ paddingInlineStart: `${0.75 + depth * 1.25}rem` }} title={path}>
        {label} <span className="dim">{agent}</span>
      </th>
      <td>
        <Stand part={part} heading={heading} />
        {forked !== null && (
          <span className="dim">
            {' '}
            from {forked.rollout} after step {forked.step}
          </span>
        )}
      </td>
      <td>
        {failing !== null && (
          <span className={failing.now === 0 ? 'tone-good' : failing.now > failing.before ? 'tone-bad' : ''}>
            {failing.before} → {failing.now}
          </span>
        )}
      </td>
      <td className="number">{spent?.steps ?? (step === 0 ? '' : step)}</td>
      <td className="number">{spent === null ? '' : duration(spent.seconds)}</td>
      <td className="number">{spent === null ? '' : money(spent.usd)}</td>
      <td>
        {rollout !== null && (
          <RolloutLink rollout={rollout} className="mono">
            {rollout}
          </RolloutLink>
        )}
      </td>
    </tr>
  );
}

function Stand({ part, heading }: { readonly part: PartTold; readonly heading: boolean }) {
  const { phase, status, verified, probability, why, now } = part;
  if (phase === 'failed') return <span className="tone-bad">failed: {why}</span>;
  if (phase !== 'ended')
    return heading ? null : (
      <span className={phase === 'waiting' ? 'dim' : 'tone-live'}>
        {phase}
        {now !== '' && phase !== 'waiting' && <span className="dim">: {now}</span>}
      </span>
    );
  return (
    <>
      {status !== null && <StatusBadge status={status} />}{' '}
      {verified && <span className="tone-good">verified</span>}
      {probability !== null && <span className="dim"> states {percent(probability, 0)}</span>}
      {status !== 'solved' && why !== '' && <span className="parts-why"> {why}</span>}
    </>
  );
}

function Forks({ head }: { readonly head: RolloutTold }) {
  const { line, now } = head;
  const { data, error } = useTold<TreeTold>(`/rollouts/${line.rollout}/tree`);
  if (error !== null) return <Refused error={error} />;
  if (data === undefined) return <Loading what="the tree of forks" />;
  if (data.nodes.length <= 1)
    return (
      <Nothing title="No forks">
        <p>
          <code>heddle fork {line.rollout}@STEP --say "…"</code> goes another way from a step; this one stays.
        </p>
      </Nothing>
    );
  return (
    <>
      <ul className="rows">
        {data.nodes.map(({ rollout, parent, step, depth, line: of }) => (
          <li key={rollout} style={{ paddingInlineStart: `${depth * 1.75}rem` }}>
            <div className={rollout === line.rollout ? 'row fork-here' : 'row'}>
              <span aria-hidden="true" className="dim">
                {parent === null ? '●' : '↳'}
              </span>
              {of !== null && <StatusBadge status={of.status} />}
              <span className="row-main">
                <span className="row-title">
                  <RolloutLink rollout={rollout} className="mono">
                    {rollout}
                  </RolloutLink>{' '}
                  {rollout === line.rollout && <strong>this one</strong>}{' '}
                  {step !== null && <span className="dim">from step {step}</span>}
                </span>
                {of !== null && <span className="row-sub">{of.reason.split('\n', 1)[0]}</span>}
              </span>
              {of !== null && (
                <span className="row-facts">
                  <span>{plural(of.steps, 'step')}</span>
                  <span>{duration(of.seconds)}</span>
                  <span>{money(of.usd)}</span>
                  <span>{ago(of.startedAt, now)}</span>
                </span>
              )}
              {rollout !== line.rollout && (
                <Link href={`/side?a=${line.rollout}&b=${rollout}`}>side by side</Link>
              )}
            </div>
          </li>
        ))}
      </ul>
      {data.more > 0 && <p className="dim">and {data.more} more</p>}
    </>
  );
}
