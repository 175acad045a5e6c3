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
  | { readonly kind: 'refused'; readonly exitCode: number; readonly code: string | null };

export interface SolveSettings {
  readonly taskFile: string;
  readonly repo: string;
  /** Heddle's data folder. */
  readonly home: string;
  readonly sandbox: 'auto' | 'host';
  /** Seconds after which the rollout hands in what it has. */
  readonly seconds: number;
}

/** The command as a person would type it in the checkout. */
export function commandLine(settings: SolveSettings): string[] {
  const { taskFile, repo, sandbox, seconds } = settings;
  const options = ['--repo', repo, '--model', 'repair', '--sandbox', sandbox, '--time', `${seconds}s`];
  return ['heddle', 'solve', taskFile, ...options, '--json'];
}

/**
 * Runs `heddle solve` through the installed command. Its progress goes straight to our standard error, so that it is
 * live on a terminal. Throws when it prints no result although it ran, which would be a bug.
 */
export async function solve(root: string, settings: SolveSettings): Promise<Attempt> {
  const [, ...args] = commandLine(settings);
  const child = spawn(path.join(root, 'node_modules', '.bin', 'heddle'), args, {
    cwd: root,
    env: { ...process.env, HEDDLE_HOME: settings.home },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  const exitCode = await new Promise<number>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve(code ?? (signal === 'SIGINT' ? 130 : 1)));
  });
  const output = Buffer.concat(chunks).toString('utf8');
  const printed = parseObject(output);
  if (printed && 'rollout' in printed)
    return { kind: 'ended', exitCode, result: printed as unknown as Solved };
  if (exitCode === 0 || exitCode === 1)
    throw new Error(`heddle ended with ${exitCode} but printed: ${output.slice(0, 500)}`);
  return { kind: 'refused', exitCode, code: codeOf(printed) };
}

function parseObject(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

function codeOf(printed: Record<string, unknown> | null): string | null {
  const error = printed?.error;
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : null;
  return typeof code === 'string' ? code : null;
}
