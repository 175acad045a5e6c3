import { randomUUID } from 'node:crypto';
import type { AskKind, Desk, DeskAsk, Said, SaidKind } from '../desk.ts';
import { conditions } from './conditions.ts';
import type { Sql, SqlRow } from './sql.ts';

/**
 * `state`: open, answered or withdrawn. `taken`: whose taking it was, so that it is known again where a connection broke.
 * What is asked for again and again (is there an answer, was anything said) reads one row of an index.
 */
export const DESK_TABLES = `
  CREATE TABLE asks(
    rollout TEXT NOT NULL, ask TEXT NOT NULL, kind TEXT NOT NULL, asked TEXT NOT NULL, at INTEGER NOT NULL,
    state TEXT NOT NULL, answer TEXT, answered_at INTEGER, PRIMARY KEY(rollout, ask)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX asks_open ON asks(at) WHERE state = 'open';
  CREATE TABLE said(
    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, recipient TEXT NOT NULL, kind TEXT NOT NULL,
    text TEXT NOT NULL, at INTEGER NOT NULL, taken TEXT
  ) STRICT;
  CREATE INDEX said_unheard ON said(recipient, kind) WHERE taken IS NULL;
`;

export class SqlDesk implements Desk {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  ask({ rollout, ask, kind, asked, at }: DeskAsk): void {
    this.#sql.run(
      `INSERT INTO asks(rollout, ask, kind, asked, at, state) VALUES (?, ?, ?, ?, ?, 'open') ON CONFLICT DO NOTHING`,
      ...[rollout, ask, kind, JSON.stringify(asked), at],
    );
  }

  answer({ rollout, ask, answer, at }: Parameters<Desk['answer']>[0]): boolean {
    const text = JSON.stringify(answer);
    return this.#sql.surely(() => {
      const changed = this.#sql.run(
        `UPDATE asks SET state = 'answered', answer = ?, answered_at = ?
         WHERE rollout = ? AND ask = ? AND state = 'open' RETURNING ask`,
        ...[text, at, rollout, ask],
      );
      if (changed.length === 1) return true;
      if (!this.#sql.again) return false;
      const [row] = this.#sql.run(
        'SELECT answer, answered_at FROM asks WHERE rollout = ? AND ask = ?',
        ...[rollout, ask],
      );
      return row?.answer === text && Number(row.answered_at) === at;
    });
  }

  answerOf(rollout: string, ask: string): { answer: unknown } | null {
    const [row] = this.#sql.run(
      `SELECT answer FROM asks WHERE rollout = ? AND ask = ? AND state = 'answered'`,
      ...[rollout, ask],
    );
    return row === undefined ? null : { answer: JSON.parse(String(row.answer)) };
  }

  withdraw(rollout: string, ask: string): boolean {
    return this.#sql.surely(() => {
      const changed = this.#sql.run(
        `UPDATE asks SET state = 'withdrawn' WHERE rollout = ? AND ask = ? AND state = 'open' RETURNING ask`,
        ...[rollout, ask],
      );
      if (changed.length === 1) return true;
      // Nobody but the one who asks takes it back.
      return this.#sql.again && this.answerOf(rollout, ask) === null;
    });
  }

  withdrawAll(rollout: string): void {
    this.#sql.run(`UPDATE asks SET state = 'withdrawn' WHERE rollout = ? AND state = 'open'`, rollout);
  }

  open(rollout?: string): DeskAsk[] {
    const { where, values } = conditions([
      [`state = 'open'`],
      rollout !== undefined && ['rollout = ?', rollout],
    ]);
    return this.#sql
      .run(`SELECT rollout, ask, kind, asked, at FROM asks ${where} ORDER BY at DESC, ask DESC`, ...values)
      .map((row) => ({
        rollout: String(row.rollout),
        ask: String(row.ask),
        kind: row.kind as AskKind,
        asked: JSON.parse(String(row.asked)),
        at: Number(row.at),
      }));
  }

  say(to: string, { kind, text, at }: Said): void {
    const id = randomUUID();
    this.#sql.run(
      'INSERT INTO said(id, recipient, kind, text, at) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING',
      ...[id, to, kind, text, at],
    );
  }

  take(to: string, kind: SaidKind): Said[] {
    // Nearly always nothing was said, and reading it waits for nobody.
    const [any] = this.#sql.run(
      'SELECT 1 FROM said WHERE recipient = ? AND kind = ? AND taken IS NULL LIMIT 1',
      ...[to, kind],
    );
    if (any === undefined) return [];
    const taken = randomUUID();
    const rows = this.#sql.surely(() => {
      const took = this.#sql.run(
        `UPDATE said SET taken = ? WHERE recipient = ? AND kind = ? AND taken IS NULL
         RETURNING number, kind, text, at`,
        ...[taken, to, kind],
      );
      if (took.length > 0 || !this.#sql.again) return took;
      return this.#sql.run('SELECT number, kind, text, at FROM said WHERE taken = ?', taken);
    });
    return rows.sort((a, b) => Number(a.number) - Number(b.number)).map(saidOf);
  }

  unheard(to: string): Said[] {
    return this.#sql
      .run('SELECT kind, text, at FROM said WHERE recipient = ? AND taken IS NULL ORDER BY number', to)
      .map(saidOf);
  }
}

function saidOf({ kind, text, at }: SqlRow): Said {
  return { kind: kind as SaidKind, text: String(text), at: Number(at) };
}
