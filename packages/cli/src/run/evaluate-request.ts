import { OperatorError, type Store } from '@heddle/core';
import {
  brokenInstances,
  type Entrant,
  type EntrantPlace,
  openEntrant,
  planOf,
  type Requested,
  readEntrantSpecs,
  soundInstances,
} from '@heddle/lab';
import type { EvalChoice } from '../commands/eval.ts';
import { loadConfig } from '../config/load.ts';
import { datasetOptions } from './dataset-options.ts';
import { openOwnAgent } from './own-agent.ts';
import { sandboxOption } from './sandbox-option.ts';

/** What options and dataset come to. */
export interface Asked {
  readonly requested: Requested;
  readonly entrants: readonly Entrant[];
}

/** How agents are opened here. */
export async function placeOf(home: string): Promise<EntrantPlace> {
  const config = await loadConfig(null);
  return {
    home,
    env: process.env,
    openOwn: (spec) => openOwnAgent(spec, { home, config }),
    ...(config.entrants === undefined ? {} : { entrants: config.entrants }),
  };
}

/** Reads the dataset and opens the agents: whatever is wrong with them is told before anything is run. */
export async function askedOf(
  dataset: string | undefined,
  options: EvalChoice,
  { home, store }: { readonly home: string; readonly store: Store },
): Promise<Asked> {
  if (dataset === undefined)
    throw new OperatorError('no-dataset', 'which dataset? give the path of a file or a folder', {
      hint: '`heddle datasets` lists the forms that are read; --resume goes on with an experiment',
    });
  const texts = agentsOf(options);
  const place = await placeOf(home);
  const agents = await Promise.all(
    readEntrantSpecs(texts).map(async (spec) => ({ spec, entrant: await openEntrant(spec, place) })),
  );
  const requested = await planOf({
    path: dataset,
    home,
    ...(options.format === undefined ? {} : { format: options.format }),
    options: datasetOptions(options),
    selection: {
      ...(options.select === undefined ? {} : { select: options.select }),
      ...(options.limit === undefined ? {} : { limit: options.limit }),
      ...(options.seed === undefined ? {} : { seed: options.seed }),
    },
    ...(options.soundOnly ? { only: soundOnly(store) } : {}),
    agents,
    attempts: options.attempts ?? 1,
    limits: limitsOf(options),
    seed: options.seed ?? 0,
    sandbox: sandboxOption(options.sandbox),
    network: options.network ?? false,
    scorers: options.scorer ?? [],
  });
  const notes = [...requested.notes, ...brokenNotes(store, requested.plan)];
  return { requested: { ...requested, notes }, entrants: agents.map(({ entrant }) => entrant) };
}

/** Of many the first are named. */
const MAX_NAMED = 5;

/** What people have found to say nothing about agents. */
function brokenNotes(store: Store, plan: Requested['plan']): string[] {
  const broken = [...brokenInstances(store, plan).keys()];
  if (broken.length === 0) return [];
  const names = broken.slice(0, MAX_NAMED);
  const more = broken.length > MAX_NAMED ? ' and more' : '';
  const verb = broken.length === 1 ? 'instance is' : 'instances are';
  return [
    `${broken.length} ${verb} marked as broken: ${names.join(', ')}${more} (--select '!${names[0]}' leaves it out)`,
  ];
}

const CENSUS = ['oracle', 'nothing'];

function agentsOf({ agent, census }: EvalChoice): readonly string[] {
  if (census && agent !== undefined)
    throw new OperatorError('bad-option', 'a census has its own two agents', {
      hint: 'leave --agent out, or run the agents in an experiment of their own with --sound-only',
    });
  if (census) return CENSUS;
  if (agent !== undefined) return agent;
  throw new OperatorError('no-agent', 'who takes part? name an agent with --agent', {
    hint: '--agent solo is the default agent with the default model; `heddle agents` lists others',
  });
}

function soundOnly(store: Store): (version: string, instance: { readonly id: string }) => boolean {
  const known = new Map<string, ReadonlySet<string>>();
  return (version, { id }) => {
    const sound = known.get(version) ?? soundInstances(store, version);
    if (sound === null)
      throw new OperatorError('no-census', 'no census of this dataset is known here', {
        hint: 'run one first: `heddle eval DATASET --census`',
      });
    known.set(version, sound);
    return sound.has(id);
  };
}

function limitsOf({ steps, time, tokens, usd }: EvalChoice) {
  return {
    ...(steps === undefined ? {} : { steps }),
    ...(usd === undefined ? {} : { usd }),
    ...(tokens === undefined ? {} : { tokens }),
    ...(time === undefined ? {} : { seconds: time }),
  };
}
