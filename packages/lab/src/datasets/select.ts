import { readFile } from 'node:fs/promises';
import { messageOf, OperatorError, shuffled } from '@heddle/core';
import type { Dataset } from '../dataset.ts';
import type { Instance } from '../instance.ts';
import { versionOfInstances } from './dataset-version.ts';

/** Which instances of a dataset an experiment is about. */
export interface Selection {
  /**
   * Expressions; an instance that fits any of them is taken. `gcd`, `python/*`: an id, `*` and `?` standing for anything.
   * `cluster=django/*`, `meta.difficulty=easy`: a value. `@FILE`: expressions, one a line. `!` before any of these takes
   * out what fits it.
   */
  readonly select?: readonly string[];
  /** At most so many: the first ones, or drawn by `seed`. */
  readonly limit?: number;
  /** Draws `limit` of them at random, the same ones for the same seed, and keeps their order. */
  readonly seed?: number;
}

/**
 * The part of a dataset that is chosen, a dataset of its own: its version is over what is left.
 * Throws OperatorError `bad-selection` where nothing fits an expression, or nothing is left.
 */
export async function selectInstances(dataset: Dataset, selection: Selection): Promise<Dataset> {
  const tests = (await expressionsOf(selection.select ?? [])).map(testOf);
  for (const { text, fits } of tests) {
    if (!dataset.instances.some(fits)) throw nothingFits(text, dataset);
  }
  const wanted = tests.filter(({ negated }) => !negated);
  const unwanted = tests.filter(({ negated }) => negated);
  const fitting = dataset.instances.filter(
    (instance) =>
      (wanted.length === 0 || wanted.some(({ fits }) => fits(instance))) &&
      !unwanted.some(({ fits }) => fits(instance)),
  );
  const chosen = limited(fitting, selection);
  if (chosen.length === dataset.instances.length) return dataset;
  if (chosen.length === 0) {
    throw new OperatorError(
      'bad-selection',
      `the selection leaves none of ${dataset.instances.length} instances`,
    );
  }
  return {
    ...dataset,
    version: await versionOfInstances(chosen),
    instances: chosen,
    notes: [...dataset.notes, `${chosen.length} of ${dataset.instances.length} instances chosen`],
  };
}

function limited(instances: readonly Instance[], { limit, seed }: Selection): readonly Instance[] {
  if (limit === undefined || limit >= instances.length) return instances;
  if (seed === undefined) return instances.slice(0, limit);
  const order = shuffled([...instances.keys()], seed);
  const drawn = new Set(order.slice(0, limit));
  return instances.filter((_, index) => drawn.has(index));
}

async function expressionsOf(given: readonly string[]): Promise<string[]> {
  const all: string[] = [];
  for (const text of given) {
    if (!text.startsWith('@')) all.push(...text.split(',').map((part) => part.trim()));
    else all.push(...(await linesOf(text.slice(1))));
  }
  return all.filter((text) => text !== '');
}

async function linesOf(file: string): Promise<string[]> {
  try {
    const lines = (await readFile(file, 'utf8')).split('\n').map((line) => line.trim());
    return lines.filter((line) => !line.startsWith('#'));
  } catch (error) {
    throw new OperatorError('bad-selection', `cannot read the selection ${file}: ${messageOf(error)}`, {
      cause: error,
    });
  }
}

interface SelectionTest {
  readonly text: string;
  readonly negated: boolean;
  fits(instance: Instance): boolean;
}

function testOf(text: string): SelectionTest {
  const negated = text.startsWith('!');
  const rest = negated ? text.slice(1) : text;
  const [, field, wanted] = /^(cluster|meta\.[^=]+)=(.*)$/s.exec(rest) ?? [];
  const pattern = patternOf(wanted ?? rest);
  return {
    text,
    negated,
    fits: (instance) => valuesOf(instance, field).some((value) => pattern.test(value)),
  };
}

/** What a field says; of a list each entry. */
function valuesOf(instance: Instance, field: string | undefined): string[] {
  if (field === undefined) return [instance.id];
  if (field === 'cluster') return [instance.cluster];
  const value = instance.meta[field.slice('meta.'.length)];
  return (Array.isArray(value) ? value : value === undefined ? [] : [value]).map(String);
}

function patternOf(glob: string): RegExp {
  const source = glob
    .replaceAll(/[\\^$+.()|[\]{}]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, 's');
}

function nothingFits(text: string, { instances }: Dataset): OperatorError {
  const some = instances.slice(0, 3).map(({ id }) => id);
  const clusters = [...new Set(instances.map(({ cluster }) => cluster))].slice(0, 5);
  return new OperatorError('bad-selection', `no instance fits "${text}"`, {
    hint: `ids look like ${some.join(', ')}; clusters like ${clusters.join(', ')}`,
  });
}
