import { isModule } from '@heddle/agent';
import { OperatorError } from '@heddle/core';
import { findExperiment, readEntrantSpecs } from '@heddle/lab';
import { Hono } from 'hono';
import * as z from 'zod/mini';
import { doingOf } from '../../reading/doing.ts';
import type { BegunTold, ProgramsTold } from '../../told/doing.ts';
import { bodyOf } from '../body.ts';
import type { StudioContext } from '../context.ts';
import type { Starter } from '../starter.ts';
import { textSchema } from './desk.ts';

const amount = z.optional(z.number().check(z.positive()));
const count = z.optional(z.int().check(z.positive()));
const name = z.optional(z.string().check(z.trim(), z.minLength(1), z.maxLength(300)));

const limits = { steps: count, budget: amount, seconds: count };
/** `program`: of those the Studio knows. */
const ways = { model: name, approve: z.optional(z.enum(['never', 'risky', 'ask'])), program: name };
const resumeSchema = z.strictObject({ ...limits, ...ways });
const forkSchema = z.strictObject({
  ...limits,
  ...ways,
  step: z.int().check(z.nonnegative()),
  say: z.optional(textSchema),
  seed: z.optional(z.int().check(z.nonnegative())),
});
const words = z.optional(
  z.array(z.string().check(z.trim(), z.minLength(1), z.maxLength(500))).check(z.maxLength(50)),
);
const experimentSchema = z.strictObject({
  dataset: z.string().check(z.trim(), z.minLength(1), z.maxLength(2_000)),
  agents: z
    .array(z.string().check(z.trim(), z.minLength(1), z.maxLength(500)))
    .check(z.minLength(1), z.maxLength(20)),
  attempts: count,
  limit: count,
  name,
  seed: z.optional(z.int().check(z.nonnegative())),
  parallel: count,
  steps: count,
  usd: amount,
  budget: amount,
  seconds: count,
  /** Points that are to be seen: what the planner says is about them. */
  difference: z.optional(z.number().check(z.positive(), z.maximum(100))),
  format: name,
  /** Those with walls: to run without any is for whoever sits at the command line. */
  sandbox: z.optional(z.enum(['bubblewrap', 'namespaces', 'container'])),
  select: words,
  set: words,
  soundOnly: z.optional(z.boolean()),
  program: name,
});

/** Runs begin as processes of their own, as if somebody had typed them. */
export function runRoutes(context: StudioContext): Hono {
  const { store } = context;
  const begun = async (args: readonly string[], program?: string): Promise<BegunTold> => ({
    id: await starterOf(context).begin(args, program),
  });
  return new Hono()
    .get('/programs', (c) => {
      const told: ProgramsTold = { programs: context.starter?.programs ?? [] };
      return c.json(told);
    })
    .post('/rollouts/:id/resume', async (c) => {
      const { program, ...asked } = await bodyOf(c, resumeSchema);
      const { rollout } = doingOf(context, c.req.param('id'));
      return c.json(await begun(['resume', rollout, '--desk', ...wayArgs(asked)], program));
    })
    .post('/rollouts/:id/fork', async (c) => {
      const { step, program, ...asked } = await bodyOf(c, forkSchema);
      const { rollout } = doingOf(context, c.req.param('id'));
      return c.json(await begun(['fork', `${rollout}@${step}`, '--desk', ...wayArgs(asked)], program));
    })
    .post('/experiments/plan', async (c) => {
      const { program, ...asked } = await bodyOf(c, experimentSchema);
      const args = ['eval', '--dry-run', ...evalArgs(asked)];
      return c.json({ text: await starterOf(context).ask(args, program) });
    })
    .post('/experiments', async (c) => {
      const { program, ...asked } = await bodyOf(c, experimentSchema);
      return c.json(await begun(['eval', ...evalArgs(asked)], program));
    })
    .post('/experiments/:id/stop', async (c) => {
      const { experiment } = findExperiment(store, c.req.param('id'));
      await starterOf(context).stopExperiment(experiment);
      return c.json({});
    })
    .post('/experiments/:id/resume', async (c) => {
      const { experiment } = findExperiment(store, c.req.param('id'));
      return c.json(await begun(['eval', `--resume=${experiment}`]));
    });
}

function starterOf({ starter }: StudioContext): Starter {
  if (starter !== undefined) return starter;
  throw new OperatorError('cannot-start', 'this Studio begins nothing', {
    hint: 'begin it in a terminal; what runs shows up here',
  });
}

/** Each as one word: whatever a value begins with, it is no option. */
function optionsOf(asked: Readonly<Record<string, string | number | undefined>>): string[] {
  return Object.entries(asked).flatMap(([key, value]) => (value === undefined ? [] : [`--${key}=${value}`]));
}

function wayArgs({ seconds, ...asked }: Omit<z.infer<typeof forkSchema>, 'step' | 'program'>): string[] {
  return [...(seconds === undefined ? [] : [`--time=${seconds}s`]), ...optionsOf(asked)];
}

function evalArgs({
  dataset,
  agents,
  soundOnly,
  seconds,
  select = [],
  set = [],
  ...asked
}: Omit<z.infer<typeof experimentSchema>, 'program'>): string[] {
  for (const expression of select) refuseFile(expression);
  for (const { word } of readEntrantSpecs(agents)) refuseModule(word);
  const each = agents.map((agent) => `--agent=${agent}`);
  return [
    ...optionsOf(asked),
    ...(seconds === undefined ? [] : [`--time=${seconds}s`]),
    ...select.map((expression) => `--select=${expression}`),
    ...set.map((setting) => `--set=${setting}`),
    ...(soundOnly ? ['--sound-only'] : []),
    ...each,
    ...['--', dataset],
  ];
}

/** What does not fit is told with its words: no page reads files that way. */
function refuseFile(expression: string): void {
  if (!/^!*@/.test(expression)) return;
  throw new OperatorError('file-from-page', `${expression}: a page names instances, no file of them`, {
    hint: 'write the expressions themselves, one a line',
  });
}

/** A module's code runs outside every sandbox: which, is for whoever sits at the command line or writes the configuration. */
function refuseModule(agent: string): void {
  if (!isModule(agent)) return;
  throw new OperatorError('module-from-page', `${agent} is a module, and no page says which code is run`, {
    hint: 'give it a name under "agents" in the configuration, or begin the experiment with `heddle eval`',
  });
}
