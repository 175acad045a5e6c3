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
