import type { RolloutTold } from '../../../src/told/rollout.ts';
import { DiffOf } from './diff-of.tsx';

/** What the rollout hands in, or has made so far. */
export function WholePatch({ head }: { readonly head: RolloutTold }) {
  const { line, end, cursor } = head;
  return (
    <div className="rollout-view">
      {end !== null && end.reason !== '' && (
        <div className="patch-reason">
          <p className="thought-text">{end.reason}</p>
          {end.why !== '' && (
            <p className={line.verified ? 'dim' : 'tone-warn'}>
              {line.verified ? '' : 'not verified: '}
              {end.why}
            </p>
          )}
        </div>
      )}
      <DiffOf
        path={`/rollouts/${line.rollout}/diff`}
        nothing={end === null ? 'Nothing has been changed yet' : 'It changed nothing'}
        {...(end === null ? { version: cursor } : { version: line.status })}
      />
    </div>
  );
}
