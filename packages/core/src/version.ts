import { fileURLToPath } from 'node:url';
import { digestOf } from './objects.ts';
import { type SourceFile, sourceFile } from './source-file.ts';

/** What can stand in a tree of versions. */
export const NODE_KINDS = ['agent', 'tool', 'op', 'dataset'] as const;
export type NodeKind = (typeof NODE_KINDS)[number];

/**
 * What an op is made of: content digests of its source files, prompts and configuration, and of the ops it uses.
 * Two versions with the same digest behave the same as far as our own code goes; comparing two trees says
 * what changed (prompt, code, configuration). Packages from a registry are not followed: the lock file has them.
 *
 * A Merkle tree: its digest is over the digests of what it uses, so that trees share the parts they have in common.
 */
export interface VersionTree {
  readonly kind: NodeKind;
  readonly name: string;
  readonly digest: string;
  /** Path relative to the common root of all files (of a dataset: as its maker names it) -> SHA-256 of its bytes. */
  readonly files: Readonly<Record<string, string>>;
  readonly prompts: Readonly<Record<string, string>>;
  readonly config: unknown;
  readonly uses: readonly VersionTree[];
}

export interface VersionParts {
  readonly name: string;
  /** Default `op`. */
  readonly kind?: NodeKind;
  /** `import.meta.url` of the file that defines it; without one it has no code of ours. */
  readonly source?: string;
  /** More files that it runs but does not import (handed to it, loaded by name). */
  readonly also?: readonly string[];
  /**
   * Folder (URL) that the paths of its files start from; those outside, such as a user's own module, start with `./`
   * from the deepest folder that holds them. Default: the deepest that holds them all.
   */
  readonly root?: string;
  readonly prompts?: Readonly<Record<string, string>>;
  readonly config?: unknown;
  readonly uses?: readonly VersionTree[];
}

/** By digest, read when they are asked for. */
type Texts = ReadonlyMap<string, () => string>;

/** The texts behind a tree's files and prompts. One that came out of a store has none here: it has them there. */
const texts = new WeakMap<VersionTree, Texts>();
const NO_TEXTS: Texts = new Map();

/** Reads the source file and, following imports, every file of ours it needs. Type-only imports don't count. */
export function versionOf(parts: VersionParts): VersionTree {
  const sources = sourcesOf(parts);
  const paths = [...sources.keys()].sort();
  const root = parts.root === undefined ? commonFolder(paths) : fileURLToPath(parts.root);
  const outside = commonFolder(paths.filter((path) => !path.startsWith(root)));
  const files: Record<string, string> = {};
  for (const path of paths) {
    const inside = path.startsWith(root);
    files[inside ? path.slice(root.length) : `./${path.slice(outside.length)}`] = sources.get(path)!.digest;
  }
  const prompts: Record<string, string> = {};
  for (const [name, text] of Object.entries(parts.prompts ?? {})) prompts[name] = digestOf(text);
  const { kind = 'op', name, config = null, uses = [] } = parts;
  const tree = treeOf({ kind, name, files, prompts, config, uses });
  const prompted = Object.entries(parts.prompts ?? {}).map(
    ([of, text]) => [prompts[of]!, () => text] as const,
  );
  const read = [...sources.values()].map((file) => [file.digest, () => file.text()] as const);
  texts.set(tree, new Map([...read, ...prompted]));
  return tree;
}

/** A set of data by its files: path -> SHA-256 of the bytes. The bytes are their owner's to keep. */
export function datasetVersion(name: string, files: Readonly<Record<string, string>>): VersionTree {
  const sorted = Object.fromEntries(Object.entries(files).sort(([a], [b]) => (a < b ? -1 : 1)));
  return treeOf({ kind: 'dataset', name, files: sorted, prompts: {}, config: null, uses: [] });
}

/** The same node with other parts. */
export function withUses(tree: VersionTree, uses: readonly VersionTree[]): VersionTree {
  const { kind, name, files, prompts, config } = tree;
  const made = treeOf({ kind, name, files, prompts, config, uses });
  const known = texts.get(tree);
  if (known !== undefined) texts.set(made, known);
  return made;
}

function treeOf(body: Omit<VersionTree, 'digest'>): VersionTree {
  return { ...body, digest: digestOf(bodyText(body)) };
}

/** What a tree's digest is of. */
export function bodyText({ kind, name, files, prompts, config, uses }: Omit<VersionTree, 'digest'>): string {
  return canonicalJson({ kind, name, files, prompts, config, uses: uses.map(({ digest }) => digest) });
}

/** The texts of one node's files and prompts; none of a tree that came out of a store. */
export function textsBehind(tree: VersionTree): Texts {
  return texts.get(tree) ?? NO_TEXTS;
}

function sourcesOf({ source, also = [] }: VersionParts): ReadonlyMap<string, SourceFile> {
  const found = new Map<string, SourceFile>();
  const queue = [...(source === undefined ? [] : [source]), ...also].map((entry) => fileURLToPath(entry));
  for (let path = queue.pop(); path !== undefined; path = queue.pop()) {
    if (found.has(path)) continue;
    const file = sourceFile(path);
    found.set(path, file);
    queue.push(...file.targets);
  }
  return found;
}

/** JSON with sorted keys: equal values give equal text. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    inner !== null && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

function commonFolder(paths: readonly string[]): string {
  if (paths.length === 0) return '';
  let root = paths[0]!.slice(0, paths[0]!.lastIndexOf('/') + 1);
  for (const path of paths)
    while (!path.startsWith(root)) root = root.slice(0, root.lastIndexOf('/', root.length - 2) + 1);
  return root;
}
