import type { SnapshotPack, SnapshotPacks } from '../snapshot-packs.ts';
import type { ObjectStore } from '../store.ts';
import type { Sql } from './sql.ts';

/** `pack`: digest of an object. */
export const SNAPSHOT_TABLES = `
  CREATE TABLE snapshot_packs(
    id INTEGER PRIMARY KEY, owner TEXT NOT NULL, snapshot TEXT NOT NULL, pack TEXT NOT NULL,
    UNIQUE(owner, snapshot)
  ) STRICT;
`;

export class SqlSnapshotPacks implements SnapshotPacks {
  readonly #sql: Sql;
  readonly #objects: ObjectStore;

  constructor(sql: Sql, objects: ObjectStore) {
    this.#sql = sql;
    this.#objects = objects;
  }

  has(owner: string, snapshot: string): boolean {
    return this.#packOf(owner, snapshot) !== undefined;
  }

  put({ owner, snapshot, bytes }: SnapshotPack): void {
    this.#sql.together(() =>
      this.#sql.run(
        `INSERT INTO snapshot_packs(owner, snapshot, pack) VALUES (?, ?, ?) ON CONFLICT DO NOTHING`,
        ...[owner, snapshot, this.#objects.put(bytes)],
      ),
    );
  }

  list(owner: string): string[] {
    return this.#sql
      .run('SELECT snapshot FROM snapshot_packs WHERE owner = ? ORDER BY id', owner)
      .map((row) => String(row.snapshot));
  }

  get(owner: string, snapshot: string): SnapshotPack | null {
    const pack = this.#packOf(owner, snapshot);
    return pack === undefined ? null : { owner, snapshot, bytes: this.#objects.get(pack) };
  }

  #packOf(owner: string, snapshot: string): string | undefined {
    const [row] = this.#sql.run(
      'SELECT pack FROM snapshot_packs WHERE owner = ? AND snapshot = ?',
      owner,
      snapshot,
    );
    return row === undefined ? undefined : String(row.pack);
  }
}
