import { fileURLToPath } from 'node:url';
import { digestOf } from './objects.ts';
import { type SourceFile, sourceFile } from './source-file.ts';
import type { ObjectStore } from './store.ts';

/**
 * What an op is made of: content digests of its source files, prompts and configuration, and of the ops it uses.
 * Two versions with the same digest behave the same as far as our own code goes; comparing two trees says
 * what changed (prompt, code, configuration). Packages from a registry are not followed: the lock file has them.
 */
export interface VersionTree {
  readonly name: string;
  readonly digest: string;
  /** Path relative to the common root of all files -> SHA-256 of its text. */
  readonly files: Readonly<Record<string, string>>;
  readonly prompts: Readonly<Record<string, string>>;
  readonly config: unknown;
  readonly uses: readonly VersionTree[];
}

export interface VersionParts {
  readonly name: string;
  /** `import.meta.url` of the file that defines it. */
  readonly source: string;
  /** More files that it runs but does not import (handed to it, loaded by name). */
  readonly also?: readonly string[];
  readonly prompts?: Readonly<Record<string, string>>;
  readonly config?: unknown;
  readonly uses?: readonly VersionTree[];
}

/** Reads the source file and, following imports, every file of ours it needs. Type-only imports don't count. */
export function versionOf(parts: VersionParts): VersionTree {
  const sources = sourcesOf(parts);
  const root = commonFolder([...sources.keys()]);
  const files: Record<string, string> = {};
  for (const path of [...sources.keys()].sort()) files[path.slice(root.length)] = sources.get(path)!.digest;
  const prompts: Record<string, string> = {};
  for (const [name, text] of Object.entries(parts.prompts ?? {})) prompts[name] = digestOf(text);
  const body = { name: parts.name, files, prompts, config: parts.config ?? null, uses: parts.uses ?? [] };
  return { ...body, digest: digestOf(canonicalJson(body)) };
}

/** Stores the tree (under its own digest) and the texts behind its digests, so that two versions can be compared long after. */
export function recordVersion(objects: ObjectStore, tree: VersionTree, parts: VersionParts): void {
  const { digest, ...body } = tree;
  if (objects.has(digest)) return;
  const sources = [...sourcesOf(parts).values()].filter((file) => !objects.has(file.digest));
  objects.putAll([
    ...sources.map((file) => file.text()),
    ...Object.values(parts.prompts ?? {}),
    canonicalJson(body),
  ]);
}

function sourcesOf({ source, also = [] }: VersionParts): ReadonlyMap<string, SourceFile> {
  const found = new Map<string, SourceFile>();
  const queue = [source, ...also].map((entry) => fileURLToPath(entry));
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
  let root = paths[0]!.slice(0, paths[0]!.lastIndexOf('/') + 1);
  for (const path of paths)
    while (!path.startsWith(root)) root = root.slice(0, root.lastIndexOf('/', root.length - 2) + 1);
  return root;
}
