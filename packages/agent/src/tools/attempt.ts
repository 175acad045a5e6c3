import { availableParallelism } from 'node:os';
import type { Workspace } from '@heddle/workspace';
import * as z from 'zod/mini';
import type { Tool, ToolContext } from '../tool.ts';
import { type Baseline, baselineOf } from './attempt/baseline.ts';
import { Comparer, type Comparison } from './attempt/compare.ts';
import { FirstRuns, runLimits } from './attempt/first-runs.ts';
import { judge, NOT_RUN, type Verdict } from './attempt/judge.ts';
import { TypeCheck } from './attempt/types.ts';

/** Candidates of one call: a table a model can still read, and minutes at most for quick tests. */
const MAX_CANDIDATES = 200;
/** A call takes no new candidate after this long; what runs is finished. */
const DEFAULT_LIMIT_SECONDS = 300;
/** Of the time the rollout has left: a call that the time limit breaks off tells nothing of what it tried. */
const SHARE_OF_TIME = 0.8;
/** Test runs use a processor each; more of them at once only share it. */
const MAX_WORKERS = 8;

const edit = z.object({
  path: z.string(),
  line: z.optional(
    z.int().check(z.gte(1), z.describe('Line on which old begins; needed where it occurs more than once.')),
  ),
  old: z.string(),
  new: z.string(),
});

const schema = z.object({
  candidates: z
    .array(
      z.object({
        label: z.optional(z.string().check(z.describe('A few words, to know it again in the table.'))),
        edits: z.array(edit).check(z.minLength(1)),
      }),
    )
    .check(z.minLength(1), z.maxLength(MAX_CANDIDATES)),
  check: z.optional(z.string().check(z.describe('Name of the check. Default: the first that fails.'))),
  stop_after: z.optional(
    z.int().check(z.gte(1), z.describe('Stop once so many have passed. Default: try all.')),
  ),
  check_types: z.optional(
    z.boolean().check(z.describe('false: run candidates with type errors too. Default: true.')),
  ),
  compare: z.optional(
    z
      .boolean()
      .check(
        z.describe(
          'Also compare what passing candidates make the tests run: which behave alike, and which change what passing tests do.',
        ),
      ),
  ),
  limit_seconds: z.optional(z.number().check(z.gte(1), z.describe(`Default ${DEFAULT_LIMIT_SECONDS}.`))),
});
type Input = z.infer<typeof schema>;

export const attemptTool: Tool<Input> = {
  name: 'attempt',
  description:
    'Tries up to 200 alternative fixes at once without changing your files: each candidate is a set of replacements ' +
    '(old -> new, against the files as they are), run in its own copy against a failing check, failing tests first, ' +
    'several side by side. Returns a table: "#n pass|part|fail|hung|broken passed/total label"; part = mends some failing ' +
    'tests and breaks none, broken = old text not found, ill-typed = not run: ' +
    'the project’s TypeScript compiler rejects it. Use it when you can name several plausible small fixes; ' +
    'then make the best one with edit.',
  schema,
  touches: { writes: false },
  async run(input, context) {
    const started = performance.now();
    const baseline = await baselineFor(input, context);
    const rows = await tryAll(input, baseline, context);
    const seconds = (performance.now() - started) / 1000;
    return {
      content: table(input, rows, baseline, seconds),
      details: {
        check: baseline.check.name,
        focused: baseline.focused ? baseline.first.command : null,
        warm: baseline.warmth.sure,
        seconds,
        candidates: rows.map((verdict, index) => ({
          label: input.candidates[index]!.label ?? null,
          ...verdict,
        })),
      },
    };
  },
};

/** Kept while the files stay as they are: finding out how to run the failing tests alone costs a run of them. */
function baselineFor({ check }: Input, context: ToolContext): Promise<Baseline> {
  const kept = context.handle('attempt.baseline', () => new Map<string, Promise<Baseline>>());
  const key = `${context.view.snapshot} ${check ?? ''}`;
  let baseline = kept.get(key);
  if (!baseline) {
    baseline = baselineOf(check, context);
    kept.clear();
    kept.set(key, baseline);
    // A refusal or an abort is not worth remembering.
    baseline.catch(() => kept.delete(key));
  }
  return baseline;
}

/**
 * Verdicts in the candidates' order, without gaps; shorter than the list when it stopped early. Candidates behind the
 * last pass that counts are left out even if they were run, so that the outcome does not depend on who was faster.
 */
async function tryAll(input: Input, baseline: Baseline, context: ToolContext): Promise<Verdict[]> {
  const { workspace, signal } = context;
  const { candidates, stop_after: stopAfter = Number.POSITIVE_INFINITY } = input;
  const left = context.view.secondsLeft * SHARE_OF_TIME;
  const deadline = performance.now() + Math.min(input.limit_seconds ?? DEFAULT_LIMIT_SECONDS, left) * 1000;
  const verdicts: (Verdict | undefined)[] = new Array(candidates.length).fill(undefined);
  const limits = runLimits(baseline);
  const workers = Math.min(MAX_WORKERS, availableParallelism(), candidates.length);
  const illTyped = await typeErrors(input, baseline.first.run.seconds / workers, context);
  for (const [index, reason] of illTyped) verdicts[index] = { outcome: 'ill-typed', ...NOT_RUN, reason };
  let next = 0;
  let failed = false;
  const comparer = input.compare ? comparerFor(baseline, context) : null;
  const work = async () => {
    let fork: Workspace | null = null;
    let runs: FirstRuns | null = null;
    try {
      while (
        !failed &&
        next < candidates.length &&
        performance.now() < deadline &&
        !enough(verdicts, stopAfter)
      ) {
        const index = next++;
        if (verdicts[index]) continue;
        fork ??= await workspace.fork();
        runs ??= new FirstRuns(fork, baseline, { limits, signal });
        await runs.prepare((candidates.length - index) / workers);
        const { edits, label } = candidates[index]!;
        const verdict = await judge(edits, baseline, { fork, runs, fresh: () => workspace.fork(), signal });
        const comparison =
          verdict.outcome === 'pass' && comparer ? await comparer.compare(edits, signal) : null;
        verdicts[index] = { ...verdict, ...(comparison && { comparison }) };
        context.output(`${row(index, verdict, label)}\n`);
      }
    } catch (error) {
      failed = true;
      throw error;
    } finally {
      await fork?.dispose();
    }
  };
  const ends = await Promise.allSettled(Array.from({ length: workers }, work));
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
  return inOrder(verdicts, stopAfter);
}

/** How the unchanged files behave is kept as long as the baseline. */
function comparerFor(baseline: Baseline, context: ToolContext): Comparer {
  const kept = context.handle('attempt.comparers', () => new WeakMap<Baseline, Comparer>());
  const comparer = kept.get(baseline) ?? new Comparer(baseline, () => context.workspace.fork());
  kept.set(baseline, comparer);
  return comparer;
}

/** The compiler's speed is kept: it decides whether the next call asks it. */
function typeErrors(
  { candidates, check_types: wanted = true }: Input,
  runSeconds: number,
  context: ToolContext,
): Promise<ReadonlyMap<number, string>> {
  if (!wanted) return Promise.resolve(new Map());
  const { workspace, signal } = context;
  const types = context.handle('attempt.types', () => new TypeCheck());
  return types.errors(candidates, { fork: () => workspace.fork(), signal, runSeconds });
}

function enough(verdicts: readonly (Verdict | undefined)[], stopAfter: number): boolean {
  return verdicts.filter((verdict) => verdict?.outcome === 'pass').length >= stopAfter;
}

function inOrder(verdicts: readonly (Verdict | undefined)[], stopAfter: number): Verdict[] {
  const list: Verdict[] = [];
  let passes = 0;
  for (const verdict of verdicts) {
    if (!verdict || passes >= stopAfter) break;
    list.push(verdict);
    if (verdict.outcome === 'pass') passes += 1;
  }
  return list;
}

function table(
  input: Input,
  rows: readonly Verdict[],
  { check, focused }: Baseline,
  seconds: number,
): string {
  const total = input.candidates.length;
  const of = (outcome: Verdict['outcome']) => rows.filter((verdict) => verdict.outcome === outcome).length;
  const how = focused ? 'failing tests first, all of it for those that pass' : 'all of it for each';
  const counts = (['pass', 'part', 'fail', 'hung', 'broken', 'ill-typed'] as const)
    .filter((outcome) => of(outcome) > 0)
    .map((outcome) => `${of(outcome)} ${outcome}`);
  const behaviours = [...new Set(rows.flatMap(({ comparison }) => comparison?.fingerprint ?? []))];
  const lines = [
    `Tried ${rows.length} of ${total} candidates on check ${check.name} (${how}) in ${seconds.toFixed(1)} s: ${counts.join(', ') || 'none'}.`,
    ...rows.map((verdict, index) => row(index, verdict, input.candidates[index]!.label, behaviours)),
  ];
  if (rows.length < total) {
    const why =
      of('pass') >= (input.stop_after ?? Number.POSITIVE_INFINITY) ? 'enough have passed' : 'time was up';
    lines.push(`Not tried: #${rows.length + 1} to #${total} (${why}).`);
  }
  return lines.join('\n');
}

/** Names listed of the tests a candidate mends or breaks. */
const MAX_NAMES = 2;

function row(index: number, verdict: Verdict, label = '', behaviours: readonly string[] = []): string {
  const { outcome, passed, total, mended, broke, reason, comparison } = verdict;
  const counts = passed === null || total === null ? '' : ` ${passed}/${total}`;
  const notes = [
    ...(outcome === 'part' ? [`mends ${names(mended)}`] : []),
    ...(broke.length > 0 ? [`breaks ${names(broke)}`] : []),
    ...(reason === undefined ? [] : [reason]),
    ...(comparison ? [told(comparison, behaviours)] : []),
  ];
  const note = notes.length > 0 ? ` (${notes.join('; ')})` : '';
  return `#${index + 1} ${outcome}${counts} ${label.replaceAll(/\s+/g, ' ')}${note}`.trimEnd();
}

/** Candidates of one behaviour make every test run the same lines. */
function told({ changed, of, fingerprint }: Comparison, behaviours: readonly string[]): string {
  const which = behaviours.length > 0 ? `behaviour ${behaviours.indexOf(fingerprint) + 1}; ` : '';
  return `${which}${changed === 0 ? 'passing tests run as before' : `${changed} of ${of} passing tests run otherwise`}`;
}

function names(list: readonly string[]): string {
  const more = list.length > MAX_NAMES ? ` and ${list.length - MAX_NAMES} more` : '';
  return (
    list
      .slice(0, MAX_NAMES)
      .map((name) => `"${name}"`)
      .join(', ') + more
  );
}
