import { spawn } from 'node:child_process';
import path from 'node:path';
import type { Finding } from './finding.ts';

/** Runs one of the installed tools; all it printed is the problem when it fails. */
export async function runTool(root: string, tool: string, args: readonly string[]): Promise<Finding> {
  const { code, output } = await run(path.join(root, 'node_modules', '.bin', tool), args, root);
  const text = output.trim();
  if (code !== 0) return { seen: '', problems: [text === '' ? `${tool} ended with ${code}` : text] };
  return { seen: text.split('\n').at(-1) ?? '', problems: [] };
}

/** How a program ended; `output` is all it printed, to either stream. */
export interface Ran {
  readonly code: number | null;
  readonly output: string;
}

/** Runs a program to its end. Resolves whatever its exit code; rejects only when it cannot be started. */
export function run(program: string, args: readonly string[], cwd: string, env = process.env): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    const chunks: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, output: Buffer.concat(chunks).toString('utf8') }));
  });
}
