import * as z from 'zod/mini';
import { isObject, objectOf } from '../json.ts';
import type { Call, Entry, Trajectory } from '../trajectory.ts';
import { readAs } from '../unreadable.ts';

const text = z.optional(z.nullable(z.string()));
const number = z.optional(z.nullable(z.number()));
const record = z.record(z.string(), z.unknown());

const lineSchema = z.looseObject({
  instance_id: z.string(),
  attempt: number,
  test_result: z.optional(z.nullable(z.looseObject({ git_patch: text }))),
  instruction: text,
  metadata: z.optional(z.nullable(record)),
  history: z.optional(z.nullable(z.array(record))),
  metrics: z.optional(z.nullable(record)),
  error: text,
});

/** A line of OpenHands' `output.jsonl`: events of its agent SDK, or of the older server (action and observation). */
export function trajectoryFromOpenHands(value: unknown, where: string): Trajectory {
  const line = readAs(lineSchema, value, where);
  const entries = entriesFrom(line.history ?? []);
  const { metadata, metrics, error } = line;
  const model = modelIn(metadata ?? {});
  const usd = numberIn(metrics ?? {}, 'accumulated_cost');
  const tokens = isObject(metrics?.accumulated_token_usage) ? metrics.accumulated_token_usage : null;
  const times = entries.flatMap(({ at }) => at ?? []);
  return {
    head: {
      id: `${line.instance_id}${line.attempt == null ? '' : `-${line.attempt}`}`,
      agent: {
        name: 'openhands',
        version: String(metadata?.agent_version ?? metadata?.sdk_version ?? 'unknown'),
      },
      model,
      task: line.instruction ?? null,
      startedAt: times[0] ?? null,
      tools: [],
      parent: null,
      within: null,
      meta: { instance: line.instance_id, attempt: line.attempt ?? 1 },
    },
    entries: () => entries,
    end: {
      status: error == null || error === '' ? null : 'failed',
      verified: null,
      probability: null,
      reason: error ?? '',
      endedAt: times.at(-1) ?? null,
      patch: line.test_result?.git_patch ?? '',
      usage:
        tokens === null
          ? null
          : {
              inputTokens: numberIn(tokens, 'prompt_tokens') ?? 0,
              cacheReadTokens: numberIn(tokens, 'cache_read_tokens') ?? 0,
              cacheWriteTokens: numberIn(tokens, 'cache_write_tokens') ?? 0,
              outputTokens: numberIn(tokens, 'completion_tokens') ?? 0,
              reasoningTokens: numberIn(tokens, 'reasoning_tokens') ?? 0,
            },
      usd,
      steps: entries.filter(({ kind }) => kind === 'turn').length,
      seconds: times.length > 1 ? (times.at(-1)! - times[0]!) / 1000 : null,
    },
    children: () => [],
  };
}

type Fields = Record<string, unknown>;
type OpenCall = { -readonly [K in keyof Call]: Call[K] };

function entriesFrom(history: readonly Fields[]): Entry[] {
  const entries: Entry[] = [];
  const calls = new Map<string, OpenCall>();
  for (const event of history) {
    const at = timeIn(event);
    const base = { position: null, at };
    const observed = isObject(event.observation) || typeof event.observation === 'string';
    if (observed) {
      const id = idOf(event);
      const call = calls.get(id);
      const failed = event.kind === 'AgentErrorEvent' || event.observation === 'error';
      const content = shownIn(event);
      if (call !== undefined) Object.assign(call, { outcome: failed ? 'error' : 'ok', content, endedAt: at });
      else if (content !== '') entries.push({ kind: 'told', ...base, by: 'harness', text: content });
      continue;
    }
    const message = saidIn(event);
    const call = callIn(event, calls.size + 1);
    if (call === null) {
      if (message === '') continue;
      if (event.source === 'agent' && byOf(event) !== 'system')
        entries.push(turnOf(entries, base, message, []));
      else entries.push({ kind: 'told', ...base, by: byOf(event), text: message });
      continue;
    }
    calls.set(call.id, call);
    entries.push(turnOf(entries, base, message, [call]));
  }
  return entries;
}

function turnOf(
  before: readonly Entry[],
  base: { readonly position: null; readonly at: number | null },
  said: string,
  calls: readonly Call[],
): Entry {
  const step = before.filter(({ kind }) => kind === 'turn').length + 1;
  const own = { endedAt: null, model: null, reasoning: null, finish: null, usage: null, usd: null };
  return { kind: 'turn', ...base, ...own, step, text: said, calls };
}

function byOf({ source, action, kind }: Fields): 'system' | 'user' | 'harness' {
  if (action === 'system' || kind === 'SystemPromptEvent') return 'system';
  return source === 'user' ? 'user' : 'harness';
}

/** Both vocabularies: `tool_call` with JSON arguments, or an action's name with `args`. */
function callIn(event: Fields, number: number): OpenCall | null {
  const own = {
    position: null,
    at: timeIn(event),
    endedAt: null,
    outcome: null,
    content: '',
    images: [],
    calls: [],
  };
  if (isObject(event.action)) {
    const call = isObject(event.tool_call) ? event.tool_call : {};
    const tool = String(event.tool_name ?? call.name ?? event.action.kind ?? 'action');
    const { kind: _, ...given } = event.action;
    const input = typeof call.arguments === 'string' ? (objectOf(call.arguments) ?? given) : given;
    return { id: String(event.tool_call_id ?? call.id ?? number), tool, input, ...own };
  }
  if (typeof event.action !== 'string' || NO_CALLS.has(event.action)) return null;
  const { thought: _, ...args } = isObject(event.args) ? event.args : {};
  return { id: idOf(event), tool: event.action, input: args, ...own };
}

/** Actions of the older vocabulary that call nothing. */
const NO_CALLS: ReadonlySet<string> = new Set(['message', 'system', 'recall', 'change_agent_state']);

/** Older events name the action they answer by its number. */
function idOf(event: Fields): string {
  return String(event.tool_call_id ?? event.action_id ?? event.cause ?? event.id ?? '');
}

function shownIn(event: Fields): string {
  const { observation } = event;
  if (!isObject(observation)) return typeof event.content === 'string' ? event.content : '';
  const content = observation.content ?? observation.output ?? observation.error ?? '';
  return partsText(content);
}

function saidIn(event: Fields): string {
  const args = isObject(event.args) ? event.args : {};
  const message = isObject(event.llm_message) ? event.llm_message.content : undefined;
  const said =
    event.thought ?? message ?? args.thought ?? args.content ?? event.system_prompt ?? event.message ?? '';
  const text = partsText(said);
  return text === '' && typeof args.content === 'string' ? args.content : text;
}

function partsText(content: unknown): string {
  if (typeof content === 'string') return content;
  if (isObject(content)) return typeof content.text === 'string' ? content.text : '';
  return Array.isArray(content) ? content.map(partsText).filter(Boolean).join('\n') : '';
}

function timeIn({ timestamp }: Fields): number | null {
  const at = typeof timestamp === 'string' ? Date.parse(timestamp) : Number.NaN;
  return Number.isNaN(at) ? null : at;
}

function modelIn(metadata: Fields): string | null {
  const config = [metadata.llm, metadata.llm_config].find(isObject);
  return typeof config?.model === 'string' ? config.model : null;
}

function numberIn(fields: Fields, name: string): number | null {
  const value = fields[name];
  return typeof value === 'number' ? value : null;
}
