import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Finding } from './finding.ts';

const PAGE = 'docs/dependencies.md';

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/** Compares docs/dependencies.md with the manifests: one row for each dependency, naming the packages that use it. */
export function checkDependencyPage(root: string): Finding {
  const users = new Map<string, string[]>();
  const read = (file: string) => JSON.parse(readFileSync(path.join(root, file), 'utf8')) as Manifest;
  const { devDependencies, optionalDependencies } = read('package.json');
  for (const name of Object.keys({ ...devDependencies, ...optionalDependencies })) users.set(name, []);
  for (const folder of readdirSync(path.join(root, 'packages'))) {
    const { dependencies = {}, devDependencies: own = {} } = read(`packages/${folder}/package.json`);
    for (const name of Object.keys(own)) users.set(name, users.get(name) ?? []);
    for (const name of Object.keys(dependencies)) {
      if (!name.startsWith('@heddle/')) users.set(name, [...(users.get(name) ?? []), folder]);
    }
  }
  const rows = readFileSync(path.join(root, PAGE), 'utf8').matchAll(/^\|\s*`([^`]+)`\s*\|([^|]*)\|/gm);
  const described = new Map([...rows].map(([, name, second]) => [name!, second!.trim()]));
  const problems: string[] = [];
  for (const [name, folders] of [...users].sort()) {
    const row = described.get(name);
    if (row === undefined) problems.push(`${PAGE}: has no row for ${name}`);
    else if (folders.length > 0 && row.split(', ').sort().join() !== folders.sort().join()) {
      problems.push(`${PAGE}: ${name} is used by ${folders.join(', ')}`);
    }
  }
  for (const name of described.keys())
    if (!users.has(name)) problems.push(`${PAGE}: ${name} is no dependency`);
  return { seen: `${users.size} dependencies`, problems };
}
