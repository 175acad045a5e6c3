import { OperatorError } from '@heddle/core';
import { GitRefusal, git } from '../harness/git.ts';

/** One commit of a repository's history. */
export interface Commit {
  readonly id: string;
  readonly parents: readonly string[];
  /** ISO 8601, of the author. */
  readonly date: string;
  readonly message: string;
  readonly files: readonly ChangedLines[];
}

export interface ChangedLines {
  readonly path: string;
  /** Added and deleted lines; null: binary. */
  readonly lines: number | null;
}

const RECORD = '\x1e';
const FIELD = '\x1f';

/** All commits up to HEAD, newest first. `since`: as `git log` takes it. Throws OperatorError `unreadable-history`. */
export async function historyOf(repository: string, since?: string): Promise<Commit[]> {
  const format = `%x1e${['%H', '%P', '%aI', '%B'].join('%x1f')}%x1f`;
  try {
    const text = await git(
      [
        ...['-c', 'core.quotePath=false', 'log', '--numstat', '--no-renames', `--format=${format}`],
        ...(since === undefined ? [] : [`--since=${since}`]),
      ],
      { cwd: repository },
    );
    return text.split(RECORD).slice(1).map(commitOf);
  } catch (error) {
    if (!(error instanceof GitRefusal)) throw error;
    throw new OperatorError('unreadable-history', `${repository}: ${error.said}`, {
      cause: error,
      hint: 'give the folder of a git repository with its history',
    });
  }
}

function commitOf(record: string): Commit {
  const [id = '', parents = '', date = '', message = '', files = ''] = record.split(FIELD);
  return {
    id,
    parents: parents.split(' ').filter(Boolean),
    date,
    message: message.trim(),
    files: files
      .split('\n')
      .map((line) => line.split('\t'))
      .filter((cells) => cells.length === 3)
      .map(([added, deleted, path]) => ({
        path: path!,
        lines: added === '-' ? null : Number(added) + Number(deleted),
      })),
  };
}

/** The patch of some files from one commit to another, with binary files, as `git apply` takes it. */
export function patchBetween(
  repository: string,
  { from, to, paths }: { readonly from: string; readonly to: string; readonly paths: readonly string[] },
): Promise<string> {
  return git(
    [
      'diff',
      '--binary',
      '--full-index',
      '--no-renames',
      '--no-color',
      '--no-ext-diff',
      '--no-textconv',
      from,
      to,
      '--',
      ...paths.map((path) => `:(literal)${path}`),
    ],
    { cwd: repository },
  );
}

/** `owner/name` by the remote it was cloned from, else `local/FOLDER`. */
export async function nameOfRepository(repository: string, folder: string): Promise<string> {
  try {
    const url = (await git(['config', '--get', 'remote.origin.url'], { cwd: repository })).trim();
    const [, owner, name] =
      /^(?:[a-z+]+:\/\/|[^/]+@)[^/:]+[/:](?:.*\/)?([^/]+)\/([^/]+?)(?:\.git)?\/?$/.exec(url) ?? [];
    if (owner !== undefined && name !== undefined) return `${owner}/${name}`;
  } catch (error) {
    if (!(error instanceof GitRefusal)) throw error;
  }
  return `local/${folder}`;
}
