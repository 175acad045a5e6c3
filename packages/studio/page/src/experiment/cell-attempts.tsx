import { Link } from 'wouter';
import type { OutcomeLetter, TrialTableTold } from '../../../src/told/trial-table.ts';
import { OutcomeBadge } from '../parts/outcome-badge.tsx';
import { useDrawerHref } from '../rollout/use-drawer-href.ts';
import { duration, money, percent, plural } from '../words.ts';
import type { Picked } from './heat-table.tsx';
import { placesOf } from './trial-grid.ts';

/** Every attempt at one instance, those of the picked agent first. */
export function CellAttempts({
  table,
  picked,
  onClose,
}: {
  readonly table: TrialTableTold;
  readonly picked: Picked;
  readonly onClose: () => void;
}) {
  const instance = table.instances.findIndex(([id]) => id === picked.instance);
  const first = table.agents.indexOf(picked.agent);
  if (instance === -1 || first === -1) return null;
  const order = [first, ...[...table.agents.keys()].filter((agent) => agent !== first)];
  return (
    <aside className="attempts panel" aria-label={`Attempts at ${picked.instance}`}>
      <div className="attempts-head">
        <h3 className="mono">{picked.instance}</h3>
        <button type="button" className="quiet" onClick={onClose} aria-label="Close the list of attempts">
          ✕
        </button>
      </div>
      {table.broken[instance] !== undefined && (
        <p className="attempts-broken">Marked as broken: {table.broken[instance] || 'no reason given'}</p>
      )}
      {order.map((agent) => (
        <section key={table.agents[agent]} aria-label={table.agents[agent]}>
          <h4>
            {table.agents[agent]}
            {agent !== first && <SideLink table={table} instance={instance} agents={[first, agent]} />}
          </h4>
          <ol className="attempts-list">
            {placesOf(table, instance, agent).map((place, attempt) => (
              <li key={place}>
                <Attempt table={table} place={place} attempt={attempt + 1} />
              </li>
            ))}
          </ol>
        </section>
      ))}
    </aside>
  );
}

function Attempt({
  table,
  place,
  attempt,
}: {
  readonly table: TrialTableTold;
  readonly place: number;
  readonly attempt: number;
}) {
  const drawerHref = useDrawerHref();
  const rollout = table.rollouts[place] ?? null;
  const probability = table.probabilities[place] ?? null;
  const facts = (
    <>
      <span className="attempts-number dim">{attempt}</span>
      <OutcomeBadge outcome={table.outcomes[place] as OutcomeLetter} />
      <span className="attempts-facts">
        {table.steps[place] != null && <span>{plural(table.steps[place], 'step')}</span>}
        {table.seconds[place] != null && <span>{duration(table.seconds[place])}</span>}
        {table.usd[place] != null && <span>{money(table.usd[place])}</span>}
        {probability !== null && <span>states {percent(probability, 0)}</span>}
      </span>
    </>
  );
  return (
    <>
      {rollout === null ? (
        <span className="attempts-one">{facts}</span>
      ) : (
        <Link href={drawerHref(rollout)} className="attempts-one" title={rollout}>
          {facts}
        </Link>
      )}
      {table.flags[place] !== undefined && (
        <p className="attempts-flags">⚑ {table.flags[place].join(', ')}</p>
      )}
      {table.infra[place] !== undefined && <p className="attempts-infra">{table.infra[place]}</p>}
    </>
  );
}

/** Two attempts of two agents that came out differently, or else the first of each. */
function SideLink({
  table,
  instance,
  agents,
}: {
  readonly table: TrialTableTold;
  readonly instance: number;
  readonly agents: readonly [number, number];
}) {
  const [a, b] = agents.map((agent) =>
    placesOf(table, instance, agent).filter((place) => table.rollouts[place] != null),
  ) as [number[], number[]];
  const differ = a.flatMap((one) =>
    b
      .filter((other) => (table.outcomes[one] === 's') !== (table.outcomes[other] === 's'))
      .map((other) => [one, other] as const),
  );
  const [one, other] = differ[0] ?? [a[0], b[0]];
  if (one === undefined || other === undefined) return null;
  return (
    <Link href={`/side?a=${table.rollouts[one]}&b=${table.rollouts[other]}`} className="attempts-side">
      side by side
    </Link>
  );
}
