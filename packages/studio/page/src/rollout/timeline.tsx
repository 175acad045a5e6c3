import './timeline.css';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef, useState } from 'react';
import type { RolloutTold } from '../../../src/told/rollout.ts';
import { useGoing } from './going.tsx';
import { TimelineRow } from './timeline-row.tsx';
import type { OpenRollout } from './use-rollout.ts';

const ROW_PIXELS = 54;
/** Whoever is this near to the end goes with it. */
const NEAR_END_PIXELS = 80;

/** Steps asked for before they come into sight: scrolling fast meets rows that are there. */
const AHEAD = 150;

/** All steps of a rollout, however many: only those in sight are drawn. */
export function Timeline({
  open: { steps, total, need },
  head,
  at,
  following,
  choose,
  onFollow,
}: {
  readonly open: OpenRollout;
  readonly head: RolloutTold;
  readonly at: number;
  readonly following: boolean;
  choose(at: number): void;
  onFollow(): void;
}) {
  const scroller = useRef<HTMLDivElement>(null);
  const [atEnd, setAtEnd] = useState(true);
  const rows = useVirtualizer({
    count: total,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PIXELS,
    overscan: 12,
  });
  const items = rows.getVirtualItems();
  const [first, last] = [items[0]?.index ?? 0, items.at(-1)?.index ?? 0];
  useEffect(() => need(first - AHEAD, last + AHEAD), [first, last, need]);
  const isThere = total > 0;
  const shown = useRef(false);
  useEffect(() => {
    if (!isThere) return;
    // A step that is come to from elsewhere is shown with those before and after it.
    rows.scrollToIndex(at, { align: shown.current ? 'auto' : 'center' });
    shown.current = true;
  }, [at, rows, isThere]);
  useEffect(() => {
    // A person who has scrolled up is left in peace.
    if (following && atEnd && total > 0) rows.scrollToIndex(total - 1, { align: 'end' });
  }, [total, following, atEnd, rows]);
  const { running, since } = useGoing();
  return (
    <nav className="timeline" aria-label="Steps">
      <div
        ref={scroller}
        className="timeline-scroll"
        onScroll={({ currentTarget: { scrollHeight, scrollTop, clientHeight } }) =>
          setAtEnd(scrollHeight - scrollTop - clientHeight < NEAR_END_PIXELS)
        }
      >
        <ol className="timeline-rows" style={{ height: rows.getTotalSize() }}>
          {items.map(({ index, start }) => (
            <li
              key={index}
              aria-setsize={total}
              aria-posinset={index + 1}
              style={{ transform: `translateY(${start}px)`, height: ROW_PIXELS }}
            >
              <TimelineRow
                line={steps.get(index)}
                chosen={index === at}
                most={head.most}
                since={running && index === total - 1 ? since : null}
                onChoose={() => choose(index)}
              />
            </li>
          ))}
        </ol>
      </div>
      {running && !(following && atEnd) && (
        <button
          type="button"
          className="timeline-follow"
          onClick={() => {
            onFollow();
            setAtEnd(true);
          }}
        >
          ↓ follow
        </button>
      )}
    </nav>
  );
}
