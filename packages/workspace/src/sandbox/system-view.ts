import { existsSync, lstatSync, readlinkSync, realpathSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, dirname, isAbsolute, join } from 'node:path';
import { isInside } from '../files/confine.ts';
import { HOME_TOOLCHAINS, TOOLCHAIN_SETTINGS } from './home-toolchains.ts';
import { hiddenFromRoot } from './machine-secrets.ts';

/** The system's programs and settings, shown read-only. Everything not named here does not exist inside. */
const SYSTEM = [
  '/usr',
  '/bin',
  '/sbin',
  '/lib',
  '/lib32',
  '/lib64',
  '/libx32',
  '/etc',
  '/opt',
  '/nix',
  '/gnu',
  '/snap',
  '/home/linuxbrew/.linuxbrew',
];

export interface Binding {
  readonly from: string;
  readonly to: string;
}

export interface SystemView {
  /** Folders and files shown read-only at their own paths. */
  readonly bindings: readonly Binding[];
  /** Folders in them that are nobody's business (the user's home, Heddle's), to be hidden as a whole. */
  readonly covered: readonly string[];
  /** Shown in the covered folders all the same: toolchains. */
  readonly uncovered: readonly Binding[];
  /** Links to make (`/bin` on a merged system). */
  readonly links: readonly { readonly path: string; readonly target: string }[];
  /** To be covered by something empty. */
  readonly hidden: { readonly files: readonly string[]; readonly folders: readonly string[] };
  readonly path: string;
  readonly env: Readonly<Record<string, string>>;
}

/**
 * What of this machine programs in a walled box see. `hide`: folders that no binding may contain (the user's
 * repository, Heddle's home): a toolchain that holds them is shown by its own folder only, or not at all.
 */
export function systemView(hide: readonly string[], network: boolean): SystemView {
  const home = homedir();
  const links: SystemView['links'][number][] = [];
  const shown = new Set<string>();
  for (const path of SYSTEM) {
    const stat = lstatSync(path, { throwIfNoEntry: false });
    if (stat?.isSymbolicLink()) links.push({ path, target: readlinkSync(path) });
    else if (stat?.isDirectory()) shown.add(path);
  }
  const path = searchPath();
  const covered = coveredFolders([...hide, ...(isProgramFolder(home, path) ? [] : [home])], [...shown]);
  const uncovered = new Set<string>();
  const env: Record<string, string> = {};
  const hidden = [...hide, home];
  const add = (path: string) => {
    if (links.some((link) => isInside(link.path, path))) return;
    const harmful =
      hidden.some((secret) => isInside(path, secret)) || hide.some((own) => isInside(own, path));
    const target = covered.some((folder) => isInside(folder, path)) ? uncovered : shown;
    if (harmful || [...target].some((other) => isInside(other, path)) || !existsSync(path)) return;
    target.add(path);
  };
  for (const { path, env: name } of HOME_TOOLCHAINS) {
    const folder = join(home, path);
    if (!existsSync(folder)) continue;
    add(folder);
    if (realOf(folder) !== folder) add(realOf(folder));
    if (name !== undefined) env[name] = name === 'PYTHONUSERBASE' ? dirname(folder) : folder;
  }
  // Crates that were fetched are found, and rustup's stand-ins find one another; with a network it must be writable.
  if (!network && existsSync(join(home, '.cargo'))) env.CARGO_HOME = join(home, '.cargo');
  for (const folder of path) for (const shownFolder of prefixesOf(folder, home)) add(shownFolder);
  if (network) add(realOf('/etc/resolv.conf'));
  const { files, folders } = hiddenFromRoot();
  const settings = TOOLCHAIN_SETTINGS.map((name) => join(home, name));
  const visible = (path: string) => isVisible(path, [...shown, ...uncovered], covered);
  const itself = (folder: string) => ({ from: folder, to: folder });
  return {
    bindings: [...shown].map(itself),
    covered,
    uncovered: [...uncovered].map(itself),
    links,
    hidden: {
      files: [...files, ...settings.filter((file) => existsSync(file))].filter(visible),
      folders: folders.filter(visible),
    },
    path: path.join(':'),
    env,
  };
}

/** Which of these folders would be seen in what is shown; none that is in another of them. */
function coveredFolders(folders: readonly string[], shown: readonly string[]): string[] {
  const real = [...new Set(folders.map(realOf))].filter((folder) => folder !== '/' && existsSync(folder));
  return real.filter(
    (folder) =>
      shown.some((other) => isInside(other, folder)) &&
      !real.some((other) => other !== folder && isInside(other, folder)),
  );
}

/** Accounts of system services have their home where the programs are: nothing there is personal. */
function isProgramFolder(folder: string, path: readonly string[]): boolean {
  return [...SYSTEM, ...path, '/usr/games'].some((other) => realOf(other) === realOf(folder));
}

function isVisible(path: string, shown: readonly string[], covered: readonly string[]): boolean {
  const longest = (folders: readonly string[]) =>
    Math.max(-1, ...folders.filter((folder) => isInside(folder, path)).map((folder) => folder.length));
  return longest(shown) > longest(covered);
}

/** The user's own PATH, and behind it the folder of the Node that runs Heddle and those of toolchains at home. */
export function searchPath(): string[] {
  const folders = (process.env.PATH ?? '/usr/local/bin:/usr/bin:/bin')
    .split(':')
    .filter((folder) => isAbsolute(folder));
  const atHome = HOME_TOOLCHAINS.filter(({ programs }) => programs)
    .map(({ path }) => join(homedir(), path))
    .filter((folder) => existsSync(folder));
  return [...new Set([...folders, dirname(process.execPath), ...atHome])];
}

/**
 * What to show for a folder of programs: `x/bin` needs `x/lib`, `node_modules/.bin` its packages. In somebody's
 * home folder, on a foreign disk and right below the root only the folder itself: its neighbours may be anything.
 */
function prefixesOf(folder: string, home: string): string[] {
  const parent = dirname(folder);
  const found = [folder];
  const personal = [home, '/home', '/root', '/Users', '/mnt', '/media'].some((place) =>
    isInside(place, folder),
  );
  const topLevel = dirname(parent) === '/' || parent === '/';
  if (basename(folder) === '.bin' && basename(parent) === 'node_modules') found.unshift(parent);
  else if (/^s?bin$/.test(basename(folder)) && !personal && !topLevel) found.unshift(parent);
  const real = realOf(folder);
  return real === folder ? found : [...found, real];
}

function realOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
