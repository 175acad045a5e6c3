import { type Limits, messageOf, type RolloutEvent } from '@heddle/core';
import { type Model, type ModelRequest, type Reply, type YesNo, yesNo } from '@heddle/models';
import type * as z from 'zod/mini';
import type { Comparison } from '../compare/compare.ts';
import type { Contest } from '../compare/question.ts';
import { type Consulted, consult, consulting, spentOn } from '../consult.ts';
import type { ServerPool } from '../mcp/pool.ts';
import type { Runtime } from '../rollout.ts';
import type { RolloutState } from '../state.ts';
import { timer } from '../time-limit.ts';
import type { Agent, AgentState } from './agent.ts';
import { parsedValue } from './agent-value.ts';
import type { Nursery } from './child.ts';
import { type Delegating, Delegation } from './delegation.ts';
import { NotNeeded, notBegun, Stopped } from './endings.ts';
import { OpenedModels } from './opened-models.ts';
import { Pool } from './pool.ts';
import type { CallOptions, Ground, MemoryOf, OpenModel, Question, Run, Settings } from './run.ts';
import { placesIn, type Scope } from './scope.ts';

export interface ConductorParts {
  readonly rollout: string;
  readonly state: RolloutState;
  readonly ground: Ground;
  readonly nursery: Nursery;
  readonly runtime: Runtime;
  readonly openModel: OpenModel;
  readonly memoryOf?: MemoryOf | undefined;
  readonly servers: ServerPool | null;
  /** The person's. */
  readonly signal: AbortSignal;
  emit(event: RolloutEvent): void;
}

/** Carries out what agents of one rollout ask for: calls, rollouts, questions; journaled, charged, and never twice. */
export class Conductor {
  readonly #parts: ConductorParts;
  readonly #models: OpenedModels;
  readonly #delegation: Delegation;
  /** The rollout's own time, now. */
  readonly #seconds: () => number;

  constructor(parts: ConductorParts) {
    this.#parts = parts;
    this.#models = new OpenedModels(parts.openModel);
    this.#delegation = new Delegation(parts, this.#models);
    const before = parts.state.ledger.spent.seconds;
    const began = performance.now();
    this.#seconds = () => before + (performance.now() - began) / 1000;
  }

  /** Runs the outermost agent. When this settles, nothing that it began is under way any more. */
  async run<In, Out>(
    agent: Agent<In, Out>,
    state: AgentState<In>,
    settings: Settings,
  ): Promise<AgentState<Out>> {
    const { signal, state: whole } = this.#parts;
    const pool = this.#pool('', whole.config.limits);
    const top: Scope = { path: '', settings, pool, signal, agent: null, live: new Set() };
    return this.#runOf(top).call(agent, state);
  }

  #pool(path: string, limits: Partial<Omit<Limits, 'steps'>>, parent?: Pool): Pool {
    const { state, emit } = this.#parts;
    const { composition } = state;
    const began = path === '' ? 0 : (composition.agents.get(path)?.atSeconds ?? this.#seconds());
    return new Pool({
      limits,
      spent: composition.spentUnder(path),
      seconds: () => this.#seconds() - began,
      onExhausted: (limit) => {
        if (!composition.exhausted.has(path)) emit({ type: 'budget.exhausted', path, limit });
      },
      ...(parent === undefined ? {} : { parent }),
    });
  }

  #runOf(scope: Scope): Run {
    const { ground, emit } = this.#parts;
    const place = placesIn(scope.path);
    const live = <T>(begun: Promise<T>): Promise<T> => {
      const settled: Promise<unknown> = begun.catch(() => {}).finally(() => scope.live.delete(settled));
      scope.live.add(settled);
      return begun;
    };
    return {
      path: scope.path,
      settings: scope.settings,
      ground,
      signal: scope.signal,
      remaining: () => scope.pool.remaining(),
      emit,
      call: (agent, state, options = {}) =>
        live(this.#call(scope, { agent, state, options, path: place(options.key ?? agent.op.name) })),
      rollout: (state, loop = {}) => live(this.#rollout(scope, { state, loop, path: place('rollout') })),
      once: (key, schema, act) => live(this.#once(scope, place(key), schema, act)),
      consult: (role, request, model) => live(this.#consult(scope, role, request, model)),
      answers: async () => (await this.#models.open(scope.settings.model, scope.settings)).answers !== false,
      compare: (contest) => live(this.#compare(scope, contest)),
      yesNo: (question, options) => live(this.#yesNo(scope, question, options)),
    };
  }

  async #call<In, Out>(
    outer: Scope,
    { agent, state, options, path }: Calling<In, Out>,
  ): Promise<AgentState<Out>> {
    const { composition } = this.#parts.state;
    const past = composition.agents.get(path);
    if (past?.end) return past.end as AgentState<Out>;
    this.#stopIfAsked();
    const waiting = AbortSignal.any([
      outer.signal,
      ...(options.signal === undefined ? [] : [options.signal]),
    ]);
    const given = { ...state, value: parsedValue(agent, 'input', state.value) };
    // What it would give is nobody's any more, so it need not be what its type says.
    const notNeeded = { ...given, work: notBegun(null) } as AgentState<never>;
    if (waiting.aborted && past === undefined) return notNeeded;
    const { name, version } = agent.op;
    const named = { name, version: version.digest };
    const { emit } = this.#parts;
    emit({ type: 'agent.started', path, agent: named, state: given });
    const { settings = {}, budget } = options;
    const ended = new AbortController();
    const scope: Scope = {
      path,
      settings: { ...outer.settings, ...settings },
      pool: budget === undefined ? outer.pool : this.#pool(path, budget, outer.pool),
      signal: AbortSignal.any([waiting, ended.signal]),
      agent: named,
      live: new Set(),
    };
    const come = await this.#bodyOf(agent, given, scope);
    ended.abort(new NotNeeded());
    await Promise.all(scope.live);
    this.#stopIfAsked(come);
    const end = 'error' in come ? notNeeded : come.state;
    if (waiting.aborted && ('error' in come || end.work?.status === 'interrupted'))
      emit({ type: 'agent.completed', path, outcome: 'stopped', state: end });
    else if ('error' in come) {
      emit({ type: 'agent.completed', path, outcome: 'failed', state: null, why: messageOf(come.error) });
      throw come.error;
    } else emit({ type: 'agent.completed', path, outcome: 'returned', state: end });
    return end;
  }

  async #bodyOf<In, Out>(agent: Agent<In, Out>, given: AgentState<In>, scope: Scope): Promise<Come<Out>> {
    try {
      const end = await agent.body(given, this.#runOf(scope));
      return { state: { ...end, value: parsedValue(agent, 'output', end.value) } };
    } catch (error) {
      return { error };
    }
  }

  async #rollout<Value>(scope: Scope, asked: Delegating<Value>): Promise<AgentState<Value>> {
    this.#stopIfAsked();
    const end = await this.#delegation.rollout<Value>(scope, asked);
    this.#stopIfAsked();
    return end;
  }

  async #once<T>(scope: Scope, path: string, schema: z.ZodMiniType<T>, act: () => Promise<T>): Promise<T> {
    const { state, emit } = this.#parts;
    if (state.composition.values.has(path)) return schema.parse(state.composition.values.get(path));
    const value = await act();
    this.#stopIfAsked();
    // What was worked out while it was being stopped may be half of it.
    if (scope.signal.aborted) throw new NotNeeded();
    emit({ type: 'value.recorded', path, value });
    return value;
  }

  async #consult(
    scope: Scope,
    role: Consulted['role'],
    request: ModelRequest,
    spec = scope.settings.model,
  ): Promise<Reply | null> {
    return this.#asking(scope, spec, (model, signal) =>
      consult(model, request, { role, signal, onConsulted: (told) => this.#charge(scope, told) }),
    );
  }

  async #yesNo(
    scope: Scope,
    question: string,
    { context, model: spec = scope.settings.model }: Question = {},
  ): Promise<YesNo | null> {
    const onConsulted = (told: Consulted) => this.#charge(scope, told);
    return this.#asking(scope, spec, async (model, signal) => {
      const began = performance.now();
      const options = { signal, ...(context === undefined ? {} : { context }) };
      const answer = await consulting(model.id, { role: 'judge', onConsulted }, () =>
        yesNo(model, question, options),
      );
      const seconds = (performance.now() - began) / 1000;
      onConsulted(spentOn('judge', model.id, { ...answer, seconds }));
      return answer;
    });
  }

  async #compare(scope: Scope, contest: Contest): Promise<(Comparison & { model: string }) | null> {
    const spec = this.#parts.runtime.comparator?.id ?? scope.settings.model;
    return this.#asking(scope, spec, async (model, signal) => {
      if (model.answers === false) return null;
      const { compare } = await import('../compare/compare.ts');
      const onConsulted = (told: Consulted) => this.#charge(scope, told);
      return { ...(await compare({ ...contest, model }, { signal, onConsulted })), model: model.id };
    });
  }

  /** Null: there is no money or time left for it. */
  async #asking<T>(
    scope: Scope,
    spec: string,
    ask: (model: Model, signal: AbortSignal) => Promise<T>,
  ): Promise<T | null> {
    this.#stopIfAsked();
    if (scope.signal.aborted) throw new NotNeeded();
    if (scope.pool.exhausted() !== null) return null;
    const model = await this.#models.open(spec, scope.settings);
    const clock = timer(scope.pool.remaining().seconds);
    try {
      return await ask(model, AbortSignal.any([scope.signal, scope.pool.signal, clock]));
    } catch (error) {
      this.#stopIfAsked({ error });
      if (scope.signal.aborted) throw new NotNeeded();
      if (scope.pool.exhausted() !== null) return null;
      throw error;
    }
  }

  #charge({ path, pool }: Scope, consulted: Consulted): void {
    this.#parts.emit({ type: 'model.consulted', step: 0, path, ...consulted });
    const { usage, usd } = consulted;
    pool.charge({ usd, tokens: usage.inputTokens + usage.outputTokens });
  }

  /** What an interruption has thrown is no failure of an agent. */
  #stopIfAsked(come: object = {}): void {
    const cause = 'error' in come ? come.error : undefined;
    if (cause instanceof Stopped) throw cause;
    if (this.#parts.signal.aborted) throw new Stopped('stopped by the user', { cause });
  }
}

interface Calling<In, Out> {
  readonly agent: Agent<In, Out>;
  readonly state: AgentState<In>;
  readonly options: CallOptions;
  readonly path: string;
}

type Come<Out> = { readonly state: AgentState<Out> } | { readonly error: unknown };
