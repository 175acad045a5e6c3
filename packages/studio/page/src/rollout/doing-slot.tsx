import type { RolloutLine } from '../../../src/told/lines.ts';

export interface DoingProps {
  readonly rollout: string;
  /** The step that is looked at; null: none. */
  readonly step: number | null;
  readonly status: RolloutLine['status'];
}

/** Where a person acts on a rollout. */
export function DoingSlot(_: DoingProps) {
  return null;
}
