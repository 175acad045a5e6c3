import { useState } from 'react';
import type { AskTold } from '../../../src/told/doing.ts';
import { AskCard } from './ask-card.tsx';

/**
 * What is asked, oldest first. While the pointer is over the list a card that has been answered keeps its place: no button of
 * another one comes to where somebody is about to press.
 */
export function AskList({
  asks,
  isNamed,
}: {
  readonly asks: readonly AskTold[];
  /** Where more than one rollout is shown: whether to say which one asks. */
  isNamed(row: AskTold): boolean;
}) {
  const [held, setHeld] = useState<readonly AskTold[] | null>(null);
  const shown = held === null ? asks : withNew(held, asks);
  if (held !== null && shown.length > held.length) setHeld(shown);
  const open = new Set(asks.map(({ ask }) => ask));
  return (
    <div
      aria-live="polite"
      className="doing-asks"
      onPointerEnter={() => setHeld(asks)}
      onPointerLeave={() => setHeld(null)}
    >
      {shown.map((row) => (
        <div key={row.ask} inert={!open.has(row.ask)} className={open.has(row.ask) ? '' : 'doing-answered'}>
          {!open.has(row.ask) && <span className="badge doing-done">answered</span>}
          <AskCard row={row} named={isNamed(row)} />
        </div>
      ))}
    </div>
  );
}

function withNew(held: readonly AskTold[], asks: readonly AskTold[]): readonly AskTold[] {
  const known = new Set(held.map(({ ask }) => ask));
  return [...held, ...asks.filter(({ ask }) => !known.has(ask))];
}
