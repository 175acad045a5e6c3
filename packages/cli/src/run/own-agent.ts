import { type Runtime, readRollout, resume, setupTree, solve, stateOf } from '@heddle/agent';
import { OperatorError, type Store } from '@heddle/core';
import { checkSettings, type EntrantSpec, type OwnAgent } from '@heddle/lab';
import { defaultModel, type Model, memoryModel, openEmbedder } from '@heddle/models';
import type { EffectiveConfig } from '../config/load.ts';
import { type AgentChoice, agentAgain, chosenAgent } from './chosen-agent.ts';
import { type ModelPlace, openChosenModel } from './open-chosen-model.ts';

const SETTINGS = ['model', 'attempts', 'fork', 'vary-models', 'tools', 'fallback', 'rival'] as const;

interface Place {
  readonly home: string;
  /** The user's own: an instance's repository is not asked. */
  readonly config: EffectiveConfig;
}

/**
 * One of Heddle's agents as an experiment names it, `solo model=repair attempts=5`: the settings are those of `heddle
 * solve`. Of the configuration only what is about models and agents counts: a person's guides, skills, hooks and servers
 * would make another agent of it on each machine.
 * Throws what a wrong name, module, model or setting gives rise to; a missing key too.
 */
export async function openOwnAgent(entrant: EntrantSpec, { home, config: own }: Place): Promise<OwnAgent> {
  checkSettings(entrant, SETTINGS);
  const { word, settings } = entrant;
  const { agent: _agent, attempts: _attempts, ...config } = own;
  const { spec } = defaultModel(process.env, config, settings.model);
  const tools = listOf(settings.tools);
  const recordings = new Map();
  const placeFor = (seed: number, store?: Store) => {
    const options = { ...config.options, seed };
    const rates = store === undefined ? {} : { rates: store.rates };
    return { home, config: { ...config, options }, seed, recordings, ...rates };
  };
  const choice = choiceOf(entrant);
  const agentAt = (place: ModelPlace & { config: EffectiveConfig }) =>
    chosenAgent({ agent: word, ...choice }, { ...place, spec });
  const first = placeFor(0);
  const [model, agent] = await Promise.all([openChosenModel(spec, first), agentAt(first)]);
  const others = { fallback: settings.fallback, rival: settings.rival };
  const tree = await setupTree({
    model,
    tools,
    ...(agent === null ? {} : { agent: agent.identity }),
    settings: { ...others, memory: memoryModel(model.id, config), embedding: config.embedding },
  });
  const runtimeOf = (runtime: Runtime, of: Model, place: ModelPlace) =>
    withModels(runtime, { of, place, config, ...others });
  return {
    version: tree.digest,
    model: model.id,
    async begin({ seed, ...task }, runtime) {
      const place = placeFor(seed, runtime.store);
      const [asked, chosen] = await Promise.all([openChosenModel(spec, place), agentAt(place)]);
      const options = { ...task, seed, tools, model: asked };
      const all = await runtimeOf(runtime, asked, place);
      return chosen === null ? solve(options, all) : chosen.run(options, all);
    },
    async goOn({ id: rollout, seed }, runtime) {
      const place = placeFor(seed, runtime.store);
      const { config: made } = stateOf(readRollout(runtime.store, rollout));
      const asked = await openChosenModel(spec, place);
      const all = await runtimeOf(runtime, asked, place);
      if (made.agent === undefined) return resume({ rollout, model: asked }, all);
      const again = await agentAgain(rollout, made.agent, { ...place, spec });
      return again.resume({ rollout, model: asked }, all);
    },
  };
}

/** What `--attempts` and its like say of `heddle solve`. */
function choiceOf({ text, settings }: EntrantSpec): AgentChoice {
  const { attempts, fork, 'vary-models': models } = settings;
  if (attempts !== undefined && !/^[1-9]\d*$/.test(attempts))
    throw refused(text, `attempts is a whole number, not ${attempts}`);
  if (fork !== undefined && fork !== 'early' && fork !== 'late')
    throw refused(text, `fork is early or late, not ${fork}`);
  return {
    ...(attempts === undefined ? {} : { attempts: Number(attempts) }),
    ...(fork === undefined ? {} : { fork }),
    ...(models === undefined ? {} : { varyModels: listOf(models) }),
  };
}

function refused(text: string, what: string): OperatorError {
  return new OperatorError('bad-agent', `${JSON.stringify(text)}: ${what}`, {
    hint: 'the settings are those of `heddle solve --help`: model, attempts, fork, vary-models, tools, fallback, rival',
  });
}

function listOf(text: string | undefined): string[] {
  return (
    text
      ?.split(',')
      .map((part) => part.trim())
      .filter(Boolean) ?? []
  );
}

/** The models that work beside the agent's own, as `heddle solve` would have them. */
async function withModels(
  runtime: Runtime,
  options: {
    readonly of: Model;
    readonly place: ModelPlace;
    readonly config: EffectiveConfig;
    readonly fallback: string | undefined;
    readonly rival: string | undefined;
  },
): Promise<Runtime> {
  const { of, place, config, fallback, rival } = options;
  const { embedding, comparator } = config;
  const later = (id: string) => ({ id, open: () => openChosenModel(id, place) });
  const memory = memoryModel(of.id, config);
  return {
    ...runtime,
    ...(fallback === undefined ? {} : { fallback: await openChosenModel(fallback, place) }),
    ...(rival === undefined ? {} : { rival: later(rival) }),
    ...(comparator === undefined ? {} : { comparator: later(comparator) }),
    ...(memory === null ? {} : { memory: later(memory) }),
    ...(embedding === undefined
      ? {}
      : {
          embedder: {
            id: embedding,
            open: () => openEmbedder(embedding, { home: place.home, env: process.env, config }),
          },
        }),
  };
}
