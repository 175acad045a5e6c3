import { spawnSync } from 'node:child_process';
import { realpathSync } from 'node:fs';
import { OperatorError } from '@heddle/core';
import { findRepository } from '../repository/discover.ts';
import { NO_CONFIGURATION } from '../repository/git.ts';
import { ShadowStore } from './shadow-store.ts';

/** The largest pack read back from git. A snapshot holds no new file above 50 MB; many may be new at once. */
const MAX_PACK_BYTES = 2 ** 30;

/**
 * Snapshots of one repository as git packs, to make them present on another machine. At once rather than later: a pack is
 * made between a step and its event, in a few milliseconds.
 */
export interface SnapshotPacker {
  /** The tree of the commit the repository is at: what every machine that has the repository has. */
  readonly base: string;
  /** What makes a snapshot present where the base and the snapshots of `without` are. Throws OperatorError `store-failed`. */
  pack(snapshot: string, without: readonly string[]): Uint8Array;
  /** Throws OperatorError `store-failed`. */
  unpack(pack: Uint8Array): void;
  has(snapshot: string): boolean;
}

/** Throws what finding the repository throws. `home`: Heddle's data folder. */
export function snapshotPacker(home: string, repo: string): SnapshotPacker {
  const repository = findRepository(repo);
  const { dir } = ShadowStore.open(realpathSync(home), repository, 'sha1');
  const base = gitNow(repository.gitDir, ['rev-parse', 'HEAD^{tree}']).toString().trim();
  return {
    base,
    pack(snapshot, without) {
      const revisions = [snapshot, ...[base, ...without].map((tree) => `^${tree}`)].join('\n');
      // No deltas: they save little between small texts and cost most of the time.
      return gitNow(dir, ['pack-objects', '--revs', '--stdout', '--quiet', '--window=0'], `${revisions}\n`);
    },
    unpack(pack) {
      gitNow(dir, ['unpack-objects', '-q'], pack);
    },
    has: (snapshot) => spawnGitNow(dir, ['cat-file', '-e', snapshot]).status === 0,
  };
}

function spawnGitNow(gitDir: string, args: readonly string[], input: string | Uint8Array = '') {
  return spawnSync('git', args, {
    cwd: gitDir,
    env: { PATH: process.env.PATH, ...NO_CONFIGURATION, GIT_DIR: gitDir, LC_ALL: 'C' },
    input,
    maxBuffer: MAX_PACK_BYTES,
  });
}

function gitNow(gitDir: string, args: readonly string[], input: string | Uint8Array = ''): Buffer {
  const { status, stdout, stderr, error } = spawnGitNow(gitDir, args, input);
  if (status === 0) return stdout;
  const said = error?.message ?? stderr.toString().trim().split('\n')[0];
  throw new OperatorError('store-failed', `git could not carry the snapshots: ${said}`, {
    hint: `look at the space and the rights of ${gitDir}`,
    ...(error === undefined ? {} : { cause: error }),
  });
}
