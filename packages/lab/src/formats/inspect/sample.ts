import { Again } from '../again.ts';
import { arrayText, isoTime, objectText } from '../json.ts';
import type { Call, Entry, Trajectory, TrajectoryEnd } from '../trajectory.ts';
import { errorOf, messagesOf, outputOf, usageOut } from './messages.ts';

type Fields = Record<string, unknown>;

/** One attempt at one instance, as a log has it. */
export interface LoggedSample {
  readonly id: string;
  /** The attempt, from 1. */
  readonly epoch: number;
  readonly trajectory: Trajectory;
  readonly scores: Readonly<Record<string, Fields>>;
  /** Why nothing is known of it. */
  readonly error: string | null;
  readonly metadata: Fields;
}

/**
 * A sample of an Inspect log, in pieces. Messages stand once; what each request held is told by ranges over a pool
 * (`events_data`), as Inspect itself does.
 */
export function* sampleText(sample: LoggedSample): Generator<string> {
  const { id, epoch, trajectory, scores, metadata } = sample;
  const { head } = trajectory;
  yield* objectText({
    id,
    epoch,
    input: head.task ?? '',
    target: '',
    messages: { pieces: () => arrayText(saidOnce(trajectory)) },
    output: { pieces: () => [JSON.stringify(lastOutput(trajectory))] },
    scores,
    metadata,
    store: {},
    events: { pieces: () => arrayText(new SampleEvents(sample).all()) },
    ...summaryFields(sample),
    uuid: `${head.id}-${epoch}`,
    ...(errorOfSample(sample) === null
      ? {}
      : { error: { message: errorOfSample(sample), traceback: '', traceback_ansi: '' } }),
    attachments: {},
    events_data: { pieces: () => pool(trajectory) },
    ...limitOf(trajectory),
  });
}

/** What lists are made of, without any body. */
export function summaryOf(sample: LoggedSample): Fields {
  const { id, epoch, trajectory, scores, metadata } = sample;
  const { limit } = limitOf(trajectory) as { limit?: { type: string } };
  const error = errorOfSample(sample);
  return {
    id,
    epoch,
    input: (trajectory.head.task ?? '').slice(0, MAX_SUMMARY_INPUT),
    target: '',
    metadata,
    scores,
    ...summaryFields(sample),
    uuid: `${trajectory.head.id}-${epoch}`,
    ...(error === null ? {} : { error }),
    ...(limit === undefined ? {} : { limit: limit.type }),
    completed: true,
  };
}

/** Characters of a task in a list. */
const MAX_SUMMARY_INPUT = 5_000;

function summaryFields({ trajectory: { head, end } }: LoggedSample): Fields {
  const { usage = null, usd = null, endedAt = null, seconds = null, steps = 0 } = end ?? {};
  return {
    model_usage: usage === null ? {} : { [head.model ?? '']: usageOut(usage, usd) },
    ...(head.startedAt === null ? {} : { started_at: isoTime(head.startedAt) }),
    ...(endedAt === null ? {} : { completed_at: isoTime(endedAt) }),
    ...(head.startedAt === null || endedAt === null ? {} : { total_time: (endedAt - head.startedAt) / 1000 }),
    ...(seconds === null ? {} : { working_time: seconds }),
    turn_count: steps,
  };
}

function errorOfSample({ error, trajectory: { end } }: LoggedSample): string | null {
  if (error !== null) return error;
  return end?.status === 'failed' || end?.status === 'model-unreachable'
    ? `${end.status}: ${end.reason}`
    : null;
}

/** Our limits under Inspect's names. */
const LIMITS = { steps: 'turn', usd: 'cost', tokens: 'token', seconds: 'time' } as const;

function limitOf({ head, end }: Trajectory): Fields {
  if (end?.status !== 'limit') return {};
  const limits = (head.meta.limits ?? {}) as Partial<Record<keyof typeof LIMITS, number>>;
  const { usage } = end;
  const spent: Record<keyof typeof LIMITS, number> = {
    steps: end.steps,
    usd: end.usd ?? 0,
    tokens: usage === null ? 0 : usage.inputTokens + usage.outputTokens,
    seconds: end.seconds ?? 0,
  };
  for (const name of ['steps', 'usd', 'tokens', 'seconds'] as const) {
    const limit = limits[name];
    if (limit !== undefined && spent[name] >= limit) return { limit: { type: LIMITS[name], limit } };
  }
  return { limit: { type: 'custom', limit: 0 } };
}

/** All that was said, each once. */
function* saidOnce(trajectory: Trajectory): Generator<Fields> {
  const again = new Again();
  let number = 0;
  for (const entry of trajectory.entries()) {
    if (!again.is(entry)) yield* messagesOf(entry, (part) => `${trajectory.head.id}-${number}-${part}`);
    number += 1;
  }
}

/** All that was said, in the order of the requests: what stands again after a folding is there again. */
function* pool(trajectory: Trajectory): Generator<string> {
  yield '{"messages":';
  yield* arrayText(pooled(trajectory));
  yield ',"calls":[]}';
}

function* pooled(trajectory: Trajectory): Generator<Fields> {
  let number = 0;
  for (const entry of trajectory.entries()) {
    yield* messagesOf(entry, (part) => `${trajectory.head.id}-${number}-${part}`);
    number += 1;
  }
}

function lastOutput(trajectory: Trajectory): Fields {
  const again = new Again();
  let last: Fields = { model: trajectory.head.model ?? '', choices: [] };
  let number = 0;
  for (const entry of trajectory.entries()) {
    if (entry.kind === 'turn' && !again.is(entry))
      last = outputOf(entry, `${trajectory.head.id}-${number}-0`);
    number += 1;
  }
  return last;
}

class SampleEvents {
  readonly #sample: LoggedSample;
  readonly #startedAt: number;
  #number = 0;

  constructor(sample: LoggedSample) {
    this.#sample = sample;
    this.#startedAt = sample.trajectory.head.startedAt ?? 0;
  }

  *all(): Generator<Fields> {
    const { trajectory, scores, id } = this.#sample;
    const { head, end } = trajectory;
    const sample = { input: head.task ?? '', target: '', id };
    yield this.#event('sample_init', head.startedAt, { sample, state: {} });
    const again = new Again();
    let from = 0;
    let upTo = 0;
    let place = 0;
    for (const entry of trajectory.entries()) {
      const id0 = `${head.id}-${place}-0`;
      place += 1;
      const messages = messagesOf(entry, () => id0).length;
      if (entry.kind === 'folded') from = upTo;
      if (!again.is(entry)) yield* this.#entry(entry, [from, upTo], id0);
      upTo += messages;
    }
    const { limit } = limitOf(trajectory) as { limit?: { type: string; limit: number } };
    if (limit !== undefined)
      yield this.#event('sample_limit', end?.endedAt ?? null, { ...limit, message: end?.reason ?? '' });
    for (const [scorer, score] of Object.entries(scores))
      yield this.#event('score', end?.endedAt ?? null, { score, scorer, target: '', intermediate: false });
  }

  *#entry(entry: Entry, input: readonly [number, number], id: string): Generator<Fields> {
    switch (entry.kind) {
      case 'turn': {
        yield this.#event('model', entry.at, {
          model: entry.model ?? '',
          input: [],
          ...(input[1] > input[0] ? { input_refs: [input] } : {}),
          tools: [],
          tool_choice: 'auto',
          config: {},
          output: outputOf(entry, id),
          ...this.#span(entry.at, entry.endedAt),
        });
        for (const call of entry.calls) yield* this.#tool(call);
        return;
      }
      case 'checked': {
        const { name, status, counts, failing } = entry;
        yield this.#event('info', entry.at, { source: 'check', data: { name, status, counts, failing } });
        return;
      }
      case 'folded':
        yield this.#event('compaction', entry.at, {
          type: 'summary',
          tokens_before: entry.tokens.before,
          tokens_after: entry.tokens.after,
          source: 'heddle',
        });
        return;
      case 'consulted': {
        const { role, model, usage, usd, seconds, failure } = entry;
        const data = { role, model, usage: usageOut(usage, usd), seconds, failure };
        yield this.#event('info', entry.at, { source: 'consulted', data });
        return;
      }
      case 'child': {
        const { rollout, path, agent, model, outcome } = entry;
        const own = {
          name: agent,
          type: 'agent',
          input: { rollout, path, model },
          result: outcome,
          events: [],
        };
        yield this.#event('subtask', entry.at, { ...own, ...this.#span(entry.at, entry.endedAt) });
        return;
      }
      case 'failed': {
        const message = `${entry.code}: ${entry.message}`;
        yield this.#event('error', entry.at, { error: { message, traceback: '', traceback_ansi: '' } });
        return;
      }
      default:
    }
  }

  *#tool(call: Call): Generator<Fields> {
    const { id, tool, input, content, at, endedAt, outcome, calls } = call;
    yield this.#event('tool', at, {
      type: 'function',
      id,
      function: tool,
      arguments: input ?? {},
      result: content,
      ...errorOf(call),
      ...(outcome === 'ok' || outcome === null ? {} : { failed: true }),
      events: [],
      ...this.#span(at, endedAt),
    });
    for (const nested of calls) yield* this.#tool(nested);
  }

  #event(event: string, at: number | null, own: Fields): Fields {
    this.#number += 1;
    const time = at ?? this.#startedAt;
    return {
      uuid: `${this.#sample.trajectory.head.id}-e${this.#number}`,
      timestamp: isoTime(time),
      working_start: Math.max(0, (time - this.#startedAt) / 1000),
      event,
      ...own,
    };
  }

  #span(at: number | null, endedAt: number | null): Fields {
    if (endedAt === null) return {};
    return {
      completed: isoTime(endedAt),
      ...(at === null ? {} : { working_time: Math.max(0, (endedAt - at) / 1000) }),
    };
  }
}

/** Scores of a rollout that nobody graded: what its own checks say. */
export function ownScores(end: TrajectoryEnd | null): Record<string, Fields> {
  if (end?.verified == null) return {};
  return { verified: { value: end.verified ? 'C' : 'I', explanation: end.reason } };
}
