import { spawn } from 'node:child_process';
import path from 'node:path';

/** What the demo reads of the object that `heddle solve --json` prints. */
export interface Solved {
  readonly rollout: string;
  readonly status: string;
  readonly verified: boolean;
  readonly patch: string;
  readonly probability: number | null;
  readonly steps: number;
  readonly costUsd: number;
  readonly seconds: number;
  readonly reason: string;
}

export type Attempt =
  | { readonly kind: 'ended'; readonly exitCode: number; readonly result: Solved }
  /** `heddle` refused to start; it has told why on standard error. */
  | { readonly kind: 'refused'; readonly exitCode: number };

export type Sandbox = 'auto' | 'host';

export interface SolveSettings {
  readonly taskFile: string;
  readonly repo: string;
  /** Heddle's data folder. */
  readonly home: string;
  readonly sandbox: Sandbox;
  /** Seconds after which the rollout hands in what it has. */
  readonly seconds: number;
  /** Side by side, and the best of them; one alone is the ordinary way. */
  readonly attempts: number;
}

/** The command as a person would type it in the checkout. */
export function commandLine(settings: SolveSettings): string[] {
  const { taskFile, repo, sandbox, seconds, attempts } = settings;
  const options = ['--repo', repo, '--model', 'repair', '--sandbox', sandbox, '--time', `${seconds}s`];
  const several = attempts > 1 ? ['--attempts', String(attempts)] : [];
  return ['heddle', 'solve', taskFile, ...options, ...several, '--json'];
}

/** `host` on a machine that permits no sandbox at all, else `auto`, as `heddle doctor` sees it. */
export async function usableSandbox(root: string, home: string): Promise<Sandbox> {
  const { output } = await start(root, home, ['doctor', '--json']);
  const rows = parse(output);
  if (!Array.isArray(rows)) throw new Error(`heddle doctor printed: ${output.slice(0, SHOWN_OUTPUT)}`);
  const sandboxes = rows.filter(
    ({ about }) => String(about).startsWith('sandbox ') && about !== 'sandbox host',
  );
  return sandboxes.some(({ state }) => state === 'ok') ? 'auto' : 'host';
}

/**
 * Runs `heddle solve` through the installed command. Its progress goes straight to our standard error, so that it is
 * live on a terminal. Throws when it prints no result although it ran, which would be a bug.
 */
export async function solve(root: string, settings: SolveSettings): Promise<Attempt> {
  const { exitCode, output } = await start(root, settings.home, commandLine(settings).slice(1));
  const printed = parse(output);
  if (typeof printed === 'object' && printed !== null && 'rollout' in printed) {
    return { kind: 'ended', exitCode, result: printed as Solved };
  }
  if (exitCode === 0 || exitCode === 1) {
    throw new Error(`heddle ended with ${exitCode} but printed: ${output.slice(0, SHOWN_OUTPUT)}`);
  }
  return { kind: 'refused', exitCode };
}

/** Characters of unexpected output in an error message. */
const SHOWN_OUTPUT = 500;

async function start(
  root: string,
  home: string,
  args: readonly string[],
): Promise<{ exitCode: number; output: string }> {
  const child = spawn(path.join(root, 'node_modules', '.bin', 'heddle'), args, {
    cwd: root,
    env: { ...process.env, HEDDLE_HOME: home },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  const exitCode = await new Promise<number>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve(code ?? (signal === 'SIGINT' ? 130 : 1)));
  });
  return { exitCode, output: Buffer.concat(chunks).toString('utf8') };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
