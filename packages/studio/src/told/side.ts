import type { RolloutLine } from './lines.ts';
import type { TrialTold } from './rollout.ts';
import type { StepLine } from './steps.ts';

export interface SideOf {
  readonly line: RolloutLine;
  /** All of its task. */
  readonly task: string;
  /** Steps in all, the one before the first included; of an agent made of agents those of its parts. */
  readonly steps: number;
  /** The trial it belongs to, as people call it. */
  readonly trial: string | null;
  /** What the held-back tests say of the trial; null: it belongs to none. */
  readonly verdict: Pick<TrialTold, 'resolved' | 'infra'> | null;
}

/** A step, and whose it is. */
export interface SideStep {
  readonly line: StepLine;
  readonly rollout: string;
  /** What its agent is called among the parts of an agent made of agents; null: it is the rollout's own. */
  readonly part: string | null;
}

export interface ActTold {
  readonly step: number;
  readonly title: string;
  /** Of an agent made of agents: whose act it is, as the steps call it. */
  readonly part: string | null;
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
  readonly rows: readonly { readonly a: SideStep | null; readonly b: SideStep | null }[];
  /** Row of the first divergence; null: there is none. */
  readonly partsAt: number | null;
  /** Rows left out at the end. */
  readonly left: number;
}
