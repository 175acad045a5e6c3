import { useDeferredValue } from 'react';
import { Link } from 'wouter';
import type { ExperimentsTold } from '../../../src/told/experiments.ts';
import { isExport } from '../export-files.ts';
import { ExperimentRows } from '../home/experiment-rows.tsx';
import { ConnectionSign } from '../parts/connection-sign.tsx';
import { Loading } from '../parts/loading.tsx';
import { Nothing } from '../parts/nothing.tsx';
import { Refused } from '../parts/refused.tsx';
import { SearchField } from '../parts/search-field.tsx';
import { StillReading } from '../parts/still-reading.tsx';
import { useAddress } from '../use-address.ts';
import { useLiveTold } from '../use-live-told.ts';
import { plural } from '../words.ts';

/** All experiments, newest first, with their headlines. */
export function ExperimentsPage() {
  const [params] = useAddress();
  const { data, error, connection } = useLiveTold<ExperimentsTold>('/experiments');
  const search = useDeferredValue(params.get('q') ?? '');
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
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
          <SearchField label="Search experiments" />
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
        <Nothing title="No experiment matches" />
      ) : (
        <ExperimentRows lines={shown} now={now} />
      )}
      {pending > 0 && <StillReading count={pending} />}
      {older > 0 && (
        <p className="dim">
          {plural(older, 'older experiment')}: <code>heddle experiments</code> lists them all.
        </p>
      )}
    </div>
  );
}
