/** Variables passed on as they are: language and time. No token or key has such a name. */
const PASSED = [
  'LANG',
  'LANGUAGE',
  'LC_ALL',
  'LC_CTYPE',
  'LC_COLLATE',
  'LC_MESSAGES',
  'LC_NUMERIC',
  'LC_TIME',
  'TZ',
  'USER',
  'LOGNAME',
];

/** Where this machine's toolchains live. */
const PLACES = [
  'JAVA_HOME',
  'GOROOT',
  'GOPATH',
  'NVM_DIR',
  'PYENV_ROOT',
  'RUSTUP_HOME',
  'VIRTUAL_ENV',
  'CONDA_PREFIX',
  'ANDROID_HOME',
  'DOTNET_ROOT',
  'SDKMAN_DIR',
];

/** Pagers, colours, progress bars, prompts and version checks off; bytecode not cached, because its check has a granularity of one second. */
const QUIET: Readonly<Record<string, string>> = {
  TERM: 'dumb',
  NO_COLOR: '1',
  PAGER: 'cat',
  GIT_PAGER: 'cat',
  MANPAGER: 'cat',
  SYSTEMD_PAGER: '',
  GIT_EDITOR: 'true',
  EDITOR: 'true',
  GIT_TERMINAL_PROMPT: '0',
  DEBIAN_FRONTEND: 'noninteractive',
  PIP_PROGRESS_BAR: 'off',
  PIP_NO_INPUT: '1',
  PIP_DISABLE_PIP_VERSION_CHECK: '1',
  TQDM_DISABLE: '1',
  npm_config_progress: 'false',
  npm_config_fund: 'false',
  npm_config_audit: 'false',
  npm_config_update_notifier: 'false',
  NO_UPDATE_NOTIFIER: '1',
  CARGO_TERM_COLOR: 'never',
  CARGO_TERM_PROGRESS_WHEN: 'never',
  GRADLE_OPTS: '-Dorg.gradle.console=plain',
  PYTHONDONTWRITEBYTECODE: '1',
  PYTHONUNBUFFERED: '1',
};

/** The environment of programs in a workspace: an allow-list of the caller's, and what keeps programs quiet. */
export function boxEnvironment(places: {
  readonly home: string;
  readonly tmp: string;
  readonly path: string;
  readonly more: Readonly<Record<string, string>>;
  /** Its programs come from an image. */
  readonly foreign?: boolean;
}): Record<string, string> {
  const env: Record<string, string> = {};
  for (const name of [...PASSED, ...(places.foreign ? [] : PLACES)])
    if (process.env[name] !== undefined) env[name] = process.env[name];
  return {
    LANG: 'C.UTF-8',
    ...env,
    ...QUIET,
    SHELL: '/bin/bash',
    HOME: places.home,
    TMPDIR: places.tmp,
    PATH: places.path,
    ...places.more,
  };
}
