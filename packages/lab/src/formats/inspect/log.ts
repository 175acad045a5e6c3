import { Zip, ZipDeflate } from 'fflate';
import { isoTime } from '../json.ts';
import { type LoggedSample, sampleText, summaryOf } from './sample.ts';

type Fields = Record<string, unknown>;

/** One agent's attempts at a dataset. */
export interface InspectLog {
  /** Unique: the experiment's id and agent, or the rollout's. */
  readonly id: string;
  readonly task: string;
  /** The dataset's digest, or what else says which tasks these are. */
  readonly taskVersion: string | number;
  readonly createdAt: number;
  readonly agent: { readonly name: string; readonly version: string };
  readonly model: string;
  readonly sampleIds: readonly string[];
  readonly epochs: number;
  readonly heddle: string;
  readonly complete: boolean;
  readonly metadata: Fields;
  /** Made anew each time, one in memory at a time. */
  samples(): AsyncIterable<LoggedSample>;
}

const LOG_VERSION = 2;

/** What is counted while samples pass by, for the log's results. */
class Tally {
  total = 0;
  startedAt: number | null = null;
  completedAt: number | null = null;
  readonly usage: Record<string, Record<string, number>> = {};
  readonly scores = new Map<string, { scored: number; sum: number }>();

  add({ trajectory: { head, end }, scores }: LoggedSample, summary: Fields): void {
    this.total += 1;
    if (head.startedAt !== null) this.startedAt = Math.min(this.startedAt ?? head.startedAt, head.startedAt);
    const endedAt = end?.endedAt ?? null;
    if (endedAt !== null) this.completedAt = Math.max(this.completedAt ?? endedAt, endedAt);
    const used = summary.model_usage as Record<string, Record<string, number>>;
    for (const [model, usage] of Object.entries(used)) {
      const sum = this.usage[model] ?? {};
      this.usage[model] = sum;
      for (const [name, value] of Object.entries(usage)) sum[name] = (sum[name] ?? 0) + value;
    }
    for (const [scorer, { value }] of Object.entries(scores)) {
      const number = value === 'C' ? 1 : value === 'I' ? 0 : Number(value);
      const known = this.scores.get(scorer) ?? { scored: 0, sum: 0 };
      this.scores.set(scorer, { scored: known.scored + 1, sum: known.sum + number });
    }
  }

  get stats(): Fields {
    return {
      started_at: this.startedAt === null ? '' : isoTime(this.startedAt),
      completed_at: this.completedAt === null ? '' : isoTime(this.completedAt),
      model_usage: this.usage,
      role_usage: {},
    };
  }

  /** The plain mean over attempts that have the score, which is all that a log's header says; `heddle compare` says more. */
  get results(): Fields {
    return {
      total_samples: this.total,
      completed_samples: this.total,
      scores: [...this.scores].map(([name, { scored, sum }]) => ({
        name,
        scorer: name,
        scored_samples: scored,
        unscored_samples: this.total - scored,
        params: {},
        metrics: { mean: { name: 'mean', value: sum / scored, params: {} } },
      })),
    };
  }
}

function specOf(log: InspectLog): Fields {
  return {
    eval_id: log.id,
    run_id: log.id,
    created: isoTime(log.createdAt),
    task: log.task,
    task_id: log.id,
    task_version: log.taskVersion,
    task_attribs: {},
    task_args: {},
    solver: log.agent.name,
    dataset: { name: log.task, samples: log.sampleIds.length, sample_ids: log.sampleIds, shuffled: false },
    model: log.model,
    model_args: {},
    config: { epochs: log.epochs },
    packages: { heddle: log.heddle },
    metadata: { ...log.metadata, agent_version: log.agent.version },
  };
}

const planOf = ({ agent }: InspectLog): Fields => ({
  name: 'plan',
  steps: [{ solver: agent.name, params: { version: agent.version } }],
  config: {},
});

const statusOf = ({ complete }: InspectLog) => (complete ? 'success' : 'started');

/** The log as one JSON document, a sample at a time; its sums are told before its samples, so they are passed twice. */
export async function* inspectJson(log: InspectLog): AsyncGenerator<string> {
  const tally = new Tally();
  for await (const sample of log.samples()) tally.add(sample, summaryOf(sample));
  yield `${JSON.stringify(headerOf(log, tally)).slice(0, -1)},"samples":`;
  let separator = '[';
  for await (const sample of log.samples()) {
    yield separator;
    yield* sampleText(sample);
    separator = ',';
  }
  yield separator === '[' ? '[]}' : ']}';
}

function headerOf(log: InspectLog, { results, stats }: Tally): Fields {
  return {
    version: LOG_VERSION,
    status: statusOf(log),
    eval: specOf(log),
    plan: planOf(log),
    results,
    stats,
    invalidated: false,
  };
}

/** The log as a `.eval` file: a zip of one file a sample, and the header last. */
export async function* inspectEval(log: InspectLog): AsyncGenerator<Uint8Array> {
  const packed: Uint8Array[] = [];
  const zip = new Zip((error, chunk) => {
    if (error) throw error;
    packed.push(chunk);
  });
  const start = { version: LOG_VERSION, eval: specOf(log), plan: planOf(log) };
  addText(zip, '_journal/start.json', [JSON.stringify(start)]);
  const tally = new Tally();
  const summaries: Fields[] = [];
  for await (const sample of log.samples()) {
    const summary = summaryOf(sample);
    tally.add(sample, summary);
    summaries.push(summary);
    for (const _ of addTextSlowly(zip, `samples/${sample.id}_epoch_${sample.epoch}.json`, sampleText(sample)))
      yield* packed.splice(0);
    yield* packed.splice(0);
  }
  addText(zip, 'summaries.json', [JSON.stringify(summaries)]);
  addText(zip, 'header.json', [JSON.stringify(headerOf(log, tally))]);
  zip.end();
  yield* packed.splice(0);
}

function addText(zip: Zip, name: string, pieces: Iterable<string>): void {
  for (const _ of addTextSlowly(zip, name, pieces));
}

/** Characters packed at once. */
const CHUNK = 65_536;

/** Gives way after each chunk, so that what is packed can be taken away. */
function* addTextSlowly(zip: Zip, name: string, pieces: Iterable<string>): Generator<void> {
  const file = new ZipDeflate(name);
  zip.add(file);
  let waiting = '';
  for (const piece of pieces) {
    waiting += piece;
    if (waiting.length < CHUNK) continue;
    file.push(Buffer.from(waiting));
    waiting = '';
    yield;
  }
  file.push(Buffer.from(waiting), true);
}
