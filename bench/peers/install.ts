import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Peer } from './peer.ts';
import { installFolder } from './places.ts';

/** The largest takes 400 MB. */
const MOST_SECONDS = 900;

/**
 * Puts a peer's package in place with npm, from the registry npm is set up for.
 * Gives null, or in one line why it could not be had.
 */
export async function install(
  folder: string,
  { package: wanted }: Pick<Peer, 'package'>,
): Promise<string | null> {
  if (wanted === undefined) return null;
  const target = installFolder(folder, wanted);
  if (installedVersion(target, wanted.name) === wanted.version) return null;
  mkdirSync(target, { recursive: true });
  writeFileSync(join(target, 'package.json'), '{"private":true}');
  const spec = `${wanted.name}@${wanted.version}`;
  process.stderr.write(`installing ${spec} …\n`);
  try {
    const args = ['install', spec, '--no-fund', '--no-audit', '--loglevel=error'];
    await promisify(execFile)('npm', args, { cwd: target, timeout: MOST_SECONDS * 1000 });
  } catch (error) {
    return `npm cannot install ${spec}: ${whyOf(error)}`;
  }
  return null;
}

function installedVersion(target: string, name: string): unknown {
  const file = join(target, 'node_modules', name, 'package.json');
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).version : undefined;
}

function whyOf(error: unknown): string {
  const { stderr, message } = error as { stderr?: string; message: string };
  const lines = (stderr || message)
    .split('\n')
    .map((line) => line.replace(/^npm (error|ERR!)\s*/, '').trim());
  return lines.find((line) => line !== '' && !line.startsWith('code ')) ?? 'it said nothing';
}
