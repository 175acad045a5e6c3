import type { RateLimit, RateTable } from '../rates.ts';
import type { Sql } from './sql.ts';

/** What is left of both at that time; below 0: owed. */
export const RATE_TABLES = `
  CREATE TABLE rates(
    key TEXT PRIMARY KEY, requests REAL NOT NULL, tokens REAL NOT NULL, at INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
`;

const MINUTE_MS = 60_000;

export class SqlRates implements RateTable {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  take(key: string, limit: RateLimit, tokens: number): number {
    const left = this.#change(key, limit, { requests: -1, tokens: -tokens });
    return Math.ceil(
      Math.max(0, debtMs(left.requests, limit.requestsPerMinute), debtMs(left.tokens, limit.tokensPerMinute)),
    );
  }

  giveBack(key: string, limit: RateLimit, tokens: number): void {
    this.#change(key, limit, { requests: 0, tokens });
  }

  #change(key: string, limit: RateLimit, by: { requests: number; tokens: number }) {
    const { requestsPerMinute: requests = 0, tokensPerMinute: tokens = 0 } = limit;
    return this.#sql.together(() => {
      const [row] = this.#sql.run(
        `SELECT requests, tokens, at, ${this.#sql.now} AS now FROM (SELECT 1 AS one) AS always
         LEFT JOIN rates ON key = ?`,
        key,
      );
      const now = Number(row!.now);
      const passed = row!.at === null ? MINUTE_MS : Math.max(0, now - Number(row!.at));
      const refilled = (left: unknown, perMinute: number) =>
        Math.min(perMinute, Number(left ?? 0) + (perMinute * passed) / MINUTE_MS);
      const left = {
        requests: refilled(row!.requests, requests) + by.requests,
        tokens: refilled(row!.tokens, tokens) + by.tokens,
      };
      this.#sql.run(
        `INSERT INTO rates(key, requests, tokens, at) VALUES (?, ?, ?, ?) ON CONFLICT(key)
         DO UPDATE SET requests = excluded.requests, tokens = excluded.tokens, at = excluded.at`,
        ...[key, left.requests, left.tokens, now],
      );
      return left;
    }, `rate ${key}`);
  }
}

function debtMs(left: number, perMinute: number | undefined): number {
  return perMinute === undefined || left >= 0 ? 0 : (-left / perMinute) * MINUTE_MS;
}
