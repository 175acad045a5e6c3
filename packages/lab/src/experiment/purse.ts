import type { TrialKey, TrialRow } from '@heddle/core';
import { parseResult } from '../trial-result.ts';

/** What an experiment has spent, with what its trials under way are likely to. */
export class Purse {
  readonly #budget: number;
  readonly #byAgent = new Map<string, { usd: number; trials: number }>();
  readonly #running = new Map<string, number>();
  #spent = 0;

  /** `budget` in US dollars; of the rows those that are graded have spent already. */
  constructor(budget: number, rows: readonly TrialRow[]) {
    this.#budget = budget;
    for (const row of rows) if (row.state === 'graded') this.spent(row, parseResult(row.result).usd);
  }

  spent({ agent }: Pick<TrialKey, 'agent'>, usd: number): void {
    const sum = this.#byAgent.get(agent) ?? { usd: 0, trials: 0 };
    this.#byAgent.set(agent, { usd: sum.usd + usd, trials: sum.trials + 1 });
    this.#spent += usd;
  }

  /** Whether another trial of this agent is likely to stay within the budget. */
  affords({ agent }: Pick<TrialKey, 'agent'>): boolean {
    const underWay = [...this.#running].reduce((sum, [name, count]) => sum + count * this.#mean(name), 0);
    const after = this.#spent + underWay + this.#mean(agent);
    return this.#spent + underWay < this.#budget && after <= this.#budget;
  }

  begin({ agent }: Pick<TrialKey, 'agent'>): void {
    this.#running.set(agent, (this.#running.get(agent) ?? 0) + 1);
  }

  end({ agent }: Pick<TrialKey, 'agent'>): void {
    this.#running.set(agent, this.#running.get(agent)! - 1);
  }

  #mean(agent: string): number {
    const { usd = 0, trials = 0 } = this.#byAgent.get(agent) ?? {};
    return trials === 0 ? 0 : usd / trials;
  }
}

/**
 * Of an experiment's rows in the order of the plan: which may be handed out together, `most` of those not begun among
 * them. What was begun goes on whatever it costs; of the rest the first that the budget does not afford ends the list.
 */
export function affordable(rows: readonly TrialRow[], budgetUsd: number, most: number): TrialRow[] {
  const purse = new Purse(budgetUsd, rows);
  const running = rows.filter(({ state }) => state === 'running');
  for (const row of running) purse.begin(row);
  const next: TrialRow[] = [];
  for (const row of rows) {
    if (row.state !== 'due') continue;
    if (next.length === most || !purse.affords(row)) break;
    purse.begin(row);
    next.push(row);
  }
  return [...running, ...next];
}
