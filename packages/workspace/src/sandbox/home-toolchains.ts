export interface HomeToolchain {
  readonly path: string;
  /** Tells the tool where it is. */
  readonly env?: string;
  /** It is searched for programs, after the user's own PATH: a shell that reads no profile lacks it there. */
  readonly programs?: true;
}

/** Toolchains people keep in their home folder: programs and caches, no settings, where tokens are. */
export const HOME_TOOLCHAINS: readonly HomeToolchain[] = [
  { path: '.nvm', env: 'NVM_DIR' },
  { path: '.fnm' },
  { path: '.local/share/fnm' },
  { path: '.volta', env: 'VOLTA_HOME' },
  { path: '.asdf' },
  { path: '.local/share/mise' },
  { path: '.pyenv', env: 'PYENV_ROOT' },
  { path: '.local/share/uv/python' },
  { path: '.local/share/uv/tools' },
  { path: '.local/share/pipx/venvs' },
  { path: '.local/share/pipx/shared' },
  { path: '.local/share/pipx/py' },
  { path: '.local/bin', programs: true },
  { path: '.local/lib', env: 'PYTHONUSERBASE' },
  { path: '.rye/py' },
  { path: '.rye/self' },
  { path: '.rye/shims' },
  { path: '.rye/tools' },
  { path: '.rye/uv' },
  { path: 'miniconda3' },
  { path: 'anaconda3' },
  { path: 'miniforge3' },
  { path: '.rbenv', env: 'RBENV_ROOT' },
  { path: '.rustup', env: 'RUSTUP_HOME' },
  { path: '.cargo/bin', programs: true },
  { path: '.cargo/registry' },
  { path: '.cargo/git' },
  { path: '.bun/bin', programs: true },
  { path: '.deno/bin', programs: true },
  { path: '.sdkman/candidates' },
  { path: 'go/bin', programs: true },
  { path: 'go/pkg/mod', env: 'GOMODCACHE' },
  { path: '.m2/repository' },
  { path: '.opam' },
  { path: '.ghcup/bin', programs: true },
];

/** Settings inside them that may hold tokens. */
export const TOOLCHAIN_SETTINGS = ['miniconda3', 'anaconda3', 'miniforge3'].flatMap((name) => [
  `${name}/.condarc`,
  `${name}/condarc`,
]);
