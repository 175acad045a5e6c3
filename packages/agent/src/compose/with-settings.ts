import { type Limits, type Op, op } from '@heddle/core';
import type { Tool } from '../tool.ts';
import { type Agent, agent } from './agent.ts';
import type { CallOptions, Settings } from './run.ts';

/** An agent with other settings, for it and all it calls. Those not named stay the caller's. */
export function withSettings<In, Out>(
  settings: Omit<Partial<Settings>, 'tools' | 'first'>,
  inner: Agent<In, Out>,
): Agent<In, Out> {
  return changed({ name: 'withSettings', config: settings, options: () => ({ settings }) }, inner);
}

/** An agent that asks another model, as `--model` takes it. Its key is looked for when it is first asked. */
export function withModel<In, Out>(model: string, inner: Agent<In, Out>): Agent<In, Out> {
  return changed({ name: 'withModel', config: { model }, options: () => ({ settings: { model } }) }, inner);
}

/** An agent whose full contexts are summarised by this model; null: by rule, a line a step. */
export function withMemory<In, Out>(memory: string | null, inner: Agent<In, Out>): Agent<In, Out> {
  return changed(
    { name: 'withMemory', config: { memory }, options: () => ({ settings: { memory } }) },
    inner,
  );
}

/**
 * An agent that may spend no more than this, dollars, tokens (of input and output) and seconds, together with all it
 * calls and all they ask. Within another budget the smaller counts. When it is used up, what runs is stopped, at most a
 * request late; its patch so far is kept, and the work's status is `limit`.
 */
export function withBudget<In, Out>(
  budget: Partial<Omit<Limits, 'steps'>>,
  inner: Agent<In, Out>,
): Agent<In, Out> {
  return changed({ name: 'withBudget', config: budget, options: () => ({ budget }) }, inner);
}

export interface ToolsOptions {
  /** `import.meta.url` of the file that defines the tools that are not Heddle's own: part of the agent's version. */
  readonly source?: string;
}

/** An agent with more tools: opt-in ones by name, and your own. Throws OperatorError `unknown-tool`, `tool-taken`. */
export function withTools<In, Out>(
  tools: readonly (string | Tool)[],
  inner: Agent<In, Out>,
  { source = import.meta.url }: ToolsOptions = {},
): Agent<In, Out> {
  const config = { tools: namesOf(tools) };
  const options = ({ tools: before }: Settings) => ({ settings: { tools: [...before, ...tools] } });
  return changed({ name: 'withTools', config, options, uses: toolOps(tools, source) }, inner);
}

interface Change {
  readonly name: string;
  readonly config: unknown;
  readonly options: (settings: Settings) => CallOptions;
  readonly uses?: readonly Op<[], void>[];
}

function changed<In, Out>(
  { name, config, options, uses = [] }: Change,
  inner: Agent<In, Out>,
): Agent<In, Out> {
  return agent<In, Out>({ name, source: import.meta.url, config, uses: [inner, ...uses] }, (state, run) =>
    run.call(inner, state, options(run.settings)),
  );
}

export function namesOf(tools: readonly (string | Tool)[]): string[] {
  return tools.map((tool) => (typeof tool === 'string' ? tool : tool.name));
}

/** What stands for a module's own tools in versions. */
export function toolOps(tools: readonly (string | Tool)[], source: string): Op<[], void>[] {
  return tools.flatMap((tool) => {
    if (typeof tool === 'string') return [];
    const { name, description } = tool;
    return [op({ kind: 'tool', name, source, prompts: { description } }, async () => {})];
  });
}
