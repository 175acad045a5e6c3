import type { SnapshotPack, SnapshotPacks } from '../snapshot-packs.ts';
import type { ObjectStore } from '../store.ts';
import type { Sql } from './sql.ts';

/** `pack`: digest of an object. */
export const SNAPSHOT_TABLES = `
  CREATE TABLE snapshot_packs(
    id INTEGER PRIMARY KEY, repository TEXT NOT NULL, snapshot TEXT NOT NULL, pack TEXT NOT NULL,
    UNIQUE(repository, snapshot)
  ) STRICT;
`;

export class SqlSnapshotPacks implements SnapshotPacks {
  readonly #sql: Sql;
  readonly #objects: ObjectStore;

  constructor(sql: Sql, objects: ObjectStore) {
    this.#sql = sql;
    this.#objects = objects;
  }

  has(repository: string, snapshot: string): boolean {
    return this.#packOf(repository, snapshot) !== undefined;
  }

  put({ repository, snapshot, bytes }: SnapshotPack): void {
    this.#sql.together(() =>
      this.#sql.run(
        `INSERT INTO snapshot_packs(repository, snapshot, pack) VALUES (?, ?, ?) ON CONFLICT DO NOTHING`,
        ...[repository, snapshot, this.#objects.put(bytes)],
      ),
    );
  }

  list(repository: string, after = 0): { row: number; snapshot: string }[] {
    return this.#sql
      .run(
        'SELECT id, snapshot FROM snapshot_packs WHERE repository = ? AND id > ? ORDER BY id',
        repository,
        after,
      )
      .map((row) => ({ row: Number(row.id), snapshot: String(row.snapshot) }));
  }

  get(repository: string, snapshot: string): SnapshotPack | null {
    const pack = this.#packOf(repository, snapshot);
    return pack === undefined ? null : { repository, snapshot, bytes: this.#objects.get(pack) };
  }

  #packOf(repository: string, snapshot: string): string | undefined {
    const [row] = this.#sql.run(
      'SELECT pack FROM snapshot_packs WHERE repository = ? AND snapshot = ?',
      repository,
      snapshot,
    );
    return row === undefined ? undefined : String(row.pack);
  }
}
