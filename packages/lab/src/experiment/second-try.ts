import { execFile } from 'node:child_process';
import { cp, mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
/** Far more than a patch has. */
const MAX_PATCH_BYTES = 256 * 2 ** 20;

/** Characters of the tests' output that are told: the end of it, where failures are summed up. */
const MAX_TOLD_CHARACTERS = 20_000;

/** The journal of an instance's nth try: the first is the trial's own. */
export function rolloutOfTry(rollout: string, n: number): string {
  return n === 1 ? rollout : `${rollout}-${n}`;
}

/** What is asked on a later try: the task again, and what the tests said of the work so far (Aider's rules). */
export function laterTask(statement: string, output: string): string {
  const cut = output.length > MAX_TOLD_CHARACTERS;
  const told = cut ? output.slice(-MAX_TOLD_CHARACTERS) : output;
  return [
    statement,
    '',
    'Your work so far is in the files. It was tested, and the tests fail:',
    '',
    ...(cut ? [`(the last ${MAX_TOLD_CHARACTERS} characters of the output)`] : []),
    '```',
    told.trimEnd(),
    '```',
    '',
    'The tests are correct, and cannot be changed: mend the code.',
  ].join('\n');
}

/** A copy of the sealed files with the work so far in them, again a repository of one commit. Made anew if it is there. */
export async function layOutLaterTry(sealed: string, patch: string, folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(dirname(folder), { recursive: true });
  await cp(sealed, folder, { recursive: true, verbatimSymlinks: true, preserveTimestamps: true });
  await applied(folder, patch);
  await git(folder, 'add', '-A', '-f');
  await git(folder, 'commit', '--quiet', '--amend', '--no-edit', '--allow-empty');
}

/** The patch against the sealed files of work that went on from `first`. */
export async function joinedPatch(
  sealed: string,
  [first, second]: readonly [string, string],
  folder: string,
): Promise<string> {
  if (second === '') return first;
  if (first === '') return second;
  await rm(folder, { recursive: true, force: true });
  await mkdir(dirname(folder), { recursive: true });
  await cp(sealed, folder, { recursive: true, verbatimSymlinks: true, preserveTimestamps: true });
  try {
    await applied(folder, first);
    await applied(folder, second);
    await git(folder, 'add', '-A', '-f');
    return await git(folder, 'diff', '--cached', '--binary', '--no-color', '--no-ext-diff', 'HEAD');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function applied(folder: string, patch: string): Promise<void> {
  if (patch === '') return;
  const file = join(folder, '.git', 'work.patch');
  await writeFile(file, patch);
  await git(folder, 'apply', '--whitespace=nowarn', '--binary', file);
  await rm(file);
}

/** Without the user's own configuration, and the same wherever it runs. */
async function git(folder: string, ...args: string[]): Promise<string> {
  const { stdout } = await run(
    'git',
    ['-C', folder, '-c', 'user.name=heddle', '-c', 'user.email=heddle@localhost', ...args],
    {
      encoding: 'utf8',
      maxBuffer: MAX_PATCH_BYTES,
      env: { PATH: process.env.PATH, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_SYSTEM: '/dev/null' },
    },
  );
  return stdout;
}
