import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { LanguageServers } from '../../packages/code/src/index.ts';
import type { Workspace } from '../../packages/workspace/src/index.ts';
import { median } from './map-times.ts';

/** Files of each made project: a chain of modules, each using the one before it. */
const MODULES = 200;
const LIMIT = { timeoutMs: 60_000 };

export interface ServerProject {
  readonly name: string;
  readonly repo: string;
  /** The file that is edited, and one that an edit of it breaks. */
  readonly edited: string;
  readonly user: string;
  /** The edited file's text; `right`: as its user needs it. */
  readonly text: (right: boolean, round: number) => string;
}

export interface ServerTimes {
  readonly server: string;
  readonly files: number;
  /** From nothing: found, started, project read, diagnostics of one file. */
  readonly 'first diagnostics (s)': string;
  readonly edits: number;
  /** From the write to the diagnostics of the file and of its user. */
  readonly 'edit → diagnostics (ms)': string;
  readonly 'slowest tenth (ms)': string;
  readonly 'memory at first (MB)': string;
  readonly 'memory after the edits (MB)': string;
}

export async function measureServer(
  project: ServerProject,
  workspace: Workspace,
  edits: number,
): Promise<ServerTimes> {
  const servers = new LanguageServers({
    root: workspace.root,
    spawn: (command, options) => workspace.spawn(command, options),
    exec: (command, options) => workspace.exec(command, options),
    read: async (path) => (await workspace.files.read(path)).toString('utf8'),
  });
  const { edited, user, text } = project;
  const memory = () => servers.running().reduce((sum, { memoryBytes }) => sum + memoryBytes, 0) / 1e6;
  try {
    const started = performance.now();
    const client = await servers.clientFor(user);
    await client.diagnostics(user, LIMIT);
    const first = (performance.now() - started) / 1000;
    const memoryBefore = memory();
    const times: number[] = [];
    for (let round = 0; round < edits; round++) {
      const right = round % 2 === 1;
      const begun = performance.now();
      await workspace.files.write(edited, text(right, round));
      await servers.changed([{ path: edited, status: 'modified' }]);
      await client.diagnostics(edited, LIMIT);
      const found = await client.diagnostics(user, LIMIT);
      times.push(performance.now() - begun);
      const broken = found.some(({ severity }) => severity === 1);
      if (broken === right) throw new Error(`${project.name}: round ${round} was not seen by its server`);
    }
    return {
      server: project.name,
      files: MODULES,
      'first diagnostics (s)': first.toFixed(2),
      edits,
      'edit → diagnostics (ms)': median(times).toFixed(0),
      'slowest tenth (ms)': [...times].sort((a, b) => a - b)[Math.floor(times.length * 0.9)]!.toFixed(0),
      'memory at first (MB)': memoryBefore.toFixed(0),
      'memory after the edits (MB)': memory().toFixed(0),
    };
  } finally {
    await servers.dispose();
  }
}

export function typescriptProject(repo: string): ServerProject {
  const text = (number: number, type = 'number') =>
    `${number === 0 ? '' : `import { step${number - 1} } from './m${number - 1}.ts';\n\n`}export function step${number}(input: ${type}): number {\n  return ${number === 0 ? 'Number(input)' : `step${number - 1}(Number(input)) + 1`};\n}\n`;
  const files: Record<string, string> = {
    'package.json': '{"type":"module"}',
    'tsconfig.json':
      '{"compilerOptions":{"strict":true,"module":"nodenext","noEmit":true,"allowImportingTsExtensions":true}}',
  };
  for (let number = 0; number < MODULES; number++) files[`src/m${number}.ts`] = text(number);
  put(repo, files);
  return {
    name: 'TypeScript 7',
    repo,
    edited: 'src/m100.ts',
    user: 'src/m101.ts',
    text: (right, round) => `${text(100, right ? 'number' : 'Date')}// ${round}\n`,
  };
}

export function pythonProject(repo: string): ServerProject {
  const text = (number: number, type = 'int') =>
    `${number === 0 ? '' : `from chain.m${number - 1} import step${number - 1}\n\n\n`}def step${number}(value: ${type}) -> int:\n    return ${number === 0 ? 'len(str(value))' : `step${number - 1}(len(str(value))) + 1`}\n`;
  const files: Record<string, string> = { 'chain/__init__.py': '' };
  for (let number = 0; number < MODULES; number++) files[`chain/m${number}.py`] = text(number);
  put(repo, files);
  return {
    name: 'Pyright',
    repo,
    edited: 'chain/m100.py',
    user: 'chain/m101.py',
    text: (right, round) => `${text(100, right ? 'int' : 'list[bytes]')}# ${round}\n`,
  };
}

function put(repo: string, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(repo, path)), { recursive: true });
    writeFileSync(join(repo, path), text);
  }
  const git = (...args: string[]) => execFileSync('git', args, { cwd: repo });
  git('init', '-q');
  git('add', '.');
  git('-c', 'user.name=bench', '-c', 'user.email=bench@localhost', 'commit', '-q', '-m', 'start');
}
