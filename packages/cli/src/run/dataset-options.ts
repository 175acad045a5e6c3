import { OperatorError } from '@heddle/core';
import type { DatasetOptions } from '@heddle/lab';

/** What commands that read datasets have in common. */
interface DatasetChoice {
  readonly clones?: string;
  readonly environments?: string;
  readonly images?: true;
  readonly languages?: readonly string[];
  readonly set?: readonly string[];
}

/** Options of a command line as adapters take them. Throws OperatorError `bad-option`. */
export function datasetOptions({
  clones,
  environments,
  images,
  languages,
  set,
}: DatasetChoice): DatasetOptions {
  return {
    ...(clones !== undefined && { clones }),
    ...(environments !== undefined && { environments }),
    ...(images !== undefined && { images }),
    ...(languages !== undefined && { languages }),
    ...(set !== undefined && { settings: Object.fromEntries(set.map(settingOf)) }),
  };
}

function settingOf(text: string): [string, string] {
  const at = text.indexOf('=');
  if (at > 0) return [text.slice(0, at), text.slice(at + 1)];
  throw new OperatorError('bad-option', `--set ${text} sets nothing`, { hint: 'write --set KEY=VALUE' });
}
