import { isTestFile, readTestOutput } from '@heddle/code';
import {
  type CheckOutcome,
  type CheckSpec,
  type EventOf,
  ModelFacingError,
  type ObjectStore,
} from '@heddle/core';
import { ask, type Model } from '@heddle/models';
import type { ChangedFile, ExecResult, Shell, Workspace } from '@heddle/workspace';
import type { ActionEnd, CheckEnd, Hands, OnRetry, Request, Verdict } from './hands.ts';
import { steersChecks, testsRun } from './judges.ts';
import { parseArguments } from './messages.ts';
import type { Observer } from './rollout.ts';
import { spentBy } from './spent-by.ts';
import type { PendingCall, RolloutState } from './state.ts';
import type { RolloutView, Tool, ToolContext } from './tool.ts';
import { describeInputFault } from './tools/input-fault.ts';

/** Failing names kept per run; beyond this a suite is broken wholesale and the count says it. */
const MAX_FAILING_NAMES = 200;
/** A tool's result beyond this is a bug in the tool: it must cut for itself, meaningfully. */
const MAX_CONTENT_CHARACTERS = 60_000;

export interface RealHandsOptions {
  /** Null in a replay, where nobody is asked. */
  readonly model: Model | null;
  readonly objects: ObjectStore;
  readonly tools: ReadonlyMap<string, Tool>;
  readonly observer: Observer;
  readonly signal: AbortSignal;
  open(): Promise<{ workspace: Workspace; prepared: Omit<EventOf<'workspace.prepared'>, 'type'> }>;
}

/** Hands with a workspace and a model. */
export class RealHands implements Hands {
  readonly #options: RealHandsOptions;
  readonly #handles = new Map<string, unknown>();
  #workspace: Workspace | null;

  constructor(options: RealHandsOptions, workspace: Workspace | null = null) {
    this.#options = options;
    this.#workspace = workspace;
  }

  async prepare() {
    const { workspace, prepared } = await this.#options.open();
    this.#workspace = workspace;
    return prepared;
  }

  async check(check: CheckSpec, state: RolloutState): Promise<CheckEnd> {
    const result = await this.#exec(this.#theWorkspace, check, state);
    return {
      outcome: outcomeOf(check, result, state.workspace!.root),
      output: this.#options.objects.put(result.output),
      snapshot: state.workspace!.snapshot,
      seconds: result.seconds,
    };
  }

  async ask(request: Request, state: RolloutState, onRetry: OnRetry) {
    const { observer, signal } = this.#options;
    if (this.#options.model === null) throw new Error('these hands have no model');
    return ask(
      this.#options.model,
      { prompt: [...request.prompt], tools: [...request.tools] },
      {
        signal: AbortSignal.any([signal, timeLimit(state)]),
        onDelta: (text) => observer.delta?.(text),
        onRetry: (error, waitSeconds) =>
          onRetry({ code: error.code, message: error.message, waitSeconds, ...spentBy(error) }),
      },
    );
  }

  async act(call: PendingCall, state: RolloutState): Promise<ActionEnd> {
    const started = performance.now();
    const before = state.workspace!.snapshot;
    const tool = this.#options.tools.get(call.tool);
    const end = await this.#runTool(tool, call, state);
    const touched = tool?.touches.writes === true;
    const snapshot = touched ? await this.#theWorkspace.snapshot() : before;
    const changed = snapshot === before ? [] : await this.#theWorkspace.changed(before, snapshot);
    return { ...end, snapshot, changed, seconds: (performance.now() - started) / 1000 };
  }

  async patch(state: RolloutState): Promise<string> {
    const { base, snapshot } = state.workspace ?? { base: '', snapshot: '' };
    return this.#options.objects.put(snapshot === base ? '' : await this.#theWorkspace.diff(base, snapshot));
  }

  async judge(state: RolloutState): Promise<Verdict> {
    const why = await this.#unverified(state);
    return { patch: await this.patch(state), verified: why === '', why };
  }

  /** After a restore the shell is a new one, as after a crash. */
  async forgetHandles(): Promise<void> {
    const shell = (await this.#handles.get('bash')) as Shell | undefined;
    this.#handles.clear();
    await shell?.dispose();
  }

  /**
   * Verified means: something failed before, everything passes now, and it still does with the user's own test
   * files put back in place of changed ones.
   */
  async #unverified(state: RolloutState): Promise<string> {
    const { base, snapshot } = state.workspace!;
    const runs = state.config.checks.map((check) => ({ check, run: state.checks.get(check.name)! }));
    if (runs.length === 0) return 'no check is known for this repository (give one with --check).';
    const failing = runs.filter(({ run }) => run.last!.outcome.status !== 'passed');
    if (failing.length > 0) {
      return `${failing.map(({ check, run }) => `check ${check.name}: ${run.last!.outcome.status}`).join(', ')}.`;
    }
    const stale = runs.filter(({ run }) => run.last!.snapshot !== snapshot);
    if (stale.length > 0) return `check ${stale[0]!.check.name} was not run on the final files.`;
    if (runs.every(({ run }) => run.before!.outcome.status === 'passed')) {
      return 'no check failed before the change, so none shows that it does what was asked.';
    }
    const fewer = runs.find(({ run }) => testsRun(run.last!.outcome) < testsRun(run.before!.outcome));
    if (fewer !== undefined) return `check ${fewer.check.name} runs fewer tests than before the change.`;
    const judges = (await this.#theWorkspace.changed(base, snapshot)).filter(({ path, status }) =>
      status === 'added' ? steersChecks(path) : isTestFile(path) || steersChecks(path),
    );
    return judges.length === 0 ? '' : this.#failsWithOwnTests(state, judges);
  }

  async dispose(): Promise<void> {
    await this.#workspace?.dispose();
  }

  get #theWorkspace(): Workspace {
    if (this.#workspace === null) throw new Error('the workspace is not prepared');
    return this.#workspace;
  }

  async #failsWithOwnTests(state: RolloutState, judges: readonly ChangedFile[]): Promise<string> {
    const { base, snapshot } = state.workspace!;
    const original = await this.#theWorkspace.fork(base);
    const judged = await this.#theWorkspace.fork(snapshot);
    try {
      for (const { path, status } of judges) {
        if (status === 'added') await judged.files.remove(path);
        else await judged.files.write(path, await original.files.read(path));
      }
      for (const check of state.config.checks) {
        const outcome = outcomeOf(check, await this.#exec(judged, check, state), state.workspace!.root);
        if (outcome.status !== 'passed') {
          return `what judges the work was changed (${judges.map(({ path }) => path).join(', ')}), and with the original check ${check.name} ${outcome.status}.`;
        }
      }
      return '';
    } finally {
      await Promise.all([original.dispose(), judged.dispose()]);
    }
  }

  #exec(workspace: Workspace, check: CheckSpec, state: RolloutState): Promise<ExecResult> {
    const { observer, signal } = this.#options;
    const left = state.ledger.remaining('seconds');
    return workspace.exec(check.command, {
      timeoutSeconds: Math.max(MIN_CHECK_SECONDS, Math.min(check.timeoutSeconds, left)),
      signal,
      onOutput: (chunk) => observer.output?.(chunk),
    });
  }

  async #runTool(
    tool: Tool | undefined,
    call: PendingCall,
    state: RolloutState,
  ): Promise<Pick<ActionEnd, 'outcome' | 'content' | 'details' | 'output'>> {
    const refuse = (content: string) => ({ outcome: 'error' as const, content, details: null, output: null });
    if (tool === undefined) {
      const known = [...this.#options.tools.keys()].join(', ');
      return refuse(`There is no tool "${call.tool}". Nothing was run. The tools are: ${known}.`);
    }
    const input = parseArguments(call.input);
    if (input === null) {
      return refuse(
        `The arguments of ${call.tool} are not a JSON object, so nothing was run. You wrote: ${clip(call.input)}`,
      );
    }
    const parsed = tool.schema.safeParse(input);
    if (!parsed.success) return refuse(describeInputFault(tool, parsed.error.issues, input));
    const clock = timeLimit(state);
    try {
      const result = await tool.run(parsed.data, this.#context(state, clock));
      return {
        outcome: 'ok',
        content: result.content.slice(0, MAX_CONTENT_CHARACTERS),
        details: result.details ?? null,
        output: result.full === undefined ? null : this.#options.objects.put(result.full),
      };
    } catch (error) {
      if (error instanceof ModelFacingError)
        return { ...refuse(error.message), details: { code: error.code } };
      // What a tool stopped for when the rollout's time was over; the next move hands in what there is.
      if (clock.aborted && error === clock.reason) return refuse('Ended: the time limit is reached.');
      throw error;
    }
  }

  #context(state: RolloutState, clock: AbortSignal): ToolContext {
    const { objects, observer, signal } = this.#options;
    const view: RolloutView = {
      base: state.workspace!.base,
      snapshot: state.workspace!.snapshot,
      undo: state.undo,
      reviewed: state.reviewed !== null && state.reviewed.step < state.step ? state.reviewed.snapshot : null,
      checkRun: (name) => state.checks.get(name) ?? { before: null, last: null },
    };
    return {
      workspace: this.#theWorkspace,
      objects,
      checks: state.config.checks,
      view,
      signal: AbortSignal.any([signal, clock]),
      seed: state.config.seed,
      output: (chunk) => observer.output?.(chunk),
      handle: <T>(key: string, make: () => T): T => {
        if (!this.#handles.has(key)) this.#handles.set(key, make());
        return this.#handles.get(key) as T;
      },
    };
  }
}

/** Longest delay a timer takes. */
const MAX_TIMER_MS = 2 ** 31 - 1;
/** Fires when the time that the rollout may take is over. */
function timeLimit({ ledger }: RolloutState): AbortSignal {
  const left = Math.ceil(ledger.remaining('seconds') * 1000);
  return AbortSignal.timeout(Math.min(MAX_TIMER_MS, Math.max(1, left)));
}

/** A check is worth running only if it gets this long, even at the end of the time limit. */
const MIN_CHECK_SECONDS = 5;
/** What is quoted of broken arguments. */
const MAX_QUOTE_CHARACTERS = 500;

function clip(text: string): string {
  return text.length <= MAX_QUOTE_CHARACTERS ? text : `${text.slice(0, MAX_QUOTE_CHARACTERS)}…`;
}

/** 126 and 127: the shell could not start the command at all. */
const COULD_NOT_START: ReadonlySet<number | null> = new Set([126, 127]);

function outcomeOf(check: CheckSpec, result: ExecResult, root: string): CheckOutcome {
  const { ended, exitCode, output } = result;
  if (ended === 'timeout') return { status: 'hung', exitCode: null, counts: null, failing: [] };
  if (ended !== 'exited' || COULD_NOT_START.has(exitCode)) {
    return { status: 'broken', exitCode, counts: null, failing: [] };
  }
  const report = readTestOutput(check.framework, output, exitCode, root);
  return {
    status: exitCode === 0 ? 'passed' : 'failed',
    exitCode,
    counts: report?.counts ?? null,
    failing: (report?.failing ?? []).slice(0, MAX_FAILING_NAMES).map(({ name }) => name),
  };
}
