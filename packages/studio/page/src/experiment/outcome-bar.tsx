import './experiment.css';
import type { CountsTold } from '../../../src/told/statistics.ts';

const PARTS = [
  ['solved', 'solved'],
  ['failed', 'not'],
  ['limit', 'at a limit'],
  ['infra', 'infra'],
  ['notRun', 'to come'],
] as const;

/** How planned trials ended, as a line and in words. */
export function OutcomeBar({ counts }: { readonly counts: CountsTold }) {
  const parts = PARTS.filter(([key]) => counts[key] > 0);
  return (
    <>
      <span className="outcomes" aria-hidden="true">
        {parts.map(([key]) => (
          <span key={key} className={`outcome-${key}`} style={{ flexGrow: counts[key] }} />
        ))}
      </span>
      <span>
        {parts.map(([key, word], at) => (
          <span key={key}>
            {at > 0 && ', '}
            <span className="nowrap">
              {counts[key].toLocaleString('en-US')} {word}
            </span>
          </span>
        ))}
      </span>
    </>
  );
}
