import * as z from 'zod/mini';
import { checksPass } from '../select/checks-pass.ts';
import { judged } from '../select/judged.ts';
import { TOOL_NAMES } from '../tools/registry.ts';
import { type Accept, verified } from './accept.ts';
import type { AgentState, AnyAgent } from './agent.ts';
import { bestOf } from './best-of.ts';
import { conditionSchema, firstOf } from './conditions.ts';
import { fallback } from './fallback.ts';
import { MAX_ATTEMPTS } from './limits.ts';
import { parallel } from './parallel.ts';
import { pipeline } from './pipeline/pipeline.ts';
import { planner } from './planner/planner.ts';
import { race } from './race.ts';
import { retryUntil } from './retry-until.ts';
import { route } from './route.ts';
import type { Run } from './run.ts';
import { sequence } from './sequence.ts';
import { loopAgent } from './solo-agent.ts';
import { withBudget, withSettings, withTools } from './with-settings.ts';

/** An agent that stands in another's options, as it was written. */
export class Inner {
  readonly raw: unknown;

  constructor(raw: unknown) {
    this.raw = raw;
  }
}

/** How an agent is written in a configuration file: one entry in {@link COMBINATORS} each. */
// biome-ignore lint/suspicious/noExplicitAny: a table of many kinds of options.
export interface Combinator<Options = any> {
  /** What stands behind its name; `inner` where an agent stands. */
  readonly options: z.ZodMiniType<Options>;
  make(options: Options, place: Making): AnyAgent;
  /** A few words for a list of agents. */
  say(options: Options, sayInner: (inner: Inner) => string): string;
  /** Models that it names. */
  models?(options: Options): readonly string[];
}

interface Making {
  agentOf(inner: Inner): AnyAgent;
  /** What it is called in the configuration. */
  readonly name: string;
}

const inner = z.pipe(
  z.unknown(),
  z.transform((raw) => new Inner(raw)),
);
const innerOrSolo = z._default(inner, new Inner('solo'));
const text = z.string().check(z.minLength(1));
const texts = z.array(text).check(z.minLength(1));
const tools = z.array(z.enum(TOOL_NAMES as [string, ...string[]]));

const agents = z.array(inner).check(z.minLength(1));
const positive = z.number().check(z.positive());
/** What is good enough: the work's own standing, the checks, or a model's judgement. */
const accept = z.optional(
  z.union(
    [
      z.enum(['verified', 'checksPass']),
      z.strictObject({
        judged: text,
        model: z.optional(text),
        atLeast: z.optional(z.number().check(z.minimum(0), z.maximum(1))),
      }),
    ],
    { error: 'expected "verified", "checksPass" or { "judged": a question, "model", "atLeast" }' },
  ),
);
type AcceptSpec = z.infer<typeof accept>;

/** A list of agents alone, or with options. */
function listed<Shape extends z.core.$ZodLooseShape>(shape: Shape) {
  return z.pipe(
    z.transform((raw: unknown) => (Array.isArray(raw) ? { agents: raw } : raw)),
    z.strictObject({ agents, ...shape }),
  );
}

/** Name -> how it is written, made and said. */
export const COMBINATORS: Readonly<Record<string, Combinator>> = {
  bestOf: entry({
    options: z.strictObject({
      attempts: z.int().check(z.minimum(1), z.maximum(MAX_ATTEMPTS)),
      fork: z.optional(z.enum(['early', 'late'])),
      stop: z.optional(z.enum(['decisive', 'never'])),
      parallel: z.optional(z.int().check(z.minimum(1))),
      vary: z.optional(
        z.strictObject({
          models: z.optional(texts),
          temperatures: z.optional(
            z.array(z.number().check(z.minimum(0), z.maximum(2))).check(z.minLength(1)),
          ),
          approaches: z.optional(texts),
        }),
      ),
      agent: innerOrSolo,
    }),
    make: ({ agent, ...options }, { agentOf }) => bestOf(options, agentOf(agent)),
    say: ({ attempts, fork, agent }, say) =>
      `best of ${attempts} of ${say(agent)}${fork === 'late' ? ', late fork' : ''}`,
    models: ({ vary }) => vary?.models ?? [],
  }),
  pipeline: entry({
    options: z.strictObject({
      patches: z.optional(z.int().check(z.minimum(1), z.maximum(MAX_ATTEMPTS))),
      tests: z.optional(z.int().check(z.minimum(0), z.maximum(MAX_ATTEMPTS))),
      temperature: z.optional(z.number().check(z.minimum(0), z.maximum(2))),
      parallel: z.optional(z.int().check(z.minimum(1))),
    }),
    make: (options) => pipeline(options),
    say: ({ patches }) => `located first, then ${patches ?? 'several'} patches`,
  }),
  planner: entry({
    options: z.strictObject({
      rounds: z.optional(z.int().check(z.minimum(1), z.maximum(MAX_ATTEMPTS))),
      parallel: z.optional(z.int().check(z.minimum(1))),
      worker: z.optional(inner),
    }),
    make: ({ worker, ...options }, { agentOf }) =>
      planner({ ...options, ...(worker === undefined ? {} : { worker: agentOf(worker) }) }),
    say: ({ worker }, say) => `a plan, its parts by ${worker === undefined ? 'solo' : say(worker)}`,
  }),
  loop: entry({
    options: z.strictObject({
      system: z.optional(text),
      tools: z.optional(tools),
      model: z.optional(text),
    }),
    make: (options, { name }) => loopAgent({ ...options, name, source: import.meta.url }),
    say: ({ system, tools = [], model }) =>
      [
        'a loop',
        ...(system === undefined ? [] : ['with its own prompt']),
        ...(model === undefined ? [] : [`of ${model}`]),
        ...(tools.length === 0 ? [] : [`with ${tools.join(', ')}`]),
      ].join(' '),
    models: ({ model }) => (model === undefined ? [] : [model]),
  }),
  sequence: entry({
    options: agents,
    make: (list, { agentOf }) => sequence(...list.map(agentOf)),
    say: (list, say) => list.map(say).join(', then '),
  }),
  race: entry({
    options: listed({ accept }),
    make: ({ agents: list, accept: wanted }, { agentOf }) => race(acceptOf(wanted), ...list.map(agentOf)),
    say: ({ agents: list }, say) => `the first of ${list.map(say).join(', ')}`,
    models: ({ accept: wanted }) => modelsOf(wanted),
  }),
  fallback: entry({
    options: listed({ accept, from: z.optional(z.enum(['start', 'last'])) }),
    make: ({ agents: list, accept: wanted, ...options }, { agentOf }) =>
      fallback({ ...options, ...acceptOf(wanted) }, ...list.map(agentOf)),
    say: ({ agents: list }, say) => list.map(say).join(', else '),
    models: ({ accept: wanted }) => modelsOf(wanted),
  }),
  retryUntil: entry({
    options: z.strictObject({
      most: z.int().check(z.minimum(1), z.maximum(MAX_ATTEMPTS)),
      accept,
      from: z.optional(z.enum(['start', 'last'])),
      agent: innerOrSolo,
    }),
    make: ({ agent, accept: wanted, ...options }, { agentOf }) =>
      retryUntil({ ...options, ...acceptOf(wanted) }, agentOf(agent)),
    say: ({ most, agent }, say) => `${say(agent)}, up to ${most} times`,
    models: ({ accept: wanted }) => modelsOf(wanted),
  }),
  parallel: entry({
    options: z
      .record(text, inner)
      .check(z.refine((parts) => Object.keys(parts).length > 0, 'expected an agent for each name')),
    make: (parts, { agentOf }) =>
      parallel(Object.fromEntries(Object.entries(parts).map(([name, part]) => [name, agentOf(part)]))),
    say: (parts, say) => Object.values(parts).map(say).join(' beside '),
  }),
  route: entry({
    options: z.array(z.strictObject({ when: z.optional(conditionSchema), agent: inner })).check(
      z.minLength(1),
      z.refine(
        (ways) => ways.every(({ when }, at) => (when === undefined) === (at === ways.length - 1)),
        'expected a "when" in each but the last, which takes the rest',
      ),
    ),
    make: (ways, { agentOf }) => {
      const conditions = ways.map(({ when }) => when);
      const choose = async (state: AgentState, run: Run) =>
        String((await firstOf(conditions, state, run)) + 1);
      const named = ways.map(({ agent }, at) => [String(at + 1), agentOf(agent)] as const);
      return route(choose, Object.fromEntries(named), { config: conditions });
    },
    say: (ways, say) => `by the task: ${ways.map(({ agent }) => say(agent)).join(' or ')}`,
  }),
  with: entry({
    options: z
      .strictObject({
        model: z.optional(text),
        /** `none`: by rule, a line a step. */
        memory: z.optional(text),
        tools: z.optional(tools),
        budget: z.optional(
          z.strictObject({
            usd: z.optional(positive),
            tokens: z.optional(z.int().check(z.positive())),
            seconds: z.optional(positive),
          }),
        ),
        steps: z.optional(z.int().check(z.positive())),
        temperature: z.optional(z.number().check(z.minimum(0), z.maximum(2))),
        approach: z.optional(text),
        agent: innerOrSolo,
      })
      .check(
        z.refine(({ agent: _, ...rest }) => Object.keys(rest).length > 0, 'expected what is to be different'),
      ),
    make: ({ agent, tools: more, budget, memory, ...rest }, { agentOf }) => {
      let made = agentOf(agent);
      if (more !== undefined) made = withTools(more, made);
      const settings = {
        ...rest,
        ...(memory === undefined ? {} : { memory: memory === 'none' ? null : memory }),
      };
      if (Object.keys(settings).length > 0) made = withSettings(settings, made);
      return budget === undefined ? made : withBudget(budget, made);
    },
    say: ({ agent, ...changes }, say) => `${say(agent)} with other ${Object.keys(changes).join(', ')}`,
    models: ({ model, memory }) =>
      [model, memory].filter((each) => each !== undefined && each !== 'none') as string[],
  }),
};

function acceptOf(spec: AcceptSpec): { accept?: Accept } {
  if (spec === undefined) return {};
  if (spec === 'verified') return { accept: verified };
  if (spec === 'checksPass') return { accept: checksPass };
  const { judged: question, model, atLeast } = spec;
  const scorer = judged(question, model === undefined ? {} : { model });
  return { accept: atLeast === undefined ? scorer : { scorer, atLeast } };
}

function modelsOf(spec: AcceptSpec): string[] {
  return typeof spec === 'object' && spec.model !== undefined ? [spec.model] : [];
}

/** Keeps what the schema says about the options. */
function entry<Options>(combinator: Combinator<Options>): Combinator {
  return combinator;
}
