import { DEFAULT_TIMEOUT_SECONDS } from '../limits.ts';
import type { ExecEnd, ExecOptions, ExecResult } from '../workspace.ts';
import { Output } from './output.ts';

/** Of a command that was aborted before it began. */
export const ABORTED_BEFORE: ExecResult = {
  ended: 'aborted',
  exitCode: null,
  output: '',
  outputBytes: 0,
  seconds: 0,
};

/** One command while it runs: its output, its time, and the first cause that ended it. */
export class Call {
  readonly #output: Output;
  readonly #outputBytes: number;
  readonly #stop: () => void;
  readonly #started = performance.now();
  readonly #timer: NodeJS.Timeout;
  readonly #signal: AbortSignal | undefined;
  #cause: ExecEnd | null = null;

  /** `stop` is called once, when the command is to be ended before it ends by itself. */
  constructor(options: ExecOptions, outputBytes: number, stop: () => void) {
    this.#output = new Output(options.onOutput);
    this.#outputBytes = outputBytes;
    this.#stop = stop;
    this.#timer = setTimeout(
      () => this.stop('timeout'),
      (options.timeoutSeconds ?? DEFAULT_TIMEOUT_SECONDS) * 1000,
    );
    this.#signal = options.signal;
    this.#signal?.addEventListener('abort', this.#onAbort);
  }

  get seconds(): number {
    return (performance.now() - this.#started) / 1000;
  }

  push(chunk: Buffer): void {
    this.#output.push(chunk);
    if (this.#output.bytes > this.#outputBytes) this.stop('output');
  }

  stop(cause: ExecEnd): void {
    if (this.#cause !== null) return;
    this.#cause = cause;
    this.#stop();
  }

  /** `exitCode`: as the command reported it; null when it never did. `cause` counts if nothing stopped it before. */
  result(exitCode: number | null, cause: ExecEnd = 'exited'): ExecResult {
    clearTimeout(this.#timer);
    this.#signal?.removeEventListener('abort', this.#onAbort);
    const ended = this.#cause ?? cause;
    return {
      ended,
      exitCode: ended === 'exited' ? exitCode : null,
      output: this.#output.text(),
      outputBytes: this.#output.bytes,
      seconds: this.seconds,
    };
  }

  readonly #onAbort = (): void => this.stop('aborted');
}
