import type { AgentTold, ExperimentTold } from '../../../src/told/experiment.ts';
import type { PassTold } from '../../../src/told/statistics.ts';
import { Column } from '../parts/column.tsx';
import { IntervalBar } from '../parts/interval-bar.tsx';
import { type Bounds, count, duration, money, percent, plural } from '../words.ts';
import { OutcomeBar } from './outcome-bar.tsx';

/** Each agent with how good it was and how sure that is. */
export function Headline({ told: { agents, early } }: { readonly told: ExperimentTold }) {
  const several = agents.some(({ solved }) => solved !== null && solved.onExactlyThese !== null);
  return (
    <div className="scroll-x">
      <table className="figures">
        <thead>
          <tr>
            <Column>Agent</Column>
            <Column>
              Solved{early !== null && <span className="badge badge-warn headline-early">not final</span>}
            </Column>
            {several && <Column>pass@k, pass^k</Column>}
            <Column>Trials</Column>
            <Column>Cost, time, output tokens</Column>
          </tr>
        </thead>
        <tbody>
          {agents.map((agent, at) => (
            <Agent key={agent.name} agent={agent} at={at} several={several} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Agent({
  agent,
  at,
  several,
}: {
  readonly agent: AgentTold;
  readonly at: number;
  readonly several: boolean;
}) {
  const { name, model, kind, version, solved, counts, shortfalls, usd, seconds, outputTokens, flags, infra } =
    agent;
  const { why } = agent;
  const short = Object.entries(SHORTFALLS).flatMap(([key, words]) =>
    shortfalls[key] === undefined ? [] : [`${shortfalls[key]} ${words}`],
  );
  const infraCodes = Object.entries(infra).map(([code, times]) => `${code} ${times}`);
  const flagged = Object.entries(flags).map(([flag, times]) => `${flag} in ${plural(times, 'trial')}`);
  return (
    <>
      <tr>
        <th scope="row">
          <span className="agent-name">
            <span className={`series series-${(at % 5) + 1}`} aria-hidden="true" />
            {name}
          </span>
          <span className="cell-sub">{model ?? kind}</span>
          <span className="cell-sub mono">{version.slice(0, 8)}</span>
        </th>
        <td>
          {solved === null ? (
            <span className="dim">no verdict yet</span>
          ) : (
            <>
              <span className="headline-interval" title={solved.onTasksLikeThese.method}>
                <IntervalBar {...solved.onTasksLikeThese} />
              </span>
              <span className="cell-sub">on tasks like these</span>
              {solved.onExactlyThese !== null && (
                <span className="cell-sub" title={solved.onExactlyThese.method}>
                  {rangeWords(solved.onExactlyThese)} on exactly these
                </span>
              )}
            </>
          )}
        </td>
        {several && <td>{solved !== null && <Passed passed={solved.passed} />}</td>}
        <td className="outcome-cell">
          <OutcomeBar counts={counts} />
          {solved?.instances != null && solved.attempts > solved.tasks && (
            <span className="cell-sub">
              instances: {solved.instances.always} always, {solved.instances.flaky} sometimes,{' '}
              {solved.instances.never} never
            </span>
          )}
        </td>
        <td>
          <Amounts {...{ usd, seconds, outputTokens }} />
        </td>
      </tr>
      {(short.length > 0 || infraCodes.length > 0 || flagged.length > 0) && (
        <tr className="headline-more">
          <td colSpan={several ? 5 : 4}>
            {short.length > 0 && <span>not solved: {short.join(', ')}</span>}
            {why !== null && <span className="headline-why">{why}</span>}
            {infraCodes.length > 0 && (
              <span>
                <span aria-hidden="true">▨</span> {counts.infra} infra ({infraCodes.join(', ')}): solved{' '}
                {percent(counts.infraAsFailed)} if counted as failed, {percent(counts.infraExcluded)} if left
                out
              </span>
            )}
            {flagged.length > 0 && (
              <span className="headline-flags">
                <span aria-hidden="true">⚑</span> {flagged.join(', ')}
              </span>
            )}
          </td>
        </tr>
      )}
    </>
  );
}

const SHORTFALLS: Readonly<Record<string, string>> = {
  nothing: 'handed in nothing',
  fooled: 'passed what they could check',
  wrong: 'handed in unproven',
  refused: 'do not apply',
  limit: 'stopped at a limit',
};

function Amounts({ usd, seconds, outputTokens }: Pick<AgentTold, 'usd' | 'seconds' | 'outputTokens'>) {
  const tokens = (amount: number | null) => count(amount === null ? null : Math.round(amount));
  const rows = [
    ['mean', 'mean'],
    ['per solved', 'perSolved'],
    ['total', 'total'],
  ] as const;
  return (
    <table className="pass">
      <tbody>
        {rows.map(([title, key]) => (
          <tr key={key}>
            <th scope="row">{title}</th>
            <td>{money(usd[key])}</td>
            <td>{duration(seconds[key])}</td>
            <td>{tokens(outputTokens[key])}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Passed({ passed }: { readonly passed: readonly PassTold[] }) {
  return (
    <table className="pass">
      <thead>
        <tr>
          <Column>k</Column>
          <Column>any</Column>
          <Column>all</Column>
        </tr>
      </thead>
      <tbody>
        {passed.map(({ k, n, any, all }) => (
          <tr key={k} title={`of ${n[0] === n[1] ? n[0] : `${n[0]} to ${n[1]}`} attempts`}>
            <th scope="row">{k}</th>
            <td>
              {percent(any.value)} <span className="dim">{rangeWords(any, 0)}</span>
            </td>
            <td>
              {percent(all.value)} <span className="dim">{rangeWords(all, 0)}</span>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function rangeWords({ low, high }: Bounds, digits = 1): string {
  const bound = (share: number | null) => (share === null ? 'any' : (share * 100).toFixed(digits));
  return `[${bound(low)}–${bound(high)}]`;
}
