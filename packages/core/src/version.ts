import { readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { digestOf } from './objects.ts';
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
  for (const path of [...sources.keys()].sort())
    files[path.slice(root.length)] = digestOf(sources.get(path)!);
  const prompts: Record<string, string> = {};
  for (const [name, text] of Object.entries(parts.prompts ?? {})) prompts[name] = digestOf(text);
  const body = { name: parts.name, files, prompts, config: parts.config ?? null, uses: parts.uses ?? [] };
  return { ...body, digest: digestOf(canonicalJson(body)) };
}

/** Stores the tree (under its own digest) and the texts behind its digests, so that two versions can be compared long after. */
export function recordVersion(objects: ObjectStore, tree: VersionTree, parts: VersionParts): void {
  const { digest, ...body } = tree;
  if (objects.has(digest)) return;
  for (const text of sourcesOf(parts).values()) objects.put(text);
  for (const text of Object.values(parts.prompts ?? {})) objects.put(text);
  objects.put(canonicalJson(body));
}

function sourcesOf({ source, also = [] }: VersionParts): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const queue = [source, ...also].map((entry) => fileURLToPath(entry));
  for (let path = queue.pop(); path !== undefined; path = queue.pop()) {
    if (found.has(path)) continue;
    const { text, targets } = sourceFile(path);
    found.set(path, text);
    queue.push(...targets);
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

/** A file of ours, and those it imports. */
interface SourceFile {
  readonly text: string;
  readonly targets: readonly string[];
}

const sourceFiles = new Map<string, SourceFile>();

/** Each file is read once: a start has no time for more. */
function sourceFile(path: string): SourceFile {
  const known = sourceFiles.get(path);
  if (known !== undefined) return known;
  const text = readFileSync(path, 'utf8');
  const targets = importsIn(text).flatMap((specifier) => resolveOwn(specifier, path) ?? []);
  const file = { text, targets };
  sourceFiles.set(path, file);
  return file;
}

const IMPORT =
  /^\s*(?:import|export)\s+(?!type\b)(?:[^'";]*?\sfrom\s*)?['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]\s*\)/gm;

function importsIn(text: string): string[] {
  return [...text.matchAll(IMPORT)].map((match) => (match[1] ?? match[2])!);
}

/** Relative files and the project's own packages; undefined for Node's modules and registry packages. */
function resolveOwn(specifier: string, from: string): string | undefined {
  // Our relative imports name a whole file: asking Node for each would take longer than all the rest of a start.
  if (specifier.startsWith('.')) {
    const target = join(dirname(from), specifier);
    return isOwnFile(target) ? target : undefined; // none: text that only looks like an import
  }
  return specifier.startsWith('@heddle/') ? resolvePackage(specifier, from) : undefined;
}

const ownFiles = new Map<string, boolean>();

function isOwnFile(path: string): boolean {
  let known = ownFiles.get(path);
  if (known === undefined) {
    known = isSource(path) && statSync(path, { throwIfNoEntry: false })?.isFile() === true;
    ownFiles.set(path, known);
  }
  return known;
}

const packages = new Map<string, string | undefined>();

function resolvePackage(specifier: string, from: string): string | undefined {
  if (packages.has(specifier)) return packages.get(specifier);
  let path: string | undefined;
  try {
    path = createRequire(from).resolve(specifier);
  } catch {
    // Text that only looks like an import, inside a string or a comment.
  }
  const found = path !== undefined && isSource(path) ? path : undefined;
  packages.set(specifier, found);
  return found;
}

function isSource(path: string): boolean {
  return /\.[cm]?[jt]sx?$/.test(path) && !path.includes('/node_modules/');
}

function commonFolder(paths: readonly string[]): string {
  let root = paths[0]!.slice(0, paths[0]!.lastIndexOf('/') + 1);
  for (const path of paths)
    while (!path.startsWith(root)) root = root.slice(0, root.lastIndexOf('/', root.length - 2) + 1);
  return root;
}
