import type { Peer } from './peer.ts';
import type { Run } from './run.ts';

export interface Plan {
  /** Runs without a step, for the start. */
  readonly starts: number;
  readonly sizes: readonly number[];
  /** Runs of each size. */
  readonly reps: number;
  /** How often a disturbed run is repeated before it has to do. */
  readonly repeats: number;
}

export interface Driver {
  /** Waits until the machine is quiet, or long enough. */
  quiet(): Promise<void>;
  run(peer: Peer, steps: number): Promise<Run>;
  told(run: Run): void;
}

/** Other work above this many cores disturbs a run: it is kept, marked, and repeated. */
export const DISTURBED_CORES = 0.3;

export function isDisturbed({ otherCores }: Run): boolean {
  return otherCores > DISTURBED_CORES;
}

/**
 * Runs the peers one at a time, round by round, so that a change of the machine's mood meets them all. The order
 * turns with each round: none is always the one after the same other.
 */
export async function interleaved(peers: readonly Peer[], plan: Plan, driver: Driver): Promise<Run[]> {
  const runs: Run[] = [];
  const rounds = [
    ...Array.from({ length: plan.starts }, () => 0),
    ...plan.sizes.flatMap((size) => Array.from({ length: plan.reps }, () => size)),
  ];
  for (const [round, steps] of rounds.entries()) {
    for (const index of peers.keys()) {
      const peer = peers[(index + round) % peers.length]!;
      for (let tried = 0; tried <= plan.repeats; tried++) {
        await driver.quiet();
        const run = await driver.run(peer, steps);
        runs.push(run);
        driver.told(run);
        if (!isDisturbed(run) || run.problem !== null) break;
      }
    }
  }
  return runs;
}
