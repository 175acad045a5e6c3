import type { Workspace } from '@heddle/workspace';
import type { Baseline } from './baseline.ts';
import { RunLimit } from './run-limit.ts';
import { readRun, runTests, type TestRun } from './trial.ts';
import { WarmPython } from './warm-python.ts';

/** Starting a warm process and seeing that it tells the truth costs about three runs. */
const WORTH_WARMING = 4;
/** A candidate that takes the process with it costs a new one; a project whose tests do it always goes without. */
const MAX_STARTS = 4;
/** Below this a limit would be about the machine's load, not about the candidate. */
const LEAST_SECONDS = 0.5;
/** A mended program may do what the whole check's other tests do; beyond this that is no reason to wait. */
const MOST_LEAST_SECONDS = 2;
/** A check that hangs as it is says nothing about how long it should take. */
const UNKNOWN_SECONDS = 1.5;

/** Limits of one call, for cold runs and warm ones: they have little in common. */
export type RunLimits = Readonly<Record<'cold' | 'warm', RunLimit>>;

export function runLimits({ first, wholeSeconds }: Baseline): RunLimits {
  const most = first.limitSeconds;
  if (first.run.ended === 'hung') {
    const least = Math.min(UNKNOWN_SECONDS, most);
    return {
      // It would have to start the interpreter within it.
      cold: new RunLimit({ first: most, least, most }),
      warm: new RunLimit({ first: least, least, most }),
    };
  }
  const least = Math.min(most, MOST_LEAST_SECONDS, Math.max(LEAST_SECONDS, wholeSeconds));
  return {
    cold: new RunLimit({ first: most, least, most }),
    warm: new RunLimit({ first: most, least, most }),
  };
}

/** Runs what comes first for each candidate in one workspace, from a warm process where that gives the same. */
export class FirstRuns {
  readonly #workspace: Workspace;
  readonly #baseline: Baseline;
  readonly #limits: RunLimits;
  readonly #signal: AbortSignal;
  #warm: WarmPython | null = null;
  #starts = 0;

  constructor(
    workspace: Workspace,
    baseline: Baseline,
    { limits, signal }: { limits: RunLimits; signal: AbortSignal },
  ) {
    this.#workspace = workspace;
    this.#baseline = baseline;
    this.#limits = limits;
    this.#signal = signal;
  }

  /** Before files are changed. `ahead`: how many runs are still expected. */
  async prepare(ahead: number): Promise<void> {
    const { first, warmth } = this.#baseline;
    const { program } = first;
    if (this.#warm !== null || program === null || warmth.fits === false) return;
    if (ahead < WORTH_WARMING || this.#starts >= MAX_STARTS) return;
    this.#starts += 1;
    const learn = first.run.ended === 'hung' ? null : first.limitSeconds;
    const signal = this.#signal;
    const warm = await WarmPython.start(this.#workspace, program, { learn, signal });
    signal.throwIfAborted();
    if (warm === null) {
      warmth.fits ??= false;
      return;
    }
    this.#warm = warm;
    if (warmth.fits === null) warmth.fits = this.#agrees(await this.#runWarm());
    if (!warmth.fits) {
      this.#warm = null;
      await warm.dispose();
    }
  }

  /** With the files as they are now, and the limit it had. */
  async run(): Promise<TestRun & { readonly limitSeconds: number }> {
    const warmLimit = this.#limits.warm.seconds;
    const warm = await this.#runWarm();
    if (warm !== null) return { ...warm, limitSeconds: warmLimit };
    const limit = this.#limits.cold;
    const limitSeconds = limit.seconds;
    const run = await runTests(this.#workspace, this.#baseline.check, {
      command: this.#baseline.first.command,
      limitSeconds,
      signal: this.#signal,
    });
    if (run.ended !== 'hung') limit.ended(run.seconds);
    return { ...run, limitSeconds };
  }

  /** The workspace's end is the end of what runs in it. */
  async #runWarm(): Promise<TestRun | null> {
    if (this.#warm === null) return null;
    const limit = this.#limits.warm;
    const result = await this.#warm.run(limit.seconds);
    this.#signal.throwIfAborted();
    if (!this.#warm.alive) this.#warm = null;
    if (result === null) return null;
    const run = readRun(result, this.#baseline.check, this.#workspace.root);
    if (run.ended !== 'hung') limit.ended(run.seconds);
    return run;
  }

  /** Whether a warm run of the unchanged files says what the cold one did. */
  #agrees(run: TestRun | null): boolean {
    const { run: cold } = this.#baseline.first;
    if (run === null || run.ended !== cold.ended) return false;
    return run.last === cold.last && run.failing.join('\n') === cold.failing.join('\n');
  }
}
