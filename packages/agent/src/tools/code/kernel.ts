import { StringDecoder } from 'node:string_decoder';
import { ModelFacingError } from '@heddle/core';
import type { SpawnEnd, SpawnedProcess, Workspace } from '@heddle/workspace';
import { type FromKernel, type FunctionSpec, fromKernelSchema, type ToKernel } from './protocol.ts';
import { NOT_HERE, type Start } from './start.ts';

/** A kernel that says nothing by then does not work; Jupyter takes about a second, on a busy machine some more. */
const START_MS = 60_000;
/** From the interrupt to the end: what code may take to clean up. */
const GRACE_MS = 5_000;
/** Longest message of a kernel: a picture fits. Beyond it a program writes where only the kernel should. */
const MAX_MESSAGE_CHARACTERS = 32_000_000;
/** Kept of a kernel's own complaints. */
const MAX_COMPLAINT_CHARACTERS = 2_000;

export type Answer = Pick<Extract<ToKernel, { type: 'answer' }>, 'outcome' | 'content' | 'details'>;

export interface RunOptions {
  readonly seconds: number;
  /** Aborted: the kernel is ended and `run` rejects with the reason. */
  readonly signal: AbortSignal;
  onPrint(text: string): void;
  onDisplay(display: Extract<FromKernel, { type: 'display' }>): void;
  /** A call of another tool. `signal`: nobody waits for it any more. */
  onCall(tool: string, input: Record<string, unknown>, signal: AbortSignal): Promise<Answer>;
}

/** `interrupted`: at its time limit, what there was is kept. `lost`: the kernel is gone; `why` says how. */
export type RunEnd =
  | { readonly status: 'ok' | 'raised' | 'interrupted'; readonly error: string }
  | { readonly status: 'lost'; readonly why: string; readonly timedOut: boolean };

interface Current {
  readonly id: number;
  readonly options: RunOptions;
  /** Aborted when the code no longer waits for the tools it called. */
  readonly calls: AbortController;
  readonly resolve: (end: RunEnd) => void;
}

/** A live interpreter in a workspace. One run at a time. */
export class Kernel {
  /** What it is, for the model: `Python 3.12.1 in Jupyter (ipykernel 6.29)`. */
  about = '';
  /** It is no Jupyter kernel but Heddle's. */
  own = true;
  readonly #process: SpawnedProcess;
  readonly #ready: { resolve: () => void; reject: (error: Error) => void };
  #decoder = new StringDecoder('utf8');
  #received = '';
  #complaint = '';
  #flooded = false;
  #runs = 0;
  #current: Current | null = null;
  #end: SpawnEnd | null = null;
  #between = '';

  /** Throws ModelFacingError `no-kernel`: it says what is missing. */
  static async start(
    workspace: Workspace,
    { program, commands }: Start,
    functions: readonly FunctionSpec[],
    signal: AbortSignal,
  ): Promise<Kernel> {
    const complaints: string[] = [];
    for (const command of commands) {
      signal.throwIfAborted();
      const spawned = await workspace.spawn(command);
      const outcome = Promise.withResolvers<void>();
      const kernel = new Kernel(spawned, outcome);
      const stop = () => void spawned.kill();
      const timer = setTimeout(stop, START_MS);
      signal.addEventListener('abort', stop);
      try {
        kernel.#tell({ type: 'init', functions });
        await outcome.promise;
        return kernel;
      } catch (error) {
        if (kernel.#end?.exitCode !== NOT_HERE) complaints.push((error as Error).message);
      } finally {
        clearTimeout(timer);
        signal.removeEventListener('abort', stop);
      }
    }
    signal.throwIfAborted();
    throw new ModelFacingError(
      'no-kernel',
      `No ${program} could be started here, so nothing was run: ${complaints.join('; ')}. Use bash instead.`,
    );
  }

  private constructor(
    spawned: SpawnedProcess,
    ready: { resolve: () => void; reject: (error: Error) => void },
  ) {
    this.#process = spawned;
    this.#ready = ready;
    spawned.stdout.on('data', (chunk: Buffer) => this.#hear(this.#decoder.write(chunk)));
    spawned.stderr.on('data', (chunk: Buffer) => {
      this.#complaint = (this.#complaint + chunk.toString()).slice(-MAX_COMPLAINT_CHARACTERS);
    });
    void spawned.exited.then((end) => this.#ended(end));
  }

  get alive(): boolean {
    return this.#end === null;
  }

  /** What was printed while nothing ran, by threads and timers; given once. */
  takeBetween(): string {
    const text = this.#between;
    this.#between = '';
    return text;
  }

  /** Never rejects but with the reason of `signal`. */
  async run(code: string, options: RunOptions): Promise<RunEnd> {
    options.signal.throwIfAborted();
    this.#runs += 1;
    const { promise, resolve } = Promise.withResolvers<RunEnd>();
    const calls = new AbortController();
    this.#current = { id: this.#runs, options, calls, resolve };
    if (this.#end !== null) return this.#lost(this.#end, false);
    this.#tell({ type: 'run', id: this.#runs, code });
    let timedOut = false;
    let grace: NodeJS.Timeout | undefined;
    const timer = setTimeout(() => {
      timedOut = true;
      calls.abort();
      this.#tell({ type: 'interrupt' });
      grace = setTimeout(() => void this.dispose(), GRACE_MS);
    }, options.seconds * 1000);
    const abort = () => void this.dispose();
    options.signal.addEventListener('abort', abort);
    try {
      const end = await promise;
      options.signal.throwIfAborted();
      return end.status === 'lost' ? { ...end, timedOut } : end;
    } finally {
      clearTimeout(timer);
      clearTimeout(grace);
      options.signal.removeEventListener('abort', abort);
      calls.abort();
      this.#current = null;
    }
  }

  /** Ends it and whatever it started. */
  async dispose(): Promise<void> {
    await this.#process.kill();
  }

  #tell(message: ToKernel): void {
    this.#process.stdin.write(`${JSON.stringify(message)}\n`);
  }

  #hear(text: string): void {
    const lines = text.split('\n');
    // A long message comes in many parts: only the new one is searched for its end.
    const rest = lines.pop()!;
    if (lines.length > 0) {
      lines[0] = this.#received + lines[0];
      this.#received = rest;
    } else this.#received += rest;
    if (this.#received.length > MAX_MESSAGE_CHARACTERS) {
      this.#flooded = true;
      void this.dispose();
      return;
    }
    for (const line of lines) {
      const message = read(line);
      if (message !== null) this.#take(message);
    }
  }

  #take(message: FromKernel): void {
    switch (message.type) {
      case 'ready':
        this.about = message.kernel;
        this.own = message.own;
        this.#ready.resolve();
        return;
      case 'output':
        if (this.#current !== null) this.#current.options.onPrint(message.text);
        else this.#between = (this.#between + message.text).slice(-MAX_COMPLAINT_CHARACTERS);
        return;
      case 'display':
        this.#current?.options.onDisplay(message);
        return;
      case 'call':
        void this.#call(message);
        return;
      case 'done':
        if (message.run === this.#current?.id)
          this.#current.resolve({ status: message.status, error: message.error });
        return;
      default:
        message satisfies never;
    }
  }

  async #call({ run, call, tool, input }: Extract<FromKernel, { type: 'call' }>): Promise<void> {
    const current = this.#current;
    const answer =
      current === null || (run !== 0 && run !== current.id)
        ? {
            outcome: 'error' as const,
            content: `${tool} was not run: the call of code that asked for it has ended.`,
            details: null,
          }
        : await current.options.onCall(tool, input, current.calls.signal);
    if (this.#end === null) this.#tell({ type: 'answer', call, ...answer });
  }

  #ended(end: SpawnEnd): void {
    this.#end = end;
    this.#ready.reject(new Error(this.#why(end)));
    this.#current?.resolve(this.#lost(end, false));
  }

  #lost(end: SpawnEnd, timedOut: boolean): RunEnd {
    return { status: 'lost', why: this.#why(end), timedOut };
  }

  #why({ ended, exitCode }: SpawnEnd): string {
    if (this.#flooded) return 'it said more in one message than a kernel has to say';
    if (ended !== 'exited') return ENDED[ended] ?? `it was ended (${ended})`;
    // The shell's word on a program that a signal ended would repeat the whole program.
    if (exitCode !== null && exitCode > 128) return `signal ${exitCode - 128} ended it`;
    return this.#complaint.trim().split('\n').at(-1) || `it exited with code ${exitCode}`;
  }
}

const ENDED: Partial<Record<SpawnEnd['ended'], string>> = {
  memory: 'it used more memory than the sandbox allows',
  processes: 'it started more processes than the sandbox allows',
  aborted: 'it did not answer and was ended',
  lost: 'its sandbox ended',
};

/** Null: no message of a kernel. Programs that it starts could write there too. */
function read(line: string): FromKernel | null {
  try {
    const parsed = fromKernelSchema.safeParse(JSON.parse(line));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}
