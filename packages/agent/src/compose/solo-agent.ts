import { solo as loop } from '../solo.ts';
import type { Tool } from '../tool.ts';
import { type AnyAgent, agent } from './agent.ts';
import { namesOf, toolOps } from './with-settings.ts';

/** The default agent, as a part of others: one rollout of the loop, whose version it has. Its value is the one it was given. */
export const solo: AnyAgent = Object.assign(
  agent({ name: 'solo', source: import.meta.url }, (state, run) => run.rollout(state)),
  { op: loop.op },
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
export function loopAgent({ name, source, system, tools = [], model }: LoopAgentOptions): AnyAgent {
  return agent(
    {
      name,
      source,
      uses: [loop, ...toolOps(tools, source)],
      ...(system === undefined ? {} : { prompts: { system } }),
      config: {
        tools: namesOf(tools),
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
