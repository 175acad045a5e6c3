import { availableParallelism } from 'node:os';
import { type CheckOutcome, type EventOf, ModelFacingError } from '@heddle/core';
import type { Workspace } from '@heddle/workspace';
import { COULD_NOT_START, runCheck } from '../check-run.ts';
import type { Run } from '../compose/run.ts';
import { Slots } from '../compose/slots.ts';
import type { Test } from './tests.ts';

type Measured = EventOf<'evidence.measured'>;

/** Files on which tests are run: a candidate's, or those as they were (0). */
export interface Subject {
  readonly about: number;
  readonly snapshot: string;
}

/** Less time than this left: nothing more is measured, the choice is made with what there is. */
const LEAST_SECONDS = 5;
/** A command that somebody named; a check has its own limit. */
const COMMAND_SECONDS = 120;

/** Runs tests on candidates, each in a fork of its own, and journals what came of it. What is in the journal is not run again. */
export class Measuring {
  readonly #run: Run;
  readonly #slots = new Slots(availableParallelism());

  constructor(run: Run) {
    this.#run = run;
  }

  /** All of them on all of them; `times`: how often in all. The user's checks come first: others are read beside them. */
  async all(tests: readonly Test[], subjects: readonly Subject[], times = 1): Promise<void> {
    const cells = tests.flatMap((test) => subjects.map((subject) => ({ test, subject })));
    const ends = await Promise.allSettled(cells.map(({ test, subject }) => this.#cell(test, subject, times)));
    for (const end of ends) if (end.status === 'rejected') throw end.reason;
  }

  async #cell(test: Test, { about, snapshot }: Subject, times: number): Promise<void> {
    const release = await this.#slots.take();
    try {
      for (let run = this.#runs(test, snapshot) + 1; run <= times; run++) {
        if (this.#run.signal.aborted || this.#run.remaining().seconds < LEAST_SECONDS) return;
        const known = run === 1 ? test.known?.(snapshot) : undefined;
        const end = known ?? (await this.#measure(test, snapshot));
        this.#run.signal.throwIfAborted();
        const { name, kind, by } = test;
        const { path } = this.#run;
        this.#run.emit({
          type: 'evidence.measured',
          path,
          test: name,
          kind,
          by,
          about,
          snapshot,
          run,
          ...end,
        });
      }
    } finally {
      release();
    }
  }

  #runs({ name }: Test, snapshot: string): number {
    return this.#evidence.filter((each) => each.test === name && each.snapshot === snapshot).length;
  }

  async #measure(test: Test, snapshot: string): Promise<Ended> {
    const { ground, signal } = this.#run;
    const fork = await ground.workspace.fork(snapshot);
    try {
      for (const { path, bytes } of test.files) await put(fork, path, bytes);
      const secondsLeft = this.#run.remaining().seconds;
      if (test.check !== undefined) {
        const ran = await runCheck(fork, test.check, { secondsLeft, signal, onOutput() {} });
        const outcome = test.kind === 'tests' ? this.#ofBrought(ran.outcome, test, snapshot) : ran.outcome;
        return this.#ended(outcome, ran.output, ran.seconds);
      }
      const { command, stdin, timeoutSeconds: limit = COMMAND_SECONDS } = test;
      const timeoutSeconds = Math.max(1, Math.min(limit, secondsLeft));
      const once = () =>
        fork.exec(command, { timeoutSeconds, signal, ...(stdin === undefined ? {} : { stdin }) });
      const ran = await once();
      const behaviour = test.read?.(ran.output, (await once()).output);
      const { exitCode, ended, output, seconds } = ran;
      const status =
        ended === 'timeout'
          ? 'hung'
          : ended !== 'exited' || COULD_NOT_START.has(exitCode)
            ? 'broken'
            : exitCode === 0
              ? 'passed'
              : 'failed';
      return {
        ...this.#ended({ status, exitCode, counts: null, failing: [] }, output, seconds),
        ...(behaviour === undefined ? {} : { behaviour }),
      };
    } finally {
      await fork.dispose();
    }
  }

  /** What fails without the tests that were brought says nothing of them. */
  #ofBrought(outcome: CheckOutcome, { check }: Test, snapshot: string): CheckOutcome {
    const without = this.#evidence.find((each) => each.test === check!.name && each.snapshot === snapshot);
    if (outcome.status !== 'failed' || outcome.failing.length === 0) return outcome;
    const failing = outcome.failing.filter((name) => without?.failing.includes(name) !== true);
    return { ...outcome, failing, status: failing.length === 0 ? 'passed' : 'failed' };
  }

  get #evidence(): readonly Measured[] {
    return this.#run.ground.past.selections.get(this.#run.path)?.evidence ?? [];
  }

  #ended(
    { status: outcome, exitCode, counts, failing }: CheckOutcome,
    output: string,
    seconds: number,
  ): Ended {
    const { ground } = this.#run;
    return { outcome, exitCode, counts, failing, output: ground.put(ground.mask(output)), seconds };
  }
}

type Ended = Pick<
  Measured,
  'outcome' | 'exitCode' | 'counts' | 'failing' | 'behaviour' | 'output' | 'seconds'
>;

/** What is no file there (a link that leads out), or has no place, is left out. */
async function put(fork: Workspace, path: string, bytes: Buffer | null): Promise<void> {
  try {
    if (bytes === null) await fork.files.remove(path);
    else await fork.files.write(path, bytes);
  } catch (error) {
    if (!(error instanceof ModelFacingError)) throw error;
  }
}
