import { isTestFile } from '@heddle/code';
import { type CheckSpec, digestOf, type EventOf } from '@heddle/core';
import type { AgentState } from '../compose/agent.ts';
import type { Run } from '../compose/run.ts';
import { reproductionIn } from '../finish/reproduction.ts';
import { steersChecks } from '../judges.ts';
import type { RememberedDetails } from '../remembered.ts';
import { bytesOf } from '../workspace-texts.ts';
import { type Kind, regressionName } from './matrix.ts';
import type { Candidate } from './selector.ts';

/** Something that can be run on any candidate's files. */
export interface Test {
  /** Unique within the selection. */
  readonly name: string;
  readonly kind: Kind;
  readonly by: number | null;
  /** Put there before it runs; null: taken away. */
  readonly files: readonly { readonly path: string; readonly bytes: Buffer | null }[];
  /** A check of the user's, read as such; or else a command whose exit code speaks. */
  readonly check?: CheckSpec;
  readonly command: string;
  readonly stdin?: string;
  /** Of a command; a check has its own. */
  readonly timeoutSeconds?: number;
  /** What the output of two runs says of behaviour, a token for each input; undefined: nothing that can be compared. */
  readonly read?: (first: string, second: string) => string | undefined;
  /** What is known of it on these files without running it. */
  readonly known?: (snapshot: string) => Known | undefined;
}

export type Known = Pick<
  EventOf<'evidence.measured'>,
  'outcome' | 'exitCode' | 'counts' | 'failing' | 'output' | 'seconds'
>;

/** The user's checks. What an attempt measured on its final files itself is taken as it was. */
export function userChecks({ ground }: Run): Test[] {
  return ground.checks.map((check) => ({
    name: check.name,
    kind: 'check',
    by: null,
    files: [],
    check,
    command: check.command,
    known: (snapshot) => {
      const known = ground.known(check, snapshot);
      if (known === null) return undefined;
      const { outcome, output, seconds } = known;
      const { status, exitCode, counts, failing } = outcome;
      return { outcome: status, exitCode, counts, failing, output, seconds };
    },
  }));
}

/**
 * Checks with the user's own tests put back where a candidate has changed them, and those that it added taken away: to be
 * run on that one. None for a candidate that left them alone.
 */
export async function regressions(run: Run, candidate: Candidate, start: AgentState): Promise<Test[]> {
  const { ground } = run;
  const changed = await ground.workspace.changed(start.snapshot, candidate.end.snapshot);
  const judges = changed.filter(({ path }) => isTestFile(path) || steersChecks(path));
  if (judges.length === 0) return [];
  const original = await ground.workspace.fork(start.snapshot);
  try {
    const put = async ({ path, status }: (typeof judges)[number]) => {
      const bytes = status === 'added' ? null : await bytesOf(original, path);
      return status !== 'added' && bytes === null ? [] : [{ path, bytes }];
    };
    const files = (await Promise.all(judges.map(put))).flat();
    return ground.checks.map((check) => ({
      name: regressionName(check.name),
      kind: 'regression',
      by: null,
      files,
      check,
      command: check.command,
    }));
  } finally {
    await original.dispose();
  }
}

/** Tests of the task by somebody else. */
export function given([first]: readonly Candidate[]): Test[] {
  return (first?.tests ?? []).map(({ command, files }, index) => ({
    name: `reproduction ${index + 1}`,
    kind: 'reproduction',
    by: null,
    files: files.map(({ path, text }) => ({ path, bytes: Buffer.from(text) })),
    command,
  }));
}

/** What a candidate brings to show that it is right: tests it added or changed, and its reproduction. */
export async function broughtBy(
  run: Run,
  { candidate, ends }: Candidate,
  start: AgentState,
): Promise<Test[]> {
  const brought = await Promise.all(ends.map((end) => broughtTo(run, end, start)));
  const seen = new Set<string>();
  return brought.flat().flatMap(({ kind, ...test }) => {
    // Copies may bring the very same test.
    const key = digestOf(
      JSON.stringify([test.command, test.files.map(({ path, bytes }) => [path, String(bytes)])]),
    );
    if (seen.has(key)) return [];
    seen.add(key);
    const more = seen.size > 1 ? `, ${seen.size}` : '';
    const check = test.check === undefined || run.ground.checks.length === 1 ? '' : ` (${test.check.name})`;
    return [{ ...test, kind, by: candidate, name: `${kind} of #${candidate}${check}${more}` }];
  });
}

async function broughtTo(run: Run, end: AgentState, start: AgentState): Promise<Omit<Test, 'name' | 'by'>[]> {
  const { ground } = run;
  const changed = await ground.workspace.changed(start.snapshot, end.snapshot);
  const events = end.work?.rollout == null ? [] : ground.events(end.work.rollout);
  const named = reproductionOf(events, ground.checks);
  const paths = changed
    .filter(
      ({ path, status }) =>
        (status !== 'deleted' && isTestFile(path)) || (status === 'added' && named?.includes(path) === true),
    )
    .map(({ path }) => path);
  const files = await filesAt(run, end.snapshot, paths);
  const tests: Omit<Test, 'name' | 'by'>[] = [];
  if (files.some(({ path }) => isTestFile(path))) {
    for (const check of ground.checks) {
      tests.push({ kind: 'tests', files, check, command: check.command });
    }
  }
  if (named !== null) tests.push({ kind: 'reproduction', files, command: named });
  return tests;
}

async function filesAt(run: Run, snapshot: string, paths: readonly string[]) {
  if (paths.length === 0) return [];
  const fork = await run.ground.workspace.fork(snapshot);
  try {
    const files = await Promise.all(paths.map(async (path) => ({ path, bytes: await bytesOf(fork, path) })));
    return files.filter(({ bytes }) => bytes !== null);
  } finally {
    await fork.dispose();
  }
}

/** The command its agent named when it handed in, or its own that failed before an edit and passed after. */
function reproductionOf(
  events: ReturnType<Run['ground']['events']>,
  checks: readonly CheckSpec[],
): string | null {
  for (const { event } of events.toReversed()) {
    if (event.type !== 'action.completed') continue;
    const { finish } = (event.details ?? {}) as RememberedDetails;
    if (finish?.phase === 'review' && finish.reproduction) return finish.reproduction.command;
  }
  return reproductionIn(events, new Set(checks.map(({ command }) => command.trim())));
}
