import type { SQLInputValue, SQLOutputValue } from 'node:sqlite';
import type { ResultIndex, SettledResult } from './result-index.ts';
import type { ObjectStore } from './store.ts';
import type {
  Recording,
  VersionFilter,
  VersionKind,
  VersionName,
  VersionRegister,
  VersionRow,
} from './version-register.ts';

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

type Run = (sql: string, ...values: SQLInputValue[]) => Record<string, SQLOutputValue>[];
type Together = (run: () => void) => void;

const ROW = `
  SELECT kind, name, number, digest, at, (
    SELECT count(DISTINCT rollout) FROM version_parts JOIN version_runs ON version = whole WHERE part = v.id
  ) AS rollouts
  FROM versions v`;

export class SqliteVersions implements VersionRegister {
  readonly #run: Run;
  readonly #together: Together;
  readonly #objects: ObjectStore;

  constructor(run: Run, together: Together, objects: ObjectStore) {
    this.#run = run;
    this.#together = together;
    this.#objects = objects;
  }

  record({ whole, parts, texts, at, rollout }: Recording): void {
    this.#together(() => {
      for (const text of texts) this.#objects.put(text);
      const id = this.#register(whole, at);
      for (const part of [whole, ...parts])
        this.#run(
          'INSERT OR IGNORE INTO version_parts(whole, part) VALUES (?, ?)',
          id,
          this.#register(part, at),
        );
      if (rollout !== undefined)
        this.#run('INSERT OR IGNORE INTO version_runs(rollout, version) VALUES (?, ?)', rollout, id);
    });
  }

  /** Gives its id. */
  #register({ kind, name, digest }: VersionName, at: number): number {
    this.#run(
      `INSERT OR IGNORE INTO versions(kind, name, number, digest, at)
       SELECT ?1, ?2, coalesce(max(number), 0) + 1, ?3, ?4 FROM versions WHERE kind = ?1 AND name = ?2`,
      kind,
      name,
      digest,
      at,
    );
    return this.#idOf({ kind, name, digest })!;
  }

  #idOf({ kind, name, digest }: VersionName): number | undefined {
    const [row] = this.#run(
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
    return this.#run(
      `${ROW} WHERE (?1 IS NULL OR kind = ?1) AND (?2 IS NULL OR name = ?2) AND (?3 IS NULL OR number = ?3)
       AND (?4 IS NULL OR substr(digest, 1, length(?4)) = ?4)
       AND (?5 IS NULL OR id IN (
         SELECT part FROM version_runs JOIN version_parts ON whole = version WHERE rollout = ?5
       )) ORDER BY kind, name, number`,
      kind ?? null,
      name ?? null,
      number ?? null,
      digest ?? null,
      rollout ?? null,
    ).map(rowOf);
  }

  of(rollout: string): VersionRow[] {
    return this.#run(
      `${ROW} JOIN version_runs r ON r.version = v.id WHERE r.rollout = ? ORDER BY r.id`,
      rollout,
    ).map(rowOf);
  }
}

function rowOf(row: Record<string, SQLOutputValue>): VersionRow {
  return {
    kind: String(row.kind) as VersionKind,
    name: String(row.name),
    digest: String(row.digest),
    number: Number(row.number),
    at: Number(row.at),
    rollouts: Number(row.rollouts),
  };
}

export class SqliteResults implements ResultIndex {
  readonly #run: Run;
  readonly #together: Together;

  constructor(run: Run, together: Together) {
    this.#run = run;
    this.#together = together;
  }

  settle({ rollout, setup, result }: SettledResult): SettledResult | null {
    let earlier: SettledResult | null = null;
    this.#together(() => {
      const [row] = this.#run(
        'SELECT rollout, result FROM results WHERE setup = ? AND rollout <> ? ORDER BY id DESC LIMIT 1',
        setup,
        rollout,
      );
      if (row !== undefined) earlier = { rollout: String(row.rollout), setup, result: String(row.result) };
      this.#run(
        'INSERT OR REPLACE INTO results(rollout, setup, result) VALUES (?, ?, ?)',
        rollout,
        setup,
        result,
      );
    });
    return earlier;
  }
}
