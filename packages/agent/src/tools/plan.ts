import { ModelFacingError } from '@heddle/core';
import * as z from 'zod/mini';
import type { PlanItem } from '../remembered.ts';
import type { Tool } from '../tool.ts';

const status = z.enum(['todo', 'doing', 'done']);

const schema = z.object({
  items: z.optional(
    z
      .array(z.object({ text: z.string().check(z.minLength(1)), status: z.optional(status) }))
      .check(z.describe('All of the plan, in order; it replaces the one before.')),
  ),
  set: z.optional(
    z
      .array(z.object({ item: z.int().check(z.gte(1)), status }))
      .check(z.describe('Without items: new states of some, by their number from 1.')),
  ),
});

/** The plan is never folded away, so it must stay short. */
const MAX_ITEMS = 30;
const MAX_ITEM_CHARACTERS = 300;

export const planTool: Tool<z.infer<typeof schema>> = {
  name: 'plan',
  description:
    'Keeps a plan of the work, for tasks of several parts: it stays in sight however long the work takes. ' +
    'Say with set when one is begun or done: {"set":[{"item":1,"status":"done"},{"item":2,"status":"doing"}]}.',
  schema,
  touches: { writes: false },
  async run({ items: given, set = [] }, { view }) {
    const items = given ?? changed(view.plan ?? [], set);
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

function changed(plan: readonly PlanItem[], set: z.infer<typeof schema>['set'] & {}): PlanItem[] {
  if (set.length === 0) throw new ModelFacingError('nothing-asked', 'Give items (the whole plan) or set.');
  const wrong = set.find(({ item }) => item > plan.length);
  if (wrong !== undefined)
    throw new ModelFacingError(
      'no-such-item',
      plan.length === 0
        ? 'There is no plan yet: give its items.'
        : `There is no item ${wrong.item}; the plan has ${plan.length}.`,
    );
  return plan.map((each, index) => ({
    ...each,
    status: set.findLast(({ item }) => item === index + 1)?.status ?? each.status,
  }));
}
