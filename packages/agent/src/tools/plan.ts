import { ModelFacingError } from '@heddle/core';
import * as z from 'zod/mini';
import type { Tool } from '../tool.ts';

const schema = z.object({
  items: z
    .array(
      z.object({
        text: z.string().check(z.minLength(1)),
        status: z.optional(z.enum(['todo', 'doing', 'done'])),
      }),
    )
    .check(z.describe('All of the plan, in order; it replaces the one before.')),
});

/** The plan is never folded away, so it must stay short. */
const MAX_ITEMS = 30;
const MAX_ITEM_CHARACTERS = 300;

export const planTool: Tool<z.infer<typeof schema>> = {
  name: 'plan',
  description:
    'Keeps a plan of the work, for tasks of several parts: it stays in sight however long the work takes. ' +
    'Call it again, with all items, when one is begun or done.',
  schema,
  touches: { writes: false },
  async run({ items }) {
    if (items.length > MAX_ITEMS)
      throw new ModelFacingError(
        'plan-too-long',
        `A plan may have ${MAX_ITEMS} items; this one has ${items.length}.`,
      );
    const long = items.find(({ text }) => text.length > MAX_ITEM_CHARACTERS);
    if (long !== undefined)
      throw new ModelFacingError(
        'plan-too-long',
        `An item may have ${MAX_ITEM_CHARACTERS} characters: shorten "${long.text.slice(0, 60)}…".`,
      );
    const plan = items.map(({ text, status }) => ({ text, status: status ?? ('todo' as const) }));
    const done = plan.filter(({ status }) => status === 'done').length;
    return {
      content: plan.length === 0 ? 'No plan.' : `Plan kept: ${done} of ${plan.length} done.`,
      details: { plan },
    };
  },
};
