import type { RolloutResult } from '@heddle/agent';
import type { Recorded } from '@heddle/core';
import type { SandboxKind } from '@heddle/workspace';

/** One thing to do, sent to a worker. */
export interface Order {
  readonly job: number;
  /** Null: it has not begun. */
  readonly rollout: string | null;
  /** Events it has written so far. */
  readonly written: number;
  readonly what: 'run' | 'replay';
  readonly sandbox: SandboxKind;
}

/** What a worker says of an order. */
export type Word =
  | { readonly kind: 'ended'; readonly job: number; readonly result: Ended }
  /** What a person would mend and go on; the code says what. */
  | { readonly kind: 'stopped'; readonly job: number; readonly code: string }
  | { readonly kind: 'replayed'; readonly job: number; readonly identical: boolean }
  | { readonly kind: 'bug'; readonly job: number; readonly error: string }
  | { readonly kind: 'memory'; readonly peakMb: number };

export type Ended = Pick<RolloutResult, 'rollout' | 'status' | 'verified' | 'reason' | 'usage'> & {
  readonly exitCode: number;
};

export interface Bench {
  readonly home: string;
  readonly repo: string;
  readonly seed: number;
  /** Files with the present keys, by provider. */
  readonly keys: string;
  readonly env: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

export function taskOf(job: number): string {
  return `Soak ${job}: add what is missing.`;
}

/** The job a rollout is of. */
export function jobOf(first: Recorded | undefined): number | null {
  if (first?.event.type !== 'rollout.started') return null;
  return Number(/^Soak (\d+):/.exec(first.event.task.text)?.[1] ?? Number.NaN);
}
