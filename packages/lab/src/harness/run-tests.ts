import { OperatorError } from '@heddle/core';
import {
  type ExecResult,
  openWorkspace,
  prepareImage,
  type SandboxKind,
  type Workspace,
} from '@heddle/workspace';
import type { Instance, RewardGrading, TestGrading } from '../instance.ts';
import type { InfraFault } from '../verdict.ts';
import { applyPatch, putTestsBack } from './apply-patch.ts';
import { isUnittest, namesAsPublished } from './local-names.ts';
import { runOwn, Stopped } from './own-command.ts';
import { preamble, quote } from './placed.ts';
import { rewardCommand, rewardOf } from './reward.ts';
import { type Sealed, seal } from './seal.ts';
import { markedLog } from './test-log.ts';

export interface RunOptions {
  /** Heddle's data folder. */
  readonly home: string;
  readonly sandbox?: SandboxKind | 'auto';
  readonly signal?: AbortSignal;
  /** Names the working copy: unique among those open at a time. */
  readonly id: string;
}

/** One run of an instance's tests on a clean checkout. */
export interface TestRun {
  readonly patch: 'applied' | 'empty' | 'not-applicable';
  /**
   * `ran`: the command ended by itself. A wall (time, memory, processes, output) ended it. `refused`: it was never
   * started because the patch does not apply. `fault`: it could not be started, or its end is unknown.
   */
  readonly end: 'ran' | 'refused' | 'timeout' | 'memory' | 'processes' | 'output' | 'fault';
  readonly fault: InfraFault | null;
  /** With the markers of `test-log.ts`. */
  readonly log: string;
  /** As the instance's own grader wrote it; null: it wrote none, or the instance is graded by tests. */
  readonly reward: number | null;
  readonly seconds: number;
}

/** Setting up builds and links; a build of a large project fits. */
const SETUP_SECONDS = 1_800;

/**
 * Checks out an instance's files afresh, sets its environment up, applies a patch, puts the instance's tests back and
 * runs them, without a network, in a working copy that is removed afterwards.
 * Throws OperatorError where the user has to do something (no clone, no sandbox); rejects with the signal's reason.
 */
export async function runTests(instance: Instance, patch: string, options: RunOptions): Promise<TestRun> {
  const began = performance.now();
  const seconds = () => (performance.now() - began) / 1000;
  const empty = patch.trim() === '';
  const broken = (fault: InfraFault, log = ''): TestRun => ({
    patch: empty ? 'empty' : 'applied',
    end: 'fault',
    fault,
    log,
    reward: null,
    seconds: seconds(),
  });
  const sealed = await seal(instance.files, options.home);
  const { environment } = instance;
  let workspace: Workspace | null = null;
  try {
    const sandbox =
      environment?.image === undefined ? options.sandbox : await prepareImage(environment.image);
    const tests = instance.grading.kind === 'reward' ? [instance.grading.tests] : [];
    const opened = await openWorkspace({
      repo: sealed.folder,
      home: options.home,
      id: options.id,
      sandbox: sandbox ?? 'auto',
      network: false,
      shown: [...(environment?.shown ?? []), ...tests],
      forks: 'copy',
    });
    workspace = opened.workspace;
    const run = new Run(instance, sealed, workspace, preamble(environment, opened.shown), options.signal);
    const ended = await run.all(empty ? '' : patch, opened.shown.at(-1) ?? '');
    return { patch: empty ? 'empty' : 'applied', fault: null, reward: null, ...ended, seconds: seconds() };
  } catch (error) {
    options.signal?.throwIfAborted();
    if (error instanceof Stopped) return broken(error.fault, error.log);
    const fault = faultOf(error);
    if (fault === null) throw error;
    return broken(fault);
  } finally {
    await workspace?.dispose();
  }
}

type Ended = Pick<TestRun, 'end' | 'log'> & Partial<Pick<TestRun, 'patch' | 'reward'>>;

class Run {
  readonly #instance: Instance;
  readonly #sealed: Sealed;
  readonly #workspace: Workspace;
  readonly #preamble: string;
  readonly #signal: AbortSignal | undefined;

  constructor(
    instance: Instance,
    sealed: Sealed,
    workspace: Workspace,
    before: string,
    signal: AbortSignal | undefined,
  ) {
    this.#instance = instance;
    this.#sealed = sealed;
    this.#workspace = workspace;
    this.#preamble = before;
    this.#signal = signal;
  }

  async all(patch: string, testsFolder: string): Promise<Ended> {
    const { grading } = this.#instance;
    await this.#setUp();
    const said = await this.#apply(patch);
    if (said === null) return { patch: 'not-applicable', end: 'refused', log: this.#refusal };
    if (grading.kind === 'reward') return this.#reward(grading, testsFolder);
    return this.#tests(grading, said);
  }

  #refusal = '';

  async #setUp(): Promise<void> {
    for (const command of this.#instance.environment?.setup ?? []) {
      const { result, output } = await this.#exec(command, SETUP_SECONDS);
      if (result.exitCode === 0) continue;
      const message = `the environment's set-up failed (${howEnded(result)}): ${command}`;
      throw new Stopped({ class: 'environment', code: 'setup-failed', message }, output);
    }
  }

  /** What applying said; null: it does not apply. */
  async #apply(patch: string): Promise<string | null> {
    if (patch === '') return '';
    const before = await this.#workspace.snapshot();
    const { applied, said } = await applyPatch(this.#workspace, patch, { before, signal: this.#signal });
    this.#refusal = `>>>>> Patch Apply Failed:\n${said}`;
    return applied ? said : null;
  }

  async #tests(grading: TestGrading, said: string): Promise<Ended> {
    const put = await putTestsBack(this.#workspace, grading.testPatch, {
      sealed: this.#sealed.folder,
      signal: this.#signal,
    });
    if (!put.applied) {
      const message = "the instance's own test patch does not apply to its files";
      throw new Stopped({ class: 'grader', code: 'test-patch-refused', message }, put.said);
    }
    for (const [path, text] of Object.entries(grading.files)) {
      if (text === null) await runOwn(this.#workspace, `rm -rf -- ${quote(path)}`);
      else await this.#workspace.files.write(path, text);
    }
    const { result, output } = await this.#exec(grading.command, grading.timeoutSeconds);
    const local = this.#instance.environment?.image === undefined && isUnittest(grading.parser);
    const log = markedLog({
      before: said + put.said,
      output: local
        ? namesAsPublished(output, new Set([...grading.failToPass, ...grading.passToPass]))
        : output,
      exitCode: result.exitCode,
    });
    if (result.ended === 'exited') return { end: 'ran', log };
    return { end: wallOf(result, log), log: `${log}${afterWall(result, grading.timeoutSeconds)}` };
  }

  async #reward(grading: RewardGrading, testsFolder: string): Promise<Ended> {
    const { result, output } = await this.#exec(
      rewardCommand(grading.command, testsFolder),
      grading.timeoutSeconds,
    );
    const log = markedLog({ before: '', output, exitCode: result.exitCode });
    if (result.ended !== 'exited') {
      return { end: wallOf(result, log), log: `${log}${afterWall(result, grading.timeoutSeconds)}` };
    }
    return { end: 'ran', log, reward: await rewardOf(this.#workspace) };
  }

  async #exec(command: string, timeoutSeconds: number): Promise<{ result: ExecResult; output: string }> {
    const chunks: string[] = [];
    const result = await this.#workspace.exec(`${this.#preamble}${command}`, {
      timeoutSeconds,
      ...(this.#signal && { signal: this.#signal }),
      // All of it: a log without its middle has lost tests.
      onOutput: (chunk) => chunks.push(chunk),
    });
    if (result.ended === 'aborted') this.#signal?.throwIfAborted();
    return { result, output: chunks.join('') };
  }
}

type Wall = Exclude<TestRun['end'], 'ran' | 'refused' | 'fault'>;

/** Which wall a command ran into. Throws where its end is unknown. */
function wallOf({ ended }: ExecResult, log: string): Wall {
  switch (ended) {
    case 'timeout':
    case 'memory':
    case 'processes':
    case 'output':
      return ended;
    default:
      throw new Stopped(
        { class: 'machine', code: 'process-lost', message: 'the tests were lost with their sandbox' },
        log,
      );
  }
}

/** As the SWE-bench harness marks a run cut short. */
const afterWall = ({ ended }: ExecResult, seconds: number) =>
  ended === 'timeout' ? `\n\nTimeout error: ${seconds} seconds exceeded.` : `\n\nEnded by a wall: ${ended}.`;

const howEnded = ({ ended, exitCode }: ExecResult) => (ended === 'exited' ? `exit code ${exitCode}` : ended);

/** What is the machine's fault and may pass; null: the user's to mend, or a bug. */
function faultOf(error: unknown): InfraFault | null {
  if (!(error instanceof OperatorError)) return null;
  const { code, message } = error;
  switch (code) {
    case 'disk-full':
    case 'disk-not-writable':
    case 'workspace-gone':
      return { class: 'machine', code, message };
    case 'sandbox-failed':
      return { class: 'sandbox', code, message };
    case 'no-such-image':
    case 'pull-failed':
      return { class: 'environment', code, message };
    default:
      return null;
  }
}
