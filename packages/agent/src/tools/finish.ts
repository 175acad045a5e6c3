import { ModelFacingError } from '@heddle/core';
import * as z from 'zod/mini';
import { excerpt } from '../excerpt.ts';
import type { Reproduction } from '../finish/reproduction.ts';
import { reviewPoints } from '../finish/review.ts';
import type { Tool, ToolContext } from '../tool.ts';

const schema = z.object({
  summary: z.optional(
    z
      .string()
      .check(
        z.describe(
          'What was wrong, what you changed and why; what you assumed; what is left. On the second call only if it has changed.',
        ),
      ),
  ),
  probability: z
    .number()
    .check(
      z.gte(0),
      z.lte(1),
      z.describe('How likely the patch is right, as its author would judge it: 0 to 1.'),
    ),
  reproduction: z.optional(
    z
      .string()
      .check(
        z.minLength(1),
        z.describe(
          'A command that fails without your change and passes with it, run from the root; it may use tests you added. It is run on both.',
        ),
      ),
  ),
});

/** Room for a diff worth reading in one look; the rest is a bash call away. */
const MAX_DIFF_CHARACTERS = 20_000;
/** Of what an observation may have: the list to go through must be there too. */
const DIFF_SHARE = 0.6;

export const finishTool: Tool<z.infer<typeof schema>> = {
  name: 'finish',
  description:
    'Hands in the work, in two calls: the first shows the whole diff and a list to go through; ' +
    'the second, with no edit in between, submits.',
  schema,
  // A background job may have written since the last snapshot: what is handed in is what is there now.
  touches: { writes: true, settles: true },
  subjects: ({ reproduction }) => (reproduction === undefined ? [] : [{ kind: 'shell', text: reproduction }]),
  async run({ summary: given, probability, reproduction: command }, context) {
    const { view, workspace } = context;
    const summary = given ?? view.summary;
    if (summary === null) {
      throw new ModelFacingError('no-summary', 'The first call needs a summary. Nothing was handed in.');
    }
    // With no step left there will be no second call: what the model says of its work must not be lost.
    if (view.reviewed === view.snapshot || view.last) {
      return { content: 'Submitted.', details: { finish: { phase: 'submit', summary, probability } } };
    }
    const diff = await workspace.diff(view.base, view.snapshot);
    const reproduction = diff === '' ? null : await reproduced(command, context);
    const content = [
      ...(await shownDiff(diff, context)),
      '',
      'Go through this:',
      ...(await reviewPoints(context, diff, reproduction)).map((point) => `- ${point}`),
      '',
      ending(context),
    ].join('\n');
    return { content, details: { finish: { phase: 'review', summary, reproduction } } };
  },
};

/** The command named, or one of the agent's own that failed before it edited and passed after. */
async function reproduced(
  named: string | undefined,
  { view, workspace, events, checks, signal }: ToolContext,
): Promise<Reproduction | null> {
  const { replayReproduction, reproductionIn } = await import('../finish/reproduction.ts');
  const known = new Set(checks.map(({ command }) => command.trim()));
  const command = named ?? reproductionIn(events(), known);
  if (command === null) return null;
  const { base, snapshot: head, secondsLeft } = view;
  return replayReproduction(command, { workspace, base, head, secondsLeft, signal });
}

/** The whole diff; after that only what has changed since it was last shown, if that is shorter. */
async function shownDiff(diff: string, { view, workspace }: ToolContext): Promise<string[]> {
  if (diff === '') return ['Not submitted yet. (nothing was changed)'];
  if (view.reviewed !== null) {
    const since = await workspace.diff(view.reviewed, view.snapshot);
    if (since.length < diff.length)
      return [
        'Not submitted yet: files have changed since you were shown the diff. What has changed since then:',
        readable(since, view.room),
      ];
  }
  return ['Not submitted yet. The diff against the files you were given:', readable(diff, view.room)];
}

/** Object ids help a program to apply it, not a reader. */
function readable(diff: string, room = Number.POSITIVE_INFINITY): string {
  const text = diff.replaceAll(/^index [0-9a-f]+\.\.[0-9a-f]+.*\n/gm, '');
  const shown = excerpt(text, Math.min(MAX_DIFF_CHARACTERS, room * DIFF_SHARE));
  const files = [...text.matchAll(/^diff --git a\/(.+?) b\//gm)].map(([, path]) => path);
  const rest = `[the diff is of ${files.join(', ')}; git diff -- FILE shows one of them]`;
  return shown.cut ? `${shown.text.trimEnd()}\n${rest}` : shown.text.trimEnd();
}

function ending({ checks, view }: ToolContext): string {
  const failing = checks.filter(({ name }) => view.checkRun(name).last?.outcome.status !== 'passed');
  if (failing.length === 0) return 'If all is well, call finish again. If not, go on working.';
  const names = failing.map(({ name }) => name).join(', ');
  return `Not passing: ${names}. Calling finish again hands the work in as it is, with that; else go on working.`;
}
