import './versions.css';
import { Link } from 'wouter';
import type { DatasetTold, VersionsTold } from '../../../src/told/version.ts';
import { useTold } from '../api.ts';
import { Loading } from '../parts/loading.tsx';
import { Nothing } from '../parts/nothing.tsx';
import { Refused } from '../parts/refused.tsx';
import { SearchField } from '../parts/search-field.tsx';
import { useAddress } from '../use-address.ts';
import { ago, plural } from '../words.ts';
import { VersionHistory } from './version-history.tsx';

/** What people look for first comes first. */
const KINDS = [
  ['agent', 'Agents'],
  ['prompt', 'Prompts'],
  ['configuration', 'Configurations'],
  ['op', 'Models and other parts'],
  ['tool', 'Tools'],
  ['dataset', 'Datasets'],
] as const;

/** Agents, prompts, tools and datasets: what there is, how it came to be, and where it was used. */
export function VersionsPage() {
  const [params] = useAddress();
  const { data, error } = useTold<VersionsTold>('/versions');
  if (error !== null) return <Refused error={error} />;
  if (data === undefined) return <Loading what="versions" />;
  const search = params.get('q') ?? '';
  const found = (text: string) => text.toLowerCase().includes(search.toLowerCase());
  const shown = data.versions.filter(({ kind, name }) => found(`${kind} ${name}`));
  const datasets = data.datasets.filter(({ name }) => found(`dataset ${name}`));
  const [kind, name] = [params.get('kind'), params.get('name')];
  return (
    <div className="page">
      <div className="page-head">
        <h1>Versions</h1>
        <p className="page-facts">
          <SearchField label="Search versions" />
          <span>{plural(data.versions.length, 'name')}</span>
        </p>
      </div>
      {data.versions.length + data.datasets.length === 0 && (
        <Nothing title="No version yet">
          <p>The first rollout records what it runs with.</p>
        </Nothing>
      )}
      <div className="versions">
        <div className="versions-list">
          {KINDS.map(([each, title]) => {
            const own = shown.filter((version) => version.kind === each);
            return own.length === 0 ? null : (
              <section key={each} aria-labelledby={`kind-${each}`}>
                <h2 id={`kind-${each}`}>{title}</h2>
                <ul className="rows">
                  {own.map((version) => {
                    const next = new URLSearchParams(params);
                    next.set('kind', version.kind);
                    next.set('name', version.name);
                    const here = kind === version.kind && name === version.name;
                    return (
                      <li key={version.name}>
                        <Link
                          href={`/versions?${next}`}
                          className="row versions-row"
                          aria-current={here ? 'true' : undefined}
                        >
                          <span className="row-main">
                            <span className="row-title">{version.name}</span>
                            <span className="row-sub">
                              {plural(version.count, 'version')}, the last {ago(version.at, data.now)}
                            </span>
                          </span>
                          <span className="row-facts">
                            <span>@{version.number}</span>
                            <span>{plural(version.rollouts, 'rollout')}</span>
                          </span>
                        </Link>
                      </li>
                    );
                  })}
                </ul>
              </section>
            );
          })}
          {datasets.length > 0 && <Datasets datasets={datasets} now={data.now} />}
        </div>
        {kind !== null && name !== null ? (
          <VersionHistory key={`${kind} ${name}`} kind={kind} name={name} />
        ) : (
          <p className="nothing versions-hint">
            Choose a name to see its versions, what changed from one to the next, and where each was used.
          </p>
        )}
      </div>
    </div>
  );
}

function Datasets({ datasets, now }: { readonly datasets: readonly DatasetTold[]; readonly now: number }) {
  return (
    <section aria-labelledby="datasets">
      <h2 id="datasets">Datasets of experiments</h2>
      <ul className="rows">
        {datasets.map(({ name, format, versions }) => (
          <li key={name} className="dataset">
            <span className="row-title">
              {name} <span className="dim">{format}</span>
            </span>
            <ul>
              {versions.map(({ version, at, experiments }) => (
                <li key={version}>
                  <span className="mono" title={version}>
                    {version.slice(0, 12)}
                  </span>{' '}
                  <span className="dim">since {ago(at, now)}:</span>{' '}
                  {experiments.map((each, index) => (
                    <span key={each.experiment}>
                      {index > 0 && ', '}
                      <Link href={`/experiments/${each.experiment}`}>{each.name || each.experiment}</Link>
                    </span>
                  ))}
                </li>
              ))}
            </ul>
          </li>
        ))}
      </ul>
    </section>
  );
}
