import { Link } from 'wouter';
import type { AskTold } from '../../../src/told/doing.ts';
import { useToldOften } from '../api.ts';

const EVERY_MS = 5_000;

/** On every page: how many runs wait for a person. Nothing where none does. */
export function WaitingSign() {
  const { data: asks = [] } = useToldOften<readonly AskTold[]>('/asks', EVERY_MS);
  if (asks.length === 0) return null;
  return (
    <Link href="/" className="badge badge-warn">
      {asks.length} {asks.length === 1 ? 'waits' : 'wait'} for you
    </Link>
  );
}
