import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const HEDDLE = fileURLToPath(new URL('../../packages/cli/bin/heddle', import.meta.url));

/** `heddle studio` in a process of its own, as people start it. */
export class StudioServer {
  readonly url: string;
  /** Until it listened. */
  readonly startSeconds: number;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, url: string, startSeconds: number) {
    this.#child = child;
    this.url = url;
    this.startSeconds = startSeconds;
  }

  static async start(home: string): Promise<StudioServer> {
    const began = performance.now();
    const child = spawn(HEDDLE, ['studio', '--port', '0', '--no-open', '--no-token'], {
      env: { ...process.env, HEDDLE_HOME: home },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = (await once(createInterface({ input: child.stdout! }), 'line')) as [string];
    return new StudioServer(child, line.replace(/\/$/, ''), (performance.now() - began) / 1000);
  }

  /** Resident memory in MB: now, and at its highest. */
  memory(): { readonly now: number; readonly most: number } {
    const status = readFileSync(`/proc/${this.#child.pid}/status`, 'utf8');
    const of = (name: string) =>
      Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1] ?? 0) / 1024;
    return { now: of('VmRSS'), most: of('VmHWM') };
  }

  async stop(): Promise<void> {
    this.#child.kill('SIGTERM');
    await once(this.#child, 'exit');
  }
}
