import type { ModelsConfig } from './config.ts';
import { priceOf } from './prices.ts';
import { resolveProvider } from './registry.ts';

/** False: what a model costs cannot be known, and a cost of zero must be shown as unknown. */
export function hasKnownPrice(spec: string, { providers, prices }: ModelsConfig = {}): boolean {
  const name = /^([^:/]+)\//.exec(spec)?.[1];
  if (name === undefined) return true;
  const local = resolveProvider(name, {}, providers?.[name])?.local === true;
  return local || priceOf(spec, prices).price.unknown !== true;
}
