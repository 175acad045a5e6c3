import { availableParallelism } from 'node:os';
import {
  type EventOf,
  type Limits,
  messageOf,
  newRolloutId,
  OperatorError,
  type Recorded,
  type RolloutConfig,
  type RolloutEvent,
  type Spent,
} from '@heddle/core';
import type { Model } from '@heddle/models';
import { StopReason } from '../loop.ts';
import { readRollout, stateOf } from '../result.ts';
import type { Runtime } from '../rollout.ts';
import type { RolloutState } from '../state.ts';
import { harmless } from '../tell-observer.ts';
import type { AgentState } from './agent.ts';
import { type Child, runChild } from './child.ts';
import type { Delegated } from './composition.ts';
import type { ConductorParts } from './conductor.ts';
import { endOf, NOTHING_SPENT } from './end-of.ts';
import { notBegun, Stopped, Unreachable, whyStopped } from './endings.ts';
import type { OpenedModels } from './opened-models.ts';
import type { LoopOptions } from './run.ts';
import type { Scope } from './scope.ts';
import { toolsFor } from './settings-tools.ts';
import { Slots } from './slots.ts';

export interface Delegating<Value> {
  readonly state: AgentState<Value>;
  readonly loop: LoopOptions;
  readonly path: string;
}

/** Rollouts of the loop on behalf of agents: begun once under a path, taken up where they stand, charged as they go. */
export class Delegation {
  readonly #parts: ConductorParts;
  readonly #models: OpenedModels;
  readonly #processors = new Slots(availableParallelism());

  constructor(parts: ConductorParts, models: OpenedModels) {
    this.#parts = parts;
    this.#models = models;
  }

  /**
   * Throws {@link Stopped} when the person stops the whole, {@link Unreachable} when no model can be had, and whatever
   * has broken the rollout. All else that may become of it is in the state's work.
   */
  async rollout<Value>(
    scope: Scope,
    { state, loop: given, path }: Delegating<Value>,
  ): Promise<AgentState<Value>> {
    const { state: whole } = this.#parts;
    const loop = { ...scope.settings.first?.take(), ...given };
    const past = whole.composition.delegated.get(path);
    if (past !== undefined) this.#tellPast(past.begun.rollout, loop);
    if (past?.returned && (!past.open || scope.signal.aborted)) return after(state, past.returned);
    if (past !== undefined) scope.pool.charge(this.#uncharged(past.begun.rollout, past.returned));
    const release = await this.#turn(scope);
    try {
      return await this.#taken(scope, { state, loop, path }, past);
    } finally {
      release();
    }
  }

  /** Whoever thinks in this process waits until a processor is free. */
  async #turn({ settings, pool, signal }: Scope): Promise<() => void> {
    if (pool.exhausted() !== null || signal.aborted) return () => {};
    const { embedded } = await this.#models.open(settings.model, settings);
    return embedded === true ? this.#processors.take() : () => {};
  }

  async #taken<Value>(
    scope: Scope,
    { state, loop, path }: Delegating<Value>,
    past: Delegated | undefined,
  ): Promise<AgentState<Value>> {
    const limit = scope.pool.exhausted();
    if (limit !== null || scope.signal.aborted) {
      if (past === undefined) return { ...state, work: notBegun(limit) };
      const { rollout } = past.begun;
      return after(state, await this.#returns(scope, { path, id: rollout, stands: this.#stands(rollout) }));
    }
    const child = await this.#child(scope, { state, path, loop }, past);
    return after(state, await this.#run(scope, child, loop));
  }

  /** Its `rollout.delegated` is in the journal when this returns. */
  async #child(
    scope: Scope,
    { state, path, loop }: Delegating<unknown>,
    past: Delegated | undefined,
  ): Promise<Child> {
    const { settings } = scope;
    const model = await this.#models.open(settings.model, settings);
    const { tools, config } = await this.#configured(scope, model, loop);
    const agent = scope.agent!;
    const id = past?.begun.rollout ?? newRolloutId();
    const from = past === undefined ? loop.from : past.begun.forked;
    if (past === undefined) {
      const { seed } = settings;
      const fork = from === undefined ? {} : { forked: from };
      this.#parts.emit({
        type: 'rollout.delegated',
        path,
        rollout: id,
        agent,
        model: model.id,
        seed,
        ...fork,
      });
    }
    return {
      id,
      within: { rollout: this.#parts.rollout, path },
      task: { ...this.#parts.ground.task, text: state.task },
      agent,
      model,
      config,
      tools,
      snapshot: state.snapshot,
      hints: settings.approach === undefined ? [] : [settings.approach],
      raised: past?.returned?.work.status === 'limit',
      ...(from === undefined ? {} : { from }),
    };
  }

  async #run(scope: Scope, child: Child, loop: LoopOptions): Promise<EventOf<'rollout.returned'>> {
    const { nursery } = this.#parts;
    const { id, within } = child;
    let broken: { readonly error: unknown } | null = null;
    try {
      await runChild(child, nursery, this.#watching(scope, id, loop));
    } catch (error) {
      if (isElsewhere(error)) throw new Stopped(elsewhere(id, within.path), { cause: error });
      broken = { error };
    }
    const stands = this.#stands(id);
    if (broken !== null && stands === null) throw broken.error;
    const returned = await this.#returns(scope, { path: within.path, id, stands }, broken?.error);
    if (broken !== null) throw broken.error;
    const { status, reason } = returned.work;
    if (status === 'model-unreachable') throw new Unreachable(status, reason);
    return returned;
  }

  /** Its spending is charged as it goes, and it is stopped when nobody waits for it any more. */
  #watching(scope: Scope, id: string, { onEvent }: LoopOptions): Runtime {
    const { memory: whole, ...runtime } = this.#parts.runtime;
    const observer = harmless(runtime.observer);
    const event = (recorded: Recorded) => {
      const spent = spentIn(recorded.event);
      if (spent !== null) scope.pool.charge(spent);
      if (recorded.rollout === id) onEvent?.(recorded.event, id);
      observer.child(recorded);
    };
    const wanted = this.#memoryOf(scope);
    const open = (spec: string) => () => this.#models.open(spec, { seed: scope.settings.seed });
    const memory =
      wanted === null ? undefined : wanted === whole?.id ? whole : { id: wanted, open: open(wanted) };
    return {
      ...runtime,
      ...this.#stopping(scope),
      observer: { event },
      ...(memory === undefined ? {} : { memory }),
    };
  }

  /** Who summarises: an agent that asks another model than the whole has that model's own. */
  #memoryOf({ settings }: Scope): string | null {
    const { state, memoryOf, runtime } = this.#parts;
    if (settings.memory !== undefined) return settings.memory;
    const whole = runtime.memory?.id ?? null;
    return settings.model === state.config.model ? whole : (memoryOf?.(settings.model) ?? whole);
  }

  /** Tells a rollout that is stopped why, unless it is the person who stops it. */
  #stopping({ signal, pool }: Scope): Pick<Runtime, 'signal'> {
    const stop = new AbortController();
    const either = AbortSignal.any([signal, pool.signal]);
    const onAbort = () =>
      stop.abort(this.#parts.signal.aborted ? undefined : new StopReason(whyStopped(pool.exhausted())));
    if (either.aborted) onAbort();
    else either.addEventListener('abort', onAbort, { once: true });
    return { signal: stop.signal };
  }

  #tellPast(id: string, { onEvent }: LoopOptions): void {
    if (onEvent === undefined) return;
    for (const { event, rollout } of readRollout(this.#parts.runtime.store, id))
      if (rollout === id) onEvent(event, id);
  }

  /** As its own journal has it; null: it has none. */
  #stands(id: string): RolloutState | null {
    const events = readRollout(this.#parts.runtime.store, id);
    return events.some(({ rollout }) => rollout === id) ? stateOf(events) : null;
  }

  /** What it has spent that nobody was told of: before this process took it up. */
  #uncharged(id: string, returned: EventOf<'rollout.returned'> | null): { usd: number; tokens: number } {
    const { usd = 0, tokens = 0 } = this.#stands(id)?.ledger.spent ?? {};
    const { spent = NOTHING_SPENT } = returned ?? {};
    return { usd: usd - spent.usd, tokens: tokens - spent.tokens };
  }

  async #returns(
    scope: Scope,
    { path, id, stands }: { path: string; id: string; stands: RolloutState | null },
    error?: unknown,
  ): Promise<EventOf<'rollout.returned'>> {
    const { emit, ground } = this.#parts;
    const { patch = null, ...end } = endOf(stands, id, {
      limit: scope.pool.exhausted(),
      ...(error === undefined ? {} : { broken: messageOf(error) }),
    });
    const from = stands?.workspace?.base ?? ground.base;
    const snapshot = stands?.workspace?.snapshot ?? from;
    const returned: EventOf<'rollout.returned'> = {
      type: 'rollout.returned',
      path,
      rollout: id,
      ...end,
      snapshot,
      patch: patch ?? ground.put(snapshot === from ? '' : await ground.workspace.diff(from, snapshot)),
    };
    emit(returned);
    return returned;
  }

  async #configured(scope: Scope, model: Model, { system, checks, only }: LoopOptions) {
    const { state, ground } = this.#parts;
    const { settings } = scope;
    const { agent: _, memory: __, foreignTools = [], ...config } = state.config;
    const { names, own, tools } = await toolsFor(settings.tools, model, {
      foreign: foreignTools,
      servers: this.#parts.servers,
      ...(only === undefined ? {} : { only }),
    });
    const memory = this.#memoryOf(scope);
    const made: RolloutConfig = {
      ...config,
      model: model.id,
      seed: settings.seed,
      limits: { ...told(scope.pool.remaining()), steps: settings.steps },
      checks: [...(checks ?? ground.checks)],
      tools: names,
      contextTokens: model.contextTokens,
      ...(foreignTools.length + own.length === 0 ? {} : { foreignTools: [...foreignTools, ...own] }),
      ...(memory === null ? {} : { memory }),
      ...(settings.temperature === undefined ? {} : { temperature: settings.temperature }),
      ...(system === undefined ? {} : { system }),
    };
    return { tools, config: made };
  }
}

function after<Value>(
  state: AgentState<Value>,
  { work, snapshot }: EventOf<'rollout.returned'>,
): AgentState<Value> {
  return { ...state, snapshot, work };
}

function isElsewhere(error: unknown): boolean {
  return error instanceof OperatorError && error.code === 'rollout-running';
}

export function elsewhere(rollout: string, path: string): string {
  return `its part ${path} (rollout ${rollout}) is running in another process`;
}

function spentIn(event: RolloutEvent): { usd: number; tokens: number } | null {
  switch (event.type) {
    case 'model.completed':
    case 'model.consulted':
      return amounts(event);
    case 'model.retried':
    case 'model.failed':
      return event.spent === undefined ? null : amounts(event.spent);
    default:
      return null;
  }
}

function amounts({ usd, usage }: Spent): { usd: number; tokens: number } {
  return { usd, tokens: usage.inputTokens + usage.outputTokens };
}

/** As told to the model: rounded, so that attempts begun at the same time are told the same and share a cache. */
function told({ usd, tokens, seconds }: Omit<Limits, 'steps'>): Omit<Limits, 'steps'> {
  const grain = seconds > 120 ? 10 : 1;
  return {
    usd: Math.floor(usd * 100) / 100 || usd,
    tokens: Math.floor(tokens),
    seconds: Math.max(1, Math.floor(seconds / grain) * grain),
  };
}
