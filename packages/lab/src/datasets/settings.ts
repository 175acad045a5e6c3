import { OperatorError } from '@heddle/core';
import type { DatasetOptions } from '../dataset.ts';

/** An adapter's own setting (`--set KEY=VALUE`) that is one of some words; the first is the default. */
export function settingOf<T extends string>(
  { settings }: DatasetOptions,
  key: string,
  values: readonly [T, ...T[]],
): T {
  const given = settings?.[key];
  if (given === undefined) return values[0];
  const found = values.find((value) => value === given);
  if (found !== undefined) return found;
  throw new OperatorError('bad-setting', `${key}=${given} is no setting`, {
    hint: `${key} is one of: ${values.join(', ')}`,
  });
}
