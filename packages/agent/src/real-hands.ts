import type { CheckSpec, EventOf } from '@heddle/core';
import type { Model } from '@heddle/models';
import type { Workspace } from '@heddle/workspace';
import { Asking } from './asking.ts';
import { type RanCheck, runCheck } from './check-run.ts';
import { CheckTraces } from './check-traces.ts';
import type { OnConsulted } from './consult.ts';
import type { NetworkLog } from './guard/network-log.ts';
import { Handles } from './handles.ts';
import type {
  ActionEnd,
  Asked,
  CheckEnd,
  Hands,
  Inside,
  Request,
  Verdict,
  ViewEnd,
  WhileAsking,
} from './hands.ts';
import { type Fold, fold } from './memory/fold.ts';
import type { Cut } from './memory/window.ts';
import { lastLine } from './report.ts';
import type { Rival } from './rival/rival.ts';
import type { LaterModel } from './rollout.ts';
import type { PendingCall, RolloutState } from './state.ts';
import { timeLimit } from './time-limit.ts';
import { ToolRunner, type ToolRunnerOptions } from './tool-runner.ts';
import { loadTools } from './tools/registry.ts';
import { whyUnverified } from './verify.ts';
import { VIEW_SECONDS, viewEnd } from './views.ts';

export interface RealHandsOptions extends ToolRunnerOptions {
  /** Null in a replay, where nobody is asked. */
  readonly model: Model | null;
  readonly fallback?: Model;
  /** Asked for edits beside the rollout's model. */
  readonly rival?: LaterModel;
  /** Default: the rollout's model. */
  readonly comparator?: LaterModel;
  /** Summarises what is folded; without one it is done by rule. */
  readonly memory?: LaterModel;
  /** Missing in a replay, whose network is closed. */
  readonly requests?: NetworkLog;
  /** What is known of a check on these very files: it is not run again. */
  readonly known?: (check: CheckSpec, snapshot: string) => CheckEnd | null;
  open(): Promise<{ workspace: Workspace; prepared: Omit<EventOf<'workspace.prepared'>, 'type'> }>;
}

/** Hands with a workspace and a model. */
export class RealHands implements Hands {
  readonly #options: RealHandsOptions;
  readonly #handles = new Handles();
  readonly #tools: ToolRunner;
  readonly #traces = new CheckTraces();
  readonly #asking: Asking | null;
  #rival: Rival | null = null;
  #workspace: Workspace | null;

  constructor(options: RealHandsOptions, workspace: Workspace | null = null) {
    this.#options = options;
    this.#workspace = workspace;
    this.#tools = new ToolRunner(options, this.#handles);
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
    const known = this.#options.known?.(check, snapshot);
    if (known) return known;
    const { outcome, output, seconds } = await this.#runCheck(this.workspace, check, state);
    await this.#traces.putBack(this.workspace, snapshot, () => this.#handles.atRest(this.#options.signal));
    const { guard, objects } = this.#options;
    return {
      outcome: guard.mask.value(outcome),
      output: objects.put(guard.mask.text(output)),
      snapshot,
      seconds,
    };
  }

  async ask(request: Request, state: RolloutState, told: WhileAsking): Promise<Asked> {
    const asking = this.#asking;
    if (asking === null) throw new Error('these hands have no model');
    const stop = AbortSignal.any([this.#options.signal, timeLimit(state)]);
    const first = await asking.ask(request, stop, told.retried);
    const rival = await this.#theRival(asking);
    return rival === null ? first : rival.contest(first, request, state, told);
  }

  /** Null: none is wanted. */
  async #theRival(asking: Asking): Promise<Rival | null> {
    const { rival: model, comparator } = this.#options;
    if (model === undefined || this.#rival !== null) return this.#rival;
    const { Rival } = await import('./rival/rival.ts');
    let opened: Model | undefined;
    this.#rival = new Rival({
      ...this.#options,
      model,
      comparator: async () => {
        opened ??= await comparator?.open();
        return opened ?? asking.model;
      },
      place: (stop) => ({
        workspace: this.workspace,
        events: this.#options.events,
        handsIn: (fork) => this.#inFork(fork, stop),
      }),
    });
    return this.#rival;
  }

  /** Hands for what is only tried: they edit in a fork, ask nobody, and reach nothing beyond the sandbox. */
  async #inFork(fork: Workspace, signal: AbortSignal): Promise<RealHands> {
    const { tools, guard, hooks, observer, model: _, requests: __, ...rest } = this.#options;
    const editing = [...tools].filter(([, { touches }]) => touches.edits === true);
    const options = {
      ...rest,
      model: null,
      // Without what language servers would add: they would have to start in each fork.
      tools: await loadTools(editing.map(([name]) => name)),
      observer: { output: (chunk: string) => observer.output?.(chunk) },
      guard: guard.forTrials(),
      ...(hooks === undefined ? {} : { hooks: hooks.inside() }),
      signal,
    };
    return new RealHands(options, fork);
  }

  async view(command: string, state: RolloutState): Promise<ViewEnd> {
    const { signal, guard } = this.#options;
    const workspace = this.workspace;
    const { snapshot } = state.workspace!;
    const ran = await workspace.exec(command, { timeoutSeconds: VIEW_SECONDS, signal });
    await this.#traces.putBack(workspace, snapshot, () => this.#handles.atRest(this.#options.signal));
    return { ...viewEnd(ran, (text) => guard.mask.text(text)), seconds: ran.seconds };
  }

  fold(cut: Cut, state: RolloutState, onConsulted: OnConsulted): Promise<Fold> {
    const { signal, memory = null } = this.#options;
    return fold(state, cut, { model: memory, signal, clock: timeLimit(state), onConsulted });
  }

  async act(call: PendingCall, state: RolloutState, inside: Inside = {}): Promise<ActionEnd> {
    const started = performance.now();
    const before = state.files;
    const tool = this.#options.tools.get(call.tool);
    const { guard, requests, hooks } = this.#options;
    // What is there already is of a check before it; inside another action it is that one's, and told here.
    if (inside.nested !== undefined) requests?.take();
    const ran = await this.#tools.run(tool, call, { state, inside, workspace: this.workspace });
    const end = { ...ran, details: guard.withRequests(ran.details, requests?.take() ?? []) };
    const touched = tool !== undefined && (tool.touches.writes || hooks?.concern(tool) === true);
    const snapshot = touched ? await this.workspace.snapshot() : before;
    const changed = snapshot === before ? [] : await this.workspace.changed(before, snapshot);
    return { ...end, snapshot, changed, seconds: (performance.now() - started) / 1000 };
  }

  async patch(state: RolloutState): Promise<string> {
    const { base, snapshot } = state.workspace ?? { base: '', snapshot: '' };
    const { guard, objects } = this.#options;
    return objects.put(snapshot === base ? '' : guard.mask.text(await this.workspace.diff(base, snapshot)));
  }

  async judge(state: RolloutState): Promise<Verdict> {
    const run = async (workspace: Workspace, check: CheckSpec) =>
      (await this.#runCheck(workspace, check, state)).outcome;
    const why = await whyUnverified({
      workspace: this.workspace,
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
    const patch = snapshot === base ? '' : await this.workspace.diff(base, snapshot);
    const { shownFindings, tamperingIn } = await import('./guard/tampering/of-workspace.ts');
    const signs = shownFindings(
      await tamperingIn({
        workspace: this.workspace,
        patch,
        checks: config.checks,
        before: (name) => checks.get(name)?.before ?? null,
      }),
    );
    return signs.length === 0 ? '' : `Signs of tampering: ${signs.join('; ')}.`;
  }

  /** After a restore the shell is a new one, as after a crash, and so is all that tools keep. */
  async forgetHandles(): Promise<void> {
    await this.#tools.forget();
  }

  async dispose(): Promise<void> {
    await this.forgetHandles();
    await this.#workspace?.dispose();
  }

  /** Throws while nothing is prepared. */
  get workspace(): Workspace {
    if (this.#workspace === null) throw new Error('the workspace is not prepared');
    return this.#workspace;
  }

  #runCheck(workspace: Workspace, check: CheckSpec, state: RolloutState): Promise<RanCheck> {
    const { observer, signal } = this.#options;
    const secondsLeft = state.ledger.remaining('seconds');
    const shown = this.#options.guard.mask.stream((chunk) => observer.output?.(chunk));
    return runCheck(workspace, check, { secondsLeft, signal, onOutput: shown.push }).finally(shown.end);
  }
}
