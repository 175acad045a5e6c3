import { Link } from 'wouter';
import type { CompareTold } from '../../../src/told/compare.ts';
import { ValueChanges } from '../versions/value-changes.tsx';
import { VersionDiff } from '../versions/version-diff.tsx';

/** What makes the two agents different, beside what came of it. */
export function VersionsBeside({ told: { versions, conditions, a, b } }: { readonly told: CompareTold }) {
  return (
    <aside className="compare-aside" aria-labelledby="versions">
      <div className="section-head">
        <h2 id="versions">What is different</h2>
        {a.version !== null && b.version !== null && (
          <Link href={`/versions/diff?${new URLSearchParams({ a: a.version, b: b.version })}`}>
            on a page of its own
          </Link>
        )}
      </div>
      <ValueChanges title="How they were run" changes={conditions} />
      {versions === null ? (
        <p className="nothing">What they ran with was not recorded for both.</p>
      ) : (
        <VersionDiff diff={versions} />
      )}
    </aside>
  );
}
