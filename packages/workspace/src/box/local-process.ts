import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import type { Readable, Writable } from 'node:stream';
import type { WorkspaceLimits } from '../limits.ts';
import type { BoxListener, BoxProcess, KernelLimits } from './box-process.ts';
import { Cgroup } from './cgroup.ts';

/** A box started by a program of this machine. */
export class LocalProcess implements BoxProcess {
  readonly foreign = false;
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>;

  constructor(
    command: readonly [string, ...string[]],
    where: { readonly cwd: string; readonly env: Readonly<Record<string, string>> },
  ) {
    const [program, ...args] = command;
    // Detached: Ctrl-C in the terminal is Heddle's business, not the programs'.
    this.#child = spawn(program, args, { ...where, detached: true, stdio: ['pipe', 'pipe', 'pipe'] });
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  listen(listener: BoxListener): void {
    const child = this.#child;
    let closed = false;
    const close = (why: string) => {
      if (!closed) listener.closed(why);
      closed = true;
    };
    child.stdout.on('data', listener.output);
    child.stderr.on('data', listener.complaint);
    child.stdin.on('error', () => {}); // told by `close`
    child.on('error', (error) => close(error.message));
    child.on('close', (code) => close(`exit code ${code}`));
    child.unref();
    for (const stream of [child.stdin, child.stdout, child.stderr]) (stream as Socket).unref();
  }

  write(text: string): void {
    this.#child.stdin.write(text);
  }

  limit(limits: WorkspaceLimits): KernelLimits | null {
    return Cgroup.create(this.pid, limits);
  }

  async gone(): Promise<void> {
    // Without a number it never was.
    if (this.pid === 0 || this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    this.#child.ref();
    await once(this.#child, 'exit');
  }
}
