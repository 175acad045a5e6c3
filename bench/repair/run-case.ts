import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { solve } from '@heddle/agent';
import { openStore, type Recorded, readJournal } from '@heddle/core';
import { repairModel } from '@heddle/repair';
import type { Outcome, RepairCase, Tried } from './case.ts';
import { makeRepository } from './files.ts';
import { CHECK_SECONDS, holds } from './judge.ts';

export interface RunOptions {
  readonly seed: number;
  /** Limit of one rollout. */
  readonly seconds: number;
}

export const MAX_STEPS = 150;
export const TASK = 'The tests fail. Find the bug in the program and mend it; the tests are right.';

/** Lets the embedded model work at a case, then judges its patch with the tests that were held out. */
export async function runCase(test: RepairCase, { seed, seconds }: RunOptions): Promise<Tried> {
  const folder = mkdtempSync(join(tmpdir(), 'heddle-repair-'));
  const home = join(folder, 'home');
  const repo = join(folder, 'repo');
  const store = openStore(join(home, 'journal.db'));
  try {
    makeRepository(repo, test.files);
    const result = await solve(
      {
        task: TASK,
        repo,
        model: repairModel({ seed }),
        seed,
        checks: [
          {
            name: 'test',
            command: test.check,
            timeoutSeconds: CHECK_SECONDS,
            framework: test.framework,
          },
        ],
        limits: { seconds, steps: MAX_STEPS },
      },
      { store, home },
    );
    const events = [...readJournal(store, result.rollout)];
    const candidates = candidatesIn(events);
    const passes = result.checks.every(({ after }) => after?.status === 'passed');
    const outcome: Outcome =
      result.status === 'failed' || result.status === 'model-unreachable'
        ? 'error'
        : result.patch === '' || !passes
          ? 'none'
          : (await holds(test, result.patch, { repo: join(folder, 'judge'), home }))
            ? 'repaired'
            : 'wrong';
    return {
      id: test.id,
      kind: test.kind,
      seed,
      outcome,
      seconds: result.seconds,
      trials: candidates.length,
      probability: result.probability,
      faultRank: faultRank(test, events),
      patch: result.patch,
      passing: candidates.filter(({ outcome }) => outcome === 'pass').map(({ label }) => label),
      note: outcome === 'none' || outcome === 'error' ? result.reason : '',
    };
  } finally {
    store.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function candidatesIn(events: readonly Recorded[]): { label: string; outcome: string }[] {
  return events.flatMap(({ event }) => {
    if (event.type !== 'action.completed') return [];
    return (event.details as { candidates?: { label: string; outcome: string }[] } | null)?.candidates ?? [];
  });
}

/** Of the first localisation. */
function faultRank(test: RepairCase, events: readonly Recorded[]): number | null {
  for (const { event } of events) {
    if (event.type !== 'action.completed') continue;
    const suspects = (event.details as { suspects?: { path: string; line: number }[] } | null)?.suspects;
    if (!suspects) continue;
    const rank = suspects.findIndex((suspect) =>
      test.faulty.some(({ path, line }) => path === suspect.path && line === suspect.line),
    );
    return rank < 0 ? null : rank + 1;
  }
  return null;
}
