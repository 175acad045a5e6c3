import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { openStore, type Store } from '@heddle/core';
import { type ExperimentPlan, newExperiment, parseResult } from '@heddle/lab';
import { TrialQueue } from '@heddle/lab/worker';
import { type PostgresServer, startPostgres } from '../../packages/core/test/postgres-server.ts';
import { startProxy } from '../../packages/core/test/tcp-proxy.ts';
import { REQUESTS } from '../../packages/lab/test/worker/answers.ts';
import { type BookedServer, startBookedServer } from './server.ts';

const WORKER = fileURLToPath(new URL('worker.ts', import.meta.url));
/** Shorter than in use, so that the partition need not last. */
const LEASE_MS = 10_000;
const PARTITION_MS = 2 * LEASE_MS;
const LOOK_MS = 200;

/** What a process is told. */
export interface Page {
  readonly place: string;
  readonly home: string;
  readonly experiment: string;
  readonly concurrency: number;
  readonly leaseMs: number;
  readonly spec: string;
  readonly env: Readonly<Record<string, string>>;
}

export interface ShowOptions {
  readonly rollouts: number;
  readonly workers: number;
  /** Trials at a time in each process; the one that is alone has them all. */
  readonly concurrency: number;
  readonly thinkMs: number;
  readonly progress: (line: string) => void;
}

export interface Side {
  readonly seconds: number;
  /** Instance, verdict, how it ended. Steps may be more where an action was interrupted. */
  readonly table: readonly string[];
  /** Replies sent whole, and those that were sent again for the same turn of the same instance. */
  readonly replies: number;
  readonly again: number;
  readonly tokens: number;
  /** Tokens by the rows of the table: what the experiment says it has cost. */
  readonly booked: number;
  readonly events: number;
}

export interface ShowReport {
  readonly alone: Side;
  readonly undisturbed: Side;
  readonly shared: Side;
  readonly kills: number;
  readonly faults: readonly string[];
}

/** The same experiment three times: one process on a file, workers on a server, and workers that are struck. */
export async function show(options: ShowOptions): Promise<ShowReport> {
  const server = await startPostgres();
  try {
    const alone = await runAlone(options);
    options.progress(`alone: ${Math.round(alone.seconds)} s`);
    const undisturbed = await runShared(options, server, false);
    options.progress(`${options.workers} workers: ${Math.round(undisturbed.seconds)} s`);
    const shared = await runShared(options, server, true);
    const kills = 2;
    // Under way when a process was killed or cut off: each slot has one request on the road.
    const most = (kills + 1) * options.concurrency;
    const faults = [
      ...(shared.table.join() === alone.table.join() ? [] : ['the tables differ']),
      ...(undisturbed.table.join() === alone.table.join() ? [] : ['the undisturbed tables differ']),
      ...(alone.table.length === options.rollouts ? [] : ['trials are missing']),
      ...(shared.again <= most
        ? []
        : [`${shared.again} replies were paid twice; at most ${most} were under way`]),
      ...(undisturbed.again + alone.again === 0 ? [] : ['something was paid twice without need']),
      ...(shared.replies - shared.again >= options.rollouts * REQUESTS ? [] : ['turns were skipped']),
    ];
    return { alone, undisturbed, shared, kills, faults };
  } finally {
    await server.dispose();
  }
}

interface Ground {
  readonly home: string;
  readonly store: Store;
  readonly experiment: string;
  readonly models: BookedServer;
  start(place: string, concurrency: number): ChildProcess;
}

async function on(
  place: (home: string) => string,
  options: ShowOptions,
  run: (ground: Ground) => Promise<void>,
) {
  const home = mkdtempSync(join(tmpdir(), 'heddle-show-'));
  const models = await startBookedServer(options.thinkMs);
  const store = openStore(place(home));
  const children: ChildProcess[] = [];
  const { experiment } = newExperiment(store, planOf(options.rollouts), 'show');
  const start = (at: string, concurrency: number) => {
    const page: Page = {
      ...{ place: at, home, experiment, concurrency, leaseMs: LEASE_MS },
      ...{ spec: models.spec, env: { ...models.env } },
    };
    const child = spawn(process.execPath, [WORKER, JSON.stringify(page)], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    children.push(child);
    return child;
  };
  try {
    const began = performance.now();
    await run({ home, store, experiment, models, start });
    return sideOf(store, experiment, models, (performance.now() - began) / 1_000);
  } finally {
    for (const child of children) child.kill('SIGKILL');
    await models.close();
    store.close();
    rmSync(home, { recursive: true, force: true });
  }
}

function runAlone(options: ShowOptions): Promise<Side> {
  const file = (home: string) => join(home, 'journal.db');
  return on(file, options, async ({ home, start }) => {
    const child = start(file(home), options.workers * options.concurrency);
    const [code] = await once(child, 'close');
    if (code !== 0) throw new Error(`the process alone ended with ${code}`);
  });
}

function runShared(options: ShowOptions, server: PostgresServer, struck: boolean): Promise<Side> {
  const url = server.fresh();
  return on(
    () => url,
    options,
    async ({ store, experiment, start }) => {
      const proxy = await startProxy(server.socket);
      const through = new URL(url);
      through.searchParams.delete('host');
      through.hostname = proxy.host;
      through.port = String(proxy.port);
      const queue = await TrialQueue.open({ url, onWarning: () => {} });
      const workers = Array.from({ length: options.workers }, (_, at) =>
        start(at === 2 ? through.href : url, options.concurrency),
      );
      await queue.submit({ experiment, priority: 0 });
      const strikes = struck
        ? [
            { at: 0.1, what: 'worker 1 killed', strike: () => workers[0]!.kill('SIGKILL') },
            {
              at: 0.25,
              what: 'worker 3 cut off',
              strike: () => {
                proxy.cut();
                setTimeout(() => proxy.mend(), PARTITION_MS);
              },
            },
            { at: 0.6, what: 'worker 2 killed', strike: () => workers[1]!.kill('SIGKILL') },
          ]
        : [];
      for (;;) {
        const counts = store.experiments.counts(experiment);
        const graded = counts.find(({ state }) => state === 'graded')?.count ?? 0;
        if (graded === options.rollouts) break;
        const [next] = strikes;
        if (next !== undefined && graded >= next.at * options.rollouts) {
          strikes.shift();
          next.strike();
          options.progress(`${next.what} after ${graded} trials`);
        }
        await pause(LOOK_MS);
      }
      await queue.close(1);
      for (const worker of workers) worker.kill('SIGTERM');
      proxy.close();
    },
  );
}

function sideOf(store: Store, experiment: string, { replies, tokens }: BookedServer, seconds: number): Side {
  const rows = store.experiments.trials(experiment, { state: 'graded' });
  const results = rows.map(({ result }) => parseResult(result));
  const counts = [...replies.values()];
  const sent = counts.reduce((sum, count) => sum + count, 0);
  return {
    seconds,
    table: rows
      .map(({ instance }, at) => {
        const { resolved, status } = results[at]!;
        return `${instance} ${resolved} ${status}`;
      })
      .sort(),
    replies: sent,
    again: sent - counts.length,
    tokens,
    booked: results.reduce((sum, { inputTokens, outputTokens }) => sum + inputTokens + outputTokens, 0),
    events: rows.reduce((sum, { rollout }) => sum + [...store.read(rollout!)].length, 0),
  };
}

function planOf(rollouts: number): ExperimentPlan {
  const ids = Array.from({ length: rollouts }, (_, at) => `i-${at + 1}`);
  return {
    format: 1,
    dataset: { name: 'answers', format: 'heddle', path: '/answers', version: 'v', chosen: 'c', options: {} },
    instances: ids.map((id) => ({ id, cluster: 'i' })),
    agents: [{ name: 'agent', spec: 'agent', kind: 'heddle', version: 'v', model: 'stand-in' }],
    ...{ attempts: 1, limits: {}, seed: 0, sandbox: 'host', network: false, scorers: [] },
  };
}
