import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openStore, type Recorded, readJournal } from '@heddle/core';
import { describe, expect, it } from 'vitest';
import type { RolloutResult } from '../src/rollout.ts';
import { BUGGY, git, repository, temporaryFolder } from './support.ts';

const CHILD = fileURLToPath(new URL('crash-child.ts', import.meta.url));
const KILLS = 20;
const SEED = Number(process.env.HEDDLE_CRASH_SEED ?? 20_261_121);

/** Runs the child to its end, or kills it after `killAfterMs`; null if it was killed. */
function child(
  home: string,
  repo: string,
  killAfterMs = Number.POSITIVE_INFINITY,
): Promise<RolloutResult | null> {
  const started = spawn(process.execPath, [CHILD, home, repo], { stdio: ['ignore', 'pipe', 'pipe'] });
  let out = '';
  let err = '';
  started.stdout.on('data', (chunk) => (out += chunk));
  started.stderr.on('data', (chunk) => (err += chunk));
  const timer = Number.isFinite(killAfterMs)
    ? setTimeout(() => started.kill('SIGKILL'), killAfterMs)
    : undefined;
  return new Promise((resolve, reject) => {
    started.once('close', (code, signal) => {
      clearTimeout(timer);
      if (signal === 'SIGKILL') resolve(null);
      else if (code === 0) resolve(JSON.parse(out));
      else reject(new Error(err));
    });
  });
}

/** What must be the same however often the process died: who said and did what, interruptions left out. */
function story(events: readonly Recorded[]): string[] {
  const interrupted = new Set(
    events.flatMap(({ event }) =>
      event.type === 'action.completed' && event.outcome === 'interrupted' ? [event.call] : [],
    ),
  );
  return events.flatMap(({ event }) => {
    if (event.type !== 'action.completed' || interrupted.has(event.call)) return [];
    return [`${event.content} → ${event.snapshot}`];
  });
}

describe(`a rollout killed at ${KILLS} random moments (seed ${SEED}) and resumed`, () => {
  it('ends as the undisturbed one does, with no event lost and none doubled', async () => {
    const repo = repository(BUGGY);
    const calmHome = temporaryFolder();
    const started = performance.now();
    const calm = (await child(calmHome, repo))!;
    const span = performance.now() - started;
    const calmEvents = eventsIn(calmHome);
    let random = SEED;
    for (let kill = 0; kill < KILLS; kill++) {
      random = (random * 1_103_515_245 + 12_345) % 2 ** 31;
      const home = temporaryFolder();
      const moment = (random / 2 ** 31) * span;
      let result = await child(home, repo, moment);
      let survived = eventsIn(home);
      while (result === null) {
        result = await child(home, repo);
        const after = eventsIn(home);
        expect(after.slice(0, survived.length)).toEqual(survived);
        survived = after;
      }
      const where = `killed after ${Math.round(moment)} ms`;
      expect({ ...result, ...UNEQUAL }, where).toEqual({ ...calm, ...UNEQUAL });
      expect(
        survived.map(({ position }) => position),
        where,
      ).toEqual([...survived.keys()]);
      expect(
        survived.filter(({ event }) => event.type === 'rollout.completed'),
        where,
      ).toHaveLength(1);
      expect(story(survived).at(-1), where).toEqual(story(calmEvents).at(-1));
      expect(git(repo, 'status', '--porcelain'), where).toBe('');
    }
  }, 300_000);
});

/** What may differ: the id, how long it took, and the steps repeated after an interruption. */
const UNEQUAL = { rollout: '', seconds: 0, steps: 0, usage: null };

function eventsIn(home: string): Recorded[] {
  const store = openStore(join(home, 'journal.db'));
  const [row] = store.rollouts();
  const events = row === undefined ? [] : readJournal(store, row.rollout);
  store.close();
  return events;
}
