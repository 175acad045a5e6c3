import { useState } from 'react';
import { Link } from 'wouter';
import type {
  AttemptTold,
  CompareTold,
  FlipTold,
  PartingActTold,
  PartingTold,
} from '../../../src/told/compare.ts';
import { useTold } from '../api.ts';
import { OUTCOME_LOOKS } from '../parts/outcome-badge.tsx';
import { SearchField } from '../parts/search-field.tsx';
import { useDrawerHref } from '../rollout/use-drawer-href.ts';
import { useAddress } from '../use-address.ts';
import { plural } from '../words.ts';

/** Instances shown at first; the rest by pages of as many. */
const PAGE = 40;

const ONLY = {
  all: ['all', () => true],
  a: ['A better', ({ difference }: FlipTold) => difference > 0],
  b: ['B better', ({ difference }: FlipTold) => difference < 0],
} as const;

/** The way from "A is better than B" to what the two did differently. */
export function Flips({ told }: { readonly told: CompareTold }) {
  const [params, change] = useAddress();
  const [most, setMost] = useState(PAGE);
  const { flips, a, b, tasks } = told;
  if (flips.length === 0)
    return (
      <section aria-labelledby="flips">
        <h2 id="flips">Instances on which they differ</h2>
        <p className="nothing">None.</p>
      </section>
    );
  const only = params.get('only') === 'a' ? 'a' : params.get('only') === 'b' ? 'b' : 'all';
  const search = (params.get('q') ?? '').toLowerCase();
  const shown = flips.filter(
    (flip) => ONLY[only][1](flip) && `${flip.instance} ${flip.cluster}`.toLowerCase().includes(search),
  );
  const names = { all: `all ${flips.length}`, a: `${a.agent} better`, b: `${b.agent} better` };
  return (
    <section aria-labelledby="flips">
      <div className="section-head">
        <h2 id="flips">
          Instances on which they differ{' '}
          <span className="dim">
            {flips.length} of {tasks}
          </span>
        </h2>
        <span className="flips-tools">
          <SearchField label="Search instances" />
          <select
            aria-label="Which instances"
            value={only}
            onChange={(event) => change({ only: event.target.value === 'all' ? null : event.target.value })}
          >
            {(['all', 'a', 'b'] as const).map((key) => (
              <option key={key} value={key}>
                {names[key]} {key === 'all' ? '' : `(${flips.filter(ONLY[key][1]).length})`}
              </option>
            ))}
          </select>
        </span>
      </div>
      <ul className="rows">
        {shown.slice(0, most).map((flip) => (
          <Flip key={flip.instance} flip={flip} told={told} />
        ))}
        {shown.length === 0 && <li className="flip dim">No instance matches.</li>}
      </ul>
      {shown.length > most && (
        <button type="button" onClick={() => setMost(most + PAGE)}>
          Show {Math.min(PAGE, shown.length - most)} more of {(shown.length - most).toLocaleString('en-US')}
        </button>
      )}
    </section>
  );
}

function Flip({ flip, told }: { readonly flip: FlipTold; readonly told: CompareTold }) {
  const [open, setOpen] = useState(false);
  const better = flip.difference > 0 ? told.a.agent : told.b.agent;
  return (
    <li className="flip">
      <div className="flip-line">
        <span className="flip-name">
          <span className="mono">{flip.instance}</span>
          <span className="cell-sub">
            {flip.cluster !== flip.instance && <>{flip.cluster}, </>}
            {better} better
          </span>
        </span>
        <Attempts name={told.a.agent} side="a" attempts={flip.a} />
        <Attempts name={told.b.agent} side="b" attempts={flip.b} />
        <span className="flip-links">
          <button type="button" className="quiet" aria-expanded={open} onClick={() => setOpen(!open)}>
            {open ? '▾' : '▸'} where they part
          </button>
          <Link href={`/side?a=${flip.rollouts[0]}&b=${flip.rollouts[1]}`}>side by side</Link>
        </span>
      </div>
      {open && <Parting rollouts={flip.rollouts} names={[told.a.agent, told.b.agent]} />}
    </li>
  );
}

function Attempts({
  name,
  side,
  attempts,
}: {
  readonly name: string;
  readonly side: 'a' | 'b';
  readonly attempts: readonly AttemptTold[];
}) {
  const drawerHref = useDrawerHref();
  return (
    <span className={`flip-attempts side-mark-${side}`}>
      <span className="hidden-text">{name}:</span>
      {attempts.map(([outcome, rollout], at) => {
        const [tone, sign, word] = OUTCOME_LOOKS[outcome];
        const label = `${name}, attempt ${at + 1}: ${word}`;
        const key = rollout ?? `${at}`;
        if (rollout === null)
          return (
            <span key={key} className={`badge badge-${tone}`} title={label}>
              {sign}
            </span>
          );
        return (
          <Link
            key={key}
            href={drawerHref(rollout)}
            className={`badge badge-${tone}`}
            title={label}
            aria-label={label}
          >
            {sign}
          </Link>
        );
      })}
    </span>
  );
}

function Parting({
  rollouts: [a, b],
  names,
}: {
  readonly rollouts: readonly [string, string];
  readonly names: readonly [string, string];
}) {
  const { data, error } = useTold<PartingTold>(`/compare/parting?${new URLSearchParams({ a, b })}`);
  if (error !== null) return <p className="flip-parting dim">{error.message}</p>;
  if (data === undefined) return <p className="flip-parting dim">Reading both journals …</p>;
  const { parting } = data;
  if (parting === null) return <p className="flip-parting dim">Both did the same to the end.</p>;
  return (
    <div className="flip-parting">
      <p className="dim">
        They part after {parting.same === 0 ? 'nothing in common' : plural(parting.same, 'act')}:
      </p>
      <Act name={names[0]} side="a" act={parting.a} rollout={a} />
      <Act name={names[1]} side="b" act={parting.b} rollout={b} />
    </div>
  );
}

function Act({
  name,
  side,
  act,
  rollout,
}: {
  readonly name: string;
  readonly side: 'a' | 'b';
  readonly act: PartingActTold | null;
  readonly rollout: string;
}) {
  const drawerHref = useDrawerHref();
  return (
    <p className="flip-act">
      <span className={`side-${side}`}>{name}</span>{' '}
      {act === null ? (
        <span className="dim">had ended</span>
      ) : (
        <>
          <Link href={drawerHref(rollout, act.step)}>step {act.step}</Link>{' '}
          <span className="mono">{act.title}</span>
        </>
      )}
    </p>
  );
}
