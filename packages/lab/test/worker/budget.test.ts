import { openStore } from '@heddle/core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { NO_POSTGRES, type PostgresServer, startPostgres } from '../../../core/test/postgres-server.ts';
import { nothing } from '../../src/entrants/fixed.ts';
import { newExperiment } from '../../src/experiment/begin.ts';
import { followExperiment } from '../../src/worker/follow.ts';
import { TrialQueue } from '../../src/worker/queue.ts';
import { runWorker } from '../../src/worker/run-worker.ts';
import { answerInstance } from '../answer-instance.ts';
import { contextOf, temporaryHome } from '../experiment/support.ts';

let server: PostgresServer;
const closing: (() => unknown)[] = [];

/** An experiment of so many trials, each of which costs a dollar, and a way to have workers on it. */
async function place(trials: number) {
  const { home } = temporaryHome();
  const url = server.fresh();
  const store = openStore(url);
  const queue = await TrialQueue.open({ url, onWarning: () => {} });
  closing.push(
    () => queue.close(1),
    () => store.close(),
  );
  const free = nothing('paid');
  const paid: typeof free = {
    ...free,
    attempt: async (job, context) => ({ ...(await free.attempt(job, context)), usd: 1 }),
  };
  const instances = Array.from({ length: trials }, (_, at) => answerInstance(`a-${at}`));
  const context = contextOf([paid], instances, { home, store });
  const { experiment } = newExperiment(store, context.plan, 'test');
  const graded = () => store.experiments.trials(experiment, { state: 'graded' }).length;
  return {
    ...{ experiment, queue, graded },
    async follow(budgetUsd: number) {
      const stop = new AbortController();
      const its = await TrialQueue.open({ url, onWarning: () => {} });
      const worker = runWorker({
        ...{ store, queue: its, concurrency: 2, signal: stop.signal },
        open: async () => context,
      });
      const watching = { store, queue, signal: stop.signal, observer: {} };
      const end = await followExperiment({ experiment, priority: 0, budgetUsd }, watching);
      stop.abort();
      await worker;
      return end;
    },
    watch: () =>
      followExperiment(
        { experiment, priority: 0 },
        { store, queue, signal: new AbortController().signal, observer: {} },
      ),
  };
}

describe.skipIf(NO_POSTGRES !== null)(
  `workers and a budget${NO_POSTGRES === null ? '' : ` (${NO_POSTGRES})`}`,
  { timeout: 120_000 },
  () => {
    beforeAll(async () => {
      server = await startPostgres();
    });
    afterAll(() => server.dispose());
    afterEach(async () => {
      for (const close of closing.splice(0)) await close();
    });

    it('give out no trial that the budget does not reach for, and go on with more', async () => {
      const { follow, graded } = await place(12);
      expect(await follow(10)).toEqual({ kind: 'budget', left: 2 });
      expect(graded()).toBe(10);
      expect(await follow(10)).toEqual({ kind: 'budget', left: 2 });
      expect(await follow(12)).toEqual({ kind: 'complete' });
      expect(graded()).toBe(12);
    });

    it('tell who looks on that the experiment was taken from them', async () => {
      const { watch, queue, experiment } = await place(2);
      const watched = expect(watch()).rejects.toMatchObject({ code: 'experiment-cancelled' });
      while (!(await queue.isSubmitted(experiment)));
      await queue.cancel(experiment);
      await watched;
    });
  },
);
