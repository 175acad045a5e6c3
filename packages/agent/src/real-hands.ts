import { detectChecks } from '@heddle/code';
import {
  type CheckSpec,
  type EventOf,
  ModelFacingError,
  type ObjectStore,
  type Recorded,
} from '@heddle/core';
import type { Model } from '@heddle/models';
import type { Workspace } from '@heddle/workspace';
import { fitArguments, readArguments } from './arguments.ts';
import { Asking } from './asking.ts';
import { type RanCheck, runCheck } from './check-run.ts';
import { CheckTraces } from './check-traces.ts';
import type { OnConsulted } from './consult.ts';
import type { Guard } from './guard/guard.ts';
import type { NetworkLog } from './guard/network-log.ts';
import type { ActionEnd, CheckEnd, Hands, Inside, OnRetry, Request, Verdict, ViewEnd } from './hands.ts';
import type { Hooks, Ran } from './hooks/hooks.ts';
import { type Fold, fold } from './memory/fold.ts';
import { type Cut, observationRoom } from './memory/window.ts';
import { IN_PARTS } from './moves.ts';
import { lastLine } from './report.ts';
import type { Answerer, LaterModel, Observer } from './rollout.ts';
import type { PendingCall, RolloutState } from './state.ts';
import type { RolloutView, Tool, ToolContext } from './tool.ts';
import { describeInputFault } from './tools/input-fault.ts';
import { whyUnverified } from './verify.ts';
import { VIEW_SECONDS, viewEnd } from './views.ts';

/** A tool cuts for itself, meaningfully; beyond this it is cut whatever it is (one line of a megabyte). */
const MAX_CONTENT_CHARACTERS = 60_000;

export interface RealHandsOptions {
  /** Null in a replay, where nobody is asked. */
  readonly model: Model | null;
  readonly fallback?: Model;
  /** Summarises what is folded; without one it is done by rule. */
  readonly memory?: LaterModel;
  readonly objects: ObjectStore;
  /** Heddle's data folder. */
  readonly home: string;
  readonly tools: ReadonlyMap<string, Tool>;
  readonly observer: Observer;
  readonly guard: Guard;
  /** Asked before and after actions. Absent: nobody is; nor in a replay. */
  readonly hooks?: Hooks;
  /** Missing in a replay, whose network is closed. */
  readonly requests?: NetworkLog;
  readonly answerer?: Answerer;
  /** The journal so far. */
  events(): readonly Recorded[];
  readonly signal: AbortSignal;
  open(): Promise<{ workspace: Workspace; prepared: Omit<EventOf<'workspace.prepared'>, 'type'> }>;
}

/** Hands with a workspace and a model. */
export class RealHands implements Hands {
  readonly #options: RealHandsOptions;
  readonly #handles = new Map<string, unknown>();
  readonly #traces = new CheckTraces();
  readonly #asking: Asking | null;
  #workspace: Workspace | null;
  /** Where the model's shell is, as it last said; null: in the root. */
  #cwd: string | null = null;

  constructor(options: RealHandsOptions, workspace: Workspace | null = null) {
    this.#options = options;
    this.#workspace = workspace;
    const { model, fallback, objects, observer } = options;
    this.#asking =
      model &&
      new Asking(model, {
        objects,
        onDelta: (text) => observer.delta?.(text),
        ...(fallback === undefined ? {} : { fallback }),
      });
  }

  async prepare() {
    const { workspace, prepared } = await this.#options.open();
    this.#workspace = workspace;
    return prepared;
  }

  async check(check: CheckSpec, state: RolloutState): Promise<CheckEnd> {
    const { snapshot } = state.workspace!;
    const { outcome, output, seconds } = await this.#runCheck(this.#theWorkspace, check, state);
    await this.#traces.putBack(this.#theWorkspace, snapshot, () => this.#noJobs());
    const { guard, objects } = this.#options;
    return {
      outcome: guard.mask.value(outcome),
      output: objects.put(guard.mask.text(output)),
      snapshot,
      seconds,
    };
  }

  async ask(request: Request, state: RolloutState, onRetry: OnRetry) {
    if (this.#asking === null) throw new Error('these hands have no model');
    return this.#asking.ask(request, AbortSignal.any([this.#options.signal, timeLimit(state)]), onRetry);
  }

  async view(command: string, state: RolloutState): Promise<ViewEnd> {
    const { signal, guard } = this.#options;
    const workspace = this.#theWorkspace;
    const { snapshot } = state.workspace!;
    const ran = await workspace.exec(command, { timeoutSeconds: VIEW_SECONDS, signal });
    await this.#traces.putBack(workspace, snapshot, () => this.#noJobs());
    return { ...viewEnd(ran, (text) => guard.mask.text(text)), seconds: ran.seconds };
  }

  fold(cut: Cut, state: RolloutState, onConsulted: OnConsulted): Promise<Fold> {
    const { signal, memory = null } = this.#options;
    return fold(state, cut, { model: memory, signal, onConsulted });
  }

  async act(call: PendingCall, state: RolloutState, inside: Inside = {}): Promise<ActionEnd> {
    const started = performance.now();
    const before = state.files;
    const tool = this.#options.tools.get(call.tool);
    const { guard, requests, hooks } = this.#options;
    // What is there already is of a check before it; inside another action it is that one's, and told here.
    if (inside.nested !== undefined) requests?.take();
    const ran = await this.#runTool(tool, call, state, inside);
    const end = { ...ran, details: guard.withRequests(ran.details, requests?.take() ?? []) };
    const touched = tool !== undefined && (tool.touches.writes || hooks?.concern(tool) === true);
    const snapshot = touched ? await this.#theWorkspace.snapshot() : before;
    const changed = snapshot === before ? [] : await this.#theWorkspace.changed(before, snapshot);
    return { ...end, snapshot, changed, seconds: (performance.now() - started) / 1000 };
  }

  async patch(state: RolloutState): Promise<string> {
    const { base, snapshot } = state.workspace ?? { base: '', snapshot: '' };
    const { guard, objects } = this.#options;
    return objects.put(
      snapshot === base ? '' : guard.mask.text(await this.#theWorkspace.diff(base, snapshot)),
    );
  }

  async judge(state: RolloutState): Promise<Verdict> {
    const run = async (workspace: Workspace, check: CheckSpec) =>
      (await this.#runCheck(workspace, check, state)).outcome;
    const why = await whyUnverified({
      workspace: this.#theWorkspace,
      state,
      run,
      lastLine: (last) => lastLine(last, this.#options.objects),
    });
    const signs = await this.#tampering(state);
    return {
      patch: await this.patch(state),
      verified: why === '',
      why: [why, signs].filter(Boolean).join(' '),
    };
  }

  /** What looks like tampering in the work, in one line; empty if nothing does. */
  async #tampering({ workspace, config, checks }: RolloutState): Promise<string> {
    const { base, snapshot } = workspace!;
    const patch = snapshot === base ? '' : await this.#theWorkspace.diff(base, snapshot);
    const { shownFindings, tamperingIn } = await import('./guard/tampering/of-workspace.ts');
    const signs = shownFindings(
      await tamperingIn({
        workspace: this.#theWorkspace,
        patch,
        checks: config.checks,
        before: (name) => checks.get(name)?.before ?? null,
      }),
    );
    return signs.length === 0 ? '' : `Signs of tampering: ${signs.join('; ')}.`;
  }

  /** After a restore the shell is a new one, as after a crash, and so is all that tools keep. */
  async forgetHandles(): Promise<void> {
    const handles = [...this.#handles.values()];
    this.#cwd = null;
    this.#handles.clear();
    for (const handle of handles) {
      const kept = (await handle) as Partial<Kept> | null;
      await kept?.dispose?.();
      await kept?.[Symbol.asyncDispose]?.();
    }
  }

  async dispose(): Promise<void> {
    await this.forgetHandles();
    await this.#workspace?.dispose();
  }

  get #theWorkspace(): Workspace {
    if (this.#workspace === null) throw new Error('the workspace is not prepared');
    return this.#workspace;
  }

  #runCheck(workspace: Workspace, check: CheckSpec, state: RolloutState): Promise<RanCheck> {
    const { observer, signal } = this.#options;
    const secondsLeft = state.ledger.remaining('seconds');
    const shown = this.#options.guard.mask.stream((chunk) => observer.output?.(chunk));
    return runCheck(workspace, check, { secondsLeft, signal, onOutput: shown.push }).finally(shown.end);
  }

  /** Whether nothing that a tool keeps may still change files. */
  async #noJobs(): Promise<boolean> {
    for (const handle of this.#handles.values()) {
      const kept = (await handle) as Partial<Kept> | null;
      if (kept?.atRest !== undefined && !(await kept.atRest(this.#options.signal))) return false;
    }
    return true;
  }

  async #runTool(
    tool: Tool | undefined,
    call: PendingCall,
    state: RolloutState,
    inside: Inside,
  ): Promise<Ran> {
    if (tool === undefined) {
      const known = [...this.#options.tools.keys()].join(', ');
      return refuse(`There is no tool "${call.tool}". Nothing was run. The tools are: ${known}.`);
    }
    // What a program imports could call it as well as the program.
    if (tool.touches.outside === true && inside.nested === undefined)
      return refuse(
        `${tool.name} acts outside of the sandbox: call it as a tool of its own. Nothing was run.`,
      );
    const input = readArguments(call.input);
    if (input === null) {
      const why = state.replied?.cutByLength
        ? ` Your reply was cut off by the output limit: ${IN_PARTS}.`
        : '';
      return refuse(
        `The arguments of ${call.tool} are not a JSON object, so nothing was run.${why} You wrote: ${clip(call.input)}`,
      );
    }
    const parsed = fitArguments(tool.schema, input);
    if (parsed.mended === null) return refuse(describeInputFault(tool, parsed.issues, input));
    const run = (input: unknown, asked?: unknown) => this.#perform(tool, input, { state, inside, asked });
    const { hooks, signal } = this.#options;
    if (hooks === undefined) return run(parsed.data);
    const { step, files: snapshot, task, ledger } = state;
    const [workspace, secondsLeft] = [this.#theWorkspace, ledger.remaining('seconds')];
    const about = { tool, input: parsed.data, step, snapshot, repository: task.repo };
    const ran = await hooks.round({ ...about, workspace, secondsLeft, signal, run });
    return { ...ran, content: this.#options.guard.mask.text(ran.content) };
  }

  async #perform(
    tool: Tool,
    input: unknown,
    { state, inside, asked }: { state: RolloutState; inside: Inside; asked: unknown },
  ): Promise<Ran> {
    const { guard, observer, signal } = this.#options;
    const { root } = this.#theWorkspace;
    const { task, step } = state;
    const verdict = await guard.decide({
      tool,
      input,
      ...(asked === undefined ? {} : { asked }),
      root,
      cwd: this.#cwd ?? root,
      task: task.text,
      step,
      signal,
      onConsulted: inside.consulted,
    });
    if (!verdict.allowed) return { ...refuse(verdict.content), details: { guard: verdict.details } };
    const decided = verdict.details === null ? {} : { guard: verdict.details };
    const clock = timeLimit(state);
    const shown = guard.mask.stream((chunk) => observer.output?.(chunk));
    try {
      const given = { ...verdict, output: shown.push };
      const result = await tool.run(input, this.#context(state, clock, inside, given));
      const content = guard.mask.text(result.content);
      const details = withGuard(guard.mask.value(result.details ?? null), decided);
      this.#cwd = cwdOf(details) ?? this.#cwd;
      const room = observationRoom(state, MAX_CONTENT_CHARACTERS);
      const cut = content.length > room;
      const images = result.images?.map(({ mediaType, bytes }) => ({
        mediaType,
        object: this.#options.objects.put(bytes),
      }));
      const full = result.full === undefined ? (cut ? content : undefined) : guard.mask.text(result.full);
      return {
        outcome: 'ok',
        content: cut ? cutShort(content, room) : content,
        details,
        output: full === undefined ? null : this.#options.objects.put(full),
        ...(images === undefined || images.length === 0 ? {} : { images }),
      };
    } catch (error) {
      if (error instanceof ModelFacingError)
        return { ...refuse(guard.mask.text(error.message)), details: { code: error.code, ...decided } };
      // What a tool stopped for when the rollout's time was over; the next move hands in what there is.
      if (clock.aborted && error === clock.reason) return refuse('Ended: the time limit is reached.');
      throw error;
    } finally {
      shown.end();
    }
  }

  #context(
    state: RolloutState,
    clock: AbortSignal,
    inside: Inside,
    given: Required<Pick<ToolContext, 'env' | 'output'>>,
  ): ToolContext {
    const { objects, signal, tools, home, answerer } = this.#options;
    const { nested } = inside;
    const view: RolloutView = {
      base: state.workspace!.base,
      snapshot: state.files,
      undo: state.undo,
      seen: state.seen,
      draft: state.draft,
      summary: state.reviewed?.summary ?? null,
      reviewed: state.reviewed !== null && state.reviewed.step < state.step ? state.reviewed.snapshot : null,
      network: state.config.network,
      views: state.views.names,
      last: state.pending.length <= 1 && state.ledger.exceeded() !== null,
      secondsLeft: state.ledger.remaining('seconds'),
      checkRun: (name) => state.checks.get(name) ?? { before: null, last: null },
    };
    return {
      workspace: this.#theWorkspace,
      objects,
      home,
      checks: state.config.checks,
      view,
      events: this.#options.events,
      ...(state.config.checksFrom === 'option' ? { widerChecks: () => widerChecks(state) } : {}),
      ...(nested === undefined ? {} : { nested: { tools, run: nested } }),
      signal: AbortSignal.any([signal, clock, ...(inside.signal === undefined ? [] : [inside.signal])]),
      seed: state.config.seed,
      env: given.env,
      output: given.output,
      // A person may take longer than the rollout's clock allows: that time is not the model's.
      ...(answerer === undefined ? {} : { ask: (question) => answerer.answer(question, signal) }),
      handle: <T>(key: string, make: () => T): T => {
        if (!this.#handles.has(key)) this.#handles.set(key, make());
        return this.#handles.get(key) as T;
      },
    };
  }
}

/** Of the checks found in the repository, those that the user's own leave out. */
async function widerChecks({ task, config }: RolloutState): Promise<readonly CheckSpec[]> {
  const own = new Set(config.checks.map(({ command }) => command.trim()));
  return (await detectChecks(task.repo)).filter(({ command }) => !own.has(command.trim()));
}

/** A handle that holds programs. */
interface Kept extends AsyncDisposable {
  /** Whether none of them runs now. */
  atRest(signal: AbortSignal): Promise<boolean>;
  dispose(): Promise<void>;
}

/** Longest delay a timer takes. */
const MAX_TIMER_MS = 2 ** 31 - 1;
/** Fires when the time that the rollout may take is over. */
function timeLimit({ ledger }: RolloutState): AbortSignal {
  const left = Math.ceil(ledger.remaining('seconds') * 1000);
  return AbortSignal.timeout(Math.min(MAX_TIMER_MS, Math.max(1, left)));
}

/** What is quoted of broken arguments. */
const MAX_QUOTE_CHARACTERS = 500;

function cutShort(content: string, room: number): string {
  return `${content.slice(0, room)}\n[cut here: ${room} of ${content.length} characters are shown; look at the rest in parts, with bash (grep, head -c, cut -c)]`;
}

function refuse(content: string) {
  return { outcome: 'error' as const, content, details: null, output: null };
}

function clip(text: string): string {
  return text.length <= MAX_QUOTE_CHARACTERS ? text : `${text.slice(0, MAX_QUOTE_CHARACTERS)}…`;
}

/** What was decided about an action stands beside what it says of itself. */
function withGuard(details: unknown, decided: { guard?: unknown }): unknown {
  if (decided.guard === undefined) return details;
  return typeof details === 'object' ? { ...details, ...decided } : { result: details, ...decided };
}

function cwdOf(details: unknown): string | null {
  const cwd = (details as { cwd?: unknown } | null)?.cwd;
  return typeof cwd === 'string' ? cwd : null;
}
