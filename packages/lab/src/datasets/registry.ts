import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { nearestName, OperatorError } from '@heddle/core';
import type { Dataset, DatasetFormat, DatasetOptions } from '../dataset.ts';
import type { Instance } from '../instance.ts';
import { aiderPolyglot } from './aider-polyglot.ts';
import { versionOfInstances } from './dataset-version.ts';
import { download, isAddress } from './download.ts';
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
  /** Heddle's data folder: where a file that is given by its address is kept. Only needed for these. */
  readonly home?: string;
}

/**
 * A dataset from local files, or from a file of records at an address (`https://…/lite.jsonl`), which is downloaded once.
 * Throws OperatorError `no-such-dataset` (nothing at the path), `unknown-format` (named or not recognised),
 * `dataset-unreadable` (file, line, what is wrong; also where nothing is left in it), and what `download` throws.
 */
export async function readDataset(
  path: string,
  { format, home, ...options }: ReadOptions = {},
): Promise<Dataset> {
  const distant = isAddress(path);
  const at = distant ? await downloaded(path, home) : resolve(path);
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
  if (distant && adapter.name === heddle.name) refuseOwnFolders(at, instances);
  return { name, format: adapter.name, version: await versionOfInstances(instances), instances, notes };
}

async function downloaded(address: string, home: string | undefined): Promise<string> {
  if (home !== undefined) return (await download(address, { home })).file;
  throw new OperatorError('no-such-dataset', `there is no place to download ${address} to`, {
    hint: 'give the path of a file',
  });
}

/** Somebody else wrote it: it must not decide which of this machine's folders an agent reads. */
function refuseOwnFolders(file: string, instances: readonly Instance[]): void {
  for (const { id, files, environment, grading } of instances) {
    const names =
      files.kind === 'folder' ||
      files.kind === 'commit' ||
      grading.kind === 'reward' ||
      (environment?.shown ?? []).length > 0;
    if (!names) continue;
    throw unreadable({ file }, `"${id}" names folders of this machine, which what was downloaded may not`, {
      hint: 'look at the file; given by its path, it may',
    });
  }
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
