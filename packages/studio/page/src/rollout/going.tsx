import { createContext, useContext, useEffect, useState } from 'react';
import type { RolloutTold } from '../../../src/told/rollout.ts';

/** How a rollout goes on while it is looked at. */
export interface Going {
  /** Empty: nothing is told yet. */
  readonly rollout: string;
  /** A living process works on it. */
  readonly running: boolean;
  /** It has asked a person and cannot go on before an answer. */
  readonly waits: boolean;
  /** The server's clock, second by second; it stands while a person is waited for. Milliseconds since 1970. */
  readonly now: number;
  /** Seconds at work since its last event, of which no event tells yet; zero of one that does not run. */
  readonly since: number;
}

const TICK_MS = 1_000;

const RESTING: Going = { rollout: '', running: false, waits: false, now: 0, since: 0 };

export const GoingOf = createContext<Going>(RESTING);

export function useGoing(): Going {
  return useContext(GoingOf);
}

/** Of a head as it was told last; undefined: nothing is told yet. */
export function useGoingOf(head: RolloutTold | undefined): Going {
  const running = head?.line.status === 'running';
  const [ahead, setAhead] = useState({ head, ms: 0 });
  // The clocks of two machines differ: what counts is the time since this answer came.
  if (ahead.head !== head) setAhead({ head, ms: 0 });
  useEffect(() => {
    if (!running) return;
    const came = performance.now();
    const tick = setInterval(() => setAhead({ head, ms: performance.now() - came }), TICK_MS);
    return () => clearInterval(tick);
  }, [head, running]);
  if (head === undefined) return RESTING;
  const now = head.waitsSince ?? head.now + ahead.ms;
  return {
    rollout: head.line.rollout,
    running,
    waits: head.waitsSince !== null,
    now,
    since: running ? Math.max(0, now - head.lastAt) / 1000 : 0,
  };
}
