import { op } from '@heddle/core';
import { solo as loop } from '../solo.ts';
import type { Tool } from '../tool.ts';
import { type Agent, agent } from './agent.ts';

/** The default agent, as a part of others: one rollout of the loop. */
export const solo: Agent = agent({ name: 'solo', source: import.meta.url, uses: [loop] }, (state, run) =>
  run.rollout(state),
);

export interface LoopAgentOptions {
  readonly name: string;
  /** `import.meta.url` of the file that makes it. */
  readonly source: string;
  /** Instead of the default agent's system prompt. */
  readonly system?: string;
  /** Opt-in tools by name, and tools of your own, beside those that the caller has. */
  readonly tools?: readonly (string | Tool)[];
  /** As `--model` takes it; default: the caller's. */
  readonly model?: string;
}

/** An agent that is the loop with another prompt, model or tools. */
export function loopAgent({ name, source, system, tools = [], model }: LoopAgentOptions): Agent {
  const own = tools.flatMap((tool) => (typeof tool === 'string' ? [] : [toolVersion(tool, source)]));
  return agent(
    {
      name,
      source,
      uses: [loop, ...own],
      ...(system === undefined ? {} : { prompts: { system } }),
      config: {
        tools: tools.map((tool) => (typeof tool === 'string' ? tool : tool.name)),
        model: model ?? null,
      },
    },
    (state, run) =>
      run.call(inner(system), state, {
        key: 'loop',
        settings: {
          tools: [...run.settings.tools, ...tools],
          ...(model === undefined ? {} : { model }),
        },
      }),
  );
}

const inner = (system: string | undefined) =>
  agent({ name: 'loop', source: import.meta.url }, (state, run) =>
    run.rollout(state, system === undefined ? {} : { system }),
  );

function toolVersion({ name, description }: Tool, source: string) {
  return op({ name, source, prompts: { description } }, async () => {});
}
