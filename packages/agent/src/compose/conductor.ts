import {
  type EventOf,
  issueText,
  type Limits,
  messageOf,
  newRolloutId,
  OperatorError,
  type Recorded,
  type RolloutConfig,
  type RolloutEvent,
  type Spent,
  type Store,
  type Work,
} from '@heddle/core';
import type { Model, ModelRequest, Reply } from '@heddle/models';
import type * as z from 'zod/mini';
import { type Consulted, consult } from '../consult.ts';
import type { ServerPool } from '../mcp/pool.ts';
import { readRollout, stateOf } from '../result.ts';
import type { Runtime } from '../rollout.ts';
import type { RolloutState } from '../state.ts';
import { harmless } from '../tell-observer.ts';
import type { Agent, AgentState } from './agent.ts';
import { type Child, type Nursery, runChild } from './child.ts';
import { Pool, type PoolLimit } from './pool.ts';
import type { CallOptions, Ground, LoopOptions, OpenModel, Run, Settings } from './run.ts';
import { toolsFor } from './settings-tools.ts';

/** The person stopped the whole: nothing is journaled about what was under way, which goes on when it is resumed. */
export class Stopped extends Error {}

/** No model could be had for a rollout: it is paused, and so is the whole unless something else will do. */
export class Unreachable extends OperatorError {}

export interface ConductorParts {
  readonly rollout: string;
  readonly state: RolloutState;
  readonly ground: Ground;
  readonly nursery: Nursery;
  readonly runtime: Runtime;
  readonly openModel: OpenModel;
  readonly servers: ServerPool | null;
  /** The person's. */
  readonly signal: AbortSignal;
  emit(event: RolloutEvent): void;
}

/** Carries out what agents of one rollout ask for: calls, rollouts, questions; journaled, charged, and never twice. */
export class Conductor {
  readonly #parts: ConductorParts;
  readonly #models = new Map<string, Promise<Model>>();

  /** The rollout's own time, now. */
  readonly #seconds: () => number;

  constructor(parts: ConductorParts) {
    this.#parts = parts;
    const before = parts.state.ledger.spent.seconds;
    const began = performance.now();
    this.#seconds = () => before + (performance.now() - began) / 1000;
  }

  /** Runs the outermost agent. */
  run<In, Out>(agent: Agent<In, Out>, state: AgentState<In>, settings: Settings): Promise<AgentState<Out>> {
    const pool = this.#pool('', this.#parts.state.config.limits);
    const top = this.#scope({ path: '', settings, pool, signal: this.#parts.signal, agent: null });
    return top.call(agent, state);
  }

  #pool(path: string, limits: Partial<Omit<Limits, 'steps'>>, parent?: Pool): Pool {
    const { state, emit } = this.#parts;
    const { composition } = state;
    const began = path === '' ? 0 : (composition.agents.get(path)?.atSeconds ?? this.#seconds());
    return new Pool({
      limits,
      spent: composition.spentUnder(path),
      seconds: () => this.#seconds() - began,
      onExhausted: (limit) => emit({ type: 'budget.exhausted', path, limit }),
      ...(parent === undefined ? {} : { parent }),
    });
  }

  #scope(scope: Scope): Run {
    const { ground, emit } = this.#parts;
    const names = new Map<string, number>();
    /** Names of calls, numbered from the second of the same name on. */
    const place = (name: string) => {
      const count = (names.get(name) ?? 0) + 1;
      names.set(name, count);
      return `${scope.path === '' ? '' : `${scope.path}/`}${name}${count === 1 ? '' : `#${count}`}`;
    };
    return {
      path: scope.path,
      settings: scope.settings,
      ground,
      signal: scope.signal,
      remaining: () => scope.pool.remaining(),
      emit,
      call: (agent, state, options = {}) =>
        this.#call(scope, { agent, state, options, path: place(options.key ?? agent.op.name) }),
      rollout: (state, loop = {}) => this.#rollout(scope, { state, loop, path: place('rollout') }),
      once: (key, schema, act) => this.#once(place(key), schema, act),
      consult: (role, request, model) => this.#consult(scope, role, request, model),
    };
  }

  async #call<In, Out>(
    outer: Scope,
    { agent, state, options, path }: Calling<In, Out>,
  ): Promise<AgentState<Out>> {
    const { state: whole, emit } = this.#parts;
    const known = whole.composition.agents.get(path)?.end;
    if (known) return known as AgentState<Out>;
    this.#stopIfAsked();
    const given = { ...state, value: parsed(agent, 'input', state.value) };
    const { name, version } = agent.op;
    emit({ type: 'agent.started', path, agent: { name, version: version.digest }, state: given });
    const { settings = {}, signal, budget } = options;
    const pool = budget === undefined ? outer.pool : this.#pool(path, budget, outer.pool);
    const scope: Scope = {
      path,
      settings: { ...outer.settings, ...settings },
      pool,
      signal: AbortSignal.any([outer.signal, ...(signal === undefined ? [] : [signal])]),
      agent: { name, version: version.digest },
    };
    let end: AgentState<Out>;
    try {
      const body = await agent.body(given, this.#scope(scope));
      end = { ...body, value: parsed(agent, 'output', body.value) };
    } catch (error) {
      this.#stopIfAsked(error);
      emit({ type: 'agent.completed', path, outcome: 'failed', state: null, why: messageOf(error) });
      throw error;
    }
    this.#stopIfAsked();
    emit({ type: 'agent.completed', path, outcome: 'returned', state: end });
    return end;
  }

  async #once<T>(path: string, schema: z.ZodMiniType<T>, act: () => Promise<T>): Promise<T> {
    const { state, emit } = this.#parts;
    if (state.composition.values.has(path)) return schema.parse(state.composition.values.get(path));
    const value = await act();
    this.#stopIfAsked();
    emit({ type: 'value.recorded', path, value });
    return value;
  }

  async #consult(
    scope: Scope,
    role: Consulted['role'],
    request: ModelRequest,
    spec = scope.settings.model,
  ): Promise<Reply | null> {
    if (scope.pool.exhausted() !== null) return null;
    const { emit } = this.#parts;
    const model = await this.#open(spec, scope.settings);
    const onConsulted = (consulted: Consulted) => {
      emit({ type: 'model.consulted', step: 0, path: scope.path, ...consulted });
      const { usage, usd } = consulted;
      scope.pool.charge({ usd, tokens: usage.inputTokens + usage.outputTokens });
    };
    const signal = AbortSignal.any([scope.signal, scope.pool.signal]);
    return consult(model, request, { role, signal, onConsulted });
  }

  async #rollout<Value>(
    scope: Scope,
    { state, loop: given, path }: Rolling<Value>,
  ): Promise<AgentState<Value>> {
    const { state: whole, ground, emit, runtime } = this.#parts;
    const loop = { ...scope.settings.first?.take(), ...given };
    const past = whole.composition.delegated.get(path);
    if (past !== undefined)
      for (const { event, rollout } of readRollout(runtime.store, past.begun.rollout))
        if (rollout === past.begun.rollout) loop.onEvent?.(event, rollout);
    if (past?.returned) return after(state, past.returned);
    this.#stopIfAsked();
    const limit = scope.pool.exhausted();
    if (limit !== null || scope.signal.aborted) return { ...state, work: notBegun(limit) };
    const { settings } = scope;
    const model = await this.#open(settings.model, settings);
    const agent = scope.agent!;
    const id = past?.begun.rollout ?? newRolloutId();
    if (past === undefined) {
      const forked = loop.from === undefined ? {} : { forked: loop.from };
      const { seed } = settings;
      emit({ type: 'rollout.delegated', path, rollout: id, agent, model: model.id, seed, ...forked });
    }
    const { tools, config } = await this.#configured(scope, model, loop);
    const child: Child = {
      id,
      within: { rollout: this.#parts.rollout, path },
      task: { ...ground.task, text: state.task },
      agent,
      model,
      config,
      tools,
      snapshot: state.snapshot,
      hints: settings.approach === undefined ? [] : [settings.approach],
      ...(loop.from === undefined ? {} : { from: loop.from }),
    };
    const ended = await this.#watched(scope, child, loop);
    this.#stopIfAsked();
    const { paused } = ended;
    if (paused?.code === 'model-unreachable') throw new Unreachable('model-unreachable', paused.reason);
    const returned = this.#returned(scope, path, ended, id);
    emit(returned);
    return after(state, returned);
  }

  /** Runs a child whose spending is charged as it goes, and which is stopped when nobody waits for it any more. */
  async #watched(scope: Scope, child: Child, { onEvent }: LoopOptions): Promise<RolloutState> {
    const { runtime, nursery } = this.#parts;
    const { store } = runtime;
    const observer = harmless(runtime.observer);
    // What it had spent before this process took it up.
    scope.pool.charge(ownSpending(store, child.id));
    const event = (recorded: Recorded) => {
      const spent = spentIn(recorded.event);
      if (spent !== null) scope.pool.charge(spent);
      onEvent?.(recorded.event, recorded.rollout);
      observer.child(recorded);
    };
    const { memory: whole, ...rest } = runtime;
    const { memory = whole } = scope.settings;
    const later =
      typeof memory === 'string'
        ? { id: memory, open: () => this.#open(memory, { seed: scope.settings.seed }) }
        : memory;
    const signal = AbortSignal.any([scope.signal, scope.pool.signal]);
    const given = { ...rest, signal, observer: { event }, ...(later === null ? {} : { memory: later }) };
    await runChild(child, nursery, given as Runtime);
    return stateOf(readRollout(store, child.id));
  }

  #returned(scope: Scope, path: string, state: RolloutState, id: string): EventOf<'rollout.returned'> {
    const { completed, paused, ledger, usage, workspace } = state;
    const limit = completed === null ? scope.pool.exhausted() : null;
    const stopped = limit === null ? 'stopped: it was not needed any more' : limitReason(limit);
    const work: Work = {
      status: completed?.status ?? (limit === null ? 'interrupted' : 'limit'),
      verified: completed?.verified ?? false,
      probability: completed?.probability ?? null,
      reason: completed === null ? stopped : completed.reason,
      rollout: id,
    };
    const { spent, inherited } = ledger;
    return {
      type: 'rollout.returned',
      path,
      rollout: id,
      work,
      snapshot: workspace?.snapshot ?? this.#parts.ground.base,
      patch: completed?.patch ?? paused?.patch ?? this.#parts.ground.put(''),
      spent,
      usage,
      ...(inherited.steps === 0 ? {} : { saved: inherited }),
    };
  }

  async #configured(scope: Scope, model: Model, { system, checks, only }: LoopOptions) {
    const { state, ground } = this.#parts;
    const { settings } = scope;
    const { agent: _, memory: whole, foreignTools = [], ...config } = state.config;
    const { names, own, tools } = await toolsFor(settings.tools, model, {
      foreign: foreignTools,
      servers: this.#parts.servers,
      ...(only === undefined ? {} : { only }),
    });
    const memory = settings.memory === undefined ? whole : settings.memory;
    const made: RolloutConfig = {
      ...config,
      model: model.id,
      seed: settings.seed,
      limits: { ...told(scope.pool.remaining()), steps: settings.steps },
      checks: [...(checks ?? ground.checks)],
      tools: names,
      contextTokens: model.contextTokens,
      ...(foreignTools.length + own.length === 0 ? {} : { foreignTools: [...foreignTools, ...own] }),
      ...(memory == null ? {} : { memory }),
      ...(settings.temperature === undefined ? {} : { temperature: settings.temperature }),
      ...(system === undefined ? {} : { system }),
    };
    return { tools, config: made };
  }

  #open(spec: string, { seed, temperature }: Pick<Settings, 'seed' | 'temperature'>): Promise<Model> {
    const key = JSON.stringify([spec, seed, temperature]);
    let model = this.#models.get(key);
    if (model === undefined) {
      model = this.#parts.openModel(spec, { seed, ...(temperature === undefined ? {} : { temperature }) });
      model.catch(() => this.#models.delete(key));
      this.#models.set(key, model);
    }
    return model;
  }

  /** What an interruption has thrown is no failure of an agent. */
  #stopIfAsked(cause?: unknown): void {
    if (cause instanceof Stopped) throw cause;
    if (this.#parts.signal.aborted) throw new Stopped('stopped by the user', { cause });
  }
}

interface Scope {
  readonly path: string;
  readonly settings: Settings;
  readonly pool: Pool;
  readonly signal: AbortSignal;
  /** Whose scope it is; null: the person's. */
  readonly agent: { readonly name: string; readonly version: string } | null;
}

interface Calling<In, Out> {
  readonly agent: Agent<In, Out>;
  readonly state: AgentState<In>;
  readonly options: CallOptions;
  readonly path: string;
}

interface Rolling<Value> {
  readonly state: AgentState<Value>;
  readonly loop: LoopOptions;
  readonly path: string;
}

function after<Value>(
  state: AgentState<Value>,
  { work, snapshot }: EventOf<'rollout.returned'>,
): AgentState<Value> {
  return { ...state, snapshot, work };
}

function notBegun(limit: PoolLimit | null): Work {
  return {
    status: limit === null ? 'interrupted' : 'limit',
    verified: false,
    probability: null,
    reason: limit === null ? 'not begun: it was not needed any more' : `not begun: ${limitReason(limit)}`,
    rollout: null,
  };
}

const LIMIT_WORDS: Readonly<Record<PoolLimit, string>> = { usd: 'money', tokens: 'tokens', seconds: 'time' };

function limitReason(limit: PoolLimit): string {
  return `the ${LIMIT_WORDS[limit]} it shares with others is used up`;
}

/** Throws OperatorError `agent-value`: what an agent takes or gives is not what it says. */
function parsed<In, Out, K extends 'input' | 'output'>(
  { op: { name }, input, output }: Agent<In, Out>,
  which: K,
  value: unknown,
): K extends 'input' ? In : Out {
  const schema = which === 'input' ? input : output;
  const result = schema?.safeParse(value);
  if (result === undefined) return value as never;
  if (result.success) return result.data as never;
  const problem = issueText(result.error.issues[0]!);
  throw new OperatorError(
    'agent-value',
    `the agent ${name} ${which === 'input' ? 'was given' : 'gave'} a value that its ${which} schema refuses: ${problem}`,
    { hint: which === 'input' ? 'look at what the agent before it gives' : 'mend the agent or its schema' },
  );
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

function ownSpending(store: Store, rollout: string): { usd: number; tokens: number } {
  const events = readRollout(store, rollout);
  return events.some((each) => each.rollout === rollout)
    ? stateOf(events).ledger.spent
    : { usd: 0, tokens: 0 };
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
