import './doing.css';
import { useQueryClient } from '@tanstack/react-query';
import { Link } from 'wouter';
import type { NeedsTold } from '../../../src/told/doing.ts';
import { useTold } from '../api.ts';
import { useLive } from '../use-live.ts';
import { plural } from '../words.ts';
import { AskCard } from './ask-card.tsx';

/** What needs a person, on any rollout: approvals, questions, and what nobody has rated. Nothing where nothing does. */
export function NeedsYou() {
  const queries = useQueryClient();
  const { data } = useTold<NeedsTold>('/needs');
  useLive<NeedsTold>('/needs', { onNews: (news) => queries.setQueryData(['/needs'], news) });
  if (data === undefined || (data.asks.length === 0 && data.unrated.length === 0)) return null;
  return (
    <section aria-labelledby="needs-you">
      <h2 id="needs-you">
        Needs you
        {data.asks.length > 0 && <span className="badge badge-warn doing-count">{data.asks.length}</span>}
      </h2>
      <div aria-live="polite" className="doing-asks">
        {data.asks.map((row) => (
          <AskCard key={row.ask} row={row} named />
        ))}
      </div>
      {data.unrated.length > 0 && (
        <p className="dim">
          {plural(data.unrated.length, 'rollout')} that nobody has rated:{' '}
          {data.unrated.map(({ rollout, task }, at) => (
            <span key={rollout}>
              {at > 0 && ', '}
              <Link href={`/rollouts/${rollout}`} title={task} className="mono">
                {rollout}
              </Link>
            </span>
          ))}
        </p>
      )}
    </section>
  );
}
