import { useState } from 'react';
import { Link } from 'wouter';
import type { ExperimentTold } from '../../../src/told/experiment.ts';
import type { LeaderboardTold } from '../../../src/told/leaderboard.ts';
import { useTold } from '../api.ts';
import { ComparePair } from '../experiment/compare-pair.tsx';
import { Column } from '../parts/column.tsx';
import { IntervalBar } from '../parts/interval-bar.tsx';
import { Loading } from '../parts/loading.tsx';
import { Refused } from '../parts/refused.tsx';
import { plural } from '../words.ts';
import { compareHref } from './compare-href.ts';

/** Agents in order, with the groups of those that cannot be told apart, and the way to any two of them. */
export function Leaderboard({ told }: { readonly told: ExperimentTold }) {
  const { data, error } = useTold<LeaderboardTold>(`/experiments/${told.experiment}/leaderboard`);
  const [first, setFirst] = useState<string | null>(null);
  if (error !== null) return <Refused error={error} />;
  if (data === undefined) return <Loading what="the leaderboard" />;
  const letters = [...new Set(data.rows.flatMap(({ groups }) => [...groups]))].sort();
  return (
    <div className="page compare">
      <div className="page-head">
        <h1>Which can be told apart</h1>
        <p className="page-facts">
          <Link href={`/experiments/${told.experiment}`}>{told.name || told.experiment}</Link>
        </p>
      </div>
      {told.early !== null && <p className="warning">{told.early}</p>}
      <section aria-labelledby="board">
        <div className="section-head">
          <h2 id="board">{plural(told.agents.length, 'agent')}</h2>
          <ComparePair told={told} />
        </div>
        <div className="scroll-x">
          <table className="figures">
            <thead>
              <tr>
                <Column>Agent</Column>
                <Column>Solved</Column>
                <Column colSpan={letters.length}>Cannot be told apart</Column>
                <Column>Compare</Column>
              </tr>
            </thead>
            <tbody>
              {data.rows.map(({ name, mean, groups, leftOut }) => (
                <tr key={name}>
                  <th scope="row">
                    <span className="agent-name">{name}</span>
                    {leftOut > 0 && <span className="cell-sub">{plural(leftOut, 'instance')} left out</span>}
                  </th>
                  <td>
                    <IntervalBar {...mean} />
                  </td>
                  {letters.map((letter) => (
                    <td key={letter} className="group-cell">
                      {groups.includes(letter) && <span className="group-mark">{letter}</span>}
                    </td>
                  ))}
                  <td>
                    {first === null || first === name ? (
                      <button
                        type="button"
                        aria-pressed={first === name}
                        onClick={() => setFirst(first === name ? null : name)}
                      >
                        {first === name ? 'chosen' : 'choose'}
                      </button>
                    ) : (
                      <Link
                        className="button"
                        href={compareHref({
                          a: { experiment: told.experiment, agent: first },
                          b: { experiment: told.experiment, agent: name },
                        })}
                      >
                        against {first}
                      </Link>
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
        <p className="dim board-note">
          Two that share a letter cannot be told apart: {plural(data.comparisons, 'pair')} compared on the{' '}
          {plural(data.tasks, 'instance')} that all have a verdict on, corrected by Holm. Overlapping
          intervals alone say nothing.
        </p>
      </section>
    </div>
  );
}
