import { nearestName, problemText } from '@heddle/core';
import * as z from 'zod/mini';
import { type AnyAgent, agent } from './agent.ts';
import { COMBINATORS, type Combinator, Inner } from './combinators.ts';
import { MAX_DEPTH } from './limits.ts';
import { pipeline } from './pipeline/pipeline.ts';
import { planner } from './planner/planner.ts';
import { solo } from './solo-agent.ts';
import { SpecError } from './spec-error.ts';

/**
 * An agent as plain data: the name of one, or an object with one combinator, `{ "bestOf": { "attempts": 5 } }`. Only
 * under a name may it be a module: `./agents.ts#reviewer`.
 */
export type AgentSpec = string | { readonly [combinator: string]: unknown };

/** Agents that data names, by name. */
export type NamedSpecs = Readonly<Record<string, unknown>>;

/** All it takes to make an agent again, long after: what a rollout's journal holds of it. */
export const recipeSchema = z.object({
  agent: z.unknown(),
  /** Those it names, and those that they name. */
  agents: z.record(z.string(), z.unknown()),
  /** Reference of each module -> digest of its files when it was read. */
  modules: z.record(z.string(), z.string()),
});
export type Recipe = z.infer<typeof recipeSchema>;

/** Agents by name that need no configuration, and a line for people. */
export const BUILT_IN: Readonly<Record<string, { readonly agent: AnyAgent; readonly about: string }>> = {
  solo: { agent: solo, about: 'one loop, one model, few tools' },
  pipeline: { agent: pipeline(), about: 'located, then patches and tests of a reply each' },
  planner: { agent: planner(), about: 'a plan, its parts side by side, merged' },
};

const MODULE = /\.[cm]?[jt]s(?:#[\w$]*)?$/;

/** Whether it names a file, perhaps with one of its exports: `./agents.ts#reviewer`. */
export function isModule(spec: unknown): spec is string {
  return typeof spec === 'string' && MODULE.test(spec);
}

/**
 * Makes the agent that data describes. `modules` has those of the modules it names, by reference.
 * Throws SpecError with the place of what is wrong and, for a name that is none, the nearest one.
 */
export function agentFrom(
  { agent: spec, agents }: Pick<Recipe, 'agent' | 'agents'>,
  modules: ReadonlyMap<string, AnyAgent> = new Map(),
): AnyAgent {
  return new Maker(agents, modules).agent(spec, ['agent']);
}

/** Refuses what cannot be made, without loading a module: all that have a name, and one of them. Throws SpecError. */
export function checkAgents(agents: NamedSpecs, agent?: string): void {
  const stand = new Map(Object.values(agents).flatMap((spec) => (isModule(spec) ? [[spec, solo]] : [])));
  const maker = new Maker(agents, stand);
  for (const name of Object.keys(agents)) maker.named(name, ['agents', name]);
  if (agent !== undefined && !isModule(agent)) maker.agent(agent, ['agent']);
}

/** A recipe with all that `spec` needs of `agents`, and no digests yet. Throws SpecError. */
export function recipeOf(spec: unknown, agents: NamedSpecs): Recipe {
  const needed = new Set<string>();
  for (const { name } of namesIn(spec, ['agent'])) needed.add(name);
  for (const outer of needed)
    if (Object.hasOwn(agents, outer))
      for (const { name } of namesIn(agents[outer], ['agents', outer])) needed.add(name);
  const own = [...needed].filter((name) => Object.hasOwn(agents, name)).sort();
  return { agent: spec, agents: Object.fromEntries(own.map((name) => [name, agents[name]])), modules: {} };
}

/** Models that it names, of all that `agents` holds. Throws SpecError. */
export function modelsIn({ agent: spec, agents }: Pick<Recipe, 'agent' | 'agents'>): string[] {
  const specs = [
    [spec, ['agent']] as const,
    ...Object.entries(agents).map(([name, each]) => [each, ['agents', name]] as const),
  ];
  const models = specs.flatMap(([each, path]) =>
    [...partsOf(each, path)].flatMap(({ combinator, options }) => combinator.models?.(options) ?? []),
  );
  return [...new Set(models)];
}

/** In a line: `best of 5 of solo, late fork`. Throws SpecError. */
export function sayAgent(spec: unknown): string {
  if (typeof spec === 'string') return spec;
  const { combinator, options } = partOf(spec, ['agent']);
  return combinator.say(options, ({ raw }) => sayAgent(raw));
}

class Maker {
  readonly #agents: NamedSpecs;
  readonly #modules: ReadonlyMap<string, AnyAgent>;
  readonly #made = new Map<string, AnyAgent>();
  /** Names that are being made: one of them again is a circle. */
  readonly #making: string[] = [];

  constructor(agents: NamedSpecs, modules: ReadonlyMap<string, AnyAgent>) {
    this.#agents = agents;
    this.#modules = modules;
  }

  agent(spec: unknown, path: readonly PropertyKey[], name?: string): AnyAgent {
    if (typeof spec === 'string') return this.#byName(spec, path);
    const { key, combinator, options } = partOf(spec, path);
    const places = new Map(innersOf(options, [...path, key]));
    return combinator.make(options, {
      agentOf: (inner) => this.agent(inner.raw, places.get(inner)!),
      name: name ?? key,
    });
  }

  named(name: string, path: readonly PropertyKey[]): AnyAgent {
    const known = this.#made.get(name);
    if (known !== undefined) return known;
    const round = this.#making.indexOf(name);
    if (round >= 0)
      throw new SpecError(
        path,
        `goes round in a circle: ${[...this.#making.slice(round), name].join(' -> ')}`,
      );
    this.#making.push(name);
    const made = this.#make(name, this.#agents[name], ['agents', name]);
    this.#making.pop();
    this.#made.set(name, made);
    return made;
  }

  #make(name: string, spec: unknown, path: readonly PropertyKey[]): AnyAgent {
    if (Object.hasOwn(BUILT_IN, name))
      throw new SpecError(path, `${name} is built in; give yours another name`);
    if (isModule(spec)) return this.#modules.get(spec)!;
    const made = this.agent(spec, path, name);
    return made.op.name === name ? made : called(name, made);
  }

  #byName(name: string, path: readonly PropertyKey[]): AnyAgent {
    if (Object.hasOwn(this.#agents, name)) return this.named(name, path);
    if (Object.hasOwn(BUILT_IN, name)) return BUILT_IN[name]!.agent;
    if (isModule(name))
      throw new SpecError(path, `a module needs a name: write it under "agents" and its name here`);
    const names = [...Object.keys(BUILT_IN), ...Object.keys(this.#agents)];
    const meant = nearestName(name, names);
    const instead = meant === null ? `there are ${names.join(', ')}` : `did you mean "${meant}"?`;
    throw new SpecError(
      path,
      `no agent is called ${JSON.stringify(name)}; ${instead}`,
      '`heddle agents` lists those there are',
    );
  }
}

/** So that people see the name they gave. */
function called(name: string, inner: AnyAgent): AnyAgent {
  return agent({ name, source: import.meta.url, uses: [inner] }, (state, run) => run.call(inner, state));
}

interface Part {
  readonly key: string;
  readonly combinator: Combinator;
  // biome-ignore lint/suspicious/noExplicitAny: what its combinator's schema gave.
  readonly options: any;
}

/** Reads one combinator with its options; agents in them are left as they are. */
function partOf(spec: unknown, path: readonly PropertyKey[]): Part {
  if (path.length > MAX_DEPTH) throw new SpecError(path, 'it is too deep');
  const names = Object.keys(COMBINATORS);
  const keys = isObject(spec) ? Object.keys(spec) : [];
  if (keys.length !== 1)
    throw new SpecError(path, `expected an agent's name, or an object with one of ${names.join(', ')}`);
  const key = keys[0]!;
  if (!Object.hasOwn(COMBINATORS, key)) {
    const meant = nearestName(key, names);
    const instead = meant === null ? `there are ${names.join(', ')}` : `did you mean ${meant}?`;
    throw new SpecError(path, `unknown combinator ${key}; ${instead}`);
  }
  const combinator = COMBINATORS[key]!;
  const parsed = combinator.options.safeParse((spec as Record<string, unknown>)[key]);
  if (parsed.success) return { key, combinator, options: parsed.data };
  const issue = parsed.error.issues[0]!;
  const fields = issue.code === 'unrecognized_keys' ? fieldsAt(combinator.options, issue.path) : [];
  const known = fields.length === 0 ? '' : `; there are ${fields.join(', ')}`;
  throw new SpecError([...path, key, ...issue.path], `${problemText(issue)}${known}`);
}

/** Names of the fields that an object below a schema may have. */
function fieldsAt(schema: z.ZodMiniType, path: readonly PropertyKey[]): string[] {
  let at: unknown = schema;
  for (const key of [...path, null]) {
    while (at instanceof z.ZodMiniOptional || at instanceof z.ZodMiniPipe)
      at = at instanceof z.ZodMiniPipe ? at.def.out : at.def.innerType;
    if (key === null || at === undefined) break;
    at =
      at instanceof z.ZodMiniArray
        ? at.def.element
        : at instanceof z.ZodMiniObject
          ? at.def.shape[key as string]
          : undefined;
  }
  return at instanceof z.ZodMiniObject ? Object.keys(at.def.shape) : [];
}

/** An agent's own combinator and those of the agents written in it. */
function* partsOf(spec: unknown, path: readonly PropertyKey[]): Generator<Part> {
  if (typeof spec === 'string') return;
  const part = partOf(spec, path);
  yield part;
  for (const [inner, place] of innersOf(part.options, [...path, part.key])) yield* partsOf(inner.raw, place);
}

function* namesIn(spec: unknown, path: readonly PropertyKey[]): Generator<{ name: string }> {
  if (typeof spec === 'string') yield { name: spec };
  for (const { options } of partsOf(spec, path))
    for (const [{ raw }] of innersOf(options, [])) if (typeof raw === 'string') yield { name: raw };
}

function* innersOf(value: unknown, path: readonly PropertyKey[]): Generator<[Inner, readonly PropertyKey[]]> {
  if (value instanceof Inner) yield [value, path];
  else if (Array.isArray(value))
    for (const [at, each] of value.entries()) yield* innersOf(each, [...path, at]);
  else if (isObject(value))
    for (const [key, each] of Object.entries(value)) yield* innersOf(each, [...path, key]);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
