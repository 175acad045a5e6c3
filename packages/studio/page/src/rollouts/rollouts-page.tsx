import { useInfiniteQuery } from '@tanstack/react-query';
import { useDeferredValue } from 'react';
import type { RolloutsTold } from '../../../src/told/rollouts.ts';
import { told } from '../api.ts';
import { RolloutRows } from '../home/rollout-rows.tsx';
import { Loading } from '../parts/loading.tsx';
import { Nothing } from '../parts/nothing.tsx';
import { Refused } from '../parts/refused.tsx';
import { SearchField } from '../parts/search-field.tsx';
import { STATUS_WORDS } from '../parts/status-badge.tsx';
import { useAddress } from '../use-address.ts';
import { plural } from '../words.ts';

/** What was asked for is asked again so often while only the newest are shown. */
const AGAIN_MS = 5_000;
const FIRST: string | null = null;

/** All own rollouts, newest first, by pages: what trials and parts of others did is reached from these. */
export function RolloutsPage() {
  const [params, change] = useAddress();
  const search = useDeferredValue(params.get('q') ?? '').trim();
  const status = params.get('status') ?? '';
  const asked = { ...(search === '' ? {} : { q: search }), ...(status === '' ? {} : { status }) };
  const pages = useInfiniteQuery({
    queryKey: ['rollouts', search, status],
    queryFn: ({ pageParam }) => {
      const query = new URLSearchParams({ ...asked, ...(pageParam === null ? {} : { after: pageParam }) });
      return told<RolloutsTold>(`/rollouts?${query}`);
    },
    initialPageParam: FIRST,
    getNextPageParam: ({ next }) => next,
    refetchInterval: ({ state }) => (state.data?.pages.length === 1 ? AGAIN_MS : false),
  });
  const narrowed = search !== '' || status !== '';
  return (
    <div className="page">
      <div className="page-head">
        <h1>Rollouts</h1>
        <p className="page-facts">
          <SearchField label="Search rollouts" />
          <label>
            <span className="dim">Status</span>{' '}
            <select value={status} onChange={(event) => change({ status: event.target.value })}>
              <option value="">all</option>
              {Object.entries(STATUS_WORDS).map(([name, word]) => (
                <option key={name} value={name}>
                  {word}
                </option>
              ))}
            </select>
          </label>
        </p>
      </div>
      {pages.error !== null ? (
        <Refused error={pages.error} />
      ) : pages.data === undefined ? (
        <Loading what="rollouts" />
      ) : (
        <Listed
          pages={pages.data.pages}
          narrowed={narrowed}
          busy={pages.isFetchingNextPage}
          more={pages.hasNextPage ? () => void pages.fetchNextPage() : null}
        />
      )}
    </div>
  );
}

interface ListedProps {
  readonly pages: readonly RolloutsTold[];
  readonly narrowed: boolean;
  readonly busy: boolean;
  /** Null: there are no older ones. */
  readonly more: (() => void) | null;
}

function Listed({ pages, narrowed, busy, more }: ListedProps) {
  const lines = pages.flatMap((page) => page.lines);
  const looked = pages.reduce((sum, page) => sum + page.looked, 0);
  const [which, older] = more === null ? ['all', ''] : ['the newest', ', older ones not yet'];
  return (
    <section aria-label="Rollouts">
      {lines.length > 0 ? (
        <RolloutRows lines={lines} now={pages.at(-1)!.now} />
      ) : narrowed ? (
        <Nothing title={more === null ? 'No rollout matches' : 'None of these matches'} />
      ) : (
        <Nothing title="No rollout yet">
          <p>
            <code>heddle solve "…"</code> in a repository begins one. Attempts of experiments are reached from
            their experiment.
          </p>
        </Nothing>
      )}
      <p className="rollouts-more">
        {more !== null && (
          <button type="button" disabled={busy} onClick={more}>
            {busy ? 'Reading …' : narrowed ? 'Look through older ones' : 'Show older ones'}
          </button>
        )}{' '}
        <span className="dim" role="status">
          {narrowed
            ? `${lines.length.toLocaleString('en-US')} found. Looked through ${which} ${plural(looked, 'rollout')}${older}: ids, first lines of tasks, repositories, agents and models. The beginning of an id finds any, trials too.`
            : `${plural(looked, 'rollout')}${older === '' ? '' : ', and older ones'}`}
        </span>
      </p>
    </section>
  );
}
