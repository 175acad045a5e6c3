import { setTimeout as delay } from 'node:timers/promises';

/** Time and chance as the tries of a request meet them. */
export interface Clock {
  /** Seconds; it is never set back. */
  now(): number;
  /** Rejects when `signal` is aborted. */
  sleep(seconds: number, signal?: AbortSignal): Promise<void>;
  /** 0 to 1: spreads waits, so that those who wait for the same thing don't come back all at once. */
  random(): number;
}

export const MACHINE_CLOCK: Clock = {
  now: () => performance.now() / 1000,
  sleep: (seconds, signal) => delay(seconds * 1000, undefined, signal === undefined ? {} : { signal }),
  random: () => Math.random(),
};
