import type { Usage } from '@heddle/core';
import type { Call, Checked, Child, Consulted, Failed, Trajectory, Turn } from '../trajectory.ts';
import { argumentsText, finishOf, resultText } from './messages.ts';
import type { Attributes } from './span.ts';

/** Of the rollout's own span; `operation` is `invoke_workflow` where its agent is made of agents. */
export function agentAttributes({ head, end }: Trajectory, operation: string): Attributes {
  const { id, agent, model, parent, meta } = head;
  return {
    'gen_ai.operation.name': operation,
    'gen_ai.agent.name': agent.name,
    'gen_ai.agent.version': agent.version,
    'gen_ai.agent.id': id,
    'gen_ai.conversation.id': id,
    ...(operation === 'invoke_workflow' ? { 'gen_ai.workflow.name': agent.name } : {}),
    ...(model === null ? {} : { 'gen_ai.provider.name': providerOf(model), 'gen_ai.request.model': model }),
    ...(end?.usage == null ? {} : tokensOf(end.usage)),
    ...(end?.usd == null ? {} : { 'heddle.cost.usd': end.usd }),
    ...(end === null ? {} : { 'heddle.steps': end.steps, 'heddle.status': end.status ?? 'unknown' }),
    ...(parent === null ? {} : { 'heddle.parent.rollout': parent }),
    ...(typeof meta.heddle === 'string' ? { 'heddle.version': meta.heddle } : {}),
  };
}

/** Of a rollout in the rollout whose own spans are not here. */
export function childAttributes({ agent, model, rollout, outcome }: Child): Attributes {
  return {
    'gen_ai.operation.name': 'invoke_agent',
    'gen_ai.agent.name': agent,
    'gen_ai.agent.id': rollout,
    'gen_ai.conversation.id': rollout,
    'gen_ai.request.model': model,
    ...(outcome === null ? {} : { 'heddle.status': outcome.status }),
  };
}

export function turnAttributes(turn: Turn, { id, meta }: Trajectory['head']): Attributes {
  const { model, usage, usd, step } = turn;
  const { seed, temperature } = meta;
  return {
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': providerOf(model),
    'gen_ai.conversation.id': id,
    ...(model === null ? {} : { 'gen_ai.request.model': model, 'gen_ai.response.model': model }),
    ...(typeof seed === 'number' ? { 'gen_ai.request.seed': seed } : {}),
    ...(typeof temperature === 'number' ? { 'gen_ai.request.temperature': temperature } : {}),
    'gen_ai.response.finish_reasons': [finishOf(turn)],
    ...(usage === null ? {} : tokensOf(usage)),
    ...(usd === null ? {} : costOf(usd)),
    'heddle.step': step,
  };
}

/** Of a request that failed for good. */
export function failedAttributes({ step, code }: Failed, { id, model }: Trajectory['head']): Attributes {
  return {
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': providerOf(model),
    ...(model === null ? {} : { 'gen_ai.request.model': model }),
    'gen_ai.conversation.id': id,
    'heddle.step': step,
    'error.type': code,
  };
}

export function consultedAttributes(
  { role, model, usage, usd, failure }: Consulted,
  { id }: Trajectory['head'],
): Attributes {
  return {
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': providerOf(model),
    'gen_ai.request.model': model,
    'gen_ai.conversation.id': id,
    ...tokensOf(usage),
    ...costOf(usd),
    'heddle.role': role,
    ...(failure === null ? {} : { 'error.type': 'consultation-failed' }),
  };
}

/** `content`: arguments and result too. */
export function callAttributes(call: Call, { id }: Trajectory['head'], content: boolean): Attributes {
  return {
    'gen_ai.operation.name': 'execute_tool',
    'gen_ai.tool.name': call.tool,
    'gen_ai.tool.call.id': call.id,
    'gen_ai.tool.type': 'function',
    'gen_ai.conversation.id': id,
    ...(call.outcome === 'ok' ? {} : { 'error.type': call.outcome ?? 'interrupted' }),
    ...(content
      ? { 'gen_ai.tool.call.arguments': argumentsText(call), 'gen_ai.tool.call.result': resultText(call) }
      : {}),
  };
}

export function checkAttributes(
  { name, status, counts, step }: Checked,
  { id }: Trajectory['head'],
): Attributes {
  return {
    'gen_ai.operation.name': 'execute_tool',
    'gen_ai.tool.name': name,
    'gen_ai.tool.type': 'extension',
    'gen_ai.conversation.id': id,
    'heddle.check.status': status,
    ...(counts === null
      ? {}
      : { 'heddle.check.passed': counts.passed, 'heddle.check.failed': counts.failed }),
    'heddle.step': step,
    ...(status === 'broken' || status === 'hung' ? { 'error.type': status } : {}),
  };
}

function costOf(usd: number): Attributes {
  return { 'heddle.cost.usd': usd, 'gen_ai.usage.cost': usd };
}

/** As the conventions want: cached tokens are in the input. */
function tokensOf(usage: Usage): Attributes {
  return {
    'gen_ai.usage.input_tokens': usage.inputTokens,
    'gen_ai.usage.output_tokens': usage.outputTokens,
    'gen_ai.usage.cache_read.input_tokens': usage.cacheReadTokens,
    'gen_ai.usage.cache_write.input_tokens': usage.cacheWriteTokens,
    'gen_ai.usage.reasoning.output_tokens': usage.reasoningTokens,
  };
}

/** `anthropic/…`, `scripted:…`: who is asked stands before the model's name. */
function providerOf(model: string | null): string {
  return /^([^/:]+)[/:]/.exec(model ?? '')?.[1] ?? 'unknown';
}
