import '../rollout/rollout.css';
import './side.css';
import { lazy, Suspense, useState } from 'react';
import { Link, useSearchParams } from 'wouter';
import type { ActTold, SideOf, SideTold } from '../../../src/told/side.ts';
import { useTold } from '../api.ts';
import { Loading } from '../parts/loading.tsx';
import { Nothing } from '../parts/nothing.tsx';
import { Refused } from '../parts/refused.tsx';
import { StatusBadge } from '../parts/status-badge.tsx';
import { VerdictBadge } from '../parts/verdict-badge.tsx';
import { count, duration, money, percent, plural } from '../words.ts';
import { SideRow } from './side-row.tsx';

const DiffOf = lazy(() => import('../rollout/diff-of.tsx').then((m) => ({ default: m.DiffOf })));

/** Two rollouts side by side: where they part, and what each made of it. */
export function SidePage() {
  const [search] = useSearchParams();
  const [a, b] = [search.get('a'), search.get('b')];
  const path = a === null || b === null ? null : `/side?a=${a}&b=${b}`;
  const { data, error } = useTold<SideTold>(path);
  if (path === null)
    return (
      <div className="page">
        <Nothing title="Two rollouts are needed">
          <p className="mono">/side?a=ROLLOUT&amp;b=ROLLOUT</p>
        </Nothing>
      </div>
    );
  if (error !== null) return <Refused error={error} />;
  if (data === undefined) return <Loading what="both rollouts" />;
  return <Sides side={data} />;
}

function Sides({ side }: { readonly side: SideTold }) {
  const { a, b, rows, partsAt, parting, sameActs, sameTask, left } = side;
  const [whole, setWhole] = useState(false);
  // What both did alike is one line until somebody wants to see it.
  const folded = whole || partsAt === null ? 0 : partsAt;
  return (
    <div className="page">
      <h1>Side by side</h1>
      {!sameTask && <p className="tone-warn">These two had different tasks.</p>}
      <div className="side-heads">
        <Head side={a} name="A" />
        <Head side={b} name="B" />
      </div>
      <Parting parting={parting} sameActs={sameActs} a={a} b={b} />
      <section aria-labelledby="side-steps">
        <h2 id="side-steps">Steps</h2>
        <ol className="side-rows">
          {folded > 0 && (
            <li className="side-folded">
              <button type="button" className="quiet" onClick={() => setWhole(true)}>
                ⋯ {plural(folded, 'step')} in common: show
              </button>
            </li>
          )}
          {rows.slice(folded).map((row, at) => (
            <SideRow
              key={keyOf(row)}
              row={row}
              parts={folded + at === partsAt}
              running={{ a: a.line.status === 'running', b: b.line.status === 'running' }}
            />
          ))}
        </ol>
        {left > 0 && <p className="dim">and {left} more</p>}
      </section>
      <section aria-labelledby="side-patches">
        <h2 id="side-patches">Patches</h2>
        <div className="side-patches">
          {[a, b].map(({ line }) => (
            <div key={line.rollout}>
              <Suspense fallback={<Loading what="the patch" />}>
                <DiffOf
                  path={`/rollouts/${line.rollout}/diff`}
                  nothing="It changed nothing"
                  version={line.status}
                />
              </Suspense>
            </div>
          ))}
        </div>
      </section>
    </div>
  );
}

/** A step stands in one row only. */
function keyOf({ a, b }: SideTold['rows'][number]): string {
  return [a, b].map((step) => (step === null ? '' : `${step.rollout} ${step.line.n}`)).join(' ');
}

function Head({
  side: { line, trial, task, verdict },
  name,
}: {
  readonly side: SideOf;
  readonly name: string;
}) {
  return (
    <section className="panel side-head" aria-label={`Rollout ${name}`}>
      <div className="rollout-title">
        <strong>{name}</strong>
        <StatusBadge status={line.status} />
        {verdict !== null && <VerdictBadge verdict={verdict} />}
        {verdict?.resolved === null && verdict.infra === null && <span className="badge">no verdict</span>}
        <h2 title={task}>
          <Link href={`/rollouts/${line.rollout}`}>{line.task || line.rollout}</Link>
        </h2>
      </div>
      <p className="rollout-facts">
        <span className="mono">{line.rollout}</span>
        <span>
          {line.agent} · {line.model}
        </span>
        {trial !== null && <span>{trial}</span>}
        <span>
          <strong>{count(line.steps)}</strong> steps
        </span>
        <span>
          <strong>{duration(line.seconds)}</strong>
        </span>
        <span>
          <strong>{money(line.usd)}</strong>
        </span>
        {line.verified && <span className="tone-good">verified</span>}
        {line.probability !== null && <span>states {percent(line.probability, 0)}</span>}
      </p>
    </section>
  );
}

function Parting({
  parting,
  sameActs,
  a,
  b,
}: {
  readonly parting: SideTold['parting'];
  readonly sameActs: number;
  readonly a: SideOf;
  readonly b: SideOf;
}) {
  if (parting === null)
    return (
      <Nothing title="They did the same from beginning to end">
        <p>{plural(sameActs, 'act')}.</p>
      </Nothing>
    );
  const { a: x, b: y } = parting;
  const inParts = x?.part != null && y?.part != null;
  return (
    <section className="side-parting" aria-labelledby="side-parting">
      <h2 id="side-parting">
        ≠ They part {sameActs === 0 ? 'at the first act' : `after ${plural(sameActs, 'act')} in common`}
      </h2>
      <div className="side-heads">
        <Act act={x} of={a} />
        <Act act={y} of={b} />
      </div>
      {inParts && <Link href={`/side?a=${x.rollout}&b=${y.rollout}`}>Those two parts side by side</Link>}
    </section>
  );
}

function Act({ act, of }: { readonly act: ActTold | null; readonly of: SideOf }) {
  if (act === null) return <p className="dim">had ended</p>;
  return (
    <div>
      <Link href={`/rollouts/${act.rollout ?? of.line.rollout}?step=${act.step}`}>step {act.step}</Link>
      {act.part !== null && <span className="dim"> of {act.part}</span>}
      <p className="mono side-act">{act.title}</p>
    </div>
  );
}
