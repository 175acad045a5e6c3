import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { counted, FIXED, PER_SIZE } from './peers/measures.ts';
import { HEDDLE } from './peers/peers.ts';
import { placeFor } from './peers/places.ts';
import { runPeer } from './peers/run.ts';
import { tableOf } from './table.ts';

/** Steps of the run that fills the caches and is thrown away. */
const WARM_STEPS = 10;

/**
 * What Heddle itself costs: one solo rollout of N steps of `echo` against a model that answers at once, the whole
 * command line in the path (provider package, journal, snapshot, sandbox). Beside others: `npm run bench:peers`.
 */
export async function benchLoop(repeats: number, sizes: readonly number[]): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'heddle-bench-'));
  try {
    const place = placeFor(folder, HEDDLE);
    const run = async (steps: number) => {
      const result = await runPeer(HEDDLE, place, steps);
      if (result.problem !== null) throw new Error(`${steps} steps: ${result.problem}`);
      return result;
    };
    await run(WARM_STEPS);
    const starts = [];
    for (let i = 0; i < repeats; i++) starts.push(await run(0));
    const rows = [];
    for (const size of sizes) {
      const runs = [];
      for (let i = 0; i < repeats; i++) runs.push(await run(size));
      const sample = { starts: counted(starts), runs: counted(runs), size };
      const figures = [...FIXED, ...PER_SIZE].map(
        (measure) => [measure.title, measure.of(sample)?.toFixed(measure.digits) ?? ''] as const,
      );
      rows.push({ steps: size, ...Object.fromEntries(figures) });
    }
    return `medians of ${repeats} runs; one shell call (echo) a step\n\n${tableOf(rows)}`;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
