import type { OutcomeCounts } from './results.ts';

/** `limit`: not solved, and ended by one. `infra`: no verdict, by no fault of the agent's. */
export type Outcome = 'solved' | 'failed' | 'limit' | 'infra';

/** Of `planned` trials, how those that ran ended. */
export function countOutcomes(outcomes: readonly Outcome[], planned: number): OutcomeCounts {
  const of = (which: Outcome) => outcomes.filter((outcome) => outcome === which).length;
  const [solved, infra] = [of('solved'), of('infra')];
  const share = (count: number) => (count > 0 ? solved / count : null);
  return {
    planned,
    solved,
    failed: of('failed'),
    limit: of('limit'),
    infra,
    notRun: Math.max(0, planned - outcomes.length),
    infraAsFailed: share(outcomes.length),
    infraExcluded: share(outcomes.length - infra),
  };
}
