import './versions.css';
import { Link, useSearchParams } from 'wouter';
import type { VersionPairTold } from '../../../src/told/version.ts';
import { useTold } from '../api.ts';
import { Loading } from '../parts/loading.tsx';
import { Refused } from '../parts/refused.tsx';
import { VersionDiff } from './version-diff.tsx';

/** What changed between any two versions. */
export function VersionPairPage() {
  const [params] = useSearchParams();
  const asked = { a: params.get('a') ?? '', b: params.get('b') ?? '' };
  const { data, error } = useTold<VersionPairTold>(`/versions/diff?${new URLSearchParams(asked)}`);
  if (error !== null) return <Refused error={error} />;
  if (data === undefined) return <Loading what="the two versions" />;
  const historyHref = (address: string) => {
    const [, kind, name] = /^([a-z]+):(.+)@\d+$/.exec(address) ?? [];
    return `/versions?${new URLSearchParams({ kind: kind ?? '', name: name ?? '' })}`;
  };
  return (
    <div className="page">
      <div className="page-head">
        <h1>
          <Link href={historyHref(data.a)}>{data.a}</Link> <span className="dim">→</span>{' '}
          <Link href={historyHref(data.b)}>{data.b}</Link>
        </h1>
        <p className="page-facts">
          <Link href={`/versions/diff?${new URLSearchParams({ a: data.b, b: data.a })}`}>Swap</Link>
        </p>
      </div>
      <VersionDiff diff={data.diff} />
    </div>
  );
}
