import { NO_USAGE, sumOfUsage, type Usage } from '@heddle/core';
import type { Call, Entry, Trajectory, TrajectoryEnd } from '../trajectory.ts';
import { Attachments } from './attachments.ts';
import {
  type InspectEvent,
  type InspectHeader,
  type InspectMessage,
  type InspectOutput,
  type InspectSample,
  type InspectUsage,
  outputSchema,
} from './schema.ts';

/** What an attempt did: its messages, with what its events say of each reply and call. */
export function trajectoryFrom(sample: InspectSample, { eval: spec }: InspectHeader): Trajectory {
  const attached = new Attachments(sample.attachments ?? {});
  const asked = typeof sample.input === 'string' ? sample.input : textsOf(sample.input.at(-1)?.content ?? '');
  const entries = entriesFrom(sample, attached);
  const version = spec.metadata?.agent_version;
  return {
    head: {
      id: sample.uuid ?? `${spec.run_id ?? spec.task}-${sample.id}-${sample.epoch}`,
      agent: {
        name: spec.solver ?? spec.model,
        version: typeof version === 'string' ? version : String(spec.task_version ?? 'unknown'),
      },
      model: spec.model,
      task: attached.in(asked),
      startedAt: timeOf(sample.started_at),
      tools: [],
      parent: null,
      within: null,
      meta: sample.metadata ?? {},
    },
    entries: () => entries,
    end: endFrom(sample, entries),
    children: () => [],
  };
}

function endFrom(sample: InspectSample, entries: readonly Entry[]): TrajectoryEnd {
  const used = Object.values(sample.model_usage ?? {});
  const costs = used.flatMap(({ total_cost }) => (total_cost == null ? [] : [total_cost]));
  const status = sample.limit != null ? 'limit' : sample.error != null ? 'failed' : null;
  return {
    status,
    verified: null,
    probability: null,
    reason: sample.error?.message ?? (sample.limit == null ? '' : `limit: ${sample.limit.type}`),
    endedAt: timeOf(sample.completed_at),
    patch: null,
    usage: used.length === 0 ? null : used.map(usageFrom).reduce(sumOfUsage, NO_USAGE),
    usd: costs.length === 0 ? null : costs.reduce((a, b) => a + b, 0),
    steps: entries.filter(({ kind }) => kind === 'turn').length,
    seconds: sample.working_time ?? sample.total_time ?? null,
  };
}

type OpenCall = { -readonly [K in keyof Call]: Call[K] };

interface Reply {
  readonly event: InspectEvent;
  readonly output: InspectOutput;
}

/** What the model events say of each reply. Old logs have no ids: there the order tells. */
class Replies {
  readonly #byId = new Map<string, Reply>();
  readonly #inOrder: Reply[] = [];

  constructor(events: readonly InspectEvent[]) {
    for (const event of events) {
      if (event.event !== 'model') continue;
      const output = outputSchema.safeParse(event.output ?? {});
      if (!output.success) continue;
      const reply = { event, output: output.data };
      this.#inOrder.push(reply);
      const id = output.data.choices?.[0]?.message.id;
      if (id != null) this.#byId.set(id, reply);
    }
  }

  of(id: string | null | undefined, number: number): Reply | undefined {
    return this.#byId.size > 0 ? this.#byId.get(id ?? '') : this.#inOrder[number - 1];
  }
}

function entriesFrom(sample: InspectSample, attached: Attachments): Entry[] {
  const replies = new Replies(sample.events ?? []);
  const acts = new Map<string, InspectEvent>();
  for (const event of sample.events ?? []) {
    if (event.event === 'tool' && event.id != null) acts.set(event.id, event);
  }
  const calls = new Map<string, OpenCall>();
  const entries: Entry[] = [];
  let steps = 0;
  for (const message of sample.messages ?? []) {
    const text = attached.in(textsOf(message.content));
    if (message.role === 'assistant') {
      steps += 1;
      const reply = replies.of(message.id, steps);
      const made = (message.tool_calls ?? []).map((call) => callFrom(call, acts.get(call.id), attached));
      for (const call of made) calls.set(call.id, call);
      entries.push(turnFrom({ message, reply, text, calls: made, steps, attached }));
    } else if (message.role === 'tool') {
      const call = calls.get(message.tool_call_id ?? '');
      const outcome =
        message.error == null ? 'ok' : message.error.type === 'cancelled' ? 'interrupted' : 'error';
      const shown = text === '' ? (message.error?.message ?? '') : text;
      if (call !== undefined) Object.assign(call, { outcome, content: shown, images: picturesOf(message) });
    } else {
      const by =
        message.role === 'system' ? 'system' : message.metadata?.by === 'harness' ? 'harness' : 'user';
      entries.push({ kind: 'told', position: null, at: null, by, text });
    }
  }
  return entries;
}

const STOPS: Readonly<Record<string, string>> = {
  stop: 'stop',
  max_tokens: 'length',
  model_length: 'length',
  tool_calls: 'tool-calls',
  content_filter: 'content-filter',
};

function turnFrom(of: {
  readonly message: InspectMessage;
  readonly reply: Reply | undefined;
  readonly text: string;
  readonly calls: readonly Call[];
  readonly steps: number;
  readonly attached: Attachments;
}): Entry {
  const { message, reply, text, calls, steps, attached } = of;
  const { content, model } = message;
  const thoughts =
    typeof content === 'string'
      ? []
      : content.flatMap(({ type, reasoning }) =>
          type === 'reasoning' && reasoning != null ? [reasoning] : [],
        );
  const usage = reply?.output.usage ?? null;
  const stop = reply?.output.choices?.[0]?.stop_reason;
  return {
    kind: 'turn',
    position: null,
    at: timeOf(reply?.event.timestamp),
    step: steps,
    endedAt: timeOf(reply?.event.completed),
    model: model ?? null,
    reasoning: thoughts.length === 0 ? null : attached.in(thoughts.join('\n\n')),
    text,
    calls,
    finish: STOPS[stop ?? ''] ?? null,
    usage: usage === null ? null : usageFrom(usage),
    usd: usage?.total_cost ?? null,
  };
}

function callFrom(
  call: NonNullable<InspectMessage['tool_calls']>[number],
  act: InspectEvent | undefined,
  attached: Attachments,
): OpenCall {
  const { id, function: tool, arguments: input, parse_error } = call;
  const given = attached.within(input) as Record<string, unknown>;
  const times = { position: null, at: timeOf(act?.timestamp), endedAt: timeOf(act?.completed) };
  const broken = parse_error == null ? { input: given } : { input: null, raw: parse_error };
  return { id, tool, ...broken, ...times, outcome: null, content: '', images: [], calls: [] };
}

function usageFrom(usage: InspectUsage): Usage {
  const cacheReadTokens = usage.input_tokens_cache_read ?? 0;
  const cacheWriteTokens = usage.input_tokens_cache_write ?? 0;
  return {
    inputTokens: (usage.input_tokens ?? 0) + cacheReadTokens + cacheWriteTokens,
    cacheReadTokens,
    cacheWriteTokens,
    outputTokens: usage.output_tokens ?? 0,
    reasoningTokens: usage.reasoning_tokens ?? 0,
  };
}

function textsOf(content: InspectMessage['content']): string {
  if (typeof content === 'string') return content;
  return content.flatMap(({ type, text }) => (type === 'text' && text != null ? [text] : [])).join('\n');
}

function picturesOf({ content }: InspectMessage): Call['images'] {
  if (typeof content === 'string') return [];
  return content.flatMap(({ image }) =>
    image == null ? [] : [{ mediaType: 'image/png', object: image.replace(/^objects\//, '') }],
  );
}

/** Milliseconds since 1970; null where it is no time. */
export function timeOf(text: string | null | undefined): number | null {
  const at = Date.parse(text ?? '');
  return Number.isNaN(at) ? null : at;
}
