import { ModelFacingError, type Recorded, type RolloutEvent } from '@heddle/core';
import type { Workspace } from '@heddle/workspace';
import * as z from 'zod/mini';
import { COULD_NOT_START } from '../../check-run.ts';
import type { Tool, ToolContext } from '../../tool.ts';
import { faultOf, type Part, type Plan, partSchema, planSchema } from './plan.ts';

const schema = z.object({
  parts: z.optional(
    z
      .array(partSchema)
      .check(z.minLength(1), z.describe('The plan. On the second call only if it has changed.')),
  ),
  why: z.optional(z.string().check(z.describe('Why it is cut so, in a sentence or two.'))),
  known: z.optional(
    z
      .string()
      .check(
        z.describe(
          'For all who do parts: what you found out that saves them a search (places, commands), and what they must agree on.',
        ),
      ),
  ),
});

/** An acceptance command is tried once before the work: no longer than this, in all no longer than a few of them. */
const TRY_SECONDS = 30;

/**
 * A planner's `finish`: it takes a plan. The first call tries the acceptance commands on the files as they are and says
 * which show nothing; the second, or the first where all is well, hands the plan in.
 */
export const planFinish: Tool<z.infer<typeof schema>> = {
  name: 'finish',
  description:
    'Hands in the plan. Its acceptance commands are run on the files as they are; if one passes already or cannot run, ' +
    'you are told, and a second call hands it in.',
  schema,
  touches: { writes: false, settles: true },
  subjects: ({ parts = [] }) =>
    parts.flatMap(({ accept }) => accept.map((text) => ({ kind: 'shell' as const, text }))),
  async run({ parts, why = '', known = '' }, context) {
    const { view } = context;
    const plan = parts === undefined ? lastIn(context.events()) : { parts, why, known };
    if (plan === null) {
      throw new ModelFacingError('no-plan', 'The first call needs "parts". Nothing was handed in.');
    }
    const fault = faultOf(plan.parts);
    if (fault !== '') throw new ModelFacingError('bad-plan', `${fault} Nothing was handed in.`);
    const summary = `A plan: ${plan.parts.map(({ name }) => name).join(', ')}.`;
    const remarks = view.reviewed !== null || view.last ? [] : await remarksOn(plan.parts, context);
    if (remarks.length === 0) {
      // A plan is no patch: nobody goes by this number.
      const finish = { phase: 'submit' as const, summary, probability: 1 };
      return { content: 'Handed in.', details: { finish, handed: plan } };
    }
    return {
      content: [
        'Not handed in yet:',
        ...remarks.map((remark) => `- ${remark}`),
        'Mend what you can and call finish with the new plan, or call it again without arguments to hand it in as it is.',
      ].join('\n'),
      details: { finish: { phase: 'review' as const, summary }, handed: plan },
    };
  },
};

/** The plan that a call of it gave, handed in or not; null: the event tells of none. */
export function planIn(event: RolloutEvent): Plan | null {
  if (event.type !== 'action.completed') return null;
  const { handed } = (event.details ?? {}) as { handed?: unknown };
  return planSchema.safeParse(handed).data ?? null;
}

function lastIn(events: readonly Recorded[]): Plan | null {
  return events.reduce<Plan | null>((last, { event }) => planIn(event) ?? last, null);
}

async function remarksOn(parts: readonly Part[], context: ToolContext): Promise<string[]> {
  const fork = await context.workspace.fork();
  try {
    const tried = new Map<string, string>();
    const remarks: string[] = [];
    for (const { name, accept, after = [] } of parts) {
      if (accept.length === 0)
        remarks.push(`"${name}" has no acceptance command: nothing will show that it is done.`);
      for (const command of accept) {
        const remark = tried.get(command) ?? (await remarkOn(command, fork, context));
        tried.set(command, remark);
        // What cannot run yet may be the work of the part before.
        if (remark !== '' && !(remark === CANNOT_RUN && after.length > 0))
          remarks.push(`"${name}": \`${command}\` ${remark}.`);
      }
    }
    return remarks;
  } finally {
    await fork.dispose();
  }
}

const CANNOT_RUN = 'cannot be run as it stands (no such program?)';

async function remarkOn(command: string, fork: Workspace, { signal, view }: ToolContext): Promise<string> {
  const timeoutSeconds = Math.max(1, Math.min(TRY_SECONDS, view.secondsLeft / 4));
  const { ended, exitCode } = await fork.exec(command, { timeoutSeconds, signal });
  if (ended !== 'exited') return '';
  if (exitCode === 0) return 'passes already, before any work: it shows nothing';
  return COULD_NOT_START.has(exitCode) ? CANNOT_RUN : '';
}
