import type { TrialTold } from '../../../src/told/rollout.ts';

/** What the held-back tests say of a trial; nothing where there is no verdict. */
export function VerdictBadge({ verdict }: { readonly verdict: Pick<TrialTold, 'resolved' | 'infra'> }) {
  if (verdict.infra !== null)
    return (
      <span className="badge badge-infra" title={verdict.infra.message}>
        ▨ infra: {verdict.infra.code}
      </span>
    );
  if (verdict.resolved === null) return null;
  return (
    <span
      className={verdict.resolved ? 'badge badge-good' : 'badge badge-bad'}
      title="What the held-back tests say"
    >
      {verdict.resolved ? '✓ resolved' : '✗ not resolved'}
    </span>
  );
}
