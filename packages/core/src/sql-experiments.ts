import type {
  ExperimentRow,
  ExperimentTable,
  ScoreRow,
  TrialKey,
  TrialRow,
  TrialState,
} from './experiments.ts';

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

type Value = string | number | null;
/** Gives the rows, those of RETURNING too. */
type Run = (sql: string, ...values: Value[]) => Record<string, unknown>[];
type Together = (run: () => void) => void;

const KEY = 'experiment = ? AND agent = ? AND instance = ? AND attempt = ?';
const TRIAL = 'SELECT experiment, agent, instance, attempt, state, rollout, tries, place, result FROM trials';

/** In statements that SQLite and PostgreSQL understand alike. */
export class SqlExperiments implements ExperimentTable {
  readonly #run: Run;
  readonly #together: Together;

  constructor(run: Run, together: Together) {
    this.#run = run;
    this.#together = together;
  }

  plan(
    { experiment, name, createdAt, plan }: ExperimentRow,
    trials: Iterable<Pick<TrialRow, 'agent' | 'instance' | 'attempt' | 'order'>>,
  ): void {
    this.#together(() => {
      this.#run(
        'INSERT INTO experiments(id, name, created_at, plan) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING',
        ...[experiment, name, createdAt, plan],
      );
      for (const { agent, instance, attempt, order } of trials)
        this.#run(
          `INSERT INTO trials(experiment, agent, instance, attempt, state, tries, place)
           VALUES (?, ?, ?, ?, 'due', 0, ?) ON CONFLICT DO NOTHING`,
          ...[experiment, agent, instance, attempt, order],
        );
    });
  }

  list({ prefix, name, limit }: Parameters<ExperimentTable['list']>[0] = {}): ExperimentRow[] {
    const { where, values } = all([
      ...(prefix === undefined ? [] : [['substr(id, 1, length(?)) = ?', prefix, prefix] as const]),
      ...(name === undefined ? [] : [['name = ?', name] as const]),
    ]);
    return this.#run(
      `SELECT id, name, created_at, plan FROM experiments ${where}
       ORDER BY created_at DESC, id DESC ${limit === undefined ? '' : 'LIMIT ?'}`,
      ...values,
      ...(limit === undefined ? [] : [limit]),
    ).map((row) => ({
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
    const { where, values } = all([
      ['experiment = ?', experiment],
      ...(agent === undefined ? [] : [['agent = ?', agent] as const]),
      ...(instance === undefined ? [] : [['instance = ?', instance] as const]),
      ...(state === undefined ? [] : [['state = ?', state] as const]),
    ]);
    return this.#run(`${TRIAL} ${where} ORDER BY place, attempt, agent`, ...values).map(trialOf);
  }

  trial(key: TrialKey): TrialRow | null {
    const [row] = this.#run(`${TRIAL} WHERE ${KEY}`, ...keyOf(key));
    return row === undefined ? null : trialOf(row);
  }

  trialOf(rollout: string): TrialRow | null {
    const [row] = this.#run(`${TRIAL} WHERE rollout = ?`, rollout);
    return row === undefined ? null : trialOf(row);
  }

  begin(key: TrialKey, rollout: string): boolean {
    return this.#change(
      `UPDATE trials SET state = 'running', rollout = ?, tries = tries + 1 WHERE ${KEY} AND state = 'due'`,
      ...[rollout, ...keyOf(key)],
    );
  }

  grade(key: TrialKey, rollout: string, result: unknown): boolean {
    return this.#change(
      `UPDATE trials SET state = 'graded', result = ? WHERE ${KEY} AND state = 'running' AND rollout = ?`,
      ...[JSON.stringify(result), ...keyOf(key), rollout],
    );
  }

  retry(key: TrialKey, rollout: string): boolean {
    return this.#change(
      `UPDATE trials SET state = 'due' WHERE ${KEY} AND state = 'running' AND rollout = ?`,
      ...[...keyOf(key), rollout],
    );
  }

  reopen(key: TrialKey, rollout: string): boolean {
    return this.#change(
      `UPDATE trials SET state = 'due', result = NULL WHERE ${KEY} AND state = 'graded' AND rollout = ?`,
      ...[...keyOf(key), rollout],
    );
  }

  counts(experiment: string): { agent: string; state: TrialState; count: number }[] {
    return this.#run(
      `SELECT agent, state, count(*) AS count FROM trials WHERE experiment = ?
       GROUP BY agent, state ORDER BY agent, state`,
      experiment,
    ).map((row) => ({
      agent: String(row.agent),
      state: row.state as TrialState,
      count: Number(row.count),
    }));
  }

  score(rows: Iterable<ScoreRow>): void {
    this.#together(() => {
      for (const row of rows)
        this.#run(
          `INSERT INTO scores(experiment, scorer, agent, instance, attempt, version, value, why, at)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
           ON CONFLICT(experiment, scorer, agent, instance, attempt, version)
           DO UPDATE SET value = excluded.value, why = excluded.why, at = excluded.at`,
          ...[row.experiment, row.scorer, row.agent, row.instance, row.attempt, row.version],
          ...[row.value, row.why, row.at],
        );
    });
  }

  scores(experiment: string, scorer?: string): ScoreRow[] {
    const { where, values } = all([
      ['experiment = ?', experiment],
      ...(scorer === undefined ? [] : [['scorer = ?', scorer] as const]),
    ]);
    return this.#run(
      `SELECT experiment, scorer, agent, instance, attempt, version, value, why, at FROM (
         SELECT scores.*, row_number() OVER (
           PARTITION BY scorer, agent, instance, attempt ORDER BY at DESC, version DESC
         ) AS newest FROM scores ${where}
       ) AS ranked WHERE newest = 1 ORDER BY scorer, instance, attempt, agent`,
      ...values,
    ).map((row) => ({
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

  /** Whether it found its row as it expected it. */
  #change(update: string, ...values: Value[]): boolean {
    return this.#run(`${update} RETURNING attempt`, ...values).length === 1;
  }
}

function keyOf({ experiment, agent, instance, attempt }: TrialKey): [string, string, string, number] {
  return [experiment, agent, instance, attempt];
}

/** Conditions, each with its values. */
function all(conditions: readonly (readonly [condition: string, ...values: Value[]])[]) {
  return {
    where: conditions.length === 0 ? '' : `WHERE ${conditions.map(([text]) => text).join(' AND ')}`,
    values: conditions.flatMap(([, ...values]) => values),
  };
}

function trialOf(row: Record<string, unknown>): TrialRow {
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
