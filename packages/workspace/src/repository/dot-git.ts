import { cpSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { alternatesText } from '../snapshot/shadow-store.ts';
import { type Repository, readOr } from './discover.ts';

/** Parts of a git folder that make history and index usable. Hooks, logs, other worktrees and modules are not among them. */
const COMMON_PARTS = ['packed-refs', 'refs', 'reftable', 'shallow', 'info/attributes'];
const OWN_PARTS = ['HEAD', 'index', 'info/sparse-checkout'];

/** Settings a copy keeps. What is not named here (credentials, hooks, aliases, includes) stays out. */
const KEPT =
  /^(core\.(repositoryformatversion|filemode|symlinks|ignorecase|precomposeunicode|autocrlf|eol|safecrlf)|extensions\.(objectformat|refstorage|compatobjectformat)|user\.(name|email)|remote\..+\.(url|fetch)|branch\..+\.(remote|merge))$/s;

/**
 * Index entries are compared by size and whole-second time only: a copy has other inode numbers, and its files
 * have the originals' times, so that `git status` in it need not read every file.
 */
const OWN_SETTINGS = [
  ['core.bare', 'false'],
  ['core.checkstat', 'minimal'],
  ['core.trustctime', 'false'],
  ['core.logallrefupdates', 'true'],
  ['gc.auto', '0'],
  ['maintenance.auto', 'false'],
  ['commit.gpgsign', 'false'],
  ['tag.gpgsign', 'false'],
] as const;

/**
 * A writable `.git` for a working copy: own refs, index and objects, the user's objects as alternates.
 * `objects`: where programs find each of the user's object stores.
 */
export function makeGitFolder(
  repository: Repository,
  {
    copy,
    config,
    objects,
  }: { copy: string; config: ReadonlyMap<string, string>; objects: readonly string[] },
): void {
  const folder = join(copy, '.git');
  for (const name of ['objects/info', 'refs/heads', 'refs/tags', 'info'])
    mkdirSync(join(folder, name), { recursive: true });
  for (const name of COMMON_PARTS) copyPart(join(repository.commonDir, name), join(folder, name));
  for (const name of OWN_PARTS) copyPart(join(repository.gitDir, name), join(folder, name));
  for (const name of readdirSync(repository.gitDir)) {
    if (name.startsWith('sharedindex.')) copyPart(join(repository.gitDir, name), join(folder, name));
  }
  writeFileSync(join(folder, 'objects/info/alternates'), alternatesText(objects));
  writeFileSync(join(folder, 'config'), configText(config));
  writeFileSync(join(folder, 'info/exclude'), excludes(repository, config));
}

function copyPart(from: string, to: string): void {
  if (existsSync(from)) cpSync(from, to, { recursive: true });
}

/** The user's own excludes file is not visible in a sandbox, so its rules move into the copy. */
function excludes({ commonDir }: Repository, config: ReadonlyMap<string, string>): string {
  const home = process.env.HOME ?? '/';
  const named = config.get('core.excludesfile')?.replace(/^~(?=\/)/, home);
  const global = named ?? join(process.env.XDG_CONFIG_HOME ?? join(home, '.config'), 'git/ignore');
  return [readOr(global, ''), readOr(join(commonDir, 'info/exclude'), '')]
    .filter((text) => text !== '')
    .join('\n');
}

function configText(config: ReadonlyMap<string, string>): string {
  const settings = new Map<string, string>([
    ['user.name', 'Heddle'],
    ['user.email', 'heddle@localhost'],
  ]);
  for (const [key, value] of config) {
    if (KEPT.test(key)) settings.set(key, key.endsWith('.url') ? withoutCredentials(value) : value);
  }
  for (const [key, value] of OWN_SETTINGS) settings.set(key, value);
  return [...settings].map(([key, value]) => setting(key, value)).join('');
}

function setting(key: string, value: string): string {
  const first = key.indexOf('.');
  const last = key.lastIndexOf('.');
  const subsection = first === last ? '' : ` ${quoted(key.slice(first + 1, last))}`;
  return `[${key.slice(0, first)}${subsection}]\n\t${key.slice(last + 1)} = ${quoted(value)}\n`;
}

const quoted = (text: string) => `"${text.replace(/[\\"]/g, '\\$&').replaceAll('\n', '\\n')}"`;

function withoutCredentials(url: string): string {
  if (!URL.canParse(url)) return url;
  const parsed = new URL(url);
  if (parsed.username === '' && parsed.password === '') return url;
  parsed.password = '';
  if (parsed.protocol.startsWith('http')) parsed.username = '';
  return parsed.href;
}
