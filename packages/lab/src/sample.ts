/** What statistics are made of: one instance's attempts by one agent. Rows without any attempt are left out, and counted as such by who left them out. */
export interface Sample {
  readonly instance: string;
  /** The repository, or what else instances have in common. */
  readonly cluster: string;
  /** One score for each attempt, usually 0 or 1. At least one. */
  readonly scores: readonly number[];
  /** They are amounts (lines, dollars), though all of them may happen to lie within 0 and 1: no intervals of shares. */
  readonly amounts?: true;
}
