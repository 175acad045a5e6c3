import { useVirtualizer } from '@tanstack/react-virtual';
import { useCallback, useEffect, useRef, useState } from 'react';
import { GridPart } from '../parts/grid-part.tsx';
import { useListedKeys } from '../shell/keys.tsx';
import type { GridLine } from './grid-view.ts';
import { HeatRow } from './heat-row.tsx';

const ROW_PIXELS = 30;
const HEAD_PIXELS = 34;
/** Rows kept beyond the edge, so that fast scrolling shows no gap. */
const OVERSCAN = 20;

const KEYS = {
  '↑ ↓ ← →': 'move over the table of instances',
  'Page ↑ ↓': 'a screenful of instances up or down',
  'Home End': 'first and last instance',
  Enter: 'open a rollout of the cell',
  Space: 'list the attempts of the cell',
  Esc: 'close that list',
};

export interface Picked {
  readonly instance: string;
  readonly agent: string;
}

/** Instances x agents. Arrow keys move over the cells, Enter opens a rollout, Space lists a cell's attempts. */
export function HeatTable({
  agents,
  lines,
  picked,
  onPick,
  onOpen,
}: {
  readonly agents: readonly string[];
  readonly lines: readonly GridLine[];
  readonly picked: Picked | null;
  readonly onPick: (picked: Picked | null) => void;
  /** The rollouts of a cell are asked for. */
  readonly onOpen: (picked: Picked) => void;
}) {
  useListedKeys(KEYS);
  const box = useRef<HTMLDivElement>(null);
  const [at, setAt] = useState({ line: 0, agent: 0 });
  const rows = useVirtualizer({
    ...{ count: lines.length, overscan: OVERSCAN, scrollPaddingStart: HEAD_PIXELS },
    getScrollElement: () => box.current,
    estimateSize: () => ROW_PIXELS,
    scrollMargin: 0,
  });
  useEffect(() => {
    setAt((now) => (now.line < lines.length ? now : { ...now, line: Math.max(0, lines.length - 1) }));
  }, [lines.length]);
  const pickedAt = (line: number, agent: number): Picked | null => {
    const found = lines[line];
    return found?.kind === 'instance' ? { instance: found.row.id, agent: agents[agent]! } : null;
  };
  const move = (line: number, agent: number) => {
    const to = {
      line: Math.min(lines.length - 1, Math.max(0, line)),
      agent: Math.min(agents.length - 1, Math.max(0, agent)),
    };
    setAt(to);
    rows.scrollToIndex(to.line, { align: 'auto' });
    // A list that is open goes along.
    if (picked !== null) onPick(pickedAt(to.line, to.agent) ?? picked);
  };
  const page = Math.max(1, Math.floor((box.current?.clientHeight ?? 600) / ROW_PIXELS) - 2);
  const onKeyDown = (event: React.KeyboardEvent) => {
    const moves: Readonly<Record<string, readonly [number, number]>> = {
      ArrowDown: [at.line + 1, at.agent],
      ArrowUp: [at.line - 1, at.agent],
      ArrowRight: [at.line, at.agent + 1],
      ArrowLeft: [at.line, at.agent - 1],
      PageDown: [at.line + page, at.agent],
      PageUp: [at.line - page, at.agent],
      Home: [0, at.agent],
      End: [lines.length - 1, at.agent],
    };
    const to = moves[event.key];
    const here = pickedAt(at.line, at.agent);
    if (to !== undefined) move(...to);
    else if (event.key === 'Enter' && here !== null) onOpen(here);
    else if (event.key === ' ' && here !== null) onPick(picked === null ? here : null);
    else if (event.key === 'Escape' && picked !== null) onPick(null);
    else return;
    event.preventDefault();
  };
  const columns = `minmax(11rem, 1fr) repeat(${agents.length}, minmax(4.6rem, 8.5rem)) 5rem 5rem`;
  // Rows are laid out one by one: their columns agree only if none depends on what is in it.
  const width = { minWidth: `${21 + agents.length * 4.6}rem` };
  const click = useRef((_line: number, _agent: number) => {});
  click.current = (line, agent) => {
    setAt({ line, agent });
    const mine = pickedAt(line, agent);
    const isPicked = mine !== null && mine.instance === picked?.instance && mine.agent === picked.agent;
    if (mine !== null) onPick(isPicked ? null : mine);
  };
  const onClick = useCallback((line: number, agent: number) => click.current(line, agent), []);
  const titles = ['Instance', ...agents, agents.length === 2 ? 'A − B' : 'spread', 'cost'];
  return (
    // biome-ignore lint/a11y/useSemanticElements: a table of thousands of rows is drawn in part only
    <div
      ref={box}
      className="heat-box"
      role="grid"
      tabIndex={0}
      aria-label="Instances and agents"
      aria-rowcount={lines.length + 1}
      aria-colcount={agents.length + 3}
      aria-activedescendant={lines.length === 0 ? undefined : `cell-${at.line}-${at.agent}`}
      onKeyDown={onKeyDown}
    >
      <GridPart role="row" className="heat-head" style={{ ...width, gridTemplateColumns: columns }}>
        {titles.map((title, column) => (
          <GridPart
            key={title}
            role="columnheader"
            title={title}
            className={column > agents.length ? 'heat-side' : ''}
          >
            {title}
          </GridPart>
        ))}
      </GridPart>
      <div className="heat-body" style={{ ...width, height: rows.getTotalSize() }}>
        {rows.getVirtualItems().map(({ index, start }) => {
          const line = lines[index]!;
          const isPicked = line.kind === 'instance' && line.row.id === picked?.instance;
          return (
            <HeatRow
              key={index}
              {...{ line, index, start, columns, agents, onClick }}
              here={at.line === index ? at.agent : null}
              picked={isPicked ? agents.indexOf(picked.agent) : null}
            />
          );
        })}
      </div>
    </div>
  );
}
