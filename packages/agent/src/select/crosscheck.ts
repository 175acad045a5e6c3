import * as z from 'zod/mini';
import type { AgentState } from '../compose/agent.ts';
import type { Run } from '../compose/run.ts';
import { tamperingIn } from '../guard/tampering/of-workspace.ts';
import { ablate } from './ablation.ts';
import { behaviours } from './behaviour.ts';
import { choose, rank, tied } from './choose.ts';
import {
  type Dismissal,
  discriminates,
  flakyTests,
  type Row,
  rowsOf,
  votesIn,
  whyWorthless,
} from './matrix.ts';
import { Measuring, type Subject } from './measure.ts';
import { type Candidate, type Selection, type Selector, selector } from './selector.ts';
import { broughtBy, given, regressions, type Test, userChecks } from './tests.ts';
import { breakTie } from './tie.ts';
import { byChecks, meanStated, type Weighed, weigh } from './weigh.ts';

/** Runs of a test that tells candidates apart: what is not the same twice tells nothing. */
const REPETITIONS = 2;

/**
 * Candidates cross-examine each other: the user's checks, with the user's own tests, and each candidate's tests are run
 * on every candidate and on the files as they were. What breaks nothing and mends most is first; then agreement decides,
 * of tests (dual agreement: CodeT, Chen et al. 2022), of behaviour on generated inputs, and of attempts that came to
 * the same change (Agentless, Xia et al. 2024), and whether anything needs all that a candidate changes. A model is asked
 * for those tied only.
 */
export const crosscheck: Selector = selector(
  { name: 'crosscheck', source: import.meta.url },
  async (candidates, start, run): Promise<Selection> => {
    const tests = await testsFor(candidates, start, run);
    const subjects: Subject[] = [
      { about: 0, snapshot: start.snapshot },
      ...candidates.map(({ candidate, end }) => ({ about: candidate, snapshot: end.snapshot })),
    ];
    const measuring = new Measuring(run);
    await measureAll(measuring, tests, subjects);
    dismissWorthless(run);
    await repeat(measuring, tests, subjects, run);
    const considering = { candidates, start, run, suspects: await suspectsAmong(candidates, run) };
    await ablateBest(measuring, tests, considering);
    const ranked = rank(weighAll(considering));
    const even = tied(ranked);
    const matrix = rows(run);
    const preferred = even.length > 1 ? await breakTie(even, { candidates, rows: matrix, run }) : null;
    return choose(ranked, matrix, preferred);
  },
);

interface Considering {
  readonly candidates: readonly Candidate[];
  readonly start: AgentState;
  readonly run: Run;
  /** Numbers of those that look like tampering. */
  readonly suspects: ReadonlySet<number>;
}

interface Tests {
  readonly checks: readonly Test[];
  /** For every candidate, as the checks are. */
  readonly shared: readonly Test[];
  /** With the user's own tests, each for one candidate. */
  readonly own: ReadonlyMap<number, readonly Test[]>;
}

async function testsFor(candidates: readonly Candidate[], start: AgentState, run: Run): Promise<Tests> {
  const brought = await Promise.all(candidates.map((candidate) => broughtBy(run, candidate, start)));
  const own = new Map<number, readonly Test[]>();
  for (const candidate of candidates) own.set(candidate.candidate, await regressions(run, candidate, start));
  const shared = [...given(candidates), ...brought.flat(), ...(await behaviours(run, candidates, start))];
  return { checks: userChecks(run), shared, own };
}

async function measureAll(measuring: Measuring, tests: Tests, subjects: readonly Subject[]): Promise<void> {
  await measuring.all(tests.checks, subjects);
  await measuring.all(tests.shared, subjects);
  for (const subject of subjects) await measuring.all(tests.own.get(subject.about) ?? [], [subject]);
}

/** Tests that tell candidates apart are run again, on all of them: chance must decide nothing. */
async function repeat(
  measuring: Measuring,
  { checks, shared }: Tests,
  subjects: readonly Subject[],
  run: Run,
): Promise<void> {
  const telling = new Set(
    rows(run)
      .filter((row) => row.dismissed === null && discriminates(row))
      .map(({ test }) => test),
  );
  await measuring.all(
    [...checks, ...shared].filter(({ name }) => telling.has(name)),
    subjects,
    REPETITIONS,
  );
  for (const test of flakyTests(record(run))) dismiss(run, test, 'flaky');
}

/** Of those that the checks leave in front: does anything need all that they change? */
async function ablateBest(
  measuring: Measuring,
  { checks, shared }: Tests,
  considering: Considering,
): Promise<void> {
  const { candidates, start, run } = considering;
  const weighed = weighAll(considering);
  const [best] = [...weighed].sort(byChecks);
  const front = weighed.filter((each) => byChecks(each, best!) === 0);
  if (front.length < 2) return;
  const worthless = new Set(record(run).dismissed.map(({ test }) => test));
  for (const candidate of candidates) {
    if (!front.some((each) => each.candidate === candidate.candidate)) continue;
    const own = shared.filter(
      ({ by, kind, name }) => by === candidate.candidate && kind !== 'behaviour' && !worthless.has(name),
    );
    await ablate(measuring, candidate, [...checks, ...own], { start, run });
  }
}

function dismissWorthless(run: Run): void {
  for (const row of rows(run)) {
    const why = row.dismissed === null ? whyWorthless(row) : null;
    if (why !== null) dismiss(run, row.test, why);
  }
}

function dismiss(run: Run, test: string, why: Dismissal): void {
  const { path } = run;
  if (record(run).dismissed.some((each) => each.test === test)) return;
  run.emit({ type: 'evidence.dismissed', path, test, why });
}

function weighAll({ candidates, suspects, run }: Considering): Weighed[] {
  const weighing = candidates.map((each) => ({
    candidate: each.candidate,
    count: each.ends.length,
    stated: meanStated(each.ends.flatMap(({ work }) => work?.probability ?? [])),
    suspect: suspects.has(each.candidate),
  }));
  return weigh({ rows: rows(run), candidates: weighing, attempts: votesIn(record(run)) });
}

async function suspectsAmong(candidates: readonly Candidate[], run: Run): Promise<ReadonlySet<number>> {
  const found = await Promise.all(candidates.map((candidate) => isSuspect(candidate, run)));
  return new Set(candidates.flatMap(({ candidate }, index) => (found[index] === true ? [candidate] : [])));
}

/** Expected values copied, tests weakened… */
function isSuspect({ candidate, end, patch }: Candidate, run: Run): Promise<boolean> {
  const { ground } = run;
  return run.once(`suspect-${candidate}`, z.boolean(), async () => {
    const fork = await ground.workspace.fork(end.snapshot);
    try {
      const findings = await tamperingIn({
        workspace: fork,
        patch,
        checks: ground.checks,
        before: (name) => ground.before(name),
      });
      return findings.some(({ severity }) => severity !== 'note');
    } finally {
      await fork.dispose();
    }
  });
}

function record(run: Run) {
  return run.ground.past.selections.get(run.path)!;
}

function rows(run: Run): Row[] {
  return rowsOf(record(run));
}
