import './doing.css';
import { Link } from 'wouter';
import type { AskTold, UnratedTold } from '../../../src/told/doing.ts';
import { useToldOften } from '../api.ts';
import { plural } from '../words.ts';
import { AskList } from './ask-list.tsx';

const ASKS_EVERY_MS = 1_000;
const UNRATED_EVERY_MS = 5_000;

/** What needs a person, on any rollout: approvals, questions, and what nobody has rated. Nothing where nothing does. */
export function NeedsYou() {
  const { data: asks = [] } = useToldOften<readonly AskTold[]>('/asks', ASKS_EVERY_MS);
  const { data: unrated = [] } = useToldOften<readonly UnratedTold[]>('/unrated', UNRATED_EVERY_MS);
  if (asks.length === 0 && unrated.length === 0) return null;
  return (
    <section aria-labelledby="needs-you">
      <h2 id="needs-you">
        Needs you
        {asks.length > 0 && <span className="badge badge-warn doing-count">{asks.length}</span>}
      </h2>
      <AskList asks={asks} isNamed={() => true} />
      {unrated.length > 0 && (
        <p className="dim">
          {plural(unrated.length, 'rollout')} that nobody has rated:{' '}
          {unrated.map(({ rollout, task }, at) => (
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
