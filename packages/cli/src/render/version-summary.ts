import type { UseChange, ValueChange, VersionDiff } from '@heddle/core';
import { count, oneLine } from './text.ts';

/** Keys of a configuration named in a summary; of more, only how many there are. */
const MAX_KEYS = 3;
/** Characters of a value in a summary. */
const MAX_VALUE = 40;

/** What changed and what did not, in one line: `same prompts; 2 source files differ; limits.usd 5 → 2`. */
export function summaryOf(diff: VersionDiff): string {
  if (diff.equal) return 'the same version';
  const { prompts, code, config, data, uses } = changesOf(diff);
  return [
    prompts ?? 'same prompts',
    code ?? 'same code',
    config ?? 'same configuration',
    ...(data === undefined ? [] : [data]),
    ...(uses === undefined ? [] : [uses]),
  ].join('; ');
}

/** Only what changed. */
export function changeLine(diff: VersionDiff): string {
  if (diff.equal) return 'the same version';
  const changes = Object.values(changesOf(diff)).filter((each) => each !== undefined);
  return changes.join('; ');
}

const REORDERED = 'the same parts in another order';

/** Undefined: nothing of the kind. */
interface Changes {
  readonly prompts: string | undefined;
  readonly code: string | undefined;
  readonly config: string | undefined;
  readonly data: string | undefined;
  readonly uses: string | undefined;
}

function changesOf(diff: VersionDiff): Changes {
  const { prompts, files, config, data, uses } = diff;
  const some = (parts: readonly string[]) => (parts.length === 0 ? undefined : parts.join('; '));
  const nothing = [prompts, files, config, data, uses].every(({ length }) => length === 0);
  return {
    prompts: some(
      prompts.length === 0
        ? []
        : [`${differ(prompts.length, 'prompt')} (${names(prompts.map(({ name }) => name))})`],
    ),
    code: some(filesText(files)),
    config: some(valuesText(config)),
    data: some(data.length === 0 ? [] : [differ(data.length, 'data file')]),
    uses: some(nothing && !diff.equal ? [REORDERED] : usesText(uses)),
  };
}

function filesText(files: VersionDiff['files']): string[] {
  const moved = files.filter(({ was, is }) => was === is).length;
  const changed = files.length - moved;
  return [
    ...(changed === 0 ? [] : [differ(changed, 'source file')]),
    ...(moved === 0 ? [] : [`${count(moved, 'source file')} moved`]),
  ];
}

function differ(number: number, noun: string): string {
  return `${count(number, noun)} ${number === 1 ? 'differs' : 'differ'}`;
}

function names(all: readonly string[]): string {
  const more = all.length > MAX_KEYS ? ` and ${all.length - MAX_KEYS} more` : '';
  return `${all.slice(0, MAX_KEYS).join(', ')}${more}`;
}

function valuesText(config: readonly ValueChange[]): string[] {
  if (config.length > MAX_KEYS) return [`${config.length} keys of the configuration differ`];
  return config.map(({ key, was, is }) => `${key} ${short(was)} → ${short(is)}`);
}

function usesText(uses: readonly UseChange[]): string[] {
  return USE_WORDS.flatMap(([change, before, after]) => {
    const some = uses.filter((use) => use.change === change).map(({ kind, name }) => `${kind} ${name}`);
    return some.length === 0 ? [] : [`${before}${names(some)}${after}`];
  });
}

const USE_WORDS = [
  ['added', 'with ', ''],
  ['removed', 'without ', ''],
  ['changed', '', ' changed'],
] as const;

function short(value: unknown): string {
  const text = valueText(value);
  return text.length <= MAX_VALUE ? text : `${text.slice(0, MAX_VALUE - 1)}…`;
}

/** A configuration's value in one line. */
export function valueText(value: unknown): string {
  if (value === undefined) return 'none';
  if (Array.isArray(value) && value.every((each) => typeof each === 'string'))
    return value.join(', ') || 'none';
  return oneLine(typeof value === 'string' ? value : JSON.stringify(value));
}
