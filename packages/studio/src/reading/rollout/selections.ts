import {
  type AgentTree,
  agreementGroups,
  broughtTests,
  type EvidenceRow,
  evidenceRows,
  type SelectionRecord,
} from '@heddle/agent';
import type { EventOf, ObjectStore } from '@heddle/core';
import type { CandidateTold, CellTold, SelectionTold, TestTold } from '../../told/crosscheck.ts';
import { patchSize } from './patch-size.ts';
import { clipped } from './words.ts';

/** Names of failing tests told of one cell. */
const MOST_NAMES = 20;
const MAX_TEXT = 2_000;

/** What was chosen among, all that was measured for it, and the choice. */
export function selectionsOf(tree: AgentTree, objects: ObjectStore): SelectionTold[] {
  return [...tree.composition.selections].map(([path, record]) => {
    const rows = evidenceRows(record);
    const { chosen, comparisons } = record;
    return {
      path,
      candidates: record.candidates.map((each) => candidateOf(each, { path, record, rows, tree, objects })),
      tests: rows.map(testOf),
      groups: agreementGroups(record).filter(({ length }) => length > 1),
      comparisons: comparisons.map(({ first, second, winner, model, why }) => ({
        ...{ first, second, winner, model, why: clipped(why, MAX_TEXT) },
      })),
      chosen:
        chosen === null
          ? null
          : {
              ...{ candidate: chosen.candidate, probability: chosen.probability },
              reasons: chosen.reasons.map((reason) => clipped(reason, MAX_TEXT)),
            },
    };
  });
}

interface Around {
  readonly path: string;
  readonly record: SelectionRecord;
  readonly rows: readonly EvidenceRow[];
  readonly tree: AgentTree;
  readonly objects: ObjectStore;
}

function candidateOf(proposed: EventOf<'candidate.proposed'>, around: Around): CandidateTold {
  const { candidate, rollout, same, out, stopped = false, probability, patch } = proposed;
  const { record, rows, tree, objects, path } = around;
  const part = tree.partOf(proposed);
  const place = record.chosen?.ranking.findIndex((each) => each.candidate === candidate) ?? -1;
  const ranked = record.chosen?.ranking[place];
  const { usd, tokens } = tree.composition.spentUnder(part?.path ?? `${path}/${candidate}`);
  return {
    ...{ candidate, rollout, same, out, stopped, patch, usd, tokens },
    label: part?.label ?? `#${candidate}`,
    copies: record.candidates.filter((each) => each.same === candidate).map((each) => each.candidate),
    stated: probability,
    ...patchSize(Buffer.from(objects.get(patch)).toString('utf8')),
    rank: ranked === undefined ? null : place + 1,
    score: ranked?.score ?? null,
    agrees: ranked?.agrees ?? [],
    tests: broughtTests(rows, candidate),
    seconds: part?.rollout?.returned?.spent.seconds ?? null,
  };
}

function testOf({ test, kind, by, dismissed, cells }: EvidenceRow): TestTold {
  const letters = lettersOf(cells);
  return {
    ...{ test: clipped(test, MAX_TEXT), kind, by },
    dismissed: dismissed === null ? null : DISMISSED[dismissed],
    cells: [...cells].map(([about, { measured, runs, flaky }]): CellTold => {
      const { outcome, behaviour, counts, failing, output, seconds } = measured;
      return {
        ...{ about, outcome, flaky, runs, output, seconds },
        letter: behaviour === undefined ? null : letters.get(behaviour)!,
        passed: counts?.passed ?? null,
        failed: counts?.failed ?? null,
        failing: failing.slice(0, MOST_NAMES),
      };
    }),
  };
}

/** A letter for each behaviour, in the order of the candidates. */
function lettersOf(cells: EvidenceRow['cells']): ReadonlyMap<string, string> {
  const seen = [...cells]
    .toSorted(([a], [b]) => a - b)
    .flatMap(([, { measured }]) => measured.behaviour ?? []);
  return new Map(
    [...new Set(seen)].map((digest, place) => [digest, String.fromCodePoint(0x61 + (place % 26))]),
  );
}

const DISMISSED: Readonly<Record<NonNullable<EvidenceRow['dismissed']>, string>> = {
  flaky: 'it is not the same twice',
  'passes-without': 'it passes without any change too',
  'passes-nowhere': 'its own author fails it',
  'cannot-run': 'it could not be run',
  'not-comparable': 'what it shows cannot be compared',
};
