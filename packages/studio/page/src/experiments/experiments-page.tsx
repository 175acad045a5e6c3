import { useQueryClient } from '@tanstack/react-query';
import { useDeferredValue, useRef } from 'react';
import { Link } from 'wouter';
import type { ExperimentsTold } from '../../../src/told/experiments.ts';
import { useTold } from '../api.ts';
import { useAddress } from '../experiment/use-address.ts';
import { isExport } from '../export-files.ts';
import { ExperimentRows } from '../home/experiment-rows.tsx';
import { ConnectionSign } from '../parts/connection-sign.tsx';
import { Loading } from '../parts/loading.tsx';
import { Nothing } from '../parts/nothing.tsx';
import { Refused } from '../parts/refused.tsx';
import { StillReading } from '../parts/still-reading.tsx';
import { useKeys } from '../shell/keys.tsx';
import { useLive } from '../use-live.ts';
import { plural } from '../words.ts';

/** All experiments, newest first, with their headlines. */
export function ExperimentsPage() {
  const queries = useQueryClient();
  const field = useRef<HTMLInputElement>(null);
  const [params, change] = useAddress();
  const { data, error } = useTold<ExperimentsTold>('/experiments');
  const connection = useLive<ExperimentsTold>('/experiments', {
    onNews: (news) => queries.setQueryData(['/experiments'], news),
  });
  const search = params.get('q') ?? '';
  const words = useDeferredValue(search).toLowerCase().split(/\s+/).filter(Boolean);
  useKeys({ '/': ['search', () => field.current?.focus()] });
  if (error !== null) return <Refused error={error} />;
  if (data === undefined) return <Loading what="experiments" />;
  const { lines, pending, older, now } = data;
  const shown = lines.filter((line) => {
    const text = [line.experiment, line.name, line.dataset, ...line.agents.map(({ name }) => name)];
    return words.every((word) => text.join(' ').toLowerCase().includes(word));
  });
  return (
    <div className="page">
      <div className="page-head">
        <h1>Experiments</h1>
        <p className="page-facts">
          <input
            ref={field}
            type="search"
            placeholder="Search  /"
            aria-label="Search experiments"
            value={search}
            onChange={(event) => change({ q: event.target.value })}
          />
          <span role="status">
            {shown.length === lines.length
              ? plural(lines.length, 'experiment')
              : `${shown.length} of ${lines.length}`}
          </span>
          {!isExport() && <Link href="/experiments/new">New experiment</Link>}
          <ConnectionSign connection={connection} />
        </p>
      </div>
      {lines.length === 0 ? (
        <Nothing title="No experiment yet">
          <p>
            <code>heddle eval DATASET --agent A --agent B --attempts 3</code>
          </p>
        </Nothing>
      ) : shown.length === 0 ? (
        <Nothing title="No experiment is called so" />
      ) : (
        <ExperimentRows lines={shown} now={now} />
      )}
      {pending > 0 && <StillReading count={pending} />}
      {older > 0 && (
        <p className="dim">{plural(older, 'older experiment')}: `heddle experiments` lists them all.</p>
      )}
    </div>
  );
}
