import type { LanguageModelV4Prompt } from '@ai-sdk/provider';
import { OperatorError, type Recorded } from '@heddle/core';
import type { Request } from './hands.ts';
import { stateOf } from './result.ts';
import { toolsOf } from './tools/of-rollout.ts';
import { toolSpecs } from './tools/registry.ts';

/** The request of one step exactly as it was sent: the prompt is a pure function of the journal before it. */
export async function promptAt(
  events: readonly Recorded[],
  step: number,
): Promise<{ prompt: LanguageModelV4Prompt; tools: Request['tools'] }> {
  const end = events.findIndex(({ event }) => event.type === 'model.requested' && event.step === step);
  if (end === -1) {
    throw new OperatorError('no-such-step', `step ${step} asked no model`, {
      hint: `the steps are 1 to ${stateOf(events).step}`,
    });
  }
  const state = stateOf(events.slice(0, end));
  return { prompt: state.conversation.messages, tools: toolSpecs(await toolsOf(state.config, null)) };
}
