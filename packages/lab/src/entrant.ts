import type { Observer } from '@heddle/agent';
import type { Limits, RolloutStatus, Store, Usage } from '@heddle/core';
import type { SandboxKind } from '@heddle/workspace';
import type { Instance } from './instance.ts';
import type { InfraFault } from './verdict.ts';

/**
 * An agent that takes part in an experiment: one of ours, a rival that speaks ACP, a command line, or one of the two that
 * prove an instance sound (`oracle` hands in the gold patch, `nothing` an empty one). All get the same place, the same
 * limits and the same grading, and leave a journal.
 */
export interface Entrant {
  /** Unique in its experiment. */
  readonly name: string;
  readonly kind: 'heddle' | 'acp' | 'command' | 'oracle' | 'nothing';
  /** Digest over all that makes it what it is; two entrants of one version are the same agent. */
  readonly version: string;
  /** As shown; null: not known, or none. */
  readonly model: string | null;
  /**
   * One attempt, from the journal's first event to its last. If the rollout is in the journal already, it goes on where
   * that ends: what was paid for is not paid again. A failure that is the agent's own is an end, never thrown. Rejects
   * only when `signal` is aborted, or with OperatorError where the user has to do something (no such program, no key).
   */
  attempt(job: AttemptJob, context: AttemptContext): Promise<AttemptEnd>;
}

export interface AttemptJob {
  /** The id its journal has, or is to have. */
  readonly rollout: string;
  readonly instance: Instance;
  /** What is asked; on a second try (`Instance.tries`) with the tests' output. */
  readonly task: string;
  /** A folder with the sealed files as a git repository of one commit; only ever read. */
  readonly repo: string;
  readonly limits: Partial<Limits>;
  /** From the attempt's number: the same in every run. */
  readonly seed: number;
  readonly sandbox: SandboxKind | 'auto';
  readonly network: boolean;
}

export interface AttemptContext {
  readonly store: Store;
  /** Heddle's data folder. */
  readonly home: string;
  readonly signal: AbortSignal;
  readonly observer?: Observer;
}

/** How an attempt ended. */
export interface AttemptEnd {
  readonly status: RolloutStatus;
  /** Git patch against the sealed files; empty when nothing changed. */
  readonly patch: string;
  /** As the agent stated it; null: it did not. */
  readonly probability: number | null;
  readonly usage: Usage;
  readonly usd: number;
  readonly steps: number;
  readonly seconds: number;
  readonly reason: string;
  /** It failed by no fault of its own. A try that has produced output tokens is not retried by itself. */
  readonly infra: InfraFault | null;
}
