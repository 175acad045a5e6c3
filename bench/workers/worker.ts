// One process that runs trials: alone on a file, or as one of several workers on a server. Its argument: a page as JSON.
import { resume, solve } from '@heddle/agent';
import { isServer, openStore } from '@heddle/core';
import { harnessGrounds, readPlan, runExperiment, type TrialContext } from '@heddle/lab';
import { runWorker, TrialQueue } from '@heddle/lab/worker';
import { openModel } from '@heddle/models';
import { heddleEntrant } from '../../packages/lab/src/entrants/heddle.ts';
import { answerInstance } from '../../packages/lab/test/answer-instance.ts';
import type { Page } from './show.ts';

const page = JSON.parse(process.argv[2]!) as Page;
const { place, home, experiment, concurrency, leaseMs } = page;
const store = openStore(place, { leaseMs });
const stop = new AbortController();
process.on('SIGTERM', () => stop.abort());

const model = await openModel(page.spec, { home, env: page.env });
const agent = heddleEntrant(
  { text: 'agent', word: 'agent', settings: {}, name: 'agent' },
  {
    version: 'v',
    model: model.id,
    begin: (task, runtime) => solve({ ...task, model }, runtime),
    goOn: ({ id }, runtime) => resume({ rollout: id, model }, runtime),
  },
);
const { plan } = store.experiments.list({ prefix: experiment })[0]!;
const context: Omit<TrialContext, 'signal' | 'observer'> = {
  ...{ store, home, grounds: harnessGrounds(home, 'host'), instance: answerInstance },
  plan: readPlan(store, plan),
  entrant: () => agent,
};
if (isServer(place)) {
  const queue = await TrialQueue.open({ url: place, onWarning: () => {} });
  await runWorker({ store, queue, concurrency, signal: stop.signal, open: async () => context });
} else await runExperiment(experiment, { ...context, signal: stop.signal }, { parallel: concurrency });
process.stdout.write(`peak ${Math.round(process.resourceUsage().maxRSS / 1024)}\n`);
store.close();
