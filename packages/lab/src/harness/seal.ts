import { createHash, randomBytes } from 'node:crypto';
import {
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, matchesGlob, resolve } from 'node:path';
import { canonicalJson, OperatorError } from '@heddle/core';
import { imageRepository } from '@heddle/workspace';
import type { Source } from '../instance.ts';
import { GitRefusal, git } from './git.ts';

/** An instance's files as an agent may see them. Only ever read: attempts share it. */
export interface Sealed {
  /** A git repository with one commit. */
  readonly folder: string;
  readonly commit: string;
}

/** The same files give the same commit, whoever makes it and when. */
const AUTHOR = {
  GIT_AUTHOR_NAME: 'Heddle',
  GIT_AUTHOR_EMAIL: 'heddle@localhost',
  GIT_AUTHOR_DATE: '2000-01-01T00:00:00Z',
  GIT_COMMITTER_NAME: 'Heddle',
  GIT_COMMITTER_EMAIL: 'heddle@localhost',
  GIT_COMMITTER_DATE: '2000-01-01T00:00:00Z',
};

/** Raised when what is made changes: older places are left alone and made anew. */
const FORM = 2;

/** A place that is complete has this file beside its repository. */
const DONE = 'sealed.json';
/** The name by which a workspace knows that a folder stands for one in an image (`rootInImage`). */
const REPOSITORY = 'repository';

/**
 * Makes the place an agent begins with: the files of a source with a history of one commit, no later ones, no remote,
 * and no object that belongs to anything else. Made once below `home` and shared by all attempts.
 *
 * Not `git archive`: attributes of a repository may keep its tests out of archives (`export-ignore`).
 * Throws OperatorError `no-such-clone`, `no-such-commit`, `no-such-folder`, `files-missing`, `git-missing`, and for
 * images what `imageRepository` throws.
 */
export async function seal(source: Source, home: string): Promise<Sealed> {
  const places = join(home, 'sealed');
  const top = join(places, await keyOf(source));
  const sealed = readSealed(top);
  if (sealed !== null) return sealed;
  mkdirSync(places, { recursive: true, mode: 0o700 });
  const made = `${top}.${randomBytes(4).toString('hex')}`;
  try {
    const folder = join(made, REPOSITORY);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    await git(['init', '--quiet', '--initial-branch=main', '--template='], { cwd: folder });
    await fill(source, folder, home);
    if ('patch' in source && source.patch)
      await git(['apply', '--index', '-'], { cwd: folder, input: source.patch });
    const commit = await commitAll(folder);
    writeFileSync(join(made, DONE), JSON.stringify({ commit }));
    try {
      renameSync(made, top);
    } catch (error) {
      // Somebody else was faster; theirs is the same.
      if (readSealed(top) === null) throw error;
    }
    return { folder: join(top, REPOSITORY), commit };
  } finally {
    rmSync(made, { recursive: true, force: true });
  }
}

function readSealed(top: string): Sealed | null {
  if (!existsSync(join(top, DONE))) return null;
  const { commit } = JSON.parse(readFileSync(join(top, DONE), 'utf8')) as { commit: string };
  return { folder: join(top, REPOSITORY), commit };
}

/** Two sources with one key have the same files. */
async function keyOf(source: Source): Promise<string> {
  const what = async () => {
    switch (source.kind) {
      case 'inline':
        return source.files;
      case 'folder':
        return filesOf(source.path, source.hidden).map((path) => [path, stampOf(join(source.path, path))]);
      case 'commit':
        return { tree: await treeOf(source), hidden: source.hidden ?? [], patch: source.patch ?? '' };
      case 'image':
        return { image: source.image, path: source.path, patch: source.patch ?? '' };
    }
  };
  const text = canonicalJson({ form: FORM, kind: source.kind, what: await what() });
  return createHash('sha256').update(text).digest('hex').slice(0, 24);
}

/** Small texts by what is in them; what is larger by size and time. */
const READ_BYTES = 1_000_000;

function stampOf(path: string): string {
  const stat = lstatSync(path);
  if (!stat.isFile() || stat.size > READ_BYTES) return `${stat.mode} ${stat.size} ${stat.mtimeMs}`;
  return `${stat.mode} ${createHash('sha256').update(readFileSync(path)).digest('hex')}`;
}

async function fill(source: Source, folder: string, home: string): Promise<void> {
  switch (source.kind) {
    case 'inline':
      for (const [path, text] of Object.entries(source.files)) {
        mkdirSync(dirname(inside(folder, path)), { recursive: true });
        writeFileSync(inside(folder, path), text);
      }
      await git(['add', '--all', '--force'], { cwd: folder });
      return;
    case 'folder':
      for (const path of filesOf(source.path, source.hidden)) {
        mkdirSync(dirname(join(folder, path)), { recursive: true });
        cpSync(join(source.path, path), join(folder, path), { verbatimSymlinks: true });
      }
      await git(['add', '--all'], { cwd: folder });
      return;
    case 'commit':
      return fillFromCommit(source, folder);
    case 'image':
      return fillFromImage(source, folder, home);
  }
}

function inside(folder: string, path: string): string {
  const whole = resolve(folder, path);
  if (whole.startsWith(`${folder}/`) && !path.split('/').includes('.git')) return whole;
  throw new OperatorError('files-missing', `the instance's file ${JSON.stringify(path)} leaves its folder`, {
    hint: 'correct the dataset',
  });
}

/** Files and links below a folder, sorted, without git's own and without what is hidden. */
function filesOf(folder: string, hidden: readonly string[]): string[] {
  if (!lstatSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
    throw new OperatorError('no-such-folder', `there is no folder ${folder}`, {
      hint: 'the dataset names it: is all of it here?',
    });
  }
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(resolve(folder).length + 1))
    .filter((path) => !path.split('/').includes('.git') && !isHidden(path, hidden))
    .sort();
}

function isHidden(path: string, hidden: readonly string[]): boolean {
  return hidden.some(
    (pattern) =>
      path === pattern || path.startsWith(`${pattern.replace(/\/$/, '')}/`) || matchesGlob(path, pattern),
  );
}

type CommitSource = Extract<Source, { kind: 'commit' }>;

async function treeOf({ repository, commit, folder = '' }: CommitSource): Promise<string> {
  if (!existsSync(repository)) {
    throw new OperatorError('no-such-clone', `there is no clone at ${repository}`, {
      hint: 'clone the repository there, or name another folder with --clones',
    });
  }
  try {
    const tree = await git(['rev-parse', '--verify', '--quiet', `${commit}^{commit}:${folder}`], {
      cwd: repository,
    });
    return tree.trim();
  } catch (cause) {
    if (!(cause instanceof GitRefusal)) throw cause;
    const where = folder === '' ? '' : `, or no folder ${folder} in it`;
    throw new OperatorError('no-such-commit', `${repository} has no commit ${commit}${where}`, {
      cause,
      hint: 'fetch the whole history of the repository into the clone',
    });
  }
}

/** The commit's objects are read where they are, and those of the new history are packed into it. */
async function fillFromCommit(source: CommitSource, folder: string): Promise<void> {
  const { repository, hidden = [] } = source;
  const common = await git(['rev-parse', '--path-format=absolute', '--git-common-dir'], { cwd: repository });
  const borrowed = { GIT_ALTERNATE_OBJECT_DIRECTORIES: join(common.trim(), 'objects') };
  const run = (args: readonly string[], input?: string) =>
    git(args, { cwd: folder, env: borrowed, ...(input !== undefined && { input }) });
  await run(['read-tree', await treeOf(source)]);
  if (hidden.length > 0) {
    const paths = (await run(['ls-files', '-z'])).split('\0').filter((path) => path !== '');
    const gone = paths.filter((path) => isHidden(path, hidden));
    await run(['update-index', '--force-remove', '-z', '--stdin'], gone.map((path) => `${path}\0`).join(''));
  }
  try {
    await run(['checkout-index', '--all', '--index']);
    const objects = await run([
      'rev-list',
      '--objects',
      '--no-object-names',
      (await run(['write-tree'])).trim(),
    ]);
    // Read once or twice: looking for deltas would cost more than they save.
    await run(['pack-objects', '--quiet', '--window=0', '.git/objects/pack/pack'], objects);
  } catch (cause) {
    if (!(cause instanceof GitRefusal)) throw cause;
    throw new OperatorError(
      'files-missing',
      `files of ${source.commit} are missing in ${repository}: ${cause.said}`,
      {
        cause,
        hint: 'the clone is incomplete (partial, or large files were left out): fetch it whole',
      },
    );
  }
}

/** Built files that git ignores are the image's environment: they stay, outside the history. */
async function fillFromImage(
  { image, path }: Extract<Source, { kind: 'image' }>,
  folder: string,
  home: string,
): Promise<void> {
  const original = await imageRepository(image, { path, home });
  for (const name of readdirSync(original)) {
    if (name !== '.git')
      cpSync(join(original, name), join(folder, name), {
        recursive: true,
        verbatimSymlinks: true,
        preserveTimestamps: true,
      });
  }
  await git(['add', '--all'], { cwd: folder });
  if (existsSync(join(original, '.git'))) {
    const tracked = (await git(['ls-files', '-z'], { cwd: original }))
      .split('\0')
      .filter(
        (file) => file !== '' && lstatSync(join(folder, file), { throwIfNoEntry: false }) !== undefined,
      );
    await git(['update-index', '--add', '-z', '--stdin'], {
      cwd: folder,
      input: tracked.map((file) => `${file}\0`).join(''),
    });
  }
  // A workspace opened on it has its copy at the repository's place in the image.
  writeFileSync(join(dirname(folder), 'origin.json'), JSON.stringify({ image, path }));
}

async function commitAll(folder: string): Promise<string> {
  const run = (args: readonly string[]) => git(args, { cwd: folder, env: AUTHOR });
  const tree = (await run(['write-tree'])).trim();
  const commit = (await run(['commit-tree', tree, '-m', 'The files as given'])).trim();
  await run(['update-ref', 'refs/heads/main', commit]);
  return commit;
}
