import type { OpenModel } from '@heddle/agent';
import { type Model, type OpenOptions, openModel } from '@heddle/models';
import type { Config } from '../config/schema.ts';

export interface ModelPlace extends Pick<OpenOptions, 'recordings' | 'rates'> {
  readonly home: string;
  readonly config: Config;
  readonly seed?: number | undefined;
}

/** Opens whatever `--model` takes, the embedded repair model included. */
export function openChosenModel(
  spec: string,
  { home, config, seed, recordings, rates }: ModelPlace,
): Promise<Model> {
  return openModel(spec, {
    home,
    env: process.env,
    config,
    ...(recordings === undefined ? {} : { recordings }),
    ...(rates === undefined ? {} : { rates }),
    extra: {
      repair: async () => (await import('./open-repair-model.ts')).openRepairModel(seed),
      'repair@no-localisation': async () =>
        (await import('./open-repair-model.ts')).openRepairModel(seed, false),
    },
  });
}

/**
 * Opens models for the agents of a rollout, each with its own seed. `chosen` is the rollout's, whose name in the journal
 * need not say where its script or recording lies.
 */
export function modelsForAgents(
  chosen: { readonly id: string; readonly spec: string },
  place: ModelPlace,
): OpenModel {
  const { config } = place;
  return (wanted, { seed, temperature }) => {
    const own = { ...config.options, seed, ...(temperature === undefined ? {} : { temperature }) };
    const spec = wanted === chosen.id ? chosen.spec : wanted;
    return openChosenModel(spec, { ...place, config: { ...config, options: own }, seed });
  };
}
