import type { Box } from './box.ts';
import { kill, startVariable } from './processes.ts';
import { foregroundOf, rootsOf } from './run-processes.ts';
import { ABANDON_SIGNAL } from './shell-loop.ts';
import { CALL_VARIABLE } from './supervisor.ts';

/** Time bash has to say that it has abandoned a list, before the program it waits for is ended. */
const ABANDON_MS = 20;
/** Time a killed command's shell has to come back before it is killed too. */
const GRACE_MS = 500;
/** What is being ended may still be starting programs: it is ended again at this interval. */
const AGAIN_MS = 50;

/**
 * Ends a shell's command: bash is told to abandon the rest of its list, then what the command has started is
 * killed, and at last, if that was no use, bash itself.
 */
export class Stopping {
  readonly #box: Box;
  readonly #of: { readonly shell: string; readonly run: string };
  readonly #seconds: () => number;
  readonly #began = performance.now();
  readonly #foreground = new Set<number>();
  readonly #jobs = new Set<number>();
  readonly #killed = new Set<number>();
  #timer: NodeJS.Timeout;

  constructor(
    box: Box,
    of: { readonly shell: string; readonly run: string; readonly seconds: () => number },
  ) {
    this.#box = box;
    this.#of = of;
    this.#seconds = of.seconds;
    const { bash } = this.#find();
    if (bash !== null) kill(bash, ABANDON_SIGNAL);
    this.#timer = setTimeout(() => this.#again(), ABANDON_MS);
  }

  /** Bash has come back or is gone: whatever is left was in the background. The number of jobs that were ended. */
  end(): number {
    clearTimeout(this.#timer);
    this.#kill(this.#find());
    return this.#jobs.size;
  }

  #again(): void {
    if (performance.now() - this.#began < GRACE_MS) {
      const found = this.#find();
      // Once killed it can still be seen for a moment: it stays what it was.
      const foreground = foregroundOf(found);
      for (const pid of foreground) if (!this.#jobs.has(pid)) this.#foreground.add(pid);
      // After a subshell bash looks for signals only when it has begun the next command: it must not come to that.
      if (foreground.some((pid) => startVariable(pid, CALL_VARIABLE) === this.#of.shell))
        this.#box.killCall(this.#of.shell);
      this.#kill(found);
    } else this.#box.killCall(this.#of.shell);
    this.#timer = setTimeout(() => this.#again(), AGAIN_MS);
  }

  #find() {
    return this.#box.run({ ...this.#of, seconds: this.#seconds() });
  }

  #kill(found: ReturnType<Box['run']>): void {
    // A child of one that was killed before may have lost its parent by now, and is no job for that.
    for (const pid of rootsOf(found))
      if (!this.#foreground.has(pid) && !this.#killed.has(pid)) this.#jobs.add(pid);
    for (const pid of found.begun) {
      this.#killed.add(pid);
      kill(pid);
    }
  }
}
