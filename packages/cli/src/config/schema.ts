import { MAX_ATTEMPTS } from '@heddle/agent';
import { modelsConfigSchema } from '@heddle/models';
import { APPROVAL_MODES, DECISIONS, EFFECT_KINDS, SANDBOX_KINDS } from '@heddle/workspace';
import * as z from 'zod/mini';

const positive = z.number().check(z.positive());
const positiveInt = z.int().check(z.positive());

const decision = z.enum(DECISIONS);
/** Who is asked before what; see docs/guard.md. */
const guardSchema = z.strictObject({
  approve: z.optional(z.enum(APPROVAL_MODES)),
  /** Effect -> what becomes of an action that has it, whatever the mode says. */
  effects: z.optional(z.partialRecord(z.enum(EFFECT_KINDS), decision)),
  /** By the first words of a command, before `effects`. */
  commands: z.optional(
    z.array(
      z.strictObject({
        command: z.string().check(z.minLength(1)),
        decide: decision,
        say: z.optional(z.string()),
      }),
    ),
  ),
  allowHosts: z.optional(z.array(z.string().check(z.minLength(1)))),
  /** A model asked in the person's place. */
  auditor: z.optional(z.string()),
  /** Answers may come from `heddle studio` or `heddle desk`: without a terminal they are waited for. */
  desk: z.optional(z.boolean()),
});

/** A program that is asked about actions; see docs/knowledge.md. */
const hookSchema = z
  .strictObject({
    on: z.enum(['before', 'after', 'finish']),
    tools: z.optional(z.array(z.string().check(z.minLength(1))).check(z.minLength(1))),
    run: z.optional(z.string().check(z.minLength(1))),
    seconds: z.optional(positive),
    outside: z.optional(z.boolean()),
    module: z.optional(z.string().check(z.minLength(1))),
  })
  .check(
    z.refine(({ run, module }) => (run === undefined) !== (module === undefined), 'expected run or module'),
    z.refine(({ outside, module }) => outside !== true || module === undefined, 'outside is for run'),
    z.refine(({ on, tools }) => on !== 'finish' || tools === undefined, 'finish takes no tools'),
  );

const texts = z.record(z.string(), z.string());
/** A program or an address; see docs/knowledge.md. */
const serverSchema = z
  .strictObject({
    command: z.optional(z.string().check(z.minLength(1))),
    args: z.optional(z.array(z.string())),
    env: z.optional(texts),
    url: z.optional(z.url('expected an address')),
    headers: z.optional(texts),
    seconds: z.optional(positive),
  })
  .check(
    z.refine(
      ({ command, url }) => (command === undefined) !== (url === undefined),
      'expected command or url',
    ),
    z.refine(
      ({ command, args, env, headers }) =>
        command === undefined ? args === undefined && env === undefined : headers === undefined,
      'args and env are for command, headers for url',
    ),
  );

/** Their tools are called NAME_TOOL. */
const serversSchema = z
  .record(z.string(), serverSchema)
  .check(
    z.refine(
      (servers) => Object.keys(servers).every((name) => /^[A-Za-z][A-Za-z0-9-]{0,23}$/.test(name)),
      'expected names of letters, digits and -, at most 24',
    ),
  );

/** Agents as plain data, by name (`config/agents.ts` reads them); see docs/compose.md. */
const agentsSchema = z
  .record(z.string(), z.unknown())
  .check(
    z.refine(
      (agents) => Object.keys(agents).every((name) => /^[A-Za-z][A-Za-z0-9_-]{0,39}$/.test(name)),
      'expected names of letters, digits, _ and -, at most 40',
    ),
  );

/** What a configuration file may hold; each field is a default that an option on the command line overrides. */
export const configSchema = z.strictObject({
  ...modelsConfigSchema.shape,
  /** Name -> shell command. Given at all, nothing is detected. */
  checks: z.optional(z.record(z.string(), z.string().check(z.minLength(1)))),
  /** Seconds a check may take. */
  checkSeconds: z.optional(positive),
  limits: z.optional(
    z.strictObject({
      steps: z.optional(positiveInt),
      usd: z.optional(positive),
      tokens: z.optional(positiveInt),
      seconds: z.optional(positive),
    }),
  ),
  /** Asked when the model fails in spite of its tries. */
  fallback: z.optional(z.string()),
  /** Asked for each edit beside the model; see docs/two-models.md. */
  rival: z.optional(z.string()),
  /** Says which of two patches is better where the checks don't. */
  comparator: z.optional(z.string()),
  sandbox: z.optional(z.enum(['auto', ...SANDBOX_KINDS])),
  network: z.optional(z.boolean()),
  /** Opt-in tools beside the default ones. */
  tools: z.optional(z.array(z.string())),
  guard: z.optional(guardSchema),
  hooks: z.optional(z.array(hookSchema)),
  mcp: z.optional(serversSchema),
  agents: z.optional(agentsSchema),
  /** Other agents and command lines that take part in experiments, by name (the lab reads them); see docs/rivals.md. */
  entrants: z.optional(z.record(z.string(), z.unknown())),
  /** The one that works when --agent names none. */
  agent: z.optional(z.string().check(z.minLength(1))),
  /** As many of it side by side. */
  attempts: z.optional(z.int().check(z.minimum(1), z.maximum(MAX_ATTEMPTS))),
});

export type Config = z.infer<typeof configSchema>;

/**
 * What only the user's own file may say: who is asked (a model's name may also be that of a file to read or write), where keys are
 * sent, what things cost, what runs outside of the sandbox, and what weakens the walls. A repository's file comes with the repository, perhaps from a stranger. It may
 * lower limits but not raise them.
 */
export const USER_ONLY = [
  'model',
  'memory',
  'embedding',
  'fallback',
  'rival',
  'comparator',
  'providers',
  'network',
  'prices',
  'guard',
  'mcp',
  'entrants',
] as const satisfies readonly (keyof Config)[];
