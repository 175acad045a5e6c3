import { useState } from 'react';
import { Link } from 'wouter';
import type { VersionHistoryTold } from '../../../src/told/version.ts';
import { useTold } from '../api.ts';
import { Loading } from '../parts/loading.tsx';
import { Refused } from '../parts/refused.tsx';
import { useDrawerHref } from '../rollout/use-drawer-href.ts';
import { ago, plural } from '../words.ts';
import { VersionDiff } from './version-diff.tsx';

/** Every version of one name, newest first: what changed, and where it was used. */
export function VersionHistory({ kind, name }: { readonly kind: string; readonly name: string }) {
  const drawerHref = useDrawerHref();
  const { data, error } = useTold<VersionHistoryTold>(
    `/versions/history?${new URLSearchParams({ kind, name })}`,
  );
  const [chosen, choose] = useState<number | null>(null);
  if (error !== null) return <Refused error={error} />;
  if (data === undefined) return <Loading what="its versions" />;
  const addressOf = (number: number) => `${kind}:${name}@${number}`;
  return (
    <section className="panel history" aria-labelledby="history">
      <h2 id="history">
        {name} <span className="dim">{kind}</span>
      </h2>
      <ol className="history-list">
        {data.versions.map((version) => (
          <li key={version.number}>
            <div className="history-head">
              <h3>
                @{version.number}{' '}
                <span className="mono dim" title={version.digest}>
                  {version.digest.slice(0, 12)}
                </span>
              </h3>
              <span className="dim">
                {ago(version.at, data.now)}, {plural(version.rollouts, 'rollout')}
              </span>
              {data.versions.length > 1 &&
                (chosen === null || chosen === version.number ? (
                  <button
                    type="button"
                    className="quiet"
                    aria-pressed={chosen === version.number}
                    onClick={() => choose(chosen === version.number ? null : version.number)}
                  >
                    {chosen === version.number ? 'chosen' : 'compare …'}
                  </button>
                ) : (
                  <Link
                    href={`/versions/diff?${new URLSearchParams({
                      a: addressOf(Math.min(chosen, version.number)),
                      b: addressOf(Math.max(chosen, version.number)),
                    })}`}
                  >
                    with @{chosen}
                  </Link>
                ))}
            </div>
            {(version.experiments.length > 0 || version.lately.length > 0) && (
              <p className="history-uses">
                {version.experiments.length > 0 && (
                  <>
                    <span className="dim">experiments</span>{' '}
                    {version.experiments.map((each, at) => (
                      <span key={each.experiment}>
                        {at > 0 && ', '}
                        <Link href={`/experiments/${each.experiment}`}>{each.name || each.experiment}</Link>
                      </span>
                    ))}
                    {'; '}
                  </>
                )}
                <span className="dim">rollouts</span>{' '}
                {version.lately.map((rollout, at) => (
                  <span key={rollout}>
                    {at > 0 && ', '}
                    <Link href={drawerHref(rollout)} className="mono">
                      {rollout}
                    </Link>
                  </span>
                ))}
                {version.rollouts > version.lately.length &&
                  ` and ${version.rollouts - version.lately.length} older`}
              </p>
            )}
            {version.since !== null && (
              <details className="history-since">
                <summary>what changed since @{version.number - 1}</summary>
                <VersionDiff diff={version.since} />
              </details>
            )}
          </li>
        ))}
      </ol>
    </section>
  );
}
