import { isTestFile } from '@heddle/code';
import { checkLine } from '../report.ts';
import type { ToolContext } from '../tool.ts';
import type { Reproduction } from './reproduction.ts';

/** What the agent is to go through before it hands in the work: facts first, then questions. */
export async function reviewPoints(
  context: ToolContext,
  patch: string,
  reproduction: Reproduction | null,
): Promise<string[]> {
  const { checks, view, workspace } = context;
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
    ...(runs.length > 0 ? runs : ['No check is known for this repository.']),
    ...(changed.length > 0 ? await widerPoints(context) : []),
    ...(await reproductionPoints(reproduction)),
    ...(runs.length > 0 && !failedBefore && reproduction?.shows !== true
      ? [unshown(checks.flatMap(({ name }) => mended(view.checkRun(name))))]
      : []),
    ...(runs.length === 0 && reproduction?.shows !== true && changed.length > 0 ? [HOW_DO_YOU_KNOW] : []),
    ...(await addedPoints(added)),
    ...(tests.length > 0
      ? [`Lines of existing tests were changed or removed: ${tests.join(', ')}. Was that asked for?`]
      : []),
    ...signs.map(
      (sign) =>
        `Looks as if it made a check pass without doing the task: ${sign}. Undo it, or say in the summary why it is right.`,
    ),
    ...openPoints(context),
    ...(changed.length > 0 ? ['Does the diff do all of what the task asks, and nothing else?'] : []),
  ];
}

const HOW_DO_YOU_KNOW =
  'How do you know that it works? Name a command that fails without your change and passes with it as reproduction.';

async function reproductionPoints(reproduction: Reproduction | null): Promise<string[]> {
  if (reproduction === null) return [];
  const { reproductionText } = await import('./reproduction.ts');
  return [`Reproduction: ${reproductionText(reproduction)}`];
}

/** An item that is done by calling finish. */
const ENDS = /\b(?:finish|submit|hand(?: it| the work)? in)\b/i;

/** What the agent itself has left open. */
function openPoints({ view }: ToolContext): string[] {
  const { plan = [], running = [], summary } = view;
  const open = plan
    .filter(({ status, text }) => status !== 'done' && !ENDS.test(text))
    .map(({ text }) => `"${text}"`);
  return [
    ...(open.length > 0 ? [`Not done in your plan: ${open.join(', ')}.`] : []),
    ...running.map(({ session, command }) => `Session ${session} still runs \`${command}\`.`),
    ...(summary === null ? [] : ['Your earlier summary stands unless you give another.']),
  ];
}

/** Where the user named narrower checks than the repository has. */
async function widerPoints({ view, workspace, widerChecks, signal, output }: ToolContext): Promise<string[]> {
  const checks = (await widerChecks?.()) ?? [];
  if (checks.length === 0) return [];
  const { runWider, widerText } = await import('./wider.ts');
  const { base, snapshot: head, secondsLeft } = view;
  const points: string[] = [];
  for (const check of checks)
    points.push(
      widerText(await runWider(check, { workspace, base, head, secondsLeft, signal, onOutput: output })),
    );
  return points;
}

async function addedPoints(added: readonly string[]): Promise<string[]> {
  if (added.length === 0) return [];
  const { strayFiles } = await import('./stray.ts');
  const stray = strayFiles(added);
  return [
    `New files: ${added.join(', ')}. Is each wanted?`,
    ...(stray.length > 0
      ? [`Looks like scratch work: ${stray.join(', ')}. Remove what nobody asked for.`]
      : []),
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
