import type { Workspace } from '@heddle/workspace';
import type { Baseline } from './baseline.ts';
import { RunLimit } from './run-limit.ts';
import { readRun, runTests, sameFailures, type TestRun } from './trial.ts';
import { WarmPython } from './warm-python.ts';

/** Starting a warm process and seeing that it tells the truth costs about three runs. */
const WORTH_WARMING = 4;
/** A candidate that takes the process with it costs a new one; a project whose tests do it always goes without. */
const MAX_STARTS = 4;
/** Below this a limit would be about the machine's load, not about the candidate. */
const LEAST_SECONDS = 0.5;
/** A mended program may do what the whole check's other tests do; beyond this that is no reason to wait. */
const MOST_LEAST_SECONDS = 1;
/** A check that hangs as it is says nothing about how long it should take. */
const UNKNOWN_SECONDS = 1.5;

/** Limits of one call, for cold runs and warm ones: they have little in common. */
export type RunLimits = Readonly<Record<'cold' | 'warm', RunLimit>>;

export function runLimits({ first, whole }: Baseline): RunLimits {
  const most = first.limitSeconds;
  if (first.run.ended === 'hung') {
    const least = Math.min(UNKNOWN_SECONDS, most);
    return {
      // It would have to start the interpreter within it.
      cold: new RunLimit({ first: most, least, most }),
      warm: new RunLimit({ first: least, least, most }),
    };
  }
  const least = Math.min(most, MOST_LEAST_SECONDS, Math.max(LEAST_SECONDS, whole.seconds));
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
  /** A candidate has passed: the whole check is run too. */
  #passed = false;

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

  get #wholeArgs(): readonly string[] | undefined {
    return this.#baseline.first.program?.wholeArgs ?? undefined;
  }

  /** Before files are changed. `ahead`: how many candidates are still expected. */
  async prepare(ahead: number): Promise<void> {
    if (ahead >= WORTH_WARMING && this.#warm === null) await this.#start();
    const { warmth, whole } = this.#baseline;
    if (!this.#passed || warmth.whole !== null) return;
    const run = await this.#runWholeQuickly();
    if (run !== null) warmth.whole = agree(run, whole);
  }

  /** With the files as they are now, and the limit it had. */
  async run(): Promise<TestRun & { readonly limitSeconds: number }> {
    const run = (await this.#runFirst('warm')) ?? (await this.#runFirst('cold'));
    if (run.ended === 'passed') this.#passed = true;
    return run;
  }

  /** The whole check in a cheaper way, to see that it fails. Null: it has to be run in earnest. */
  async runWhole(): Promise<TestRun | null> {
    return this.#baseline.warmth.whole === true ? this.#runWholeQuickly() : null;
  }

  /** From the warm process, or in one process instead of many. Null: neither can be done. */
  #runWholeQuickly(): Promise<TestRun | null> {
    const { check, quick, limitSeconds } = this.#baseline;
    const signal = this.#signal;
    if (quick !== null) return runTests(this.#workspace, check, { command: quick, limitSeconds, signal });
    const args = this.#wholeArgs;
    return this.#warm === null || args === undefined
      ? Promise.resolve(null)
      : this.#runWarm(limitSeconds, args);
  }

  async #start(): Promise<void> {
    const { first, warmth } = this.#baseline;
    const { program, run: cold } = first;
    const hangs = cold.ended === 'hung';
    // A machine under load must not look like a process that can't be trusted.
    const patience = hangs ? this.#limits.warm.seconds : this.#baseline.limitSeconds;
    const learn = hangs ? null : patience;
    const signal = this.#signal;
    for (;;) {
      const { levels } = warmth;
      const [level] = levels;
      if (program === null || level === undefined || this.#starts >= MAX_STARTS) return;
      this.#starts += 1;
      this.#warm = await WarmPython.start(this.#workspace, program, { level, learn, signal });
      signal.throwIfAborted();
      if (this.#warm !== null && warmth.sure) return;
      const run = await this.#runWarm(patience);
      if (run !== null && run.ended !== 'hung') this.#limits.warm.ended(run.seconds);
      const fits = agree(run, cold);
      // Another worker may have found it out meanwhile.
      if (fits && warmth.levels === levels) warmth.sure = true;
      if (fits) return;
      if (warmth.levels === levels) warmth.levels = levels.slice(1);
      await (this.#warm as WarmPython | null)?.dispose();
      this.#warm = null;
    }
  }

  async #runFirst(how: 'cold'): Promise<TestRun & { readonly limitSeconds: number }>;
  async #runFirst(how: 'warm'): Promise<(TestRun & { readonly limitSeconds: number }) | null>;
  async #runFirst(how: 'cold' | 'warm') {
    const limit = this.#limits[how];
    const limitSeconds = limit.seconds;
    const { command } = this.#baseline.first;
    const signal = this.#signal;
    const run =
      how === 'warm'
        ? await this.#runWarm(limitSeconds)
        : await runTests(this.#workspace, this.#baseline.check, { command, limitSeconds, signal });
    if (run === null) return null;
    if (run.ended !== 'hung') limit.ended(run.seconds);
    return { ...run, limitSeconds };
  }

  async #runWarm(limitSeconds: number, args?: readonly string[]): Promise<TestRun | null> {
    const result = await this.#warm?.run(limitSeconds, args);
    this.#signal.throwIfAborted();
    if (this.#warm?.alive === false) this.#warm = null;
    return result ? readRun(result, this.#baseline.check, this.#workspace.root) : null;
  }
}

/** Whether a cheaper run of the unchanged files says what the ordinary one did. */
function agree(cheap: TestRun | null, cold: TestRun): boolean {
  if (cheap === null || cheap.ended !== cold.ended || cheap.passed !== cold.passed) return false;
  // Where failures are named they say it all, in whatever order; elsewhere the end of the output has to.
  return sameFailures(cheap, cold) && (cold.failing.length > 0 || cheap.last === cold.last);
}
