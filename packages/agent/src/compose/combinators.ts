import * as z from 'zod/mini';
import { TOOL_NAMES } from '../tools/registry.ts';
import type { AnyAgent } from './agent.ts';
import { bestOf } from './best-of.ts';
import { loopAgent } from './solo-agent.ts';

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

/** Attempts side by side: each has a workspace with shells and checks of its own. */
const MAX_ATTEMPTS = 64;

const inner = z.pipe(
  z.unknown(),
  z.transform((raw) => new Inner(raw)),
);
const innerOrSolo = z._default(inner, new Inner('solo'));
const text = z.string().check(z.minLength(1));
const texts = z.array(text).check(z.minLength(1));
const tools = z.array(z.enum(TOOL_NAMES as [string, ...string[]]));

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
};

/** Keeps what the schema says about the options. */
function entry<Options>(combinator: Combinator<Options>): Combinator {
  return combinator;
}
