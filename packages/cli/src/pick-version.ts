import { type RunVersion, versionOfRollout } from '@heddle/agent';
import {
  EXIT,
  OperatorError,
  readVersion,
  type Store,
  textOf,
  type VersionKind,
  type VersionRow,
  type VersionTree,
} from '@heddle/core';
import { pickRollout } from './pick-rollout.ts';

/** Where several kinds have a name, the first of these is meant. */
export const KINDS: readonly VersionKind[] = ['agent', 'op', 'tool', 'dataset', 'prompt', 'configuration'];

/** Fewer digits of a digest are more likely a mistake. */
const MIN_DIGITS = 4;
/** Candidates named when a prefix is not enough: more would not help to choose. */
const MAX_CANDIDATES = 5;

/** One side of a comparison. */
export interface PickedVersion {
  /** `solo@2`; of a rollout, its id and what it ran with. */
  readonly label: string;
  readonly tree: VersionTree;
  readonly row: VersionRow | null;
  /** The rollout that was meant, and what it had that is not its agent's. */
  readonly of?: { readonly rollout: string; readonly run: unknown };
}

/**
 * The version a person means. Throws OperatorError `no-such-version`, `ambiguous-version`, and what
 * {@link pickRollout} throws.
 */
export function pickVersion(store: Store, given: string): PickedVersion {
  const row = rowOf(store, given);
  if (row !== null) return { label: labelOf(row), tree: treeOfRow(store, row), row };
  const rollout = rolloutNamed(store, given);
  const ran = versionOfRollout(store, rollout);
  if (ran === null) {
    throw new OperatorError('no-such-version', `the process of rollout ${rollout} died before it began`, {
      hint: '`heddle versions` shows what there is',
      exitCode: EXIT.usage,
    });
  }
  const { tree, row: its, run } = ran satisfies RunVersion;
  const label = `${rollout} (${its === null ? `${tree.name}, not recorded` : labelOf(its)})`;
  return { label, tree, row: its, of: { rollout, run } };
}

/** Throws OperatorError `no-such-version` where nothing at all is called so. */
export function rolloutNamed(store: Store, given: string): string {
  const known = given === 'last' || store.rollouts({ prefix: given.toLowerCase(), limit: 1 }).length > 0;
  if (known) return pickRollout(store, given);
  throw new OperatorError('no-such-version', `there is no version or rollout ${given}`, {
    hint: '`heddle versions` shows the versions, `heddle list` the rollouts',
    exitCode: EXIT.usage,
  });
}

/** `solo@2`, `prompt:solo.system@1`: as it can be given. */
export function labelOf({ kind, name, number }: VersionRow): string {
  return kind === 'agent' ? `${name}@${number}` : `${kind}:${name}@${number}`;
}

/** A version that is no tree (a prompt, a configuration) as one that has nothing else. */
export function treeOfRow(store: Store, row: VersionRow): VersionTree {
  const { kind, name, digest } = row;
  const alone = { kind: 'op' as const, name, digest, files: {}, prompts: {}, config: null, uses: [] };
  if (kind === 'prompt') return { ...alone, prompts: { [name]: digest } };
  const text = textOf(store.objects, digest);
  if (kind === 'configuration' && text !== null) return { ...alone, config: JSON.parse(text) as unknown };
  const tree = kind === 'configuration' ? null : readVersion(store.objects, digest);
  if (tree !== null) return tree;
  throw new OperatorError('version-missing', `${labelOf(row)} is registered, but its content is not kept`, {
    hint: 'the data folder has lost objects; compare another version',
  });
}

/** Null: it is not a version's name or digest, so perhaps a rollout. */
function rowOf(store: Store, given: string): VersionRow | null {
  const [, kind, name, number] = /^(?:([a-z]+):)?(.+?)(?:@(\d{1,9}))?$/.exec(given) ?? [];
  const rows = store.versions.list({ name: name ?? given });
  const ofKinds = kind === undefined ? KINDS : [kind as VersionKind];
  const named = ofKinds
    .map((each) => rows.filter((row) => row.kind === each))
    .find(({ length }) => length > 0);
  if (named !== undefined) {
    if (number === undefined) return named.at(-1)!;
    const found = named.find((row) => row.number === Number(number));
    if (found !== undefined) return found;
    throw new OperatorError('no-such-version', `there is no ${given}`, {
      hint: `${name} has versions 1 to ${named.at(-1)!.number}`,
      exitCode: EXIT.usage,
    });
  }
  if (kind !== undefined || number !== undefined) {
    throw new OperatorError('no-such-version', `there is no ${given}`, {
      hint: '`heddle versions` shows what there is',
      exitCode: EXIT.usage,
    });
  }
  return byDigest(store, given);
}

function byDigest(store: Store, given: string): VersionRow | null {
  const digest = given.toLowerCase();
  if (digest.length < MIN_DIGITS || !/^[0-9a-f]+$/.test(digest)) return null;
  const rows = store.versions.list({ digest });
  const digests = new Set(rows.map((row) => row.digest));
  const rollouts = store.rollouts({ prefix: digest, limit: 1 });
  if (rows.length === 0 || rollouts[0]?.rollout === digest) return null;
  if (digests.size === 1 && rollouts.length === 0) return rows[0]!;
  const candidates = [
    ...rows.map((row) => `${row.digest.slice(0, given.length + MIN_DIGITS)} (${labelOf(row)})`),
    ...rollouts.map(({ rollout }) => `rollout ${rollout}`),
  ];
  const more = candidates.length > MAX_CANDIDATES ? ' and more' : '';
  throw new OperatorError('ambiguous-version', `several versions or rollouts begin with ${given}`, {
    hint: `one of ${candidates.slice(0, MAX_CANDIDATES).join(', ')}${more}`,
    exitCode: EXIT.usage,
  });
}
