import type { ResultIndex, SettledResult } from '../result-index.ts';
import type { ObjectStore } from '../store.ts';
import type {
  Recording,
  VersionFilter,
  VersionKind,
  VersionName,
  VersionRegister,
  VersionRow,
} from '../version-register.ts';
import { conditions } from './conditions.ts';
import type { Sql, SqlRow } from './sql.ts';

/** Second step of the tables' layout. `version_parts` has each whole as a part of itself. */
export const VERSION_TABLES = `
  CREATE TABLE versions(
    id INTEGER PRIMARY KEY, kind TEXT NOT NULL, name TEXT NOT NULL, number INTEGER NOT NULL,
    digest TEXT NOT NULL, at INTEGER NOT NULL, UNIQUE(kind, name, number), UNIQUE(kind, name, digest)
  ) STRICT;
  CREATE TABLE version_parts(
    whole INTEGER NOT NULL, part INTEGER NOT NULL, PRIMARY KEY(whole, part)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX version_parts_by_part ON version_parts(part);
  CREATE TABLE version_runs(
    id INTEGER PRIMARY KEY, rollout TEXT NOT NULL, version INTEGER NOT NULL, UNIQUE(rollout, version)
  ) STRICT;
  CREATE INDEX version_runs_by_version ON version_runs(version);
  CREATE TABLE results(
    id INTEGER PRIMARY KEY, rollout TEXT NOT NULL UNIQUE, setup TEXT NOT NULL, result TEXT NOT NULL
  ) STRICT;
  CREATE INDEX results_by_setup ON results(setup);
`;

const ROW = `
  SELECT kind, name, number, digest, at, (
    SELECT count(DISTINCT rollout) FROM version_parts JOIN version_runs ON version = whole WHERE part = v.id
  ) AS rollouts
  FROM versions v`;

export class SqlVersions implements VersionRegister {
  readonly #sql: Sql;
  readonly #objects: ObjectStore;

  constructor(sql: Sql, objects: ObjectStore) {
    this.#sql = sql;
    this.#objects = objects;
  }

  record({ whole, parts, texts, at, rollout }: Recording): void {
    const contents = [...texts];
    // Most rollouts run with what is known; then nobody waits for anybody.
    if (!this.#isWhole(whole))
      this.#sql.together(() => {
        this.#objects.putAll(contents);
        const id = this.#register(whole, at);
        const ids = [id, ...parts.map((part) => this.#register(part, at))];
        this.#sql.many(
          'INSERT INTO version_parts(whole, part) VALUES (?, ?) ON CONFLICT DO NOTHING',
          ids.map((part) => [id, part]),
        );
        this.#ran(rollout, whole);
      }, 'versions');
    else this.#ran(rollout, whole);
  }

  #ran(rollout: string | undefined, whole: VersionName): void {
    if (rollout === undefined) return;
    this.#sql.run(
      'INSERT INTO version_runs(rollout, version) VALUES (?, ?) ON CONFLICT DO NOTHING',
      rollout,
      this.#idOf(whole)!,
    );
  }

  #isWhole(version: VersionName): boolean {
    const id = this.#idOf(version);
    return (
      id !== undefined &&
      this.#sql.run('SELECT 1 AS there FROM version_parts WHERE whole = ? AND part = ?', id, id).length > 0
    );
  }

  /** Gives its id. */
  #register({ kind, name, digest }: VersionName, at: number): number {
    this.#sql.run(
      `INSERT INTO versions(kind, name, number, digest, at)
       SELECT ?1, ?2, coalesce(max(number), 0) + 1, ?3, ?4 FROM versions WHERE kind = ?1 AND name = ?2
       ON CONFLICT DO NOTHING`,
      kind,
      name,
      digest,
      at,
    );
    return this.#idOf({ kind, name, digest })!;
  }

  #idOf({ kind, name, digest }: VersionName): number | undefined {
    const [row] = this.#sql.run(
      'SELECT id FROM versions WHERE kind = ? AND name = ? AND digest = ?',
      kind,
      name,
      digest,
    );
    return row === undefined ? undefined : Number(row.id);
  }

  has(version: VersionName): boolean {
    return this.#idOf(version) !== undefined;
  }

  list({ kind, name, number, digest, rollout }: VersionFilter = {}): VersionRow[] {
    const { where, values } = conditions([
      kind !== undefined && ['kind = ?', kind],
      name !== undefined && ['name = ?', name],
      number !== undefined && ['number = ?', number],
      digest !== undefined && ['substr(digest, 1, length(?)) = ?', digest, digest],
      rollout !== undefined && [
        `id IN (SELECT part FROM version_runs JOIN version_parts ON whole = version WHERE rollout = ?)`,
        rollout,
      ],
    ]);
    return this.#sql.run(`${ROW} ${where} ORDER BY kind, name, number`, ...values).map(rowOf);
  }

  usesOf(version: VersionName, limit: number): { rollouts: string[]; experiments: string[] } {
    const id = this.#idOf(version);
    if (id === undefined) return { rollouts: [], experiments: [] };
    const rollouts = this.#sql.run(
      `SELECT rollout, max(r.id) AS latest FROM version_parts JOIN version_runs r ON r.version = whole
       WHERE part = ? GROUP BY rollout ORDER BY latest DESC LIMIT ?`,
      ...[id, limit],
    );
    const experiments = this.#sql.run(
      `SELECT DISTINCT experiment FROM version_parts JOIN version_runs r ON r.version = whole
       JOIN trials t ON t.rollout = r.rollout WHERE part = ? ORDER BY experiment`,
      id,
    );
    return {
      rollouts: rollouts.map((row) => String(row.rollout)),
      experiments: experiments.map((row) => String(row.experiment)),
    };
  }

  of(rollout: string): VersionRow[] {
    return this.#sql
      .run(`${ROW} JOIN version_runs r ON r.version = v.id WHERE r.rollout = ? ORDER BY r.id`, rollout)
      .map(rowOf);
  }
}

function rowOf(row: SqlRow): VersionRow {
  return {
    kind: String(row.kind) as VersionKind,
    name: String(row.name),
    digest: String(row.digest),
    number: Number(row.number),
    at: Number(row.at),
    rollouts: Number(row.rollouts),
  };
}

export class SqlResults implements ResultIndex {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  settle({ rollout, setup, result }: SettledResult): SettledResult | null {
    return this.#sql.together(() => {
      const [row] = this.#sql.run(
        'SELECT rollout, result FROM results WHERE setup = ? AND rollout <> ? ORDER BY id DESC LIMIT 1',
        setup,
        rollout,
      );
      // A new row, not the old one changed: the order of ids is that of settling.
      this.#sql.run('DELETE FROM results WHERE rollout = ?', rollout);
      this.#sql.run('INSERT INTO results(rollout, setup, result) VALUES (?, ?, ?)', rollout, setup, result);
      return row === undefined ? null : { rollout: String(row.rollout), setup, result: String(row.result) };
    }, `results ${setup}`);
  }
}
