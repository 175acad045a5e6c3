import type { EventOf } from '@heddle/core';
import { ModelError } from '@heddle/models';
import type { Run } from '../compose/run.ts';
import type { Ranked } from './choose.ts';
import type { Row } from './matrix.ts';
import type { Candidate } from './selector.ts';

/** Those tied that are compared, pair by pair in a ladder: each pair costs two questions with two diffs. */
const MAX_COMPARED = 4;

/**
 * Who of those tied is better, by a model that is shown both diffs and all that was measured, in both orders. The first
 * stays until one beats it. Null: nobody was better, or nobody can be asked.
 */
export async function breakTie(
  tied: readonly Ranked[],
  { candidates, rows, run }: { candidates: readonly Candidate[]; rows: readonly Row[]; run: Run },
): Promise<{ readonly candidate: number; readonly why: string } | null> {
  return ladder(tied, (first, second) => compared(first, second, { candidates, rows, run }));
}

type Told = Pick<EventOf<'candidates.compared'>, 'winner' | 'why'>;

/** The same, by whoever tells of two which is better. */
export async function ladder(
  tied: readonly Ranked[],
  compare: (first: number, second: number) => Promise<Told | null>,
): Promise<{ readonly candidate: number; readonly why: string } | null> {
  const list = tied.slice(0, MAX_COMPARED).map(({ weighed }) => weighed.candidate);
  let best = list[0]!;
  let why: string | null = null;
  for (const challenger of list.slice(1)) {
    const told = await compare(best, challenger);
    if (told === null || told.winner === null) continue;
    best = told.winner;
    why = told.why;
  }
  return why === null
    ? null
    : { candidate: best, why: `Evidence does not tell the best apart; asked which is better: ${why}` };
}

type Compared = EventOf<'candidates.compared'>;

async function compared(
  first: number,
  second: number,
  { candidates, rows, run }: { candidates: readonly Candidate[]; rows: readonly Row[]; run: Run },
): Promise<Compared | null> {
  const { path, ground } = run;
  const known = ground.past.selections
    .get(path)
    ?.comparisons.find((each) => each.first === first && each.second === second);
  if (known !== undefined) return known;
  const patch = (number: number) => candidates.find(({ candidate }) => candidate === number)!.patch;
  const evidence = rows
    .filter(({ dismissed }) => dismissed === null)
    .map(({ test, cells }) => ({
      what: test,
      results: [
        said(cells.get(first), cells.get(second)),
        said(cells.get(second), cells.get(first)),
      ] as const,
    }));
  try {
    const answer = await run.compare({
      task: ground.task.text,
      candidates: [patch(first), patch(second)],
      evidence,
    });
    if (answer === null) return null;
    const { winner, why, model } = answer;
    const event: Compared = {
      type: 'candidates.compared',
      path,
      first,
      second,
      winner: winner === null ? null : [first, second][winner]!,
      model,
      why,
    };
    run.emit(event);
    return event;
  } catch (error) {
    // Who cannot be asked decides nothing.
    if (error instanceof ModelError) return null;
    throw error;
  }
}

type Cell = EventOf<'evidence.measured'> | undefined;

/** What came of a run, for who compares. That calls with generated inputs went through says nothing; whether both came to the same does. */
export function said(cell: Cell, other: Cell): string {
  if (cell === undefined) return 'not run';
  if (cell.behaviour !== undefined && other?.behaviour !== undefined) {
    const [own, its] = [cell.behaviour.split(' '), other.behaviour.split(' ')];
    return `the same as the other on ${own.filter((token, call) => token === its[call]).length} of ${own.length} calls`;
  }
  const { outcome, failing, counts } = cell;
  const names = failing.length > 0 ? `: ${failing.join(', ')}` : '';
  return `${outcome}${counts === null ? '' : ` (${counts.passed} passed, ${counts.failed} failed)`}${names}`;
}
