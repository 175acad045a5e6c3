import { existsSync, lstatSync, readdirSync, readlinkSync, realpathSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, dirname, isAbsolute, join } from 'node:path';
import { isInside } from '../files/confine.ts';
import { readOr } from '../repository/discover.ts';

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

/** Below {@link SYSTEM}, readable by root without any capability, and no business of programs. */
const SECRET_FILES = ['/etc/shadow', '/etc/shadow-', '/etc/gshadow', '/etc/gshadow-'];
const SECRET_FOLDERS = [
  '/etc/ssh',
  '/etc/ssl/private',
  '/etc/wireguard',
  '/etc/NetworkManager/system-connections',
];

/** Toolchains people keep in their home folder: programs and caches, no secrets. `env` tells the tool where it is. */
const HOME_TOOLCHAINS: readonly { readonly path: string; readonly env?: string }[] = [
  { path: '.nvm', env: 'NVM_DIR' },
  { path: '.fnm' },
  { path: '.local/share/fnm' },
  { path: '.volta', env: 'VOLTA_HOME' },
  { path: '.asdf' },
  { path: '.local/share/mise' },
  { path: '.pyenv', env: 'PYENV_ROOT' },
  { path: '.local/share/uv' },
  { path: '.local/share/pipx' },
  { path: '.local/bin' },
  { path: '.local/lib', env: 'PYTHONUSERBASE' },
  { path: '.rye' },
  { path: 'miniconda3' },
  { path: 'anaconda3' },
  { path: 'miniforge3' },
  { path: '.rbenv', env: 'RBENV_ROOT' },
  { path: '.rustup', env: 'RUSTUP_HOME' },
  { path: '.cargo/bin' },
  { path: '.bun/bin' },
  { path: '.deno/bin' },
  { path: '.sdkman/candidates' },
  { path: 'go/bin' },
  { path: 'go/pkg/mod', env: 'GOMODCACHE' },
  { path: '.m2/repository' },
  { path: '.opam' },
  { path: '.ghcup/bin' },
];

export interface Binding {
  readonly from: string;
  readonly to: string;
}

export interface SystemView {
  /** Folders and files shown read-only at their own paths. */
  readonly bindings: readonly Binding[];
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
  const env: Record<string, string> = {};
  const hidden = [...hide, home];
  const add = (path: string) => {
    if (links.some((link) => isInside(link.path, path))) return;
    const harmful =
      hidden.some((secret) => isInside(path, secret)) || hide.some((own) => isInside(own, path));
    if (harmful || [...shown].some((other) => isInside(other, path)) || !existsSync(path)) return;
    shown.add(path);
  };
  for (const { path, env: name } of HOME_TOOLCHAINS) {
    const folder = join(home, path);
    if (!existsSync(folder)) continue;
    add(folder);
    if (name !== undefined) env[name] = name === 'PYTHONUSERBASE' ? dirname(folder) : folder;
  }
  const path = searchPath();
  for (const folder of path) for (const shownFolder of prefixesOf(folder, home)) add(shownFolder);
  if (network) add(realOf('/etc/resolv.conf'));
  return {
    bindings: [...shown].map((folder) => ({ from: folder, to: folder })),
    links,
    hidden: hiddenFromRoot(),
    path: path.join(':'),
    env,
  };
}

/** The user's own PATH, and behind it the folder of the Node that runs Heddle. */
export function searchPath(): string[] {
  const folders = (process.env.PATH ?? '/usr/local/bin:/usr/bin:/bin')
    .split(':')
    .filter((folder) => isAbsolute(folder));
  return [...new Set([...folders, dirname(process.execPath)])];
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

/** Each costs a mount, so only what holds a secret is hidden; other users are kept out by the files' own modes. */
function hiddenFromRoot(): SystemView['hidden'] {
  if (process.getuid?.() !== 0) return { files: [], folders: [] };
  return { files: SECRET_FILES.filter(holdsPassword), folders: SECRET_FOLDERS.filter(holdsPrivateFile) };
}

/** An account whose second field is neither empty nor a mark for "no password". */
function holdsPassword(path: string): boolean {
  return /^[^:]+:[^:*!]/m.test(readOr(path, ''));
}

function holdsPrivateFile(folder: string): boolean {
  if (!existsSync(folder)) return false;
  return readdirSync(folder).some((name) => {
    const stat = statSync(join(folder, name), { throwIfNoEntry: false });
    return stat?.isFile() && (stat.mode & 0o004) === 0;
  });
}

function realOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
