/**
 * What the server tells the page, as plain JSON: types only, shared by both. Times are milliseconds since 1970, durations
 * seconds, money dollars, shares 0 to 1; null says "not known", never zero.
 */

/** A rollout in one line. */
export interface RolloutLine {
  readonly rollout: string;
  readonly status:
    | 'running'
    | 'interrupted'
    | 'solved'
    | 'unverified'
    | 'gave-up'
    | 'limit'
    | 'model-unreachable'
    | 'failed'
    | 'unreadable';
  /** First line of what was asked. */
  readonly task: string;
  readonly repo: string;
  readonly agent: string;
  readonly model: string;
  readonly startedAt: number;
  readonly seconds: number;
  readonly steps: number;
  readonly usd: number | null;
  readonly verified: boolean;
  readonly probability: number | null;
  /** Why it ended, or cannot be read. */
  readonly reason: string;
  /** The rollout whose fork it is. */
  readonly parent: string | null;
}

/** An experiment in one line. */
export interface ExperimentLine {
  readonly experiment: string;
  readonly name: string;
  readonly createdAt: number;
  readonly dataset: string;
  readonly instances: number;
  readonly attempts: number;
  readonly trials: { readonly planned: number; readonly finished: number; readonly running: number };
  readonly agents: readonly AgentLine[];
  /** A trial is under way in a living process. */
  readonly live: boolean;
  /** Of one that is live: what is to come, by the rate so far. */
  readonly toGo: { readonly seconds: number | null; readonly usd: number | null } | null;
}

/** One agent's headline: never a bare percentage. */
export interface AgentLine {
  readonly name: string;
  /** Of instances with a verdict; null: there is none yet. */
  readonly solved: { readonly value: number; readonly low: number; readonly high: number } | null;
  readonly infra: number;
  readonly usd: number;
}
