import { randomUUID } from 'node:crypto';
import { OperatorError } from '../errors.ts';
import type { InstanceMark, Rating, Ratings } from '../ratings.ts';
import { conditions } from './conditions.ts';
import type { Sql, SqlRow } from './sql.ts';

/** The whole is from step -1 to -1: a key has no NULL. */
export const RATING_TABLES = `
  CREATE TABLE ratings(
    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, rollout TEXT NOT NULL, from_step INTEGER NOT NULL,
    to_step INTEGER NOT NULL, stars INTEGER NOT NULL, note TEXT NOT NULL, rater TEXT NOT NULL, at INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX ratings_by_rollout ON ratings(rollout);
  CREATE TABLE marks(
    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, dataset TEXT NOT NULL, version TEXT NOT NULL,
    instance TEXT NOT NULL, broken INTEGER NOT NULL, note TEXT NOT NULL, rater TEXT NOT NULL, at INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX marks_by_dataset ON marks(dataset, version, instance);
`;

const WHOLE = -1;
/** Rollouts asked about in one statement, which is always the same one. */
const AT_ONCE = 200;

const RATING = 'SELECT rollout, from_step, to_step, stars, note, rater, at';

export class SqlRatings implements Ratings {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  rate(rating: Rating): void {
    const { rollout, segment, stars, note, by, at } = rating;
    check(rating);
    const { from, to } = segment ?? { from: WHOLE, to: WHOLE };
    this.#sql.run(
      `INSERT INTO ratings(id, rollout, from_step, to_step, stars, note, rater, at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
      ...[randomUUID(), rollout, from, to, stars, note, by, at],
    );
  }

  of(rollouts: Iterable<string>): Rating[] {
    const ids = [...new Set(rollouts)].sort();
    const found: Rating[] = [];
    for (let at = 0; at < ids.length; at += AT_ONCE) {
      const some = ids.slice(at, at + AT_ONCE);
      const asked = some.length === 1 ? some : [...some, ...Array(AT_ONCE - some.length).fill(some[0])];
      found.push(...this.#newest(asked));
    }
    return found;
  }

  #newest(rollouts: readonly string[]): Rating[] {
    return this.#sql
      .run(
        `${RATING} FROM (
           SELECT ratings.*, row_number() OVER (
             PARTITION BY rollout, from_step, to_step, rater ORDER BY at DESC, number DESC
           ) AS newest FROM ratings WHERE rollout IN (${rollouts.map(() => '?').join(', ')})
         ) AS ranked WHERE newest = 1 ORDER BY rollout, from_step, to_step, rater`,
        ...rollouts,
      )
      .map(ratingOf);
  }

  history(rollout: string): Rating[] {
    return this.#sql
      .run(`${RATING} FROM ratings WHERE rollout = ? ORDER BY at, number`, rollout)
      .map(ratingOf);
  }

  mark({ dataset, version, instance, broken, note, by, at }: InstanceMark): void {
    this.#sql.run(
      `INSERT INTO marks(id, dataset, version, instance, broken, note, rater, at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
      ...[randomUUID(), dataset, version, instance, broken ? 1 : 0, note, by, at],
    );
  }

  marks(dataset: string, version?: string): InstanceMark[] {
    const { where, values } = conditions([
      ['dataset = ?', dataset],
      version !== undefined && ['version = ?', version],
    ]);
    return this.#sql
      .run(
        `SELECT dataset, version, instance, broken, note, rater, at FROM (
           SELECT marks.*, row_number() OVER (
             PARTITION BY version, instance ORDER BY at DESC, number DESC
           ) AS newest FROM marks ${where}
         ) AS ranked WHERE newest = 1 ORDER BY instance, version`,
        ...values,
      )
      .map((row) => ({
        dataset: String(row.dataset),
        version: String(row.version),
        instance: String(row.instance),
        broken: Number(row.broken) === 1,
        note: String(row.note),
        by: String(row.rater),
        at: Number(row.at),
      }));
  }
}

function check({ stars, segment }: Rating): void {
  if (!Number.isInteger(stars) || stars < 1 || stars > 5)
    throw new OperatorError('bad-rating', `${stars} is no rating`, { hint: 'give a whole number, 1 to 5' });
  if (segment === null) return;
  const { from, to } = segment;
  if (Number.isInteger(from) && Number.isInteger(to) && from >= 0 && to >= from) return;
  throw new OperatorError('bad-rating', `steps ${from} to ${to} are no part of a rollout`, {
    hint: 'name its first and its last step, from 0 on',
  });
}

function ratingOf(row: SqlRow): Rating {
  const from = Number(row.from_step);
  return {
    rollout: String(row.rollout),
    segment: from === WHOLE ? null : { from, to: Number(row.to_step) },
    stars: Number(row.stars),
    note: String(row.note),
    by: String(row.rater),
    at: Number(row.at),
  };
}
