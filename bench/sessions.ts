import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openWorkspace, probeSandboxes, type SandboxKind, type Workspace } from '@heddle/workspace';

/** Enough for a median that stays the same from run to run. */
const REPEATS = 41;

interface Measured {
  readonly what: string;
  readonly ms: readonly number[];
}

/** What the walls cost: a shell's start, a command in it, and a process of its own beside one outside. */
export async function benchSessions(): Promise<string> {
  const lines = ['| sandbox | what | median ms | worst of 41 |', '|---|---|---|---|'];
  const bare = await times(() => spawned('true'));
  lines.push(row('none', { what: 'bare spawn of `bash -c true`', ms: bare }));
  const home = mkdtempSync(join(tmpdir(), 'heddle-bench-'));
  const { sandboxes } = await probeSandboxes(home);
  rmSync(home, { recursive: true, force: true });
  for (const { kind, refusal } of sandboxes) {
    if (refusal !== null) continue;
    for (const measured of await inSandbox(kind)) lines.push(row(kind, measured));
  }
  return `${lines.join('\n')}\n`;
}

async function inSandbox(sandbox: SandboxKind): Promise<Measured[]> {
  const folder = mkdtempSync(join(tmpdir(), 'heddle-bench-'));
  const { workspace } = await openWorkspace({
    repo: repository(folder),
    home: join(folder, 'home'),
    id: 'x',
    sandbox,
  });
  try {
    await workspace.exec('true');
    const shell = await workspace.shell({ terminal: true });
    const pipe = await workspace.shell();
    return [
      { what: '`exec` of `true`', ms: await times(() => workspace.exec('true')) },
      { what: 'new shell on a pipe, first command', ms: await times(() => firstCommand(workspace, false)) },
      {
        what: 'new shell on a terminal, first command',
        ms: await times(() => firstCommand(workspace, true)),
      },
      { what: 'command in a shell on a pipe', ms: await times(() => pipe.run('true')) },
      { what: 'command in a shell on a terminal', ms: await times(() => shell.run('true')) },
    ];
  } finally {
    await workspace.dispose();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function firstCommand(workspace: Workspace, terminal: boolean): Promise<void> {
  const shell = await workspace.shell({ terminal });
  await shell.run('true');
  await shell.dispose();
}

async function times(run: () => Promise<unknown>): Promise<number[]> {
  const ms: number[] = [];
  for (let n = 0; n < REPEATS; n++) {
    const started = performance.now();
    await run();
    ms.push(performance.now() - started);
  }
  return ms.sort((a, b) => a - b);
}

function spawned(command: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn('bash', ['-c', command], { stdio: ['ignore', 'pipe', 'pipe'] });
    child.on('error', reject);
    child.on('close', () => resolve());
  });
}

function row(sandbox: string, { what, ms }: Measured): string {
  const [median, worst] = [ms[Math.floor(ms.length / 2)]!, ms.at(-1)!];
  return `| ${sandbox} | ${what} | ${median.toFixed(1)} | ${worst.toFixed(1)} |`;
}

function repository(folder: string): string {
  const repo = join(folder, 'repo');
  mkdirSync(repo);
  writeFileSync(join(repo, 'a.txt'), 'hello\n');
  execFileSync('git', ['init', '-q'], { cwd: repo });
  return repo;
}
