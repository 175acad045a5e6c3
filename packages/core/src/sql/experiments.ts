import type {
  ExperimentRow,
  ExperimentTable,
  ScoreRow,
  TrialChanges,
  TrialKey,
  TrialRow,
  TrialState,
} from '../experiments.ts';
import { conditions } from './conditions.ts';
import type { Sql, SqlRow, SqlValue } from './sql.ts';

/**
 * Third step of the tables' layout. Every key and index begins with the experiment, so that nothing asked of one reads
 * another's rows; `trials_by_state` holds all that counts are made of.
 */
export const EXPERIMENT_TABLES = `
  CREATE TABLE experiments(
    id TEXT PRIMARY KEY, name TEXT NOT NULL, created_at INTEGER NOT NULL, plan TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX experiments_by_time ON experiments(created_at);
  CREATE INDEX experiments_by_name ON experiments(name);
  CREATE TABLE trials(
    experiment TEXT NOT NULL, agent TEXT NOT NULL, instance TEXT NOT NULL, attempt INTEGER NOT NULL,
    state TEXT NOT NULL, rollout TEXT, tries INTEGER NOT NULL, place INTEGER NOT NULL, result TEXT,
    PRIMARY KEY(experiment, agent, instance, attempt)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX trials_by_state ON trials(experiment, state, agent);
  CREATE INDEX trials_by_rollout ON trials(rollout);
  CREATE TABLE scores(
    experiment TEXT NOT NULL, scorer TEXT NOT NULL, agent TEXT NOT NULL, instance TEXT NOT NULL,
    attempt INTEGER NOT NULL, version TEXT NOT NULL, value REAL, why TEXT NOT NULL, at INTEGER NOT NULL,
    PRIMARY KEY(experiment, scorer, agent, instance, attempt, version)
  ) STRICT, WITHOUT ROWID;
`;

/** `changed`: see {@link Sql.change}; 0 of what was there before. */
export const TRIALS_CHANGE = `
  ALTER TABLE trials ADD COLUMN changed INTEGER NOT NULL DEFAULT 0;
  CREATE INDEX trials_by_change ON trials(changed);
  CREATE INDEX trials_of_change ON trials(experiment, changed);
`;

const KEY = 'experiment = ? AND agent = ? AND instance = ? AND attempt = ?';
const TRIAL_COLUMNS = 'experiment, agent, instance, attempt, state, rollout, tries, place, result';
const TRIAL = `SELECT ${TRIAL_COLUMNS} FROM trials`;

/** In statements that SQLite and PostgreSQL understand alike. */
export class SqlExperiments implements ExperimentTable {
  readonly #sql: Sql;
  readonly #changed: ReturnType<Sql['change']>;

  constructor(sql: Sql) {
    this.#sql = sql;
    this.#changed = sql.change('trials');
  }

  plan(
    { experiment, name, createdAt, plan }: ExperimentRow,
    trials: Iterable<Pick<TrialRow, 'agent' | 'instance' | 'attempt' | 'order'>>,
  ): void {
    const rows = Array.from(trials, ({ agent, instance, attempt, order }) => [
      ...[experiment, agent, instance, attempt, order],
    ]);
    this.#sql.together(() => {
      const [change] = this.#sql.run(`SELECT ${this.#changed.mine} AS mine`);
      this.#sql.run(
        'INSERT INTO experiments(id, name, created_at, plan) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING',
        ...[experiment, name, createdAt, plan],
      );
      this.#sql.many(
        `INSERT INTO trials(experiment, agent, instance, attempt, place, changed, state, tries)
         VALUES (?, ?, ?, ?, ?, ?, 'due', 0) ON CONFLICT DO NOTHING`,
        rows.map((row) => [...row, Number(change!.mine)]),
      );
    });
  }

  list({ prefix, name, limit }: Parameters<ExperimentTable['list']>[0] = {}): ExperimentRow[] {
    const { where, values } = conditions([
      prefix !== undefined && ['substr(id, 1, length(?)) = ?', prefix, prefix],
      name !== undefined && ['name = ?', name],
    ]);
    return this.#sql
      .run(
        `SELECT id, name, created_at, plan FROM experiments ${where}
       ORDER BY created_at DESC, id DESC ${limit === undefined ? '' : 'LIMIT ?'}`,
        ...values,
        ...(limit === undefined ? [] : [limit]),
      )
      .map((row) => ({
        experiment: String(row.id),
        name: String(row.name),
        createdAt: Number(row.created_at),
        plan: String(row.plan),
      }));
  }

  trials(
    experiment: string,
    { agent, instance, state }: Partial<Pick<TrialRow, 'agent' | 'instance' | 'state'>> = {},
  ): TrialRow[] {
    const { where, values } = conditions([
      ['experiment = ?', experiment],
      agent !== undefined && ['agent = ?', agent],
      instance !== undefined && ['instance = ?', instance],
      state !== undefined && ['state = ?', state],
    ]);
    return this.#sql.run(`${TRIAL} ${where} ORDER BY place, attempt, agent`, ...values).map(trialOf);
  }

  changes(experiment: string, from: number): TrialChanges {
    const rows = this.#sql.run(
      `SELECT settled.next, ${TRIAL_COLUMNS} FROM (SELECT ${this.#changed.settled} AS next) AS settled
       LEFT JOIN trials ON experiment = ? AND changed >= ?`,
      ...[experiment, from],
    );
    const trials = rows.filter((row) => row.experiment !== null).map(trialOf);
    return { trials, next: Number(rows[0]!.next) };
  }

  trial(key: TrialKey): TrialRow | null {
    const [row] = this.#sql.run(`${TRIAL} WHERE ${KEY}`, ...keyOf(key));
    return row === undefined ? null : trialOf(row);
  }

  trialOf(rollout: string): TrialRow | null {
    const [row] = this.#sql.run(`${TRIAL} WHERE rollout = ?`, rollout);
    return row === undefined ? null : trialOf(row);
  }

  begin(key: TrialKey, rollout: string): boolean {
    return this.#change(
      ...(['running', key, rollout] as const),
      `UPDATE trials SET ${this.#stamp}, state = 'running', rollout = ?, tries = tries + 1 WHERE ${KEY} AND state = 'due'`,
      ...[rollout, ...keyOf(key)],
    );
  }

  grade(key: TrialKey, rollout: string, result: unknown): boolean {
    return this.#change(
      ...(['graded', key, rollout] as const),
      `UPDATE trials SET ${this.#stamp}, state = 'graded', result = ? WHERE ${KEY} AND state = 'running' AND rollout = ?`,
      ...[JSON.stringify(result), ...keyOf(key), rollout],
    );
  }

  retry(key: TrialKey, rollout: string): boolean {
    return this.#change(
      ...(['due', key, rollout] as const),
      `UPDATE trials SET ${this.#stamp}, state = 'due' WHERE ${KEY} AND state = 'running' AND rollout = ?`,
      ...[...keyOf(key), rollout],
    );
  }

  reopen(key: TrialKey, rollout: string): boolean {
    return this.#change(
      ...(['due', key, rollout] as const),
      `UPDATE trials SET ${this.#stamp}, state = 'due', result = NULL WHERE ${KEY} AND state = 'graded' AND rollout = ?`,
      ...[...keyOf(key), rollout],
    );
  }

  counts(experiment: string): { agent: string; state: TrialState; count: number }[] {
    return this.#sql
      .run(
        `SELECT agent, state, count(*) AS count FROM trials WHERE experiment = ?
       GROUP BY agent, state ORDER BY agent, state`,
        experiment,
      )
      .map((row) => ({
        agent: String(row.agent),
        state: row.state as TrialState,
        count: Number(row.count),
      }));
  }

  score(rows: Iterable<ScoreRow>): void {
    // Of one score twice the last counts: a statement cannot write a row twice.
    const scores = new Map<string, SqlValue[]>();
    for (const { experiment, scorer, agent, instance, attempt, version, value, why, at } of rows) {
      const key = [experiment, scorer, agent, instance, attempt, version];
      scores.set(JSON.stringify(key), [...key, value, why, at]);
    }
    this.#sql.together(() =>
      this.#sql.many(
        `INSERT INTO scores(experiment, scorer, agent, instance, attempt, version, value, why, at)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
           ON CONFLICT(experiment, scorer, agent, instance, attempt, version)
           DO UPDATE SET value = excluded.value, why = excluded.why, at = excluded.at`,
        [...scores.values()],
      ),
    );
  }

  scores(experiment: string, scorer?: string): ScoreRow[] {
    const { where, values } = conditions([
      ['experiment = ?', experiment],
      scorer !== undefined && ['scorer = ?', scorer],
    ]);
    return this.#sql
      .run(
        `SELECT experiment, scorer, agent, instance, attempt, version, value, why, at FROM (
         SELECT scores.*, row_number() OVER (
           PARTITION BY scorer, agent, instance, attempt ORDER BY at DESC, version DESC
         ) AS newest FROM scores ${where}
       ) AS ranked WHERE newest = 1 ORDER BY scorer, instance, attempt, agent`,
        ...values,
      )
      .map((row) => ({
        experiment: String(row.experiment),
        scorer: String(row.scorer),
        agent: String(row.agent),
        instance: String(row.instance),
        attempt: Number(row.attempt),
        version: String(row.version),
        value: row.value === null ? null : Number(row.value),
        why: String(row.why),
        at: Number(row.at),
      }));
  }

  get #stamp(): string {
    return `changed = ${this.#changed.mine}`;
  }

  /** Whether it found its row as it expected it. */
  #change(to: TrialState, key: TrialKey, rollout: string, update: string, ...values: SqlValue[]): boolean {
    return this.#sql.surely(() => {
      if (this.#sql.run(`${update} RETURNING attempt`, ...values).length === 1) return true;
      if (!this.#sql.again) return false;
      const trial = this.trial(key);
      return trial?.state === to && trial.rollout === rollout;
    });
  }
}

function keyOf({ experiment, agent, instance, attempt }: TrialKey): [string, string, string, number] {
  return [experiment, agent, instance, attempt];
}

function trialOf(row: SqlRow): TrialRow {
  return {
    experiment: String(row.experiment),
    agent: String(row.agent),
    instance: String(row.instance),
    attempt: Number(row.attempt),
    state: row.state as TrialState,
    rollout: row.rollout === null ? null : String(row.rollout),
    tries: Number(row.tries),
    order: Number(row.place),
    result: row.result === null ? null : JSON.parse(String(row.result)),
  };
}
