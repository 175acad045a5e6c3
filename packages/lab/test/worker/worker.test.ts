import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { openStore, type Store } from '@heddle/core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { NO_POSTGRES, type PostgresServer, startPostgres } from '../../../core/test/postgres-server.ts';
import { startProxy } from '../../../core/test/tcp-proxy.ts';
import { newExperiment } from '../../src/experiment/begin.ts';
import type { ExperimentPlan } from '../../src/experiment/plan.ts';
import { parseResult } from '../../src/trial-result.ts';
import { TrialQueue } from '../../src/worker/queue.ts';
import { isSolved, REQUESTS } from './answers.ts';

const CHILD = fileURLToPath(new URL('worker-child.ts', import.meta.url));

let server: PostgresServer;
const children: ChildProcess[] = [];
const closing: (() => unknown)[] = [];

interface Place {
  readonly url: string;
  readonly home: string;
  readonly log: string;
  readonly store: Store;
  readonly queue: TrialQueue;
}

async function newPlace(): Promise<Place> {
  const home = mkdtempSync(join(tmpdir(), 'heddle-workers-'));
  const log = join(home, 'requests.log');
  writeFileSync(log, '');
  const url = server.fresh();
  const store = openStore(url);
  const queue = await TrialQueue.open({ url, onWarning: () => {} });
  closing.push(
    () => queue.close(1),
    () => store.close(),
    () => rmSync(home, { recursive: true, force: true }),
  );
  return { url, home, log, store, queue };
}

function planOf(instances: number, attempts: number): ExperimentPlan {
  const ids = Array.from({ length: instances }, (_, at) => `i-${at + 1}`);
  return {
    format: 1,
    dataset: { name: 'answers', format: 'heddle', path: '/answers', version: 'v', chosen: 'c', options: {} },
    instances: ids.map((id) => ({ id, cluster: 'i' })),
    agents: [{ name: 'agent', spec: 'agent', kind: 'heddle', version: 'v', model: 'scripted' }],
    ...{ attempts, limits: { seconds: 60 }, seed: 0, sandbox: 'host', network: false, scorers: [] },
  };
}

interface Worker {
  readonly child: ChildProcess;
  readonly lines: string[];
  /** Until it has said so many lines that begin so. */
  said(start: string, times?: number): Promise<void>;
}

function startWorker({ url, home, log }: Place, concurrency = 2, replyMs = 100): Worker {
  const child = spawn(process.execPath, [CHILD, url, home, log, String(concurrency), String(replyMs)], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, HEDDLE_HOME: home },
  });
  children.push(child);
  const lines: string[] = [];
  child.stdout!.setEncoding('utf8').on('data', (text: string) => lines.push(...text.trim().split('\n')));
  return {
    child,
    lines,
    async said(start, times = 1) {
      while (lines.filter((line) => line.startsWith(start)).length < times) {
        if (child.exitCode !== null) throw new Error(`the worker ended: ${lines.join(' | ')}`);
        await pause(20);
      }
    },
  };
}

async function finished({ store }: Place, experiment: string): Promise<void> {
  while (store.experiments.counts(experiment).some(({ state }) => state !== 'graded')) await pause(100);
}

function expectTable({ store }: Place, experiment: string): void {
  const rows = store.experiments.trials(experiment);
  const table = rows.map(({ instance, result }) => [instance, parseResult(result).resolved]);
  expect(table).toEqual(rows.map(({ instance }) => [instance, isSolved(instance)]));
}

/** Requests by trial and turn, how often each was sent. */
function requestsOf({ log }: Place): Map<string, number> {
  const counts = new Map<string, number>();
  for (const line of readFileSync(log, 'utf8').trim().split('\n')) {
    const request = line.split(' ').slice(0, 2).join(' ');
    counts.set(request, (counts.get(request) ?? 0) + 1);
  }
  return counts;
}

/** Whole processes, leases and heartbeats of seconds: on a machine that does much else they take long. */
const TIMEOUT_MS = 300_000;

describe.skipIf(NO_POSTGRES !== null)(
  `workers${NO_POSTGRES === null ? '' : ` (${NO_POSTGRES})`}`,
  { timeout: TIMEOUT_MS },
  () => {
    beforeAll(async () => {
      server = await startPostgres();
    });
    afterAll(() => server.dispose());
    afterEach(async () => {
      for (const child of children.splice(0)) child.kill('SIGKILL');
      for (const close of closing.splice(0)) await close();
    });

    it('share an experiment; one is killed and one told to end, and each request is paid for once but those under way', async () => {
      const place = await newPlace();
      const { experiment } = newExperiment(place.store, planOf(6, 2), 'test');
      const workers = [startWorker(place), startWorker(place), startWorker(place)];
      await Promise.all(workers.map((worker) => worker.said('ready')));
      await place.queue.submit({ experiment, priority: 0 });
      await Promise.all(workers.slice(0, 2).map((worker) => worker.said('began')));
      workers[0]!.child.kill('SIGKILL');
      workers[1]!.child.kill('SIGTERM');
      await once(workers[1]!.child, 'close');
      expect(workers[1]!.child.exitCode).toBe(0);
      expect(workers[1]!.lines.filter((line) => line.endsWith('this worker ends')).length).toBeGreaterThan(0);
      await finished(place, experiment);
      expectTable(place, experiment);
      const requests = requestsOf(place);
      expect(requests.size).toBeGreaterThanOrEqual(12 * REQUESTS);
      const again = [...requests.values()].reduce((sum, count) => sum + count - 1, 0);
      // Two workers with two trials each were disturbed: a request of each may have been under way.
      expect(again).toBeLessThanOrEqual(4);
      const rollouts = place.store.experiments.trials(experiment).map(({ tries }) => tries);
      expect(rollouts).toEqual(rollouts.map(() => 1));
    });

    it('put a cancelled experiment away, and go on with it when it is submitted again', async () => {
      const place = await newPlace();
      const { experiment } = newExperiment(place.store, planOf(3, 1), 'test');
      // Longer than it takes to notice.
      const worker = startWorker(place, 1, 1_500);
      await place.queue.submit({ experiment, priority: 0 });
      await worker.said('began');
      await place.queue.cancel(experiment);
      await worker.said('back');
      expect(await place.queue.depth(experiment)).toEqual({ queued: 0, active: 0 });
      expect(await place.queue.isSubmitted(experiment)).toBe(false);
      await place.queue.submit({ experiment, priority: 0 });
      await finished(place, experiment);
      expectTable(place, experiment);
    });

    it('take the trials of the experiment first that has the higher priority', async () => {
      const place = await newPlace();
      const low = newExperiment(place.store, planOf(4, 1), 'low').experiment;
      const high = newExperiment(place.store, planOf(2, 1), 'high').experiment;
      for (const [experiment, priority] of [
        [low, 0],
        [high, 5],
      ] as const) {
        await place.queue.submit({ experiment, priority });
        await place.queue.offer(place.store.experiments.trials(experiment), priority);
      }
      startWorker(place, 1);
      await finished(place, high);
      expect(place.store.experiments.trials(low, { state: 'graded' })).toEqual([]);
    });

    it('leave a trial to another when they are cut off for longer than their lease, and write nothing to it afterwards', async () => {
      const place = await newPlace();
      const proxy = await startProxy(server.socket);
      closing.push(() => proxy.close());
      const through = new URL(place.url);
      through.searchParams.delete('host');
      through.hostname = proxy.host;
      through.port = String(proxy.port);
      const { experiment } = newExperiment(place.store, planOf(3, 1), 'test');
      const away = startWorker({ ...place, url: through.href }, 1, 1_500);
      await place.queue.submit({ experiment, priority: 0 });
      await away.said('began');
      proxy.cut();
      startWorker(place, 1);
      await finished(place, experiment);
      proxy.mend();
      await away.said('back');
      expectTable(place, experiment);
      for (const { rollout, tries } of place.store.experiments.trials(experiment)) {
        expect(tries).toBe(1);
        const ends = [...place.store.read(rollout!)].filter(
          ({ event }) => event.type === 'rollout.completed',
        );
        expect(ends).toHaveLength(1);
      }
      const again = [...requestsOf(place).values()].reduce((sum, count) => sum + count - 1, 0);
      expect(again).toBeLessThanOrEqual(1);
    });
  },
);
