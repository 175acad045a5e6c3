import { OperatorError } from '@heddle/core';
import type { Sample } from '../sample.ts';
import { pairedTest } from './compare.ts';
import { holm } from './corrections.ts';
import { describeSamples } from './describe.ts';
import type { Leaderboard } from './results.ts';

export interface Version {
  readonly name: string;
  readonly samples: readonly Sample[];
}

const LEVEL = 0.05;
const LETTERS = 'abcdefghijklmnopqrstuvwxyz';

/**
 * Versions in order of their mean over the tasks that all have attempted, with the groups of those that cannot be told
 * apart: every pair is compared task by task, corrected by Holm; letters as Piepho 2004 gives them. Throws OperatorError
 * `no-shared-tasks`.
 */
export function leaderboard(versions: readonly Version[]): Leaderboard {
  const shared = sharedBy(versions);
  if (shared.size === 0) {
    throw new OperatorError('no-shared-tasks', 'There is no task that all versions have attempted.', {
      hint: 'Run all of them over the same dataset, or leave out those that have not begun.',
    });
  }
  const ranked = versions
    .map(({ name, samples }) => {
      const own = samples.filter(({ instance }) => shared.has(instance));
      return { name, own, leftOut: samples.length - own.length, ...describeSamples(own) };
    })
    .sort((a, b) => b.mean.value - a.mean.value);
  const pairs = ranked.flatMap((_, a) => ranked.slice(a + 1).map((_, after) => [a, a + 1 + after] as const));
  const corrected = holm(pairs.map(([a, b]) => pairedTest(ranked[a]!.own, ranked[b]!.own).p));
  const apart = pairs.filter((_, index) => corrected[index]! < LEVEL);
  const groups = groupsOf(ranked.length, apart);
  return {
    tasks: shared.size,
    comparisons: pairs.length,
    rows: ranked.map(({ name, mean, se, leftOut }, row) => ({
      name,
      mean,
      se: se.total,
      leftOut,
      groups: groups.flatMap((group, index) => (group.has(row) ? [letter(index)] : [])).join(''),
    })),
  };
}

function sharedBy(versions: readonly Version[]): Set<string> {
  const [first, ...others] = versions.map(({ samples }) => new Set(samples.map(({ instance }) => instance)));
  return others.reduce((shared, each) => shared.intersection(each), first ?? new Set<string>());
}

/** The largest groups of rows no two of which were told apart: split at each pair that was, and drop what another group holds. */
function groupsOf(count: number, apart: readonly (readonly [number, number])[]): Set<number>[] {
  let groups = [new Set(Array(count).keys())];
  for (const [a, b] of apart) {
    const split = groups.flatMap((group) =>
      group.has(a) && group.has(b) ? [without(group, a), without(group, b)] : [group],
    );
    groups = split.filter(
      (group, at) =>
        !split.some(
          (other, index) =>
            index !== at && group.isSubsetOf(other) && (other.size > group.size || index < at),
        ),
    );
  }
  return groups.sort((a, b) => Math.min(...a) - Math.min(...b));
}

function without(group: ReadonlySet<number>, row: number): Set<number> {
  return new Set([...group].filter((each) => each !== row));
}

/** a … z, then a2 … z2: nobody reads so many. */
function letter(index: number): string {
  const round = Math.floor(index / LETTERS.length);
  return `${LETTERS[index % LETTERS.length]}${round === 0 ? '' : round + 1}`;
}
