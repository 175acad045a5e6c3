import { existsSync } from 'node:fs';
import { dirname, extname, join } from 'node:path';
import type { Exec } from '../exec.ts';
import { quoted } from '../quoted.ts';

export type ServerId = 'typescript' | 'pyright' | 'gopls' | 'rust-analyzer' | 'clangd';

/** A language server as data. */
export interface ServerSpec {
  readonly id: ServerId;
  /** File name endings and the protocol's name of their language. */
  readonly languages: Readonly<Record<string, string>>;
  /**
   * Shell texts, tried in order where the workspace's programs run, at its root: the first to print something
   * prints the command that starts the server. `own`: folders of packages that came with Heddle.
   */
  readonly find: (own: readonly string[]) => readonly string[];
  /** What to do when none is found. */
  readonly install: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Answers to `workspace/configuration` by section. */
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly initializationOptions?: unknown;
  /** It answers `textDocument/diagnostic` although it does not say so. */
  readonly pulls?: true;
  /**
   * How it says that it knows the project's files; answers before that leave places out. `status`: by
   * `experimental/serverStatus`; a pattern: by a line in its log.
   */
  readonly ready?: 'status' | RegExp;
}

/** The compiler itself, without the script that looks for it: it starts in 20 ms and weighs less. */
const nativeTypeScript = (modules: string) =>
  `for f in ${modules}/@typescript/typescript-*/lib/tsc; do
  [ -x "$f" ] && "$f" --version 2>/dev/null | grep -q 'Version [7-9]' && printf '%q --lsp --stdio' "$f" && break
done`;

const onPath = (program: string, ...args: readonly string[]) =>
  `command -v ${program} >/dev/null && printf '%s' ${quoted([program, ...args].join(' '))}`;

/** A program that is there but only says that it is not installed (rustup's stand-ins) is none. */
const working = (program: string, version: string, ...args: readonly string[]) =>
  `${program} ${version} >/dev/null 2>&1 && printf '%s' ${quoted([program, ...args].join(' '))}`;

/** Adding a server is one entry here. */
const SERVERS: readonly ServerSpec[] = [
  {
    id: 'typescript',
    languages: {
      '.ts': 'typescript',
      '.mts': 'typescript',
      '.cts': 'typescript',
      '.tsx': 'typescriptreact',
      '.js': 'javascript',
      '.mjs': 'javascript',
      '.cjs': 'javascript',
      '.jsx': 'javascriptreact',
    },
    find: (own) => [
      nativeTypeScript('"$PWD"/node_modules'),
      `tsc --version 2>/dev/null | grep -q 'Version [7-9]' && printf 'tsc --lsp --stdio'`,
      ...own.map((folder) => nativeTypeScript(quoted(folder))),
      // It needs the project's own older compiler beside it.
      `[ -f node_modules/typescript/lib/tsserver.js ] && for f in node_modules/.bin/typescript-language-server "$(command -v typescript-language-server)"; do [ -x "$f" ] && printf '%q --stdio' "$f" && break; done`,
    ],
    install: 'add typescript 7 or later to the project',
    // A soft limit of Go's collector: it works harder before it grows.
    env: { GOMEMLIMIT: '1200MiB' },
  },
  {
    id: 'pyright',
    languages: { '.py': 'python', '.pyi': 'python' },
    find: (own) => [
      ...['pyright', 'basedpyright'].map(
        (name) =>
          `for f in "$PWD"/node_modules/.bin/${name}-langserver "$PWD"/.venv/bin/${name}-langserver; do [ -x "$f" ] && printf '%q --stdio' "$f" && break; done`,
      ),
      onPath('pyright-langserver', '--stdio'),
      onPath('basedpyright-langserver', '--stdio'),
      ...own.map(
        (folder) =>
          `[ -f ${quoted(`${folder}/pyright/langserver.index.js`)} ] && printf 'node %q --stdio' ${quoted(`${folder}/pyright/langserver.index.js`)}`,
      ),
    ],
    install: 'npm install --save-dev pyright, or put pyright-langserver on PATH',
    env: { NODE_OPTIONS: '--max-old-space-size=1200' },
    settings: { 'python.analysis': { diagnosticMode: 'openFilesOnly' } },
    pulls: true,
    ready: /^(?:Found \d+ source files?|No source files found)/,
  },
  {
    id: 'gopls',
    languages: { '.go': 'go' },
    find: () => [working('gopls', 'version', 'serve')],
    install: 'put gopls on PATH',
    env: { GOMEMLIMIT: '1200MiB' },
  },
  {
    id: 'rust-analyzer',
    languages: { '.rs': 'rust' },
    find: () => [working('rust-analyzer', '--version')],
    install: 'rustup component add rust-analyzer',
    // Running the compiler at each save is what the checks are for.
    initializationOptions: { checkOnSave: false, cachePriming: { enable: false } },
    ready: 'status',
  },
  {
    id: 'clangd',
    languages: {
      '.c': 'c',
      '.h': 'c',
      '.cc': 'cpp',
      '.cpp': 'cpp',
      '.cxx': 'cpp',
      '.hpp': 'cpp',
      '.hh': 'cpp',
    },
    find: () => [working('clangd', '--version', '--background-index=false', '--log=error')],
    install: 'put clangd on PATH',
  },
];

/** The server for a file by its name's ending, or null. */
export function serverFor(path: string): ServerSpec | null {
  const ending = extname(path).toLowerCase();
  return SERVERS.find(({ languages }) => ending in languages) ?? null;
}

/** The protocol's name of a file's language. */
export function languageIdOf(server: ServerSpec, path: string): string {
  return server.languages[extname(path).toLowerCase()] ?? 'plaintext';
}

/** Which servers can be started where `exec` runs, of all that are known. */
export async function installedServers(
  exec: Exec,
): Promise<readonly { readonly id: ServerId; readonly installed: boolean; readonly install: string }[]> {
  return Promise.all(
    SERVERS.map(async (server) => {
      const { id, install } = server;
      return { id, install, installed: (await findServer(server, exec)) !== null };
    }),
  );
}

/** Each look is a start of a program or two. */
const FIND_SECONDS = 30;

/** The command that starts a server where `exec` runs, or null. */
export async function findServer(server: ServerSpec, exec: Exec): Promise<string | null> {
  const looks = server.find(ownModules()).map((look) => `found=$({ ${look}\n} 2>/dev/null); [ -n "$found" ]`);
  const { ended, output } = await exec(`${looks.join(' ||\n')}\nprintf '\\nfound:%s' "$found"`, {
    timeoutSeconds: FIND_SECONDS,
  });
  const command = ended === 'exited' ? (output.split('\nfound:').at(-1) ?? '').trim() : '';
  return command === '' ? null : command;
}

/** Package folders above this file: development versions carry servers. */
function ownModules(): string[] {
  const found: string[] = [];
  for (let folder = import.meta.dirname; ; folder = dirname(folder)) {
    const modules = join(folder, 'node_modules');
    if (existsSync(modules)) found.push(modules);
    if (dirname(folder) === folder) return found;
  }
}
