import type { Usage } from '@heddle/core';
import { arrayText, isoTime, objectText } from '../json.ts';
import type { Call, Entry, ToolDefinition, Trajectory, TrajectoryEnd, Turn } from '../trajectory.ts';

const ATIF_VERSION = 'ATIF-v1.7';

/** What our own journal knows and the format has no field for stands in `extra` under this name. */
export const OURS = 'heddle';

type Fields = Record<string, unknown>;

/**
 * ATIF v1.7 (Harbor, RFC 0001), in pieces: one step in memory at a time. Rollouts that worked on its behalf are embedded
 * (`subagent_trajectories`). What the harness did by itself is an agent step with `llm_call_count` 0; a folding is a
 * system step with the context that replaces the earlier one, followed by copies of what stayed.
 */
export function* atifText(trajectory: Trajectory): Generator<string> {
  const { head, end } = trajectory;
  const children = [...trajectory.children()];
  let steps = 0;
  yield* objectText({
    schema_version: ATIF_VERSION,
    session_id: head.within?.rollout ?? head.id,
    trajectory_id: head.id,
    agent: {
      name: head.agent.name,
      version: head.agent.version,
      ...(head.model === null ? {} : { model_name: head.model }),
      ...(head.tools.length === 0 ? {} : { tool_definitions: head.tools.map(definition) }),
    },
    steps: {
      pieces: () =>
        arrayText(
          counted(stepsOf(trajectory), () => {
            steps += 1;
          }),
        ),
    },
    final_metrics: { pieces: () => [JSON.stringify(finalMetrics(end, steps))] },
    subagent_trajectories:
      children.length === 0 ? undefined : { pieces: () => listed(children.map(atifText)) },
    extra: { [OURS]: headExtra(trajectory) },
  });
}

function* counted<T>(values: Iterable<T>, each: () => void): Generator<T> {
  for (const value of values) {
    each();
    yield value;
  }
}

function* listed(texts: Iterable<Iterable<string>>): Generator<string> {
  let separator = '[';
  for (const text of texts) {
    yield separator;
    yield* text;
    separator = ',';
  }
  yield separator === '[' ? '[]' : ']';
}

/** The steps, numbered from 1; a trajectory without any entry has one that says so, for none is not allowed. */
function* stepsOf(trajectory: Trajectory): Generator<Fields> {
  let number = 0;
  for (const entry of trajectory.entries()) {
    number += 1;
    yield { step_id: number, ...stepOf(entry) };
  }
  if (number > 0) return;
  yield { step_id: 1, source: 'system', message: '', extra: { [OURS]: { kind: 'empty' } } };
}

function stepOf(entry: Entry): Fields {
  const { at, position, copied } = entry;
  const place = position === null ? {} : { position };
  const base = (source: string, message: string, own: Fields): Fields => ({
    ...(at === null ? {} : { timestamp: isoTime(at) }),
    source,
    message,
    ...own,
    ...(copied ? { is_copied_context: true } : {}),
  });
  const ours = (fields: Fields) => ({ extra: { [OURS]: { ...place, ...fields } } });
  switch (entry.kind) {
    case 'told':
      return base(entry.by === 'user' ? 'user' : 'system', entry.text, ours({ by: entry.by }));
    case 'turn':
      return base('agent', entry.text, turnFields(entry, place));
    case 'checked': {
      const { name, command, status, counts, failing, step, endedAt } = entry;
      const call = {
        tool_call_id: `check-${position ?? step}-${name}`,
        function_name: 'check',
        arguments: { name, command },
      };
      return base('agent', '', {
        llm_call_count: 0,
        tool_calls: [call],
        observation: { results: [{ source_call_id: call.tool_call_id, content: checkText(entry) }] },
        ...ours({ kind: 'checked', step, status, counts, failing, endedAt }),
      });
    }
    case 'folded': {
      const { text, by, tokens } = entry;
      return base('system', 'The oldest messages were replaced by a summary.', {
        observation: { results: [{ content: text }] },
        extra: {
          context_management: { type: 'compaction', boundary: 'replace' },
          [OURS]: { ...place, kind: 'folded', by, tokens },
        },
      });
    }
    case 'consulted': {
      const { role, model, usage, usd, seconds, failure } = entry;
      return base(
        'system',
        `${model} was asked as ${role}.`,
        ours({ kind: 'consulted', role, model, usage, usd, seconds, failure }),
      );
    }
    case 'child': {
      const { rollout, path, agent, model, outcome, endedAt } = entry;
      const call = {
        tool_call_id: `delegate-${rollout}`,
        function_name: 'delegate',
        arguments: { path, agent, model },
      };
      const result = {
        source_call_id: call.tool_call_id,
        content: outcome === null ? '' : `${outcome.status}: ${outcome.reason}`,
        subagent_trajectory_ref: [{ trajectory_id: rollout }],
      };
      return base('agent', '', {
        llm_call_count: 0,
        tool_calls: [call],
        observation: { results: [result] },
        ...ours({ kind: 'child', outcome, endedAt }),
      });
    }
    case 'failed': {
      const { code, message, step } = entry;
      return base(
        'system',
        `The model did not answer (${code}): ${message}`,
        ours({ kind: 'failed', step, code, message }),
      );
    }
  }
}

function turnFields(turn: Turn, place: Fields): Fields {
  const { calls, usage, usd, reasoning, model, step, finish, endedAt } = turn;
  const results = calls.filter(({ outcome }) => outcome !== null).map(resultOf);
  return {
    ...(model === null ? {} : { model_name: model }),
    ...(reasoning === null ? {} : { reasoning_content: reasoning }),
    ...(calls.length === 0 ? {} : { tool_calls: calls.map(callOf) }),
    ...(results.length === 0 ? {} : { observation: { results } }),
    ...(usage === null && usd === null ? {} : { metrics: metricsOf(usage, usd) }),
    llm_call_count: 1,
    extra: { [OURS]: { ...place, kind: 'turn', step, finish, endedAt } },
  };
}

function callOf({ id, tool, input, raw, at, endedAt, position, outcome, calls }: Call): Fields {
  const ours = {
    ...(position === null ? {} : { position }),
    ...(raw === undefined ? {} : { raw }),
    at,
    endedAt,
    outcome,
    ...(calls.length === 0 ? {} : { calls }),
  };
  return { tool_call_id: id, function_name: tool, arguments: input ?? {}, extra: { [OURS]: ours } };
}

function resultOf({ id, content, images }: Call): Fields {
  const pictures = images.map(({ mediaType, object }) => ({
    type: 'image',
    source: { media_type: mediaType, path: `objects/${object}` },
  }));
  return {
    source_call_id: id,
    content: pictures.length === 0 ? content : [{ type: 'text', text: content }, ...pictures],
  };
}

/** Cached tokens are in `prompt_tokens`, reasoning in `completion_tokens`, as with us. */
function metricsOf(usage: Usage | null, usd: number | null): Fields {
  const tokens =
    usage === null
      ? {}
      : {
          prompt_tokens: usage.inputTokens,
          completion_tokens: usage.outputTokens,
          cached_tokens: usage.cacheReadTokens,
          extra: {
            reasoning_tokens: usage.reasoningTokens,
            cache_creation_input_tokens: usage.cacheWriteTokens,
          },
        };
  return { ...tokens, ...(usd === null ? {} : { cost_usd: usd }) };
}

function finalMetrics(end: TrajectoryEnd | null, steps: number): Fields {
  const { usage = null, usd = null } = end ?? {};
  return {
    ...(usage === null
      ? {}
      : {
          total_prompt_tokens: usage.inputTokens,
          total_completion_tokens: usage.outputTokens,
          total_cached_tokens: usage.cacheReadTokens,
        }),
    ...(usd === null ? {} : { total_cost_usd: usd }),
    total_steps: steps,
    ...(usage === null
      ? {}
      : {
          extra: {
            total_reasoning_tokens: usage.reasoningTokens,
            total_cache_creation_input_tokens: usage.cacheWriteTokens,
          },
        }),
  };
}

function headExtra({ head: { task, startedAt, parent, within, meta }, end }: Trajectory): Fields {
  const outcome =
    end === null
      ? null
      : {
          status: end.status,
          verified: end.verified,
          probability: end.probability,
          reason: end.reason,
          endedAt: end.endedAt,
          patch: end.patch,
          steps: end.steps,
          seconds: end.seconds,
        };
  return { task, startedAt, parent, within, meta, end: outcome };
}

function definition({ name, description, parameters }: ToolDefinition): Fields {
  return { type: 'function', function: { name, description, parameters } };
}

function checkText({ status, counts, failing }: Extract<Entry, { kind: 'checked' }>): string {
  const numbers =
    counts === null ? '' : ` (${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped)`;
  return [`${status}${numbers}`, ...failing].join('\n');
}
