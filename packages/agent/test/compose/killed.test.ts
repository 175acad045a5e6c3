import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openStore, type Recorded, readJournal } from '@heddle/core';
import { describe, expect, it } from 'vitest';
import { stateOf } from '../../src/result.ts';
import type { RolloutResult } from '../../src/rollout.ts';
import { BUGGY, repository, temporaryFolder } from '../support.ts';
import { COMPOSITIONS, REPLY_TOKENS } from './compositions.ts';
import { of } from './support.ts';

const CHILD = fileURLToPath(new URL('compose-child.ts', import.meta.url));
/** Of each composition. COMPOSE_KILLS sets another number; `all`: after every event. */
const KILLS = process.env.COMPOSE_KILLS ?? '2';
const SEED = Number(process.env.COMPOSE_SEED ?? 20_261_121);

/** Null: it was killed. */
function child(home: string, repo: string, name: string, events = 0): Promise<RolloutResult | null> {
  const args = [CHILD, home, repo, name, String(events)];
  const started = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let out = '';
  let err = '';
  started.stdout.on('data', (chunk) => (out += chunk));
  started.stderr.on('data', (chunk) => (err += chunk));
  return new Promise((resolve, reject) => {
    started.once('close', (code, signal) => {
      if (signal === 'SIGKILL') resolve(null);
      else if (code === 0) resolve(JSON.parse(out));
      else reject(new Error(err));
    });
  });
}

/** All journals, each with its own events only. */
function journals(home: string): {
  readonly root: Recorded[];
  readonly all: ReadonlyMap<string, Recorded[]>;
} {
  const store = openStore(join(home, 'journal.db'));
  const all = new Map(store.rollouts().map(({ rollout }) => [rollout, [...store.read(rollout)]]));
  const whole = store.rollouts().map(({ rollout }) => readJournal(store, rollout));
  store.close();
  const root = whole.find((events) => stateOf(events).config.agent !== undefined) ?? [];
  return { root, all };
}

function momentsOf(events: number): number[] {
  if (KILLS === 'all') return Array.from({ length: events - 1 }, (_, index) => index + 1);
  let random = SEED;
  return Array.from({ length: Number(KILLS) }, () => {
    random = (random * 1_103_515_245 + 12_345) % 2 ** 31;
    return 1 + Math.floor((random / 2 ** 31) * (events - 1));
  });
}

describe(`an agent made of agents, killed at ${KILLS} moments (seed ${SEED}) and resumed`, () => {
  it.each(Object.keys(COMPOSITIONS))(
    '%s ends as undisturbed, nothing done or charged twice',
    async (name) => {
      const repo = repository(BUGGY);
      const calmHome = temporaryFolder();
      const calm = (await child(calmHome, repo, name))!;
      expect(calm.verified).toBe(true);
      const written = [...journals(calmHome).all.values()].reduce((sum, { length }) => sum + length, 0);
      const calmTokens = calm.usage.inputTokens + calm.usage.outputTokens;
      for (const moment of momentsOf(written)) {
        const where = `${name} killed after event ${moment} of ${written}`;
        const home = temporaryFolder();
        expect(await child(home, repo, name, moment), where).toBeNull();
        const result = (await child(home, repo, name))!;
        const { root, all } = journals(home);
        expect(result, where).toMatchObject({ status: calm.status, verified: true, patch: calm.patch });
        expect(twice(of('rollout.delegated', root).map(({ path }) => path)), where).toEqual([]);
        expect(againAfterTheirEnd(root), where).toEqual([]);
        for (const events of all.values())
          expect(twice(of('model.completed', events).map(({ step }) => step)), where).toEqual([]);
        // What was asked and not answered when it died is asked again, and a reply that nobody read cost nothing here.
        const replies = [...all.values()].flatMap((events) => [
          ...of('model.completed', events),
          ...of('model.consulted', events),
        ]);
        const asked = replies.filter((reply) => reply.usage.inputTokens > 0);
        expect(result.usage.inputTokens + result.usage.outputTokens, where).toBe(asked.length * REPLY_TOKENS);
        // An action that was cut off is done again: a reply more for each.
        const cut = [...all.values()].flatMap((events) =>
          of('action.completed', events).filter(({ outcome }) => outcome === 'interrupted'),
        );
        expect(asked.length * REPLY_TOKENS, where).toBe(calmTokens + cut.length * REPLY_TOKENS);
      }
    },
    900_000,
  );
});

function twice<T>(values: readonly T[]): T[] {
  return values.filter((value, index) => values.indexOf(value) !== index);
}

/** Agents that were called again after they had ended. */
function againAfterTheirEnd(events: readonly Recorded[]): string[] {
  const ended = new Set<string>();
  return events.flatMap(({ event }) => {
    if (event.type === 'agent.completed' && event.outcome !== 'failed') ended.add(event.path);
    return event.type === 'agent.started' && ended.has(event.path) ? [event.path] : [];
  });
}
