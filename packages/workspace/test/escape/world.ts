import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { commit, git, put } from '../files.ts';

/** What there is to harm on this machine, and how to tell that it was. */
export interface World {
  /** A folder of the user outside the repository, with `secret` and `target`. */
  readonly outside: string;
  readonly home: string;
  readonly repo: string;
  readonly heddle: string;
  /** A process of the user. */
  readonly victim: ChildProcess;
  /** A server on the machine's loopback; `visits` counts connections. */
  readonly port: number;
  /** Name of a socket in the kernel's abstract space. */
  readonly abstractName: string;
  visits(): number;
  /** Null: nothing outside the workspace has changed. */
  harm(): string | null;
  close(): Promise<void>;
}

export const SECRET = 'the-secret-of-the-user';

/** `home` is taken from the environment: whoever starts this sets HOME to a fresh folder. */
export async function makeWorld(): Promise<World> {
  const home = homedir();
  const outside = join(home, 'documents');
  const repo = join(home, 'projects', 'repo');
  const heddle = join(home, '.local/state/heddle');
  for (const folder of [outside, repo, heddle]) mkdirSync(folder, { recursive: true });
  put(home, {
    '.ssh/id_ed25519': SECRET,
    '.aws/credentials': SECRET,
    '.config/gh/hosts.yml': SECRET,
    '.npmrc': SECRET,
    '.netrc': SECRET,
    '.git-credentials': SECRET,
    '.local/bin/tool': { run: `#!/bin/sh\necho tool\n` },
    '.local/share/keyrings/login.keyring': SECRET,
    '.cargo/credentials.toml': SECRET,
    '.cargo/bin/cargo-tool': { run: '#!/bin/sh\n' },
  });
  put(outside, { secret: SECRET, target: 'untouched' });
  git(repo, 'init', '--quiet');
  put(repo, { 'a.txt': 'one\n', 'src/b.txt': 'two\n', '.gitignore': 'node_modules/\n.env\n' });
  commit(repo);
  put(repo, { 'node_modules/dep/index.js': 'module.exports = 1\n', '.env': SECRET });
  const victim = spawn('sleep', ['600'], { stdio: 'ignore' });
  let visits = 0;
  const count = () => {
    visits++;
  };
  const server = await listening(createServer(count), 0);
  const abstractName = `heddle-test-${process.pid}`;
  const abstract = await listening(createServer(count), `\0${abstractName}`);
  const watched = [
    join(outside, 'target'),
    join(outside, 'secret'),
    join(home, '.ssh/id_ed25519'),
    join(home, '.local/bin/tool'),
    join(repo, 'a.txt'),
    join(repo, 'src/b.txt'),
    join(repo, 'node_modules/dep/index.js'),
    join(repo, '.git/HEAD'),
    join(repo, '.git/config'),
  ];
  const look = () => watched.map((path) => `${path}\n${readFileSync(path, 'utf8')}`).join('\n');
  const before = look() + git(repo, 'count-objects', '-v') + git(repo, 'status', '--porcelain', '--ignored');
  const address = server.address();
  return {
    outside,
    home,
    repo,
    heddle,
    victim,
    port: address !== null && typeof address === 'object' ? address.port : 0,
    abstractName,
    visits: () => visits,
    harm() {
      if (victim.exitCode !== null || victim.signalCode !== null) return 'a process outside was ended';
      if (visits > 0) return 'a server outside was reached';
      const now = look() + git(repo, 'count-objects', '-v') + git(repo, 'status', '--porcelain', '--ignored');
      return now === before ? null : 'files outside were changed';
    },
    async close() {
      victim.kill('SIGKILL');
      await Promise.all([server, abstract].map((one) => new Promise((resolve) => one.close(resolve))));
    },
  };
}

function listening(server: Server, where: number | string): Promise<Server> {
  return new Promise((resolve) => {
    const ready = () => resolve(server);
    if (typeof where === 'number') server.listen(where, '127.0.0.1', ready);
    else server.listen(where, ready);
  });
}
