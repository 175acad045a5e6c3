import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { finished } from 'node:stream/promises';
import { digestOf, OperatorError } from '@heddle/core';
import { openWorkspace, type SandboxKind } from '@heddle/workspace';
import { seal } from '../harness/seal.ts';
import type { Environment } from '../instance.ts';

/** What tests of a repository's history need that is not in its commits. */
export interface DependencyOptions {
  readonly repository: string;
  readonly home: string;
  readonly sandbox?: SandboxKind | 'auto';
  readonly signal?: AbortSignal;
  /** Shell command that installs them (`npm ci`), run once in a sealed copy of `commit`. */
  readonly setup?: string;
  /** Whether that command may use the network. */
  readonly network: boolean;
  /** Where the command is run. */
  readonly commit: string;
}

/** Dependencies live in this folder; other languages use an environment file. */
const MODULES = 'node_modules';
/** Installing from a registry on a slow line. */
const SETUP_SECONDS = 1_800;

/**
 * The environment in which a repository's tests find their dependencies: what the set-up command made (kept below `home`
 * and made once for each command and commit), else the `node_modules` that is there. Null: neither.
 * Throws OperatorError `setup-failed`.
 */
export async function dependenciesOf(options: DependencyOptions): Promise<Environment | null> {
  const { repository, setup } = options;
  const folder = setup === undefined ? join(repository, MODULES) : await installed(setup, options);
  if (!existsSync(folder)) return null;
  return { name: basename(repository), shown: [folder], variables: { NODE_MODULES: folder } };
}

/** Before a test command: the dependencies are linked where programs look for them. */
export const LINK_MODULES = `[ -z "$NODE_MODULES" ] || [ -e ${MODULES} ] || ln -s "$NODE_MODULES" ${MODULES}\n`;

async function installed(setup: string, options: DependencyOptions): Promise<string> {
  const { repository, home, sandbox = 'auto', network, commit, signal } = options;
  const key = digestOf(`${setup}\0${commit}`).slice(0, 16);
  const top = join(home, 'dependencies', `${basename(repository)}-${key}`);
  if (existsSync(top)) return join(top, MODULES);
  const sealed = await seal({ kind: 'commit', repository, commit }, home);
  const { workspace } = await openWorkspace({
    repo: sealed.folder,
    home,
    id: `setup-${key}`,
    sandbox,
    network,
  });
  const part = `${top}.${process.pid}`;
  try {
    const run = await workspace.exec(setup, { timeoutSeconds: SETUP_SECONDS, ...(signal && { signal }) });
    signal?.throwIfAborted();
    if (run.exitCode !== 0) {
      const said = run.output.trim().split('\n').at(-1) ?? '';
      throw refusal(`"${setup}" ended with ${run.exitCode ?? run.ended}: ${said}`, network);
    }
    mkdirSync(part, { recursive: true, mode: 0o700 });
    const pack = await workspace.spawn(`tar -c ${MODULES}`);
    pack.stderr.resume();
    const unpack = spawn('tar', ['-x', '-C', part], { stdio: ['pipe', 'ignore', 'ignore'] });
    const ended = once(unpack, 'close');
    pack.stdout.pipe(unpack.stdin);
    await finished(pack.stdout);
    const [[code], packed] = await Promise.all([ended, pack.exited]);
    if (code !== 0 || packed.exitCode !== 0) throw refusal(`"${setup}" has left no ${MODULES}`, network);
    renameSync(part, top);
    return join(top, MODULES);
  } finally {
    rmSync(part, { recursive: true, force: true });
    await workspace.dispose();
  }
}

function refusal(what: string, network: boolean): OperatorError {
  return new OperatorError('setup-failed', `the set-up command failed: ${what}`, {
    hint: network
      ? 'try it in a clone of your own'
      : 'if it has to fetch something, allow it with --setup-network',
  });
}
