import type { Workspace } from '@heddle/workspace';
import { git } from './git.ts';
import { runOwn } from './own-command.ts';

/**
 * How the SWE-bench harness applies a patch, the strictest way first; between two tries the files are put back, for a
 * try that fails may leave some of its changes behind.
 */
const WAYS = [
  'git apply --verbose -',
  'git apply --verbose --3way -',
  'git apply --verbose --reject -',
  'patch --batch --forward --fuzz=5 -p1',
];

export interface Applied {
  readonly applied: boolean;
  /** What was tried and what it said, for logs. */
  readonly said: string;
}

/** Applies a git patch to a workspace's files, more and more loosely. `before` is a snapshot of them. */
export async function applyPatch(
  workspace: Workspace,
  patch: string,
  { before, signal }: { readonly before: string; readonly signal?: AbortSignal | undefined },
): Promise<Applied> {
  const options = { stdin: ended(patch), ...(signal && { signal }) };
  const said: string[] = [];
  for (const [at, way] of WAYS.entries()) {
    if (at > 0) await workspace.restore(before);
    const { exitCode, output } = await runOwn(workspace, way, options);
    said.push(`$ ${way}\n${output}`);
    if (exitCode === 0) return { applied: true, said: said.join('\n') };
  }
  // The last way may have changed every file and complained all the same.
  const undone = await runOwn(workspace, 'git apply --check --reverse -', options);
  if (undone.exitCode === 0) return { applied: true, said: said.join('\n') };
  await workspace.restore(before);
  return { applied: false, said: said.join('\n') };
}

/** git takes a patch without its last line end for a broken one. */
const ended = (patch: string) => (patch === '' || patch.endsWith('\n') ? patch : `${patch}\n`);

/**
 * Puts an instance's own tests in place whatever the patch did to them: the files its test patch names are as they were
 * at the base, then the test patch is applied. Throws {@link Error} if it does not apply: it was made for the base.
 */
export async function putTestsBack(
  workspace: Workspace,
  testPatch: string,
  { sealed, signal }: { readonly sealed: string; readonly signal?: AbortSignal | undefined },
): Promise<Applied> {
  if (testPatch === '') return { applied: true, said: '' };
  const paths = pathsOf(testPatch);
  const known = new Set(
    (
      await git(
        ['ls-tree', '-r', '-z', '--name-only', 'HEAD', '--', ...paths.map((path) => `:(literal)${path}`)],
        {
          cwd: sealed,
        },
      )
    ).split('\0'),
  );
  const here = paths.filter((path) => known.has(path));
  const list = (names: readonly string[]) => names.map((name) => `${name}\0`).join('');
  const run = (command: string, stdin: string) =>
    runOwn(workspace, command, { stdin, ...(signal && { signal }) });
  const gone = paths.filter((path) => !known.has(path));
  const removed = gone.length === 0 ? null : await run('xargs -0 rm -rf --', list(gone));
  const reset =
    here.length === 0
      ? null
      : await run('git checkout HEAD --pathspec-from-file=- --pathspec-file-nul', list(here));
  const applied = await run('git apply --verbose -', ended(testPatch));
  const said = [removed, reset, applied].map((result) => result?.output ?? '').join('');
  return { applied: applied.exitCode === 0, said };
}

/** Every path that a git patch names, of renamed files both. */
function pathsOf(patch: string): string[] {
  return [...new Set(headersOf(patch).flat())];
}

/** The paths that a git patch writes, or deletes; of renamed files the new ones. */
export const newPathsOf = (patch: string): string[] => headersOf(patch).map(([, after]) => after);

/** Each file's name before and after. Quoted names are unquoted. */
function headersOf(patch: string): (readonly [string, string])[] {
  const headers = patch.matchAll(/^diff --git "?a\/(.*?)"? "?b\/(.*?)"?$/gm);
  return [...headers].map(([, before, after]) => [unquoted(before!), unquoted(after!)] as const);
}

/** git writes bytes that are no ASCII, and quotes, as escapes. */
function unquoted(path: string): string {
  if (!path.includes('\\')) return path;
  const bytes: number[] = [];
  for (const [whole, octal, other] of path.matchAll(/\\([0-7]{3})|\\(.)|[^\\]+/gs)) {
    if (octal !== undefined) bytes.push(Number.parseInt(octal, 8));
    else bytes.push(...Buffer.from(other === undefined ? whole : (ESCAPES[other] ?? other)));
  }
  return Buffer.from(bytes).toString();
}

const ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  a: '\x07',
  b: '\b',
  v: '\v',
  f: '\f',
};
