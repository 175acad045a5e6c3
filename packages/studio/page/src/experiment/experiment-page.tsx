import './experiment.css';
import './heat.css';
import { useQueryClient } from '@tanstack/react-query';
import { lazy, Suspense } from 'react';
import type { ExperimentTold } from '../../../src/told/experiment.ts';
import type { ExperimentNews } from '../../../src/told/experiment-news.ts';
import type { TrialTableTold } from '../../../src/told/trial-table.ts';
import { useTold } from '../api.ts';
import { ExperimentDoing } from '../doing/experiment-doing.tsx';
import { isExport } from '../export-files.ts';
import { ConnectionSign } from '../parts/connection-sign.tsx';
import { Loading } from '../parts/loading.tsx';
import { Refused } from '../parts/refused.tsx';
import { useAddress } from '../use-address.ts';
import { useLive } from '../use-live.ts';
import { duration, money, plural } from '../words.ts';
import { brokenWords } from './broken-words.ts';
import { ComparePair } from './compare-pair.tsx';
import { Headline } from './headline.tsx';
import { Progress } from './progress.tsx';
import { TableSection } from './table-section.tsx';
import { withTrials } from './trial-grid.ts';

const Plots = lazy(() => import('./plots/plots.tsx').then((m) => ({ default: m.Plots })));

/** One experiment: how far it is, how good each agent is and how sure that is, every trial, and plots. */
export function ExperimentPage({ params: { id } }: { readonly params: Record<string, string> }) {
  const queries = useQueryClient();
  const path = `/experiments/${encodeURIComponent(id!)}`;
  const head = useTold<ExperimentTold>(path);
  const table = useTold<TrialTableTold>(`${path}/table`);
  const connection = useLive<ExperimentNews>(table.data === undefined ? null : path, {
    from: table.data?.cursor ?? null,
    onNews: ({ trials, head: newer }) => {
      if (newer !== null) queries.setQueryData([path], newer);
      if (trials.length > 0)
        queries.setQueryData<TrialTableTold>([`${path}/table`], (now) => now && withTrials(now, trials));
    },
  });
  const error = head.error ?? table.error;
  if (error !== null) return <Refused error={error} />;
  if (head.data === undefined) return <Loading what="the experiment" />;
  const told = head.data;
  return (
    <div className="page">
      <div className="page-head">
        <h1>{told.name || told.dataset.name}</h1>
        <p className="page-facts">
          <span className="mono">{told.experiment}</span>
          <span>
            {new Date(told.createdAt).toLocaleString('en-CA', {
              dateStyle: 'short',
              timeStyle: 'short',
              hourCycle: 'h23',
            })}
          </span>
          <ConnectionSign connection={connection} />
        </p>
        <p className="experiment-asked">
          <strong>{told.dataset.name}</strong>{' '}
          <span className="mono dim">{told.dataset.version.slice(0, 8)}</span> ·{' '}
          {plural(told.instances, 'instance')} of {plural(told.clusters, 'cluster')} ·{' '}
          {plural(told.attempts, 'attempt')} each · seed {told.seed} · {limitsWords(told.limits)}
        </p>
      </div>
      {!isExport() && <ExperimentDoing told={told} />}
      <Progress told={told} />
      <section aria-labelledby="agents">
        <div className="section-head">
          <h2 id="agents">Agents</h2>
          <ComparePair told={told} />
        </div>
        {table.data !== undefined && <BrokenLine table={table.data} />}
        <Headline told={told} />
        {told.planner !== null && <p className="experiment-planner">{told.planner}</p>}
      </section>
      {table.data === undefined ? <Loading what="its trials" /> : <TableSection table={table.data} />}
      {table.data !== undefined && (
        <Suspense fallback={<Loading what="plots" />}>
          <Plots told={told} table={table.data} />
        </Suspense>
      )}
    </div>
  );
}

function BrokenLine({ table }: { readonly table: TrialTableTold }) {
  const [, change] = useAddress();
  const broken = Object.keys(table.broken).length;
  if (broken === 0) return null;
  return (
    <p className="warning experiment-broken">
      {brokenWords(broken, table.instances.length)}.{' '}
      <button type="button" className="link" onClick={() => change({ filter: 'broken' })}>
        Show {broken === 1 ? 'it' : 'them'}
      </button>
    </p>
  );
}

function limitsWords({ steps, usd, tokens, seconds }: ExperimentTold['limits']): string {
  const own = [
    ...(steps === null ? [] : [plural(steps, 'step')]),
    ...(usd === null ? [] : [money(usd)]),
    ...(tokens === null ? [] : [`${tokens.toLocaleString('en-US')} tokens`]),
    ...(seconds === null ? [] : [duration(seconds)]),
  ];
  return own.length === 0 ? 'default limits' : `at most ${own.join(', ')} each`;
}
