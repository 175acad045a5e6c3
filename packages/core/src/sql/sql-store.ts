import { OperatorError } from '../errors.ts';
import { EVENT_VERSION, type Recorded, type RolloutEvent } from '../events.ts';
import { parseEvent } from '../migrations.ts';
import type { ProcessMark } from '../process-mark.ts';
import type { RolloutRow, Store } from '../store.ts';
import type { Claims } from './claims.ts';
import { conditions } from './conditions.ts';
import { SqlDesk } from './desk.ts';
import { SqlExperiments } from './experiments.ts';
import { SqlObjects } from './objects.ts';
import { SqlRates } from './rates.ts';
import { SqlRatings } from './ratings.ts';
import { SqlSnapshotPacks } from './snapshot-packs.ts';
import { NO_LIMIT, type Sql, type SqlValue } from './sql.ts';
import { SqlResults, SqlVersions } from './versions.ts';

/** Events read at once: a journal of a million must not be in memory whole. */
const PAGE_EVENTS = 2_000;

const COLUMNS = 'rollout, position, at, version, type, data';

/** The store on any database that speaks SQL. */
export class SqlStore implements Store {
  readonly objects: SqlObjects;
  readonly versions: SqlVersions;
  readonly results: SqlResults;
  readonly experiments: SqlExperiments;
  readonly snapshotPacks: SqlSnapshotPacks;
  readonly rates: SqlRates;
  readonly desk: SqlDesk;
  readonly ratings: SqlRatings;
  readonly #sql: Sql;
  readonly #claims: Claims;

  constructor(sql: Sql, claims: Claims) {
    this.#sql = sql;
    this.#claims = claims;
    this.objects = new SqlObjects(sql);
    this.versions = new SqlVersions(sql, this.objects);
    this.results = new SqlResults(sql);
    this.experiments = new SqlExperiments(sql);
    this.snapshotPacks = new SqlSnapshotPacks(sql, this.objects);
    this.rates = new SqlRates(sql);
    this.desk = new SqlDesk(sql);
    this.ratings = new SqlRatings(sql);
  }

  create(row: RolloutRow, first?: { readonly event: RolloutEvent; readonly at: number }): void {
    const { rollout, parent, createdAt } = row;
    this.#sql.together(() => {
      const there =
        this.#sql.again && this.rollouts({ prefix: rollout }).some((one) => one.rollout === rollout);
      if (!there)
        this.#sql.run(
          'INSERT INTO rollouts(id, parent, parent_position, created_at) VALUES (?, ?, ?, ?)',
          ...[rollout, parent?.rollout ?? null, parent?.position ?? null, createdAt],
        );
      if (first !== undefined)
        this.append(rollout, parent === null ? 0 : parent.position + 1, first.event, first.at);
    });
  }

  append(rollout: string, position: number, event: RolloutEvent, at: number): void {
    const values = [rollout, position, at, EVENT_VERSION, event.type, JSON.stringify(event)];
    this.#sql.surely(() => this.#append(rollout, values));
  }

  #append(rollout: string, values: readonly SqlValue[]): void {
    if (this.#sql.again && this.#isThere(values)) return;
    const worker = this.#claims.fence(rollout);
    if (worker === null) {
      this.#sql.run(`INSERT INTO events(${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?)`, ...values);
      return;
    }
    // Whoever takes the claim over waits for this, and this for them.
    const written = this.#sql.run(
      `INSERT INTO events(${COLUMNS}) SELECT ?, ?, ?, ?, ?, ? FROM leases WHERE rollout = ? AND worker = ? FOR SHARE
       RETURNING position`,
      ...values,
      ...[rollout, worker],
    );
    if (written.length > 0) return;
    throw new OperatorError('journal-position-taken', `another worker has taken rollout ${rollout} over`, {
      hint: 'this one was cut off from the store for too long; the other goes on where the journal ended',
    });
  }

  /** The very same event, from before the connection broke. */
  #isThere([rollout, position, at, , , data]: readonly SqlValue[]): boolean {
    const [row] = this.#sql.run(
      'SELECT at, data FROM events WHERE rollout = ? AND position = ?',
      rollout!,
      position!,
    );
    return row !== undefined && Number(row.at) === at && row.data === data;
  }

  *read(rollout: string, from = 0, limit = NO_LIMIT): Iterable<Recorded> {
    let next = from;
    for (let left = limit; left > 0; ) {
      const wanted = Math.min(left, PAGE_EVENTS);
      const rows = this.#sql.run(
        `SELECT position, at, version, data FROM events WHERE rollout = ? AND position >= ?
         ORDER BY position LIMIT ?`,
        ...[rollout, next, wanted],
      );
      for (const row of rows) {
        const position = Number(row.position);
        const where = `event ${position} of rollout ${rollout}`;
        const event = parseEvent(Number(row.version), String(row.data), where);
        yield { rollout, position, at: Number(row.at), event };
        next = position + 1;
      }
      if (rows.length < wanted) return;
      left -= rows.length;
    }
  }

  rollouts({
    prefix = '',
    limit,
    trials = true,
    after,
  }: Parameters<Store['rollouts']>[0] = {}): RolloutRow[] {
    const { where, values } = conditions([
      prefix !== '' && ['substr(id, 1, length(?)) = ?', prefix, prefix],
      !trials && ['NOT EXISTS (SELECT 1 FROM trials WHERE trials.rollout = rollouts.id)'],
      after !== undefined && [
        '(created_at < ? OR (created_at = ? AND id < ?))',
        after.createdAt,
        after.createdAt,
        after.rollout,
      ],
    ]);
    const rows = this.#sql.run(
      `SELECT id, parent, parent_position, created_at FROM rollouts ${where}
       ORDER BY created_at DESC, id DESC LIMIT ?`,
      ...values,
      limit ?? NO_LIMIT,
    );
    return rows.map((row) => ({
      rollout: String(row.id),
      parent:
        row.parent === null ? null : { rollout: String(row.parent), position: Number(row.parent_position) },
      createdAt: Number(row.created_at),
    }));
  }

  claim(rollout: string): void {
    this.#claims.claim(rollout);
  }

  release(rollout: string): void {
    this.#claims.release(rollout);
  }

  writerOf(rollout: string): ProcessMark | null {
    return this.#claims.writerOf(rollout);
  }

  isRunning(rollout: string): boolean {
    return this.#claims.isRunning(rollout);
  }

  close(): void {
    this.#sql.close();
  }
}
