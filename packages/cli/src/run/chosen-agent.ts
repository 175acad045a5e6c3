import { resolve } from 'node:path';
import {
  type AgentRun,
  type AnyAgent,
  agentFrom,
  isModule,
  modelsIn,
  type NamedSpecs,
  type Recipe,
  type ResumeAgentOptions,
  type RolloutResult,
  type Runtime,
  recipeOf,
  recipeSchema,
  resumeAgent,
  runAgent,
  type SolveOptions,
} from '@heddle/agent';
import { OperatorError } from '@heddle/core';
import { type Model, memoryModel } from '@heddle/models';
import type { SolveChoice } from '../commands/solve.ts';
import type { EffectiveConfig } from '../config/load.ts';
import { type ModelPlace, modelsForAgents, openChosenModel } from './open-chosen-model.ts';

/** An agent made of agents, ready to work. */
export interface ChosenAgent {
  /** What it is, whoever asks it and for what. */
  readonly identity: AnyAgent['op'];
  /** That it names beside the rollout's own. */
  readonly models: readonly string[];
  run(options: SolveOptions, runtime: Runtime): Promise<RolloutResult>;
  resume(options: Omit<ResumeAgentOptions, keyof AgentRun>, runtime: Runtime): Promise<RolloutResult>;
}

/** Where its models are opened; `spec`: the rollout's own, as it was asked for. */
interface AgentPlace extends ModelPlace {
  readonly config: EffectiveConfig;
  readonly spec: string;
}

export type AgentChoice = Pick<SolveChoice, 'agent' | 'attempts' | 'fork' | 'varyModels'>;

/** The default agent, in a rollout of its own. */
const ALONE = 'solo';

/**
 * The agent that options and configuration ask for, `attempts` round it; null: the default one, once.
 * Throws SpecError, what `loadAgent` throws, and OperatorError `bad-option`.
 */
export async function chosenAgent(
  { agent: asked, attempts: wanted, fork, varyModels }: AgentChoice,
  place: AgentPlace,
): Promise<ChosenAgent | null> {
  const { config } = place;
  const attempts = wanted ?? varyModels?.length ?? config.attempts ?? 1;
  if (attempts === 1 && (fork ?? varyModels) !== undefined) {
    const option = fork === undefined ? '--vary-models' : '--fork';
    throw new OperatorError('bad-option', `${option} is about several attempts, and there is one`, {
      hint: 'say how many with --attempts',
    });
  }
  const { spec: name, agents } = named(asked ?? config.agent ?? ALONE, config.agents ?? {});
  if (attempts === 1 && name === ALONE) return null;
  const several = {
    attempts,
    ...(fork === undefined ? {} : { fork }),
    ...(varyModels === undefined ? {} : { vary: { models: varyModels } }),
    agent: name,
  };
  const made = await make(recipeOf(attempts === 1 ? name : { bestOf: several }, agents));
  return ready(made, place);
}

/** A module given on the command line is its own name. */
function named(agent: string, agents: NamedSpecs): { spec: string; agents: NamedSpecs } {
  if (!isModule(agent)) return { spec: agent, agents };
  const spec = resolve(agent);
  return { spec, agents: { ...agents, [spec]: spec } };
}

interface Made {
  readonly agent: AnyAgent;
  /** For the journal. */
  readonly spec: Recipe;
}

async function make(recipe: Recipe): Promise<Made> {
  const modules = new Map<string, AnyAgent>();
  const digests: Record<string, string> = {};
  for (const reference of Object.values(recipe.agents).filter(isModule)) {
    const { loadAgent } = await import('../modules/load-agent.ts');
    const { agent, digest } = await loadAgent(reference);
    modules.set(reference, agent);
    digests[reference] = digest;
  }
  return { agent: agentFrom(recipe, modules), spec: { ...recipe, modules: digests } };
}

/** Models that it names are opened once before it begins: a missing key is told at once, not by each attempt. */
async function ready({ agent, spec }: Made, place: AgentPlace): Promise<ChosenAgent> {
  const models = modelsIn(spec);
  await Promise.all(models.map((each) => openChosenModel(each, place)));
  const parts = (model: Model) => ({
    agent,
    spec,
    openModel: modelsForAgents({ id: model.id, spec: place.spec }, place),
    memoryOf: (each: string) => memoryModel(each, place.config),
  });
  return {
    identity: agent.op,
    models,
    run: (options, runtime) => runAgent({ ...options, ...parts(options.model) }, runtime),
    resume: (options, runtime) => resumeAgent({ ...options, ...parts(options.model) }, runtime),
  };
}

/**
 * The agent of a rollout that goes on, made again from what its journal says.
 * Throws OperatorError `agent-unknown`, `agent-gone`, `agent-changed`, and what a module's code gives rise to.
 */
export async function agentAgain(rollout: string, spec: unknown, place: AgentPlace): Promise<ChosenAgent> {
  const recipe = recipeSchema.safeParse(spec);
  if (!recipe.success) {
    throw new OperatorError(
      'agent-unknown',
      `the journal does not say what the agent of ${rollout} is made of`,
      {
        hint: 'go on with it in the program that began it: resumeAgent()',
      },
    );
  }
  const before = recipe.data.modules;
  const again = await make(recipe.data).catch((cause: unknown) => {
    if (!(cause instanceof OperatorError) || cause.code !== 'no-such-module') throw cause;
    throw new OperatorError('agent-gone', `the agent of ${rollout} is gone: ${cause.message}`, {
      cause,
      hint: 'put the module back where it was, or begin anew with `heddle solve`',
    });
  });
  const changed = Object.keys(before).find((each) => before[each] !== again.spec.modules[each]);
  if (changed === undefined) return ready(again, place);
  throw new OperatorError(
    'agent-changed',
    `the agent of ${rollout} is not what it was: ${changed} has changed`,
    {
      hint: 'put the module back as it was, or begin anew with `heddle solve`',
    },
  );
}
