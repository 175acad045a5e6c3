/** What a column holds: integers are below 2^53, texts have no NUL character. */
export type SqlValue = null | number | bigint | string | Uint8Array;
export type SqlRow = Record<string, SqlValue>;

/**
 * A database that answers at once. Statements are those that SQLite and PostgreSQL understand alike: `?` or `?1` for
 * values, `ON CONFLICT`, `RETURNING`, `CAST` where a type cannot be seen from its place.
 *
 * Implementations: `sqlite.ts` (in the process), `postgres.ts` (a thread of the process talks to a server).
 */
export interface Sql {
  /**
   * The rows, those of RETURNING too. Asked again where a connection broke: a statement that must not be carried out twice
   * belongs into `surely`. Throws OperatorError `journal-position-taken` where a key is there already.
   */
  run(sql: string, ...values: SqlValue[]): SqlRow[];
  /** The same INSERT of `VALUES (?, …)` for each row, in few round trips. No rows come back. */
  many(sql: string, rows: readonly (readonly SqlValue[])[]): void;
  /**
   * All of it or nothing, whenever the process dies. It may be called twice, where a connection broke in the middle. Within
   * another one it is a part of that. `alone`: what nobody else does meanwhile, by name (SQLite: nobody writes at all).
   */
  together<T>(all: () => T, alone?: string): T;
  /** Begins `work` again where a connection broke in the middle; then `again` is true. Within `together` a part of that. */
  surely<T>(work: () => T): T;
  /** A connection broke before the answer came: what is asked now may have been done already. */
  readonly again: boolean;
  /**
   * Expressions for the column `changed` of a table. `mine`: the number of this transaction, which its rows get. `settled`:
   * whatever is committed later has this number or a greater one, so that whoever reads it together with the rows misses
   * none by asking from there on.
   */
  change(table: string): { readonly mine: string; readonly settled: string };
  /** Expression: milliseconds since 1970 by the clock that all share. */
  readonly now: string;
  close(): void;
}

/** For LIMIT: PostgreSQL takes no -1, SQLite no NULL. */
export const NO_LIMIT = Number.MAX_SAFE_INTEGER;
