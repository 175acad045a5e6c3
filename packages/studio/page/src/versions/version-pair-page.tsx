import './versions.css';
import { Link, useSearchParams } from 'wouter';
import type { VersionPairTold } from '../../../src/told/version.ts';
import { useTold } from '../api.ts';
import { Loading } from '../parts/loading.tsx';
import { Nothing } from '../parts/nothing.tsx';
import { Refused } from '../parts/refused.tsx';
import { VersionDiff } from './version-diff.tsx';

/** What changed between any two versions. */
export function VersionPairPage() {
  const [params] = useSearchParams();
  const asked = { a: params.get('a') ?? '', b: params.get('b') ?? '' };
  const both = asked.a !== '' && asked.b !== '';
  const path = `/versions/diff?${new URLSearchParams(asked)}`;
  const { data, error } = useTold<VersionPairTold>(both ? path : null);
  if (!both)
    return (
      <Nothing title="Which two versions?">
        <p>
          Choose them on the page of <Link href="/versions">versions</Link>, or name them in the address:{' '}
          <code>/versions/diff?a=solo@1&amp;b=solo@2</code>.
        </p>
      </Nothing>
    );
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
