import { OperatorError } from '../errors.ts';
import { isAlive, type ProcessMark, processMark } from '../process-mark.ts';
import type { Sql } from './sql.ts';

/** Who may write to a rollout. */
export interface Claims {
  /** Throws OperatorError `rollout-running`. */
  claim(rollout: string): void;
  release(rollout: string): void;
  writerOf(rollout: string): ProcessMark | null;
  isRunning(rollout: string): boolean;
  /**
   * The worker without whose claim nothing may be written to this rollout; null: any process may, and two that do so at
   * once find out by the position.
   */
  fence(rollout: string): string | null;
}

/** On a file all processes are of one machine, which knows whether they live. */
export class ProcessClaims implements Claims {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  claim(rollout: string): void {
    this.#sql.together(() => {
      const writer = this.writerOf(rollout);
      if (writer !== null && writer.pid !== process.pid && isAlive(writer))
        throw runningElsewhere(rollout, `process ${writer.pid}`);
      const { pid, mark } = processMark();
      this.#sql.run(
        `INSERT INTO writers(rollout, pid, mark) VALUES (?, ?, ?)
         ON CONFLICT(rollout) DO UPDATE SET pid = excluded.pid, mark = excluded.mark`,
        ...[rollout, pid, mark],
      );
    });
  }

  release(rollout: string): void {
    this.#sql.run('DELETE FROM writers WHERE rollout = ? AND pid = ?', rollout, process.pid);
  }

  writerOf(rollout: string): ProcessMark | null {
    const [row] = this.#sql.run('SELECT pid, mark FROM writers WHERE rollout = ?', rollout);
    return row === undefined ? null : { pid: Number(row.pid), mark: String(row.mark) };
  }

  isRunning(rollout: string): boolean {
    const writer = this.writerOf(rollout);
    return writer !== null && isAlive(writer);
  }

  fence(): null {
    return null;
  }
}

export function runningElsewhere(rollout: string, by: string): OperatorError {
  return new OperatorError('rollout-running', `rollout ${rollout} is being run by ${by}`, {
    hint: 'wait for it, or stop that process first',
  });
}
