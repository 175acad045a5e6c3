import { canonicalJson, digestOf, OperatorError, type TrialKey, withoutPassword } from '@heddle/core';
import { Client } from 'pg';
import { type Job, PgBoss } from 'pg-boss';

/** A worker that was not heard of for so long has lost its job to another. The least that pg-boss allows. */
const HEARTBEAT_SECONDS = 10;
/** How often a heartbeat is sent and, in the other direction, a cancellation noticed. */
const REFRESH_SECONDS = 2.5;
/** How often lost jobs are looked for. */
const SUPERVISE_SECONDS = 2;
/** Between two looks into an empty queue that also wakes us; the second where it cannot (PgBouncer). */
const POLL_SECONDS = { woken: 10, alone: 1 } as const;
/** The most that pg-boss allows. An experiment that takes longer is handed to another worker in between. */
const EXPIRE_SECONDS = 23 * 3_600;
/** Being put back is no failure: a worker that ends, is lost or finds the trial with another puts its jobs back. */
const RETRIES = 10_000;
/** After that a job that was put back may be taken again, at first and at most. */
const RETRY_SECONDS = [1, 30] as const;
/** Of a process to the queue, beside the one that is woken by it. Its statements are short. */
const CONNECTIONS = 4;
/** One statement. */
const INSERTED_AT_ONCE = 500;

const TRIALS = 'trials';
const EXPERIMENTS = 'experiments';

export interface ExperimentJob {
  readonly experiment: string;
  /** Higher first. */
  readonly priority: number;
  /** US dollars for the whole experiment, what was spent before included. Default: no limit. */
  readonly budgetUsd?: number;
}

export interface QueueOptions {
  /** The store's address. */
  readonly url: string;
  /** Told of what went wrong in the background; it mends itself, or jobs begin to fail. */
  readonly onWarning: (message: string) => void;
}

/** How many trials of an experiment wait in the queue, and how many are with workers. */
export interface Depth {
  readonly queued: number;
  readonly active: number;
}

/**
 * Work for any number of workers: pg-boss in the database of the store. A job is one trial; one more kind of job, held by
 * one worker at a time, feeds an experiment's trials into the queue (`feed.ts`). What a job stands for and how far it is, is
 * in the store: the queue only says who tries next, so losing it loses nothing.
 */
export class TrialQueue {
  readonly #boss: PgBoss;
  readonly #schema: string;

  private constructor(boss: PgBoss, schema: string) {
    this.#boss = boss;
    this.#schema = schema;
  }

  /** Lays the queue out where it is not yet. Throws OperatorError `queue-unreachable`. */
  static async open({ url, onWarning }: QueueOptions): Promise<TrialQueue> {
    try {
      const schema = await schemaOf(url);
      const boss = new PgBoss({
        connectionString: url,
        schema,
        application_name: 'heddle-queue',
        max: CONNECTIONS,
        useListenNotify: true,
        schedule: false,
        superviseIntervalSeconds: SUPERVISE_SECONDS,
        monitorIntervalSeconds: SUPERVISE_SECONDS,
      });
      boss.on('error', (error) => onWarning(error.message));
      boss.on('warning', ({ message }) => onWarning(message));
      await boss.start();
      for (const name of [TRIALS, EXPERIMENTS])
        await boss.createQueue(name, {
          // A trial is in the queue once, waiting or with a worker, however often it is put there.
          policy: 'exclusive',
          notify: true,
          heartbeatSeconds: HEARTBEAT_SECONDS,
          expireInSeconds: EXPIRE_SECONDS,
          retryLimit: RETRIES,
          retryDelay: RETRY_SECONDS[0],
          retryBackoff: true,
          retryDelayMax: RETRY_SECONDS[1],
        });
      return new TrialQueue(boss, schema);
    } catch (cause) {
      throw new OperatorError('queue-unreachable', `no queue can be made in ${withoutPassword(url)}`, {
        cause,
        hint: `the user of the address must be allowed to make a schema (${cause instanceof Error ? cause.message : cause})`,
      });
    }
  }

  /** Hands an experiment to the workers. One that they have already stays as it is, priority and budget too. */
  async submit(job: ExperimentJob): Promise<void> {
    const { experiment, priority } = job;
    await this.#boss.insert(EXPERIMENTS, [{ data: job, priority, singletonKey: experiment }]);
  }

  /**
   * Takes an experiment from the workers: its queued trials are removed, those under way are put away within seconds. What
   * was begun stays in the store, and `submit` goes on with it.
   */
  async cancel(experiment: string): Promise<Depth> {
    const depth = await this.depth(experiment);
    // First who feeds it.
    for (const name of [EXPERIMENTS, TRIALS]) {
      const jobs = await this.#boss.findJobs(name, { data: { experiment } });
      const open = jobs.filter(({ state }) => ['created', 'retry', 'active'].includes(state));
      if (open.length > 0)
        await this.#boss.cancel(
          name,
          open.map(({ id }) => id),
        );
    }
    return depth;
  }

  /** Whether workers have it: somebody feeds it, or is to. */
  async isSubmitted(experiment: string): Promise<boolean> {
    const jobs = await this.#boss.findJobs(EXPERIMENTS, { key: experiment });
    return jobs.some(({ state }) => ['created', 'retry', 'active'].includes(state));
  }

  async offer(trials: readonly TrialKey[], priority: number): Promise<void> {
    for (let at = 0; at < trials.length; at += INSERTED_AT_ONCE) {
      const jobs = trials.slice(at, at + INSERTED_AT_ONCE).map(({ experiment, agent, instance, attempt }) => {
        const data = { experiment, agent, instance, attempt };
        return { data, priority, singletonKey: digestOf(canonicalJson(data)) };
      });
      await this.#boss.insert(TRIALS, jobs);
    }
  }

  async depth(experiment: string): Promise<Depth> {
    const { rows } = await this.#boss.getDb().executeSql(
      `SELECT count(*) FILTER (WHERE state = 'active') AS active, count(*) AS all
       FROM ${this.#schema}.job WHERE name = $1 AND state < 'completed' AND data->>'experiment' = $2`,
      [TRIALS, experiment],
    );
    const { active, all } = rows[0] as { active: string; all: string };
    return { active: Number(active), queued: Number(all) - Number(active) };
  }

  /**
   * Takes trials, `atOnce` at a time and never more than can be begun. What `run` rejects with puts the job back; its
   * signal says that the job is not ours any more.
   */
  async takeTrials(
    atOnce: number,
    run: (key: TrialKey, signal: AbortSignal) => Promise<void>,
  ): Promise<void> {
    await this.#take(TRIALS, atOnce, run);
  }

  async takeExperiments(
    atOnce: number,
    feed: (job: ExperimentJob, signal: AbortSignal) => Promise<void>,
  ): Promise<void> {
    await this.#take(EXPERIMENTS, atOnce, feed);
  }

  async #take<Data extends object>(
    name: string,
    atOnce: number,
    run: (data: Data, signal: AbortSignal) => Promise<void>,
  ): Promise<void> {
    for (let each = 0; each < atOnce; each++) {
      const worker = await this.#boss.work<Data>(
        name,
        {
          batchSize: 1,
          heartbeatRefreshSeconds: REFRESH_SECONDS,
          pollingIntervalSeconds: POLL_SECONDS.alone,
          notifyPollingIntervalSeconds: POLL_SECONDS.woken,
        },
        async ([job]: Job<Data>[]) => {
          try {
            await run(job!.data, job!.signal);
          } finally {
            // Else it would wait for the next look before it takes another.
            this.#boss.notifyWorker(worker);
          }
        },
      );
    }
  }

  /** Takes no more jobs, waits for those under way, and closes its connections. */
  async close(waitSeconds: number): Promise<void> {
    await this.#boss.stop({ graceful: true, timeout: waitSeconds * 1_000 });
  }
}

/** Beside the tables of the store: several stores of one database have a queue each. */
async function schemaOf(url: string): Promise<string> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ schema: string }>('SELECT current_schema() AS schema');
    return `${rows[0]!.schema === 'public' ? 'heddle' : rows[0]!.schema}_jobs`;
  } finally {
    await client.end();
  }
}
