import { useDeferredValue, useMemo } from 'react';
import { useLocation } from 'wouter';
import type { TrialTableTold } from '../../../src/told/trial-table.ts';
import { SearchField } from '../parts/search-field.tsx';
import { useDrawerHref } from '../rollout/use-drawer-href.ts';
import { useAddress } from '../use-address.ts';
import { CellAttempts } from './cell-attempts.tsx';
import { FILTERS, type FilterName, linesOf, SORTS, type SortName } from './grid-view.ts';
import { HeatTable, type Picked } from './heat-table.tsx';
import { placesOf, rowsOf } from './trial-grid.ts';

/** Instances x agents, with what narrows it down; all of it in the address. */
export function TableSection({ table }: { readonly table: TrialTableTold }) {
  const [params, change] = useAddress();
  const [, go] = useLocation();
  const drawerHref = useDrawerHref();
  const search = useDeferredValue(params.get('q') ?? '');
  const filter = known(FILTERS, params.get('filter'), 'all');
  const sort = known(SORTS, params.get('sort'), 'id');
  const hasClusters = table.clusters.length < table.instances.length;
  const grouped = hasClusters && params.get('group') === 'cluster';
  const rows = useMemo(() => rowsOf(table), [table]);
  const lines = useMemo(
    () => linesOf(rows, { search, filter, sort, grouped }),
    [rows, search, filter, sort, grouped],
  );
  const shown = lines.filter(({ kind }) => kind === 'instance').length;
  const [instance, agent] = [params.get('instance'), params.get('agent')];
  const picked = instance === null || agent === null ? null : { instance, agent };
  const pick = (next: Picked | null) =>
    change({ instance: next?.instance ?? null, agent: next?.agent ?? null });
  const open = ({ instance: id, agent: name }: Picked) => {
    const at = table.instances.findIndex(([each]) => each === id);
    const place = placesOf(table, at, table.agents.indexOf(name)).find(
      (each) => table.rollouts[each] != null,
    );
    if (place !== undefined) go(drawerHref(table.rollouts[place]!));
  };
  return (
    <section aria-labelledby="table">
      <div className="heat-tools">
        <h2 id="table">Instances</h2>
        <SearchField label="Search instances" />
        <label>
          <span className="dim">Show</span>{' '}
          <select
            value={filter}
            onChange={(event) => change({ filter: event.target.value === 'all' ? null : event.target.value })}
          >
            {Object.entries(FILTERS).map(([name, [what, isShown]]) => (
              <option key={name} value={name}>
                {what} ({rows.filter(isShown).length})
              </option>
            ))}
          </select>
        </label>
        <label>
          <span className="dim">Sort</span>{' '}
          <select
            value={sort}
            onChange={(event) => change({ sort: event.target.value === 'id' ? null : event.target.value })}
          >
            {Object.entries(SORTS).map(([name, [what]]) => (
              <option key={name} value={name}>
                {what}
              </option>
            ))}
          </select>
        </label>
        {hasClusters && (
          <label title="instances that belong together, such as those of one repository">
            <input
              type="checkbox"
              checked={grouped}
              onChange={(event) => change({ group: event.target.checked ? 'cluster' : null })}
            />{' '}
            by cluster
          </label>
        )}
        <span className="dim" role="status">
          {shown === rows.length ? `${rows.length} instances` : `${shown} of ${rows.length} instances`}
        </span>
        <Legend />
      </div>
      <div className={picked === null ? undefined : 'heat-split'}>
        {lines.length === 0 ? (
          <p className="nothing">No instance matches.</p>
        ) : (
          <HeatTable agents={table.agents} lines={lines} picked={picked} onPick={pick} onOpen={open} />
        )}
        {picked !== null && <CellAttempts table={table} picked={picked} onClose={() => pick(null)} />}
      </div>
    </section>
  );
}

function Legend() {
  return (
    <span className="heat-legend" aria-hidden="true">
      none
      {[0, 1, 2, 3, 4].map((shade) => (
        <span key={shade} className={`heat-swatch heat heat-${shade}`} />
      ))}
      all solved
      <span className="heat-swatch heat-infra-swatch" /> infra
      <span>⚑ flagged</span>
    </span>
  );
}

function known<T extends FilterName | SortName>(
  table: Readonly<Record<T, unknown>>,
  given: string | null,
  otherwise: T,
): T {
  return given !== null && Object.hasOwn(table, given) ? (given as T) : otherwise;
}
