import { existsSync } from 'node:fs';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { OperatorError } from '@heddle/core';
import type { DatasetOptions } from '../dataset.ts';
import { readEnvironments } from '../harness/environments.ts';
import type { Environment } from '../instance.ts';
import type { ExerciseLanguage } from './exercise-languages.ts';

/** What a language's tests need on this machine; `missing`: a note on what to give. */
export type ExercisePlace = { readonly environment: Environment | null } | { readonly missing: string };

/**
 * The environment that a file of environments has for the language; else from the setting that the language names; of Node also a `node_modules` in the dataset or above it, where a package
 * manager has put one. Throws OperatorError `bad-setting` where a path given holds nothing.
 */
export function placeFor(
  { name, needs }: ExerciseLanguage,
  folders: readonly string[],
  { settings, environments }: DatasetOptions,
): ExercisePlace {
  const own =
    environments === undefined
      ? null
      : readEnvironments(environments)({ id: name, repo: name, version: null });
  if (own !== null) return { environment: own };
  if (needs === undefined) return { environment: null };
  const given = settings?.[needs.setting];
  const value = given ?? (needs.setting === 'node-modules' ? installedIn(folders) : undefined);
  if (value === undefined) {
    return { missing: `${name} needs ${needs.what}: give --set ${needs.setting}=PATH` };
  }
  const paths = value.split(':').map((path) => (isAbsolute(path) ? path : resolve(path)));
  const gone = paths.find((path) => !existsSync(path));
  if (gone !== undefined) {
    throw new OperatorError('bad-setting', `${needs.setting}: there is nothing at ${gone}`, {
      hint: `it should be ${needs.what}`,
    });
  }
  const shown = needs.setting === 'node-modules' ? paths : [...new Set(paths.map((path) => dirname(path)))];
  return { environment: { name, shown, variables: { [needs.variable]: paths.join(':') } } };
}

function installedIn(folders: readonly string[]): string | undefined {
  return folders
    .map((folder) => join(folder, 'node_modules'))
    .find((folder) => existsSync(join(folder, 'jest/bin/jest.js')));
}
