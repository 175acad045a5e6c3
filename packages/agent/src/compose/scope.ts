import type { Pool } from './pool.ts';
import type { Settings } from './run.ts';

/** Where one call of an agent stands. */
export interface Scope {
  readonly path: string;
  readonly settings: Settings;
  readonly pool: Pool;
  /** Aborted when the agent has ended, and when nobody waits for it any more. */
  readonly signal: AbortSignal;
  /** Whose scope it is; null: the person's. */
  readonly agent: { readonly name: string; readonly version: string } | null;
  /** What it began and what has not ended yet: nothing outlives its agent. */
  readonly live: Set<Promise<unknown>>;
}

/** What may stand in a key but would end or number a step of the path. */
const RESERVED = /[%/#]/g;

/** Gives the paths of what one agent calls: by name, numbered from the second of the same name on. */
export function placesIn(path: string): (name: string) => string {
  const names = new Map<string, number>();
  return (name) => {
    const count = (names.get(name) ?? 0) + 1;
    names.set(name, count);
    const step = name.replace(RESERVED, encodeURIComponent) || '%';
    return `${path === '' ? '' : `${path}/`}${step}${count === 1 ? '' : `#${count}`}`;
  };
}
