import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Peer, PeerPlace } from './peer.ts';

/** Where peers are put when no folder is named. */
export function defaultFolder(env: NodeJS.ProcessEnv): string {
  return join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'heddle-bench-peers');
}

/** A folder in which npm keeps what several peers of one package share. */
export function installFolder(folder: string, { name, version }: NonNullable<Peer['package']>): string {
  return join(folder, 'install', `${name.replaceAll(/[^\w.-]+/g, '-').replace(/^-/, '')}-${version}`);
}

/** Makes what a peer needs to live; its home stays from run to run. */
export function placeFor(folder: string, peer: Peer): PeerPlace {
  const home = join(folder, 'home', peer.name);
  mkdirSync(home, { recursive: true });
  return {
    home,
    repo: smallRepository(join(folder, 'repo', peer.name)),
    bin: peer.package === undefined ? '' : join(installFolder(folder, peer.package), 'node_modules/.bin'),
  };
}

/** Source files in it: enough for an agent to have something to look at, too few to matter. */
const FILES = 20;

function smallRepository(repo: string): string {
  if (existsSync(join(repo, '.git'))) return repo;
  const files = Array.from({ length: FILES }, (_, i): [string, string] => [
    `src/f${i}.ts`,
    `export const f${i} = (x: number) => x + ${i};\n`,
  ]);
  files.push(['package.json', '{"name":"small","version":"1.0.0"}\n'], ['README.md', '# small\n']);
  for (const [path, text] of files) {
    mkdirSync(dirname(join(repo, path)), { recursive: true });
    writeFileSync(join(repo, path), text);
  }
  const author = ['-c', 'user.name=bench', '-c', 'user.email=bench@localhost'];
  for (const args of [
    ['init', '-q'],
    ['add', '.'],
    [...author, 'commit', '-q', '-m', 'start'],
  ])
    execFileSync('git', args, { cwd: repo });
  return repo;
}
