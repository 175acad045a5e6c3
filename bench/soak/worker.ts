import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { exitCodeOf, type Runtime, replay, resume, solve } from '@heddle/agent';
import { OperatorError, openStore, type Store } from '@heddle/core';
import { openModel } from '@heddle/models';
import { STANDINS } from '../../packages/models/test/standins/index.ts';
import { type Bench, type Order, taskOf, type Word } from './orders.ts';
import { planOf } from './plan.ts';
import { JOB_HEADER } from './server.ts';

/** Waits between tries are real and this long at the most, in milliseconds: chance is kept, patience is not tested here. */
const MOST_WAIT_MS = 20;
/** Longer than a busy machine takes to answer, shorter than a soak. */
const SILENCE_SECONDS = 4;

const bench = JSON.parse(readFileSync(process.argv[2]!, 'utf8')) as Bench;
const store = openStore(join(bench.home, 'journal.db'));

process.on('message', (order: Order) => {
  void serve(order).then(say, (error: unknown) =>
    say(
      error instanceof OperatorError
        ? { kind: 'stopped', job: order.job, code: error.code }
        : {
            kind: 'bug',
            job: order.job,
            error: error instanceof Error ? String(error.stack) : String(error),
          },
    ),
  );
});
process.on('disconnect', () => process.exit());

function say(word: Word): void {
  process.send?.(word);
  process.send?.({ kind: 'memory', peakMb: process.resourceUsage().maxRSS / 1024 });
}

async function serve({ job, rollout, written, what, sandbox }: Order): Promise<Word> {
  const { home, repo } = bench;
  if (what === 'replay') {
    const { identical } = await replay({ rollout: rollout!, execute: false }, { store, home });
    return { kind: 'replayed', job, identical };
  }
  const plan = planOf(bench.seed, job);
  const model = await modelOf(job, plan.provider);
  const runtime: Runtime = { home, store: failing(store, plan.diskFull, written), observer: {} };
  const checks = plan.check
    ? [{ name: 'fixed', command: 'grep -q fixed note.txt', framework: 'plain', timeoutSeconds: 30 }]
    : [];
  const result =
    rollout === null
      ? await solve({ task: taskOf(job), repo, model, checks, sandbox, limits: plan.limits }, runtime)
      : await resume({ rollout, model }, runtime);
  const { status, verified, reason, usage } = result;
  const exitCode = exitCodeOf(result);
  return {
    kind: 'ended',
    job,
    result: { rollout: result.rollout, status, verified, reason, usage, exitCode },
  };
}

async function modelOf(job: number, name: ReturnType<typeof planOf>['provider']) {
  const provider = STANDINS[name].spec.split('/')[0]!;
  const clock = {
    sleep: (seconds: number, signal?: AbortSignal) =>
      delay(Math.min(seconds * 1000, MOST_WAIT_MS), undefined, signal === undefined ? {} : { signal }),
  };
  const own = {
    apiKeyFile: join(bench.keys, name),
    silenceSeconds: SILENCE_SECONDS,
    headers: { [JOB_HEADER]: String(job) },
  };
  const config = { providers: { [provider]: own } };
  return openModel(STANDINS[name].spec, { home: bench.home, env: bench.env[name]!, config, clock });
}

/** A store whose disk is full when certain events are to be written, counted over the life of the rollout. */
function failing(whole: Store, refused: ReadonlySet<number>, written: number): Store {
  let n = written;
  return new Proxy(whole, {
    get(target, name) {
      const value = target[name as keyof Store];
      if (typeof value !== 'function') return value;
      const method = value as (...args: unknown[]) => unknown;
      return (...args: unknown[]) => {
        const writes = name === 'append' || name === 'create';
        if (writes && refused.has(n) && !spared.has(`${args[0]} ${n}`)) {
          spared.add(`${args[0]} ${n}`);
          throw new OperatorError('disk-full', 'the disk is full', { hint: 'free some space' });
        }
        const done = method.apply(target, args);
        if (writes) n += 1;
        return done;
      };
    },
  });
}
/** Room was made: the same event is not refused again. */
const spared = new Set<string>();
