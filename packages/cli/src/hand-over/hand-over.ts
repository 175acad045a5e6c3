import { writeFileSync } from 'node:fs';
import type { RolloutResult } from '@heddle/agent';
import { messageOf, OperatorError } from '@heddle/core';
import { applyPatch } from './apply.ts';
import { commitOnBranch, refuseTakenBranch } from './branch.ts';
import { git } from './git.ts';

/** Where a patch is to go besides the journal. */
export interface HandOverOptions {
  readonly apply?: boolean;
  /** New branch to commit it on. */
  readonly branch?: string;
  /** File to write it to; `-` is standard output. */
  readonly patch?: string;
}

export interface HandOver {
  readonly result: RolloutResult;
  readonly task: string;
  /** The user's repository. */
  readonly root: string;
}

/** What would fail after the work is refused before it. */
export async function refuseEarly(
  root: string,
  { branch, patch, json, stream }: HandOverOptions & { readonly json?: boolean; readonly stream?: boolean },
): Promise<void> {
  if (json && stream)
    throw new OperatorError('two-outputs', '--json and --stream both want standard output', {
      hint: 'leave --json out: the last line of the stream is the result',
    });
  if ((json || stream) && patch === '-') {
    const option = json ? '--json' : '--stream';
    throw new OperatorError('two-outputs', `${option} and --patch - both want standard output`, {
      hint: 'leave --patch - out: the result holds the patch',
    });
  }
  if (branch !== undefined) await refuseTakenBranch(root, branch);
  // Opened for appending: nothing is lost if no patch ever comes.
  if (patch !== undefined && patch !== '-') writePatch(patch, '', 'a');
}

/** For a repository without a commit: without a file either, there is nothing to work on. */
export async function refuseEmpty(root: string): Promise<void> {
  const listed = await git(['ls-files', '--cached', '--others', '--exclude-standard'], { cwd: root });
  if (listed.exitCode !== 0 || listed.stdout !== '') return;
  throw new OperatorError('empty-repository', `${root} has no files to work on`, {
    hint: 'add the files the task is about first',
  });
}

/**
 * Brings the patch where it was asked for and gives one line for each place. A patch that was not handed in by the
 * model (a limit, an interruption) goes only into the file: half a work is not put into anybody's tree.
 */
export async function handOver(
  { result, task, root }: HandOver,
  options: HandOverOptions,
): Promise<string[]> {
  const { patch, rollout, status } = result;
  const done: string[] = [];
  if (options.patch !== undefined) {
    writePatch(options.patch, patch, 'w');
    if (options.patch !== '-') done.push(`patch written to ${options.patch}`);
  }
  if (!options.apply && options.branch === undefined) return done;
  if (patch === '') return [...done, 'there is nothing to apply: no file was changed'];
  if (status !== 'solved' && status !== 'unverified')
    return [
      ...done,
      `not applied, it is unfinished; to do it all the same: heddle show ${rollout} --diff | git apply`,
    ];
  if (options.branch !== undefined) {
    const message = commitMessage(result, task);
    const commit = await commitOnBranch(root, { name: options.branch, patch, message });
    done.push(`committed ${commit.slice(0, 10)} on branch ${options.branch}`);
  }
  if (options.apply) {
    await applyPatch(root, patch, rollout);
    done.push(`applied to ${root}`);
  }
  return done;
}

/** Longest title that `git log --oneline` and code hosts show whole. */
const MAX_TITLE_CHARACTERS = 72;

function commitMessage({ reason, rollout, verified }: RolloutResult, task: string): string {
  const first = task.split('\n', 1)[0]!.trim();
  const title =
    first.length <= MAX_TITLE_CHARACTERS ? first : `${first.slice(0, MAX_TITLE_CHARACTERS - 1).trimEnd()}…`;
  return `${title}\n\n${reason.trim()}\n\nHeddle-Rollout: ${rollout}\nHeddle-Verified: ${verified ? 'yes' : 'no'}\n`;
}

function writePatch(path: string, patch: string, flag: 'w' | 'a'): void {
  if (path === '-') {
    process.stdout.write(patch);
    return;
  }
  try {
    writeFileSync(path, patch, { flag });
  } catch (cause) {
    throw new OperatorError('patch-not-writable', `cannot write the patch: ${messageOf(cause)}`, {
      cause,
      hint: 'give --patch a file in a folder that exists',
    });
  }
}
