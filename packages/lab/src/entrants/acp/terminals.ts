import type { Workspace } from '@heddle/workspace';
import { shellLine } from '../peer/place.ts';

/** Bytes of a terminal's output that are kept, its end: what agents ask for at most. */
const KEPT_BYTES = 1_000_000;
/** Terminals of one program at once. */
const MAX_TERMINALS = 64;

interface Created {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string | null;
  readonly env: Readonly<Record<string, string>>;
  readonly limit: number;
}

interface Status {
  readonly exitCode: number | null;
  readonly signal: string | null;
}

/** Commands that a foreign program has its client run: in the same box as the program itself. */
export class Terminals {
  readonly #workspace: Workspace;
  readonly #preamble: string;
  readonly #open = new Map<string, Terminal>();
  /** What those printed that are gone. */
  readonly #last = new Map<string, string>();
  #count = 0;

  constructor(workspace: Workspace, preamble: string) {
    this.#workspace = workspace;
    this.#preamble = preamble;
  }

  /** Throws Error: too many at once, a folder outside of the workspace. */
  async create({ command, args, cwd, env, limit }: Created): Promise<string> {
    if (this.#open.size >= MAX_TERMINALS)
      throw new Error(`${MAX_TERMINALS} terminals are open: release some`);
    const { root } = this.#workspace;
    if (cwd !== null && cwd !== root && !cwd.startsWith(`${root}/`))
      throw new Error(`${cwd} is outside of ${root}`);
    // Some send a program and its arguments, some a line for a shell.
    const line = args.length > 0 ? shellLine([command, ...args]) : command;
    const process = await this.#workspace.spawn(`${this.#preamble}${line}`, {
      env,
      ...(cwd === null ? {} : { cwd }),
    });
    process.stdin.end();
    const id = `terminal-${++this.#count}`;
    const kept = Math.min(KEPT_BYTES, Math.max(0, limit));
    const terminal: Terminal = {
      output: new Tail(kept),
      kill: () => process.kill(),
      exited: process.exited.then(({ ended, exitCode }) => ({
        exitCode: ended === 'exited' ? exitCode : null,
        signal: ended === 'exited' ? null : 'SIGKILL',
      })),
      status: null,
    };
    for (const stream of [process.stdout, process.stderr])
      stream.on('data', (chunk: Buffer) => terminal.output.push(chunk));
    void terminal.exited.then((status) => {
      terminal.status = status;
    });
    this.#open.set(id, terminal);
    return id;
  }

  output(id: string): { output: string; truncated: boolean; exitStatus: Status | null } {
    const { output, status } = this.#terminal(id);
    return { output: output.text(), truncated: output.cut, exitStatus: status };
  }

  wait(id: string): Promise<Status> {
    return this.#terminal(id).exited;
  }

  async kill(id: string): Promise<void> {
    await this.#terminal(id).kill();
  }

  async release(id: string): Promise<void> {
    const terminal = this.#terminal(id);
    this.#last.set(id, terminal.output.text());
    this.#open.delete(id);
    await terminal.kill();
  }

  /** What a terminal printed, also one that was released. */
  printed(id: string): string {
    return this.#open.get(id)?.output.text() ?? this.#last.get(id) ?? '';
  }

  #terminal(id: string): Terminal {
    const terminal = this.#open.get(id);
    if (terminal === undefined) throw new Error(`there is no terminal ${id}`);
    return terminal;
  }
}

interface Terminal {
  readonly output: Tail;
  readonly exited: Promise<Status>;
  kill(): Promise<void>;
  status: Status | null;
}

/** The last bytes of an output. */
class Tail {
  readonly #most: number;
  #bytes: Buffer<ArrayBufferLike> = Buffer.alloc(0);
  cut = false;

  constructor(most: number) {
    this.#most = most;
  }

  push(chunk: Buffer): void {
    const all = Buffer.concat([this.#bytes, chunk]);
    this.cut ||= all.length > this.#most;
    this.#bytes = all.subarray(Math.max(0, all.length - this.#most));
  }

  text(): string {
    // A character may have been cut in two.
    return this.#bytes.toString('utf8').replace(/^\uFFFD+/, '');
  }
}
