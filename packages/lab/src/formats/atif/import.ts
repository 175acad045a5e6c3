import { NO_USAGE, sumOfUsage, type Usage } from '@heddle/core';
import { isObject } from '../json.ts';
import type {
  Call,
  Entry,
  ToolDefinition,
  Trajectory,
  TrajectoryEnd,
  TrajectoryHead,
} from '../trajectory.ts';
import { readAs } from '../unreadable.ts';
import { callOursOf, headOursOf, stepOursOf } from './ours.ts';
import {
  type AtifCall,
  type AtifContent,
  type AtifDocument,
  type AtifStep,
  documentSchema,
} from './schema.ts';

/**
 * An ATIF document (any 1.x) as a trajectory. Of a document of ours nothing is lost but pictures' bytes; of another's
 * what the trajectory has no word for (log-probabilities, token ids, its `extra`).
 *
 * Throws OperatorError `unreadable-import` with the place and what is wrong there.
 */
export function trajectoryFromAtif(value: unknown, where: string): Trajectory {
  const document = readAs(documentSchema, value, where);
  const children = (document.subagent_trajectories ?? []).map((child, index) =>
    trajectoryFromAtif(child, `${where}, subagent_trajectories[${index}]`),
  );
  const entries = entriesFrom(document);
  return {
    head: headFrom(document),
    entries: () => entries,
    end: endFrom(document, entries),
    children: () => children,
  };
}

function headFrom(document: AtifDocument): TrajectoryHead {
  const { agent, trajectory_id, session_id, steps, extra } = document;
  const ours = headOursOf(extra);
  const asked = steps.find(({ source }) => source === 'user');
  return {
    id: trajectory_id ?? session_id ?? 'imported',
    agent: { name: agent.name, version: agent.version ?? 'unknown' },
    model: agent.model_name ?? null,
    task: ours === null ? (asked === undefined ? null : textOf(asked.message)) : ours.task,
    startedAt: ours === null ? timeOf(steps[0]?.timestamp) : ours.startedAt,
    tools: (agent.tool_definitions ?? []).flatMap(toolFrom),
    parent: ours?.parent ?? null,
    within: ours?.within ?? null,
    meta: ours?.meta ?? (document.notes == null ? {} : { notes: document.notes }),
  };
}

function endFrom(document: AtifDocument, entries: readonly Entry[]): TrajectoryEnd | null {
  const ours = headOursOf(document.extra);
  if (ours?.end === null) return null;
  const { final_metrics: final, steps } = document;
  const turns = entries.flatMap((entry) => (entry.kind === 'turn' && !entry.copied ? [entry] : []));
  const usage =
    final == null
      ? null
      : usageFrom(
          final.total_prompt_tokens,
          final.total_completion_tokens,
          final.total_cached_tokens,
          final.extra,
          'total_',
        );
  const told = turns.flatMap((turn) => (turn.usage === null ? [] : [turn.usage]));
  const paid = turns.flatMap((turn) => (turn.usd === null ? [] : [turn.usd]));
  const sums = {
    usage: usage ?? (told.length === 0 || ours !== null ? null : told.reduce(sumOfUsage, NO_USAGE)),
    usd:
      final?.total_cost_usd ?? (paid.length === 0 || ours !== null ? null : paid.reduce((a, b) => a + b, 0)),
  };
  if (ours !== null) return { ...ours.end, ...sums };
  const unknown = { status: null, verified: null, probability: null, reason: '', patch: null, seconds: null };
  return { ...unknown, ...sums, endedAt: timeOf(steps.at(-1)?.timestamp), steps: turns.length };
}

function entriesFrom({ steps, agent }: AtifDocument): Entry[] {
  let turns = 0;
  return steps.flatMap((step) => {
    if (step.source === 'agent' && step.llm_call_count !== 0) turns += 1;
    const entry = entryFrom(step, turns, agent.model_name ?? null);
    return entry === null ? [] : [entry];
  });
}

function entryFrom(step: AtifStep, number: number, model: string | null): Entry | null {
  const ours = stepOursOf(step.extra);
  const message = textOf(step.message);
  const base = {
    position: ours !== null && 'position' in ours ? (ours.position ?? null) : null,
    at: timeOf(step.timestamp),
    ...(step.is_copied_context ? { copied: true as const } : {}),
  };
  const call = step.tool_calls?.[0];
  const given = (name: string) => String(call?.arguments?.[name] ?? '');
  switch (ours?.kind) {
    case 'empty':
      return null;
    case 'checked': {
      const { kind, step: at, status, counts, failing, endedAt } = ours;
      const own = { step: at, status, counts, failing, endedAt };
      return { kind, ...base, ...own, name: given('name'), command: given('command') };
    }
    case 'folded': {
      const text = textOf(step.observation?.results[0]?.content);
      return { kind: ours.kind, ...base, text, by: ours.by, tokens: ours.tokens };
    }
    case 'consulted': {
      const { kind, role, model: asked, usage, usd, seconds, failure } = ours;
      return { kind, ...base, role, model: asked, usage, usd, seconds, failure };
    }
    case 'child': {
      const rollout = step.observation?.results[0]?.subagent_trajectory_ref?.[0]?.trajectory_id ?? '';
      const { kind, outcome, endedAt } = ours;
      const own = { path: given('path'), agent: given('agent'), model: given('model') };
      return { kind, ...base, rollout, ...own, outcome, endedAt };
    }
    case 'failed':
      return { kind: ours.kind, ...base, step: ours.step, code: ours.code, message: ours.message };
    default:
  }
  if (step.source !== 'agent') return foreignTold(step, base, ours !== null && 'by' in ours ? ours.by : null);
  const told = ours?.kind === 'turn' ? ours : null;
  const { metrics } = step;
  return {
    kind: 'turn',
    ...base,
    step: told?.step ?? number,
    endedAt: told?.endedAt ?? null,
    model: step.model_name ?? (told === null ? model : null),
    reasoning: step.reasoning_content ?? null,
    text: message,
    calls: (step.tool_calls ?? []).map((each) => callFrom(each, step)),
    finish: told?.finish ?? null,
    usage:
      metrics == null
        ? null
        : usageFrom(metrics.prompt_tokens, metrics.completion_tokens, metrics.cached_tokens, metrics.extra),
    usd: metrics?.cost_usd ?? metrics?.cost ?? null,
  };
}

/** What a system step observed (a compaction's new context, a program's output) was told to the model. */
function foreignTold(
  step: AtifStep,
  base: { position: number | null; at: number | null; copied?: true },
  by: 'system' | 'user' | 'harness' | null,
): Entry {
  const observed = (step.observation?.results ?? []).map(({ content }) => textOf(content));
  const text = [textOf(step.message), ...observed].filter((each) => each !== '').join('\n');
  return { kind: 'told', ...base, by: by ?? (step.source === 'user' ? 'user' : 'system'), text };
}

function callFrom(call: AtifCall, step: AtifStep): Call {
  const ours = callOursOf(call.extra);
  const result = step.observation?.results.find(({ source_call_id }) => source_call_id === call.tool_call_id);
  const raw = ours?.raw;
  return {
    id: call.tool_call_id,
    tool: call.function_name,
    input: raw === undefined ? (call.arguments ?? {}) : null,
    ...(raw === undefined ? {} : { raw }),
    position: ours?.position ?? null,
    at: ours?.at ?? null,
    endedAt: ours?.endedAt ?? null,
    outcome: ours === null ? (result === undefined ? null : 'ok') : ours.outcome,
    content: textOf(result?.content),
    images: picturesOf(result?.content),
    calls: (ours?.calls ?? []) as readonly Call[],
  };
}

function usageFrom(
  input: number | null | undefined,
  output: number | null | undefined,
  cached: number | null | undefined,
  extra: Record<string, unknown> | null | undefined,
  prefix = '',
): Usage | null {
  if (input == null && output == null) return null;
  const more = (name: string) => {
    const value = extra?.[`${prefix}${name}`];
    return typeof value === 'number' ? value : 0;
  };
  return {
    inputTokens: input ?? 0,
    outputTokens: output ?? 0,
    cacheReadTokens: cached ?? 0,
    cacheWriteTokens: more('cache_creation_input_tokens'),
    reasoningTokens: more('reasoning_tokens'),
  };
}

function textOf(content: AtifContent | null | undefined): string {
  if (content == null) return '';
  if (typeof content === 'string') return content;
  return content.flatMap(({ text }) => (text == null ? [] : [text])).join('\n');
}

function picturesOf(content: AtifContent | null | undefined): Call['images'] {
  if (content == null || typeof content === 'string') return [];
  return content.flatMap(({ source }) =>
    source == null
      ? []
      : [{ mediaType: source.media_type ?? 'image/png', object: source.path.replace(/^objects\//, '') }],
  );
}

function timeOf(timestamp: string | null | undefined): number | null {
  const at = Date.parse(timestamp ?? '');
  return Number.isNaN(at) ? null : at;
}

function toolFrom(definition: Record<string, unknown>): ToolDefinition[] {
  const it = isObject(definition.function) ? definition.function : definition;
  if (typeof it.name !== 'string') return [];
  const description = typeof it.description === 'string' ? it.description : '';
  return [{ name: it.name, description, parameters: isObject(it.parameters) ? it.parameters : {} }];
}
