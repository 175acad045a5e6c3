import { canonicalJson, type NodeKind, type VersionTree } from './version.ts';

/** What changed from one version to another. Digests and values, no texts: those are where the digests lead. */
export interface VersionDiff {
  readonly equal: boolean;
  /** Prompts, files and configuration: of parts that both have; what an added or removed part says is not told apart from it. */
  readonly prompts: readonly TextChange[];
  readonly files: readonly TextChange[];
  readonly config: readonly ValueChange[];
  /** Files of datasets. */
  readonly data: readonly TextChange[];
  readonly uses: readonly UseChange[];
}

/** A text that was (null: not there) and is (null: no longer). */
export interface TextChange {
  readonly name: string;
  /** Its path before, where it has another now. */
  readonly from?: string;
  readonly was: string | null;
  readonly is: string | null;
}

/** A key by its path, `limits.usd`; undefined: not there. */
export interface ValueChange {
  readonly key: string;
  readonly was: unknown;
  readonly is: unknown;
}

export interface UseChange {
  readonly kind: NodeKind;
  readonly name: string;
  readonly change: 'added' | 'removed' | 'changed';
}

export function diffVersions(a: VersionTree, b: VersionTree): VersionDiff {
  // Two that have not even the name in common, a loop and what is made of it, have parts in common wherever these stand.
  const whole = (tree: VersionTree) => (a.name === b.name ? partsOf(tree) : partsByName(tree));
  const [before, after] = [whole(a), whole(b)];
  const both = [...before].flatMap(([key, was]) => {
    const is = after.get(key);
    return is === undefined ? [] : [{ key, was, is }];
  });
  return {
    equal: a.digest === b.digest,
    prompts: both
      .flatMap(({ key, was, is }) =>
        textChanges(was.prompts, is.prompts).map((change) => ({ ...change, name: named(key, change.name) })),
      )
      .sort((x, y) => order(x.name, y.name)),
    files: textChanges(filesOf(before, CODE, after), filesOf(after, CODE, before)),
    config: both
      .flatMap(({ key, was, is }) =>
        diffValues(was.config, is.config).map((change) => ({ ...change, key: named(key, change.key) })),
      )
      .sort((x, y) => order(x.key, y.key)),
    data: textChanges(filesOf(before, DATA, after), filesOf(after, DATA, before)),
    uses: useChanges(before, after),
  };
}

function order(x: string, y: string): number {
  return x < y ? -1 : Number(x > y);
}

/** A part's own name for something, after the part's way from the root. */
function named(key: string, name: string): string {
  return [key, name].filter((each) => each !== '').join('.');
}

type Parts = ReadonlyMap<string, VersionTree>;

const CODE = (part: VersionTree) => part.kind !== 'dataset';
const DATA = (part: VersionTree) => part.kind === 'dataset';

/** Every node by its way from the root, which is the empty one: `bash`, `solo.bash`, `solo 2.bash`. */
function partsOf(tree: VersionTree, key = '', found = new Map<string, VersionTree>()): Parts {
  found.set(key, tree);
  const seen = new Map<string, number>();
  for (const used of tree.uses) {
    const times = (seen.get(used.name) ?? 0) + 1;
    seen.set(used.name, times);
    const name = times === 1 ? used.name : `${used.name} ${times}`;
    partsOf(used, named(key, name), found);
  }
  return found;
}

/** Every node once by its name; of several with one name the later ones are numbered. */
function partsByName(tree: VersionTree, found = new Map<string, VersionTree>()): Parts {
  const name = nameIn(found, tree);
  if (found.has(name)) return found;
  found.set(name, tree);
  for (const used of tree.uses) partsByName(used, found);
  return found;
}

/** `solo`, `solo 2`: the first that is free, or is this very node. */
function nameIn(found: Parts, { name, digest }: VersionTree): string {
  for (let times = 1; ; times++) {
    const key = times === 1 ? name : `${name} ${times}`;
    const known = found.get(key);
    if (known === undefined || known.digest === digest) return key;
  }
}

/**
 * All files of the parts that the other has too, by path; where one path has two texts (of two roots), each after its
 * part's name.
 */
function filesOf(
  parts: Parts,
  which: (part: VersionTree) => boolean,
  other: Parts,
): Readonly<Record<string, string>> {
  const files = new Map<string, string>();
  for (const [key, part] of parts) {
    if (!which(part) || !other.has(key)) continue;
    for (const [path, digest] of Object.entries(part.files)) {
      const known = files.get(path);
      if (known === undefined || known === digest) files.set(path, digest);
      else files.set(`${key}:${path}`, digest);
    }
  }
  return Object.fromEntries(files);
}

function textChanges(
  was: Readonly<Record<string, string>>,
  is: Readonly<Record<string, string>>,
): TextChange[] {
  const changed = Object.keys(was)
    .filter((name) => name in is && was[name] !== is[name])
    .map((name) => ({ name, was: was[name]!, is: is[name]! }));
  const gone = Object.keys(was).filter((name) => !(name in is));
  const come = Object.keys(is).filter((name) => !(name in was));
  const moves = pairMoves(gone, come, (from, to) => was[from] === is[to]);
  const from = new Set(moves.values());
  return [
    ...changed,
    ...[...moves].map(([name, old]) => ({ name, from: old, was: was[old]!, is: is[name]! })),
    ...come.filter((name) => !moves.has(name)).map((name) => ({ name, was: null, is: is[name]! })),
    ...gone.filter((name) => !from.has(name)).map((name) => ({ name, was: was[name]!, is: null })),
  ].sort((x, y) => order(x.name, y.name));
}

/**
 * New path -> old path: first those whose text is the same, then, of those left, the ones with the longest common end
 * of their paths, the file's own name at the least. Each path is used once.
 */
function pairMoves(
  gone: readonly string[],
  come: readonly string[],
  same: (from: string, to: string) => boolean,
): ReadonlyMap<string, string> {
  const pairs = gone
    .flatMap((from) => come.map((to) => ({ from, to, same: same(from, to), end: commonEnd(from, to) })))
    .filter((pair) => pair.same || pair.end > 0)
    .sort((x, y) => Number(y.same) - Number(x.same) || y.end - x.end);
  const moves = new Map<string, string>();
  const used = new Set<string>();
  for (const { from, to } of pairs) {
    if (moves.has(to) || used.has(from)) continue;
    moves.set(to, from);
    used.add(from);
  }
  return moves;
}

/** How many of the last segments are equal. */
function commonEnd(a: string, b: string): number {
  const [x, y] = [a.split('/').reverse(), b.split('/').reverse()];
  const differs = x.findIndex((segment, at) => segment !== y[at]);
  return differs === -1 ? x.length : differs;
}

/** By key; lists are compared as a whole. */
export function diffValues(was: unknown, is: unknown): ValueChange[] {
  const [before, after] = [leavesOf(was), leavesOf(is)];
  return [...new Set([...before.keys(), ...after.keys()])]
    .sort()
    .map((key) => ({ key, was: before.get(key), is: after.get(key) }))
    .filter((change) => canonicalJson(change.was) !== canonicalJson(change.is));
}

function leavesOf(value: unknown, key = '', found = new Map<string, unknown>()): Map<string, unknown> {
  const plain = value !== null && typeof value === 'object' && !Array.isArray(value);
  const entries = plain ? Object.entries(value) : [];
  if (plain && (entries.length > 0 || key === ''))
    for (const [name, inner] of entries) leavesOf(inner, named(key, name), found);
  else if (value !== null && value !== undefined) found.set(key, value);
  return found;
}

function useChanges(before: Parts, after: Parts): UseChange[] {
  const keys = [...new Set([...before.keys(), ...after.keys()])].filter((key) => key !== '');
  return keys.sort().flatMap((name): UseChange[] => {
    const [was, is] = [before.get(name), after.get(name)];
    if (was?.digest === is?.digest) return [];
    const { kind } = (is ?? was)!;
    const change = was === undefined ? 'added' : is === undefined ? 'removed' : 'changed';
    return [{ kind, name, change }];
  });
}
