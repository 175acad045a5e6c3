/**
 * Toolchains people keep in their home folder: programs and caches, no settings, where tokens are. `env` tells
 * the tool where it is.
 */
export const HOME_TOOLCHAINS: readonly { readonly path: string; readonly env?: string }[] = [
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
  { path: '.local/bin' },
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

/** Settings inside them that may hold tokens. */
export const TOOLCHAIN_SETTINGS = ['miniconda3', 'anaconda3', 'miniforge3'].flatMap((name) => [
  `${name}/.condarc`,
  `${name}/condarc`,
]);
