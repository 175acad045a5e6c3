import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { nearestName, OperatorError } from '@heddle/core';
import type { Dataset, DatasetFormat, DatasetOptions } from '../dataset.ts';
import type { Instance } from '../instance.ts';
import { aiderPolyglot } from './aider-polyglot.ts';
import { versionOfInstances } from './dataset-version.ts';
import { exercism } from './exercism.ts';
import { harbor } from './harbor.ts';
import { heddle } from './heddle.ts';
import { humaneval } from './humaneval.ts';
import { mbpp } from './mbpp.ts';
import { multiSweBench } from './multi-swe-bench.ts';
import { quixbugs } from './quixbugs.ts';
import { sweBench } from './swe-bench.ts';
import { sweSmith } from './swe-smith.ts';
import { unreadable } from './unreadable.ts';

/** In the order in which they are asked whether a path is theirs. Adding a format: its file, and its place here. */
export const DATASET_FORMATS: readonly DatasetFormat[] = [
  heddle,
  humaneval,
  mbpp,
  quixbugs,
  aiderPolyglot,
  exercism,
  harbor,
  sweBench,
  multiSweBench,
  sweSmith,
];

export interface ReadOptions extends DatasetOptions {
  /** Name of the format; without it the first that recognises the path. */
  readonly format?: string;
}

/**
 * A dataset from local files. Throws OperatorError `no-such-dataset` (nothing at the path), `unknown-format` (named or
 * not recognised), `dataset-unreadable` (file, line, what is wrong; also where nothing is left in it).
 */
export async function readDataset(path: string, { format, ...options }: ReadOptions = {}): Promise<Dataset> {
  const at = resolve(path);
  if (!existsSync(at)) {
    throw new OperatorError('no-such-dataset', `there is nothing at ${at}`, {
      hint: 'give the path of a file or a folder in one of the forms that `heddle datasets` lists',
    });
  }
  const adapter = format === undefined ? await recognise(at) : formatNamed(format);
  const { name, instances, notes } = await adapter.read(at, options);
  if (instances.length === 0) {
    throw unreadable({ file: at }, `no instance of ${adapter.name} in it`, { hint: notes[0] });
  }
  refuseTwins(at, instances);
  return { name, format: adapter.name, version: await versionOfInstances(instances), instances, notes };
}

function formatNamed(name: string): DatasetFormat {
  const found = DATASET_FORMATS.find((format) => format.name === name);
  if (found) return found;
  const names = DATASET_FORMATS.map((format) => format.name);
  const near = nearestName(name, names);
  throw new OperatorError('unknown-format', `there is no dataset format "${name}"`, {
    hint: near === null ? `known: ${names.join(', ')}` : `did you mean "${near}"?`,
  });
}

async function recognise(path: string): Promise<DatasetFormat> {
  for (const format of DATASET_FORMATS) if (await format.recognises(path)) return format;
  throw new OperatorError('unknown-format', `${path} is in none of the forms that are known`, {
    hint: `name one with --format: ${DATASET_FORMATS.map(({ name }) => name).join(', ')}`,
  });
}

function refuseTwins(file: string, instances: readonly Instance[]): void {
  const seen = new Set<string>();
  for (const { id } of instances) {
    if (seen.has(id)) throw unreadable({ file }, `two instances are called "${id}"`);
    seen.add(id);
  }
}
