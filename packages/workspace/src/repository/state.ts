import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { OperatorError } from '@heddle/core';
import { LARGE_FILE_BYTES } from '../limits.ts';
import type { Repository } from './discover.ts';
import { gitDirOf, readOr } from './discover.ts';
import { GitFailure, git } from './git.ts';
import { type Ignored, noteOf, sortIgnored } from './ignored.ts';

/** The user's files as they were when we looked: what the working copy and its base snapshot are made from. */
export interface RepositoryState {
  readonly commit: string | null;
  /** Tracked and untracked files that are not ignored, relative to the root. */
  readonly files: readonly SourceFile[];
  readonly ignored: Ignored;
  /** Submodules and nested repositories: carried over as plain files, kept out of patches. */
  readonly nested: readonly string[];
  readonly config: ReadonlyMap<string, string>;
  readonly notes: readonly string[];
  /** Milliseconds since 1970 when git began to look: files changed later are not trusted to be clean. */
  readonly asOf: number;
}

export interface SourceFile {
  readonly path: string;
  /** Blob id where the user's index vouches for the content; null: read it. */
  readonly id: string | null;
  /** Size of that blob where a conversion (line endings) could make the file differ from it. */
  readonly blobBytes?: number;
}

/** `exclude`: a folder below the root that is ours and no part of the repository (Heddle's home, if it is there). */
export async function readState(repository: Repository, exclude: string): Promise<RepositoryState> {
  const { root } = repository;
  const asOf = Date.now();
  const [status, index, config] = await Promise.all([
    git(
      [
        'status',
        '--porcelain=v2',
        '-z',
        '--branch',
        '--no-renames',
        '--untracked-files=all',
        '--ignored=matching',
      ],
      { cwd: root },
    ).catch((error: unknown) => refused(error)),
    git(['ls-files', '--stage', '-v', '-z'], { cwd: root }).catch((error: unknown) => refused(error)),
    readConfig(root),
  ]);
  const ours = (path: string) => `${join(root, path)}/`.startsWith(`${exclude}/`);
  const changes = parseStatus(status.toString());
  const tracked = parseIndex(index.toString(), changes.changed);
  const nested = [...tracked.submodules, ...changes.nested].filter(
    (path) => !ours(path) && gitDirOf(join(root, path)) !== null,
  );
  const plain = changes.untracked.filter((path) => !ours(path));
  const { small, large } = bySize(root, plain);
  const inside = await Promise.all(nested.map((path) => nestedFiles(root, path)));
  const known = await withConversions(repository, config, tracked.files, small);
  const unreadable = (paths: readonly string[]) => paths.filter((path) => path.includes('\uFFFD'));
  const files = [...known, ...[...small, ...inside.flat()].map((path) => ({ path, id: null }))].filter(
    ({ path }) => !path.includes('\uFFFD'),
  );
  const ignored = sortIgnored(
    root,
    changes.ignored.filter((path) => !ours(path) && !exclude.startsWith(join(root, path))),
  );
  return {
    commit: changes.commit,
    files,
    ignored,
    nested,
    config,
    asOf,
    notes: [
      ...noteOf('uncommitted changes carried over', [...changes.changed]),
      ...noteOf('untracked files carried over', small),
      ...noteOf(`untracked and above ${LARGE_FILE_BYTES / 2 ** 20} MB, left out`, large),
      ...noteOf(
        'submodules and nested repositories: files carried over, changes in them are left out of the patch',
        nested,
      ),
      ...noteOf(
        'names that are not UTF-8, left out',
        unreadable([...tracked.files.map(({ path }) => path), ...small]),
      ),
      ...ignored.notes,
    ],
  };
}

function refused(error: unknown): never {
  if (error instanceof GitFailure) {
    const dubious = error.stderr.includes('dubious ownership');
    throw new OperatorError(
      'repository-refused',
      `git refuses to read the repository: ${error.stderr.trim().split('\n')[0]}`,
      {
        hint: dubious
          ? 'it belongs to another user: `git config --global --add safe.directory <folder>` if you trust it'
          : 'run `git status` there to see what is wrong',
        cause: error,
      },
    );
  }
  throw error;
}

interface Changes {
  commit: string | null;
  changed: Set<string>;
  untracked: string[];
  ignored: string[];
  nested: string[];
}

/** Number of space-separated fields before the path, by record type of porcelain v2. */
const FIELDS_BEFORE_PATH: Readonly<Record<string, number>> = { '1': 8, u: 10, '?': 1, '!': 1 };

function parseStatus(text: string): Changes {
  const changes: Changes = { commit: null, changed: new Set(), untracked: [], ignored: [], nested: [] };
  for (const record of text.split('\0')) {
    if (record.startsWith('# branch.oid ') && !record.endsWith('(initial)'))
      changes.commit = record.slice(13);
    const fields = FIELDS_BEFORE_PATH[record[0] ?? ''];
    if (fields === undefined) continue;
    const path = afterFields(record, fields);
    if (record[0] === '!') changes.ignored.push(path);
    else if (record[0] !== '?') changes.changed.add(path);
    else if (path.endsWith('/')) changes.nested.push(path.slice(0, -1));
    else changes.untracked.push(path);
  }
  return changes;
}

function afterFields(record: string, count: number): string {
  let at = 0;
  for (let field = 0; field < count; field++) at = record.indexOf(' ', at) + 1;
  return record.slice(at);
}

/** `H 100644 <id> 0\t<path>`; the tag is a small letter for "assume unchanged" and `S` for "skip worktree". */
function parseIndex(text: string, changed: ReadonlySet<string>) {
  const files = new Map<string, SourceFile>();
  const submodules: string[] = [];
  for (const record of text.split('\0')) {
    const tab = record.indexOf('\t');
    if (tab < 0) continue;
    const [tag, mode, id, stage] = record.slice(0, tab).split(' ');
    const path = record.slice(tab + 1);
    if (mode === '160000') submodules.push(path);
    else files.set(path, { path, id: tag === 'H' && stage === '0' && !changed.has(path) ? id! : null });
  }
  return { files: [...files.values()], submodules };
}

function bySize(root: string, paths: readonly string[]): { small: string[]; large: string[] } {
  const small: string[] = [];
  const large: string[] = [];
  for (const path of paths) {
    const stat = statSync(join(root, path), { throwIfNoEntry: false });
    (stat?.isFile() && stat.size > LARGE_FILE_BYTES ? large : small).push(path);
  }
  return { small, large };
}

async function nestedFiles(root: string, path: string): Promise<string[]> {
  const cwd = join(root, path);
  const listed = await git(['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd });
  const found: string[] = [];
  for (const name of new Set(listed.toString().split('\0'))) {
    if (name === '') continue;
    const inner = `${path}/${name.replace(/\/$/, '')}`;
    if (gitDirOf(join(root, inner)) !== null) found.push(...(await nestedFiles(root, inner)));
    else if (!name.endsWith('/')) found.push(inner);
  }
  return bySize(root, found).small;
}

async function readConfig(root: string): Promise<ReadonlyMap<string, string>> {
  const listed = await git(['config', '--list', '-z'], { cwd: root }).catch((error: unknown) =>
    refused(error),
  );
  const config = new Map<string, string>();
  for (const entry of listed.toString().split('\0')) {
    const end = entry.indexOf('\n');
    if (end > 0) config.set(entry.slice(0, end), entry.slice(end + 1));
    else if (entry !== '') config.set(entry, 'true');
  }
  return config;
}

/**
 * Where line endings or filters convert between index and working tree, a clean file's bytes are not its blob's.
 * Line endings change the size, so the blob's size tells; a filter may keep it, so those files are read.
 */
async function withConversions(
  { root, commonDir }: Repository,
  config: ReadonlyMap<string, string>,
  tracked: readonly SourceFile[],
  untracked: readonly string[],
): Promise<SourceFile[]> {
  const attributes = [
    ...[...tracked.map(({ path }) => path), ...untracked]
      .filter((path) => path === '.gitattributes' || path.endsWith('/.gitattributes'))
      .map((path) => join(root, path)),
    join(commonDir, 'info', 'attributes'),
    config.get('core.attributesfile')?.replace(/^~(?=\/)/, process.env.HOME ?? '') ??
      join(process.env.XDG_CONFIG_HOME ?? join(process.env.HOME ?? '/', '.config'), 'git/attributes'),
    '/etc/gitattributes',
  ].filter((path) => existsSync(path));
  const rules = attributes.map((path) => readOr(path, '')).join('\n');
  if (/\b(filter|working-tree-encoding)\b/.test(rules))
    return tracked.map(({ path }) => ({ path, id: null }));
  const converts =
    attributes.length > 0 ||
    (config.get('core.autocrlf') ?? 'false') !== 'false' ||
    config.get('core.eol')?.toLowerCase() === 'crlf';
  if (!converts) return [...tracked];
  const sizes = await git(['cat-file', '--batch-check=%(objectsize)'], {
    cwd: root,
    input: tracked.map(({ id }) => `${id ?? ''}\n`).join(''),
  });
  const lines = sizes.toString().split('\n');
  return tracked.map((file, at) => (file.id === null ? file : { ...file, blobBytes: Number(lines[at]) }));
}
