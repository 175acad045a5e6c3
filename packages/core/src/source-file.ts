import { readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { digestOf } from './objects.ts';

/** A file of ours, and those it imports. */
export interface SourceFile {
  /** SHA-256 of its text. */
  readonly digest: string;
  /** Absolute paths. */
  readonly targets: readonly string[];
  text(): string;
}

/** In a bundle: where a table of all source files lies, relative to this file. Elsewhere there is no such name. */
declare const HEDDLE_SOURCES: string | undefined;

/** Paths relative to the table itself, as are the targets. */
export type SourceTable = Readonly<
  Record<string, { readonly digest: string; readonly targets: readonly string[] }>
>;

const sourceFiles = new Map<string, SourceFile>();

/** Each file is read at most once, and in a bundle not before its text is wanted: a start has no time for more. */
export function sourceFile(path: string): SourceFile {
  if (sourceFiles.size === 0) fillFromTable();
  const known = sourceFiles.get(path);
  if (known !== undefined) return known;
  const file = readSourceFile(path);
  sourceFiles.set(path, file);
  return file;
}

function readSourceFile(path: string): SourceFile {
  const text = readFileSync(path, 'utf8');
  const targets = importsIn(text).flatMap((specifier) => resolveOwn(specifier, path) ?? []);
  return { digest: digestOf(text), targets, text: () => text };
}

function fillFromTable(): void {
  if (typeof HEDDLE_SOURCES === 'undefined') return;
  const file = fileURLToPath(new URL(HEDDLE_SOURCES, import.meta.url));
  const folder = dirname(file);
  const table = JSON.parse(readFileSync(file, 'utf8')) as SourceTable;
  for (const [name, { digest, targets }] of Object.entries(table)) {
    const path = join(folder, name);
    sourceFiles.set(path, {
      digest,
      targets: targets.map((target) => join(folder, target)),
      text: () => readFileSync(path, 'utf8'),
    });
  }
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
