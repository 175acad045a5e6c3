import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useRef, useState } from 'react';
import type { RolloutNews, RolloutTold } from '../../../src/told/rollout.ts';
import type { StepLine, StepsTold } from '../../../src/told/steps.ts';
import { told, useTold } from '../api.ts';
import { type Connection, useLive } from '../use-live.ts';

/** Steps asked for at once: a window begins at a multiple of it. */
const WINDOW = 200;

export interface OpenRollout {
  readonly head: RolloutTold | undefined;
  readonly error: Error | null;
  readonly connection: Connection;
  /** By their place in the timeline; those not here yet come when they are asked for. */
  readonly steps: ReadonlyMap<number, StepLine>;
  readonly total: number;
  /** Steps from `first` to `last` are looked at. */
  need(first: number, last: number): void;
}

/** A rollout as it is now, with as many of its steps as are looked at; what is new comes by itself. */
export function useRollout(id: string): OpenRollout {
  const queries = useQueryClient();
  const { data: head, error } = useTold<RolloutTold>(`/rollouts/${id}`);
  const [steps, setSteps] = useState<ReadonlyMap<number, StepLine>>(new Map());
  const [total, setTotal] = useState(0);
  const asked = useRef(new Set<number>());
  const since = useSince(id, head);

  useEffect(() => {
    asked.current = new Set();
    setSteps(new Map());
    setTotal(0);
    void id;
  }, [id]);

  const put = useCallback((from: number, lines: readonly StepLine[]) => {
    setSteps((before) => {
      const after = new Map(before);
      for (const [at, line] of lines.entries()) after.set(from + at, line);
      return after;
    });
  }, []);

  const need = useCallback(
    (first: number, last: number) => {
      for (let at = Math.floor(Math.max(0, first) / WINDOW); at <= Math.floor(last / WINDOW); at++) {
        if (asked.current.has(at)) continue;
        asked.current.add(at);
        told<StepsTold>(`/rollouts/${id}/steps?from=${at * WINDOW}&limit=${WINDOW}`).then(
          (window) => {
            put(window.from, window.steps);
            setTotal((before) => Math.max(before, window.total));
          },
          () => asked.current.delete(at),
        );
      }
    },
    [id, put],
  );

  const connection = useLive<RolloutNews>(since === null ? null : `/rollouts/${id}`, {
    from: since,
    onNews: (news) => {
      queries.setQueryData([`/rollouts/${id}`], news.head);
      put(news.from, news.steps);
      // After a long sleep there may be steps between what was here and what is told now.
      for (let at = Math.floor(total / WINDOW); at <= Math.floor(news.from / WINDOW); at++)
        if (news.from > total) asked.current.delete(at);
      setTotal(news.total);
    },
  });

  return { head, error, connection, steps, total: Math.max(total, head?.steps ?? 0), need };
}

/** The cursor of the first answer: listening goes on from there by itself. */
function useSince(id: string, head: RolloutTold | undefined): string | null {
  const [since, setSince] = useState<{ readonly id: string; readonly cursor: string } | null>(null);
  if (head !== undefined && since?.id !== id && head.line.rollout === id)
    setSince({ id, cursor: head.cursor });
  return since?.id === id ? since.cursor : null;
}
