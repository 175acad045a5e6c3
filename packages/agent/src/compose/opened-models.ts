import type { Model } from '@heddle/models';
import type { OpenModel, Settings } from './run.ts';

/** Models by what they are asked with, each opened once. */
export class OpenedModels {
  readonly #openModel: OpenModel;
  readonly #models = new Map<string, Promise<Model>>();

  constructor(openModel: OpenModel) {
    this.#openModel = openModel;
  }

  /** Throws OperatorError: its name is unknown, its key is missing. Then it is tried anew the next time. */
  open(spec: string, { seed, temperature }: Pick<Settings, 'seed' | 'temperature'>): Promise<Model> {
    const key = JSON.stringify([spec, seed, temperature]);
    let model = this.#models.get(key);
    if (model === undefined) {
      model = this.#openModel(spec, { seed, ...(temperature === undefined ? {} : { temperature }) });
      model.catch(() => this.#models.delete(key));
      this.#models.set(key, model);
    }
    return model;
  }
}
