import {
  canonicalJson,
  OperatorError,
  readVersion,
  type Store,
  type TextChange,
  textOf,
  type ValueChange,
  type VersionDiff,
  type VersionKind,
  type VersionRow,
  type VersionTree,
} from '@heddle/core';
import type { TextChangeTold, ValueChangeTold, VersionDiffTold } from '../told/version.ts';

/** Of a configuration's value: a longer one is cut. */
const MAX_VALUE = 2_000;

export function versionDiffTold({ equal, prompts, files, config, data, uses }: VersionDiff): VersionDiffTold {
  return {
    ...{ equal, uses },
    prompts: prompts.map(textTold),
    files: files.map(textTold),
    config: config.map(changeTold),
    data: data.map(textTold),
  };
}

export function changeTold({ key, was, is }: ValueChange): ValueChangeTold {
  return { key, was: valueTold(was), is: valueTold(is) };
}

function textTold({ name, from, was, is }: TextChange): TextChangeTold {
  return { name, from: from ?? null, was, is };
}

function valueTold(value: unknown): string | null {
  if (value === undefined) return null;
  const text = typeof value === 'string' ? value : canonicalJson(value);
  return text.length <= MAX_VALUE ? text : `${text.slice(0, MAX_VALUE)}…`;
}

/** `agent:solo@2`: as {@link versionNamed} takes it. */
export function addressOf({ kind, name, number }: Pick<VersionRow, 'kind' | 'name' | 'number'>): string {
  return `${kind}:${name}@${number}`;
}

/** Throws OperatorError `no-such-version`. */
export function versionNamed(store: Store, address: string): VersionRow {
  // `solo@2` is the agent, as `heddle diff` takes it.
  const [, kind = 'agent', name, number] = /^(?:([a-z]+):)?(.+)@(\d{1,9})$/.exec(address) ?? [];
  const [row] =
    name === undefined
      ? []
      : store.versions.list({ kind: kind as VersionKind, name, number: Number(number) });
  if (row !== undefined) return row;
  throw new OperatorError('no-such-version', `there is no version ${address}`, {
    hint: 'versions are named as in solo@2 or tool:bash@1; the page of versions lists them',
  });
}

/** What stands alone (a prompt, a configuration) as a tree that has nothing else; null: its texts are not kept here. */
export function treeOf(store: Store, { kind, name, digest }: VersionRow): VersionTree | null {
  const alone = { kind: 'op' as const, name, digest, files: {}, prompts: {}, config: null, uses: [] };
  if (kind === 'prompt') return { ...alone, prompts: { [name]: digest } };
  if (kind !== 'configuration') return readVersion(store.objects, digest);
  const text = textOf(store.objects, digest);
  return text === null ? null : { ...alone, config: JSON.parse(text) as unknown };
}
