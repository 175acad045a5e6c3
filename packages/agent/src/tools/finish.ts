import { isTestFile } from '@heddle/code';
import { ModelFacingError } from '@heddle/core';
import * as z from 'zod/mini';
import { excerpt } from '../excerpt.ts';
import { checkLine } from '../report.ts';
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
});

/** Room for a diff worth reading in one look; the rest is a bash call away. */
const MAX_DIFF_CHARACTERS = 20_000;

export const finishTool: Tool<z.infer<typeof schema>> = {
  name: 'finish',
  description:
    'Hands in the work, in two calls: the first shows the whole diff and a list to go through; ' +
    'the second, with no edit in between, submits.',
  schema,
  // A background job may have written since the last snapshot: what is handed in is what is there now.
  touches: { writes: true, settles: true },
  async run({ summary: given, probability }, context) {
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
    const content = [
      ...(await shownDiff(diff, context)),
      '',
      'Go through this:',
      ...(await points(context, diff)).map((point) => `- ${point}`),
      '',
      ending(context),
    ].join('\n');
    return { content, details: { finish: { phase: 'review', summary } } };
  },
};

/** The whole diff; after that only what has changed since it was last shown, if that is shorter. */
async function shownDiff(diff: string, { view, workspace }: ToolContext): Promise<string[]> {
  if (diff === '') return ['Not submitted yet. (nothing was changed)'];
  if (view.reviewed !== null) {
    const since = await workspace.diff(view.reviewed, view.snapshot);
    if (since.length < diff.length)
      return [
        'Not submitted yet: files have changed since you were shown the diff. What has changed since then:',
        readable(since),
      ];
  }
  return ['Not submitted yet. The diff against the files you were given:', readable(diff)];
}

/** Object ids help a program to apply it, not a reader. */
function readable(diff: string): string {
  return excerpt(
    diff.replaceAll(/^index [0-9a-f]+\.\.[0-9a-f]+.*\n/gm, ''),
    MAX_DIFF_CHARACTERS,
  ).text.trimEnd();
}

function ending({ checks, view }: ToolContext): string {
  const failing = checks.filter(({ name }) => view.checkRun(name).last?.outcome.status !== 'passed');
  if (failing.length === 0) return 'If all is well, call finish again. If not, go on working.';
  const names = failing.map(({ name }) => name).join(', ');
  return `Not passing: ${names}. Calling finish again hands the work in as it is, with that; else go on working.`;
}

async function points({ checks, view, workspace }: ToolContext, patch: string): Promise<string[]> {
  const changed = await workspace.changed(view.base, view.snapshot);
  const added = changed.filter(({ status }) => status === 'added').map(({ path }) => path);
  const taken = filesWithRemovals(patch);
  const tests = changed
    .filter(({ path, status }) => isTestFile(path) && (status === 'deleted' || taken.has(path)))
    .map(({ path }) => path);
  const runs = checks.map((check) => checkLine(check, view.checkRun(check.name).last!.outcome));
  const { shownFindings, tamperingIn } = await import('../guard/tampering/of-workspace.ts');
  const signs = shownFindings(
    await tamperingIn({ workspace, patch, checks, before: (name) => view.checkRun(name).before }),
  );
  const failedBefore = checks.some(({ name }) => view.checkRun(name).before?.outcome.status !== 'passed');
  return [
    ...(runs.length > 0 ? runs : ['No check is known for this repository: how do you know that it works?']),
    ...(runs.length > 0 && !failedBefore
      ? [unshown(checks.flatMap(({ name }) => mended(view.checkRun(name))))]
      : []),
    ...(added.length > 0 ? [`New files: ${added.join(', ')}. Is each wanted?`] : []),
    ...(tests.length > 0
      ? [`Lines of existing tests were changed or removed: ${tests.join(', ')}. Was that asked for?`]
      : []),
    ...signs.map(
      (sign) =>
        `Looks as if it made a check pass without doing the task: ${sign}. Undo it, or say in the summary why it is right.`,
    ),
    ...(changed.length > 0 ? ['Does the diff do all of what the task asks, and nothing else?'] : []),
  ];
}

/** Tests that failed on the way and pass now: those the work brought with it. */
function mended({ last, before, failed }: ReturnType<ToolContext['view']['checkRun']>): string[] {
  const still = new Set([...(last?.outcome.failing ?? []), ...(before?.outcome.failing ?? [])]);
  return [...(failed ?? [])].filter((name) => !still.has(name));
}

function unshown(seen: readonly string[]): string {
  if (seen.length === 0)
    return 'No check failed before your change, so they do not show that the task is done: what does?';
  const tests =
    seen.length === 1
      ? '1 test that was seen failing passes'
      : `${seen.length} tests that were seen failing pass`;
  return `No check failed before your change; ${tests} now. Do they show all that the task asks?`;
}

/** Files of which a patch takes lines away; to add some is what most tasks ask for. */
function filesWithRemovals(patch: string): Set<string> {
  const found = new Set<string>();
  let path = '';
  for (const line of patch.split('\n')) {
    if (line.startsWith('+++ b/')) path = line.slice('+++ b/'.length).replace(/\t$/, '');
    else if (line.startsWith('-') && !line.startsWith('--- ')) found.add(path);
  }
  return found;
}
