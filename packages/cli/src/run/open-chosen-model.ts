import type { OpenModel } from '@heddle/agent';
import { type Model, openModel } from '@heddle/models';
import type { Config } from '../config/schema.ts';

interface ModelPlace {
  readonly home: string;
  readonly config: Config;
  readonly seed?: number | undefined;
}

/** Opens whatever `--model` takes, the embedded repair model included. */
export function openChosenModel(spec: string, { home, config, seed }: ModelPlace): Promise<Model> {
  return openModel(spec, {
    home,
    env: process.env,
    config,
    extra: {
      repair: async () => (await import('./open-repair-model.ts')).openRepairModel(seed),
    },
  });
}

/**
 * Opens models for the agents of a rollout. `chosen` is the rollout's own, by the name it has in the journal, which need
 * not say where its script or recording lies. With a seed in the configuration each attempt sends its own.
 */
export function modelsForAgents(
  chosen: { readonly id: string; readonly spec: string },
  { home, config }: Omit<ModelPlace, 'seed'>,
): OpenModel {
  return (wanted, { seed, temperature }) => {
    const { options } = config;
    const own = {
      ...options,
      ...(temperature === undefined ? {} : { temperature }),
      ...(options?.seed === undefined ? {} : { seed }),
    };
    const spec = wanted === chosen.id ? chosen.spec : wanted;
    return openChosenModel(spec, { home, config: { ...config, options: own }, seed });
  };
}
