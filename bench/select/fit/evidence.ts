import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { readRollout, stateOf } from '@heddle/agent';
import type { Store } from '@heddle/core';
import { rowsOf } from '../../../packages/agent/src/select/matrix.ts';
import { type Weighed, weigh } from '../../../packages/agent/src/select/weigh.ts';
import type { Line as AttemptsLine } from '../attempts/record.ts';
import { keptPlace } from '../keep.ts';
import { readLog } from '../log.ts';
import type { Excluded } from '../planted/report.ts';
import type { PlantedRecord } from '../planted/run.ts';

/** What the selection of one case had found out about each candidate, and which of them are right. */
export interface Evidence {
  readonly id: string;
  readonly candidates: readonly { readonly weighed: Weighed; readonly right: boolean }[];
}

/** From the journals that a run kept; the newest selection of each case. */
export function evidenceIn(folder: string): Evidence[] {
  const keep = resolve(folder);
  const again = join(keep, 'reselected.jsonl');
  const lines = readLog<AttemptsLine | PlantedRecord | Excluded>(
    existsSync(again) ? again : join(keep, 'log.jsonl'),
  );
  return lines.flatMap((line) => {
    if ('excluded' in line) return [];
    using place = keptPlace(keep, line.id);
    const candidates = weighedIn(place.store, line.rollout).map((weighed) => ({
      weighed,
      right: isRight(line, weighed.candidate),
    }));
    return candidates.length === 0 ? [] : [{ id: line.id, candidates }];
  });
}

function isRight(line: Exclude<AttemptsLine, Excluded> | PlantedRecord, candidate: number): boolean {
  if ('truths' in line) return line.truths[candidate - 1] === 'right';
  return 'attempts' in line && line.attempts.some(({ attempt, right }) => attempt === candidate && right);
}

/** As crosscheck weighed them. */
function weighedIn(store: Store, rollout: string): Weighed[] {
  const { selections, values } = stateOf(readRollout(store, rollout)).composition;
  const [record] = [...selections];
  if (record === undefined) return [];
  const [path, { candidates: offers }] = record;
  const offered = offers.filter(({ same, out }) => same === null && out === null);
  if (offered.length === 0) return [];
  const candidates = offered.map(({ candidate }) => {
    const members = offers.filter(
      (each) => each.out === null && (each.candidate === candidate || each.same === candidate),
    );
    const said = members.flatMap(({ probability }) => probability ?? []);
    return {
      candidate,
      count: members.length,
      stated: said.length === 0 ? null : said.reduce((sum, each) => sum + each, 0) / said.length,
      suspect: values.get(`${path}/suspect-${candidate}`) === true,
    };
  });
  return weigh({ rows: rowsOf(record[1]), candidates, attempts: offers.length });
}
