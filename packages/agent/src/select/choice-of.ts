import type { SelectionRecord } from '../compose/composition.ts';
import { choose, rank, tied } from './choose.ts';
import { rowsOf, votesIn } from './matrix.ts';
import type { Selection } from './selector.ts';
import { ladder } from './tie.ts';
import { meanStated, weigh } from './weigh.ts';

/**
 * What crosscheck makes of the evidence in a journal: no model is asked and nothing is run. `isSuspect`: what was found
 * out about tampering; undefined for one of them, nothing was: another selector chose, and null is given.
 */
export async function choiceOf(
  record: SelectionRecord,
  isSuspect: (candidate: number) => unknown,
): Promise<Selection | null> {
  const { candidates, comparisons } = record;
  const weighing = candidates
    .filter(({ out, same }) => out === null && same === null)
    .map(({ candidate }) => {
      const members = candidates.filter((each) => each.candidate === candidate || each.same === candidate);
      return {
        candidate,
        count: members.length,
        stated: meanStated(members.flatMap(({ probability }) => probability ?? [])),
        suspect: isSuspect(candidate),
      };
    });
  const known = weighing.filter((each) => typeof each.suspect === 'boolean');
  if (known.length === 0 || known.length < weighing.length) return null;
  const rows = rowsOf(record);
  const weighed = weigh({
    rows,
    candidates: known.map((each) => ({ ...each, suspect: each.suspect === true })),
    attempts: votesIn(record),
  });
  const ranked = rank(weighed);
  const even = tied(ranked);
  const told = async (first: number, second: number) =>
    comparisons.find((each) => each.first === first && each.second === second) ?? null;
  return choose(ranked, rows, even.length > 1 ? await ladder(even, told) : null);
}
