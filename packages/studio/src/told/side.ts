import type { RolloutLine } from './lines.ts';
import type { StepLine } from './steps.ts';

export interface SideOf {
  readonly line: RolloutLine;
  /** All of its task. */
  readonly task: string;
  /** Steps in all, the one before the first included. */
  readonly steps: number;
  /** The trial it belongs to, as people call it. */
  readonly trial: string | null;
}

export interface ActTold {
  readonly step: number;
  readonly title: string;
  /** Of an agent made of agents: whose act it is. */
  readonly path: string | null;
  readonly rollout: string | null;
}

/** Two rollouts side by side. */
export interface SideTold {
  readonly a: SideOf;
  readonly b: SideOf;
  readonly sameTask: boolean;
  /** Acts that both did alike before they part. */
  readonly sameActs: number;
  /** Where they part; null: they did the same to the end. */
  readonly parting: { readonly a: ActTold | null; readonly b: ActTold | null } | null;
  /** Steps beside each other, those that both have in common included; capped. */
  readonly rows: readonly { readonly a: StepLine | null; readonly b: StepLine | null }[];
  /** Row of the first divergence; null: there is none. */
  readonly partsAt: number | null;
  /** Rows left out at the end. */
  readonly left: number;
}
