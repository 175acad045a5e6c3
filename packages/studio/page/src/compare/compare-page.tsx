import './compare.css';
import { Link, useSearchParams } from 'wouter';
import type { CompareTold } from '../../../src/told/compare.ts';
import type { ExperimentTold } from '../../../src/told/experiment.ts';
import { useTold } from '../api.ts';
import { ConnectionSign } from '../parts/connection-sign.tsx';
import { Loading } from '../parts/loading.tsx';
import { Nothing } from '../parts/nothing.tsx';
import { Refused } from '../parts/refused.tsx';
import type { Connection } from '../use-live.ts';
import { useLiveTold } from '../use-live-told.ts';
import { Amounts } from './amounts.tsx';
import { Broken } from './broken.tsx';
import { compareHref } from './compare-href.ts';
import { Difference } from './difference.tsx';
import { Flips } from './flips.tsx';
import { Leaderboard } from './leaderboard.tsx';
import { Sides } from './sides.tsx';
import { Slices } from './slices.tsx';
import { VersionsBeside } from './versions-beside.tsx';

/** Which of two agents is better, by how much, and how sure that is; of more than two, which can be told apart. */
export function ComparePage() {
  const [params] = useSearchParams();
  const [a, b, experiment] = [params.get('a'), params.get('b'), params.get('experiment')];
  const head = useTold<ExperimentTold>(
    experiment === null ? null : `/experiments/${encodeURIComponent(experiment)}`,
  );
  const agents = head.data?.agents ?? [];
  const pair =
    a !== null && b !== null
      ? { a, b }
      : agents.length === 2
        ? {
            a: `${head.data!.experiment}:${agents[0]!.name}`,
            b: `${head.data!.experiment}:${agents[1]!.name}`,
          }
        : null;
  const without: Record<string, string> = params.get('without') === 'broken' ? { without: 'broken' } : {};
  const path = pair === null ? null : `/compare?${new URLSearchParams({ ...pair, ...without })}`;
  const compared = useLiveTold<CompareTold>(path);
  const error = head.error ?? compared.error;
  if (error !== null) return <Refused error={error} />;
  if (pair === null) {
    if (experiment === null)
      return (
        <div className="page">
          <h1>Compare</h1>
          <Nothing title="Nothing to compare yet">
            <p>
              Choose two agents on the page of an <Link href="/experiments">experiment</Link>.
            </p>
          </Nothing>
        </div>
      );
    return head.data === undefined ? <Loading what="the experiment" /> : <Leaderboard told={head.data} />;
  }
  if (compared.data === undefined) return <Loading what="the comparison: thousands of samples are drawn" />;
  return <Compared told={compared.data} connection={compared.connection} />;
}

function Compared({ told, connection }: { readonly told: CompareTold; readonly connection: Connection }) {
  const same = told.a.experiment === told.b.experiment;
  return (
    <div className="page compare">
      <div className="page-head">
        <h1>
          <span className="side-a">{told.a.agent}</span> <span className="dim">against</span>{' '}
          <span className="side-b">{told.b.agent}</span>
        </h1>
        <p className="page-facts">
          <Link href={`/experiments/${told.a.experiment}`}>{told.a.name || told.a.experiment}</Link>
          {!same && (
            <Link href={`/experiments/${told.b.experiment}`}>{told.b.name || told.b.experiment}</Link>
          )}
          <Link href={compareHref({ a: told.b, b: told.a, without: told.broken.leftOut ? 'broken' : null })}>
            Swap
          </Link>
          <ConnectionSign connection={connection} />
        </p>
      </div>
      {told.warnings.length > 0 && (
        <ul className="compare-warnings" aria-label="Before you read on">
          {told.warnings.map((warning) => (
            <li key={warning} className="warning">
              {warning}
            </li>
          ))}
        </ul>
      )}
      <Broken told={told} />
      <Difference told={told} />
      <div className="compare-columns">
        <div className="compare-main">
          <Sides told={told} />
          <Amounts told={told} />
          <Slices told={told} />
          <Flips told={told} />
        </div>
        <VersionsBeside told={told} />
      </div>
    </div>
  );
}
