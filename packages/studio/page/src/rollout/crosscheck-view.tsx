import './crosscheck.css';
import { useState } from 'react';
import type { CandidateTold, SelectionTold } from '../../../src/told/crosscheck.ts';
import type { RolloutTold } from '../../../src/told/rollout.ts';
import { useToldAnew } from '../api.ts';
import { Column } from '../parts/column.tsx';
import { Loading } from '../parts/loading.tsx';
import { Nothing } from '../parts/nothing.tsx';
import { Refused } from '../parts/refused.tsx';
import { count, duration, money, percent, plural } from '../words.ts';
import { EvidenceMatrix } from './evidence-matrix.tsx';
import { ObjectPatch } from './object-patch.tsx';
import { RolloutLink } from './rollout-link.tsx';

/** Candidates, what was found out about each, and the choice explained. */
export function CrosscheckView({ head }: { readonly head: RolloutTold }) {
  const { line, cursor } = head;
  const { data, error } = useToldAnew<readonly SelectionTold[]>(
    `/rollouts/${line.rollout}/crosscheck`,
    cursor,
  );
  if (error !== null) return <Refused error={error} />;
  if (data === undefined) return <Loading what="the crosscheck" />;
  if (data.length === 0) return <Nothing title="No selection yet" />;
  return (
    <div className="rollout-view">
      {data.map((selection) => (
        <Selection key={selection.path} selection={selection} />
      ))}
    </div>
  );
}

function Selection({ selection }: { readonly selection: SelectionTold }) {
  const { path, candidates, tests, groups, comparisons } = selection;
  const [shown, setShown] = useState<number | null>(null);
  const different = candidates.filter(({ same, out }) => same === null && out === null);
  const patch = candidates.find(({ candidate }) => candidate === shown);
  return (
    <section aria-label={`Crosscheck of ${path}`}>
      <h3>
        Crosscheck of <span className="mono">{path}</span>{' '}
        <span className="dim">
          {plural(candidates.length, 'attempt')}, {plural(different.length, 'different change')}
        </span>
      </h3>
      <Choice selection={selection} />
      <Candidates
        selection={selection}
        shown={shown}
        onShow={(each) => setShown(each === shown ? null : each)}
      />
      {patch !== undefined && <ObjectPatch digest={patch.patch} title={`Change of #${patch.candidate}`} />}
      {tests.length > 0 && <EvidenceMatrix selection={selection} />}
      {groups.map((group) => (
        <p key={group.join()}>{group.map((each) => `#${each}`).join(', ')} behave the same.</p>
      ))}
      {comparisons.length > 0 && (
        <>
          <h4>A model was asked which is better</h4>
          <ul className="comparisons">
            {comparisons.map(({ first, second, winner, model, why }) => (
              <li key={`${first} ${second}`}>
                #{first} against #{second}: <strong>{winner === null ? 'neither' : `#${winner}`}</strong>{' '}
                <span className="dim">says {model}</span>
                {why !== '' && <p className="thought-text">{why}</p>}
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}

function Choice({ selection: { chosen } }: { readonly selection: SelectionTold }) {
  if (chosen === null) return <p className="choice dim">No choice has been made yet.</p>;
  const { candidate, probability, reasons } = chosen;
  return (
    <div className={candidate === null ? 'choice choice-none' : 'choice'}>
      <p className="choice-title">
        {candidate === null ? 'None is good enough' : `#${candidate} is chosen`}
        <span className="dim">, and with a probability of {percent(probability, 0)} that is right</span>
      </p>
      <ul>
        {reasons.map((reason) => (
          <li key={reason}>{reason}</li>
        ))}
      </ul>
    </div>
  );
}

function Candidates({
  selection: { candidates, chosen },
  shown,
  onShow,
}: {
  readonly selection: SelectionTold;
  readonly shown: number | null;
  onShow(candidate: number): void;
}) {
  const rows = candidates.filter(({ same }) => same === null).toSorted(byRank);
  return (
    <div className="scroll-x">
      <table className="figures compact parts">
        <thead>
          <tr>
            <Column>Candidate</Column>
            <Column number>Score</Column>
            <Column>Same change</Column>
            <Column>Change</Column>
            <Column>Attempts’ tests</Column>
            <Column>Behaves like</Column>
            <Column number>States</Column>
            <Column number>Tokens</Column>
            <Column number>Time</Column>
            <Column number>Cost</Column>
          </tr>
        </thead>
        <tbody>
          {rows.map((each) => (
            <Candidate
              key={each.candidate}
              of={each}
              chosen={chosen?.candidate === each.candidate}
              open={shown === each.candidate}
              onShow={() => onShow(each.candidate)}
            />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function byRank(a: CandidateTold, b: CandidateTold): number {
  const weight = ({ rank, out, candidate }: CandidateTold) =>
    (out === null ? (rank ?? 500) : 1000) + candidate / 100;
  return weight(a) - weight(b);
}

function Candidate({
  of,
  chosen,
  open,
  onShow,
}: {
  readonly of: CandidateTold;
  readonly chosen: boolean;
  readonly open: boolean;
  onShow(): void;
}) {
  const {
    candidate,
    rollout,
    out,
    copies,
    added,
    removed,
    files,
    tests,
    agrees,
    stated,
    score,
    tokens,
    seconds,
    usd,
  } = of;
  const name = (
    <th scope="row">
      {chosen && <span className="tone-good">▸ </span>}
      {rollout === null ? `#${candidate}` : <RolloutLink rollout={rollout}>#{candidate}</RolloutLink>}
      {chosen && <span className="badge badge-good">chosen</span>}
    </th>
  );
  if (out !== null)
    return (
      <tr className="dim">
        {name}
        <td colSpan={9}>out: {out}</td>
      </tr>
    );
  return (
    <tr className={chosen ? 'candidate-chosen' : undefined}>
      {name}
      <td className="number">{score === null ? '' : percent(score, 0)}</td>
      <td>{copies.map((each) => `#${each}`).join(' ')}</td>
      <td>
        <button type="button" className="quiet change-button" aria-expanded={open} onClick={onShow}>
          <span className="tone-good">+{added}</span> <span className="tone-bad">−{removed}</span>
          {files > 1 && ` in ${files} files`}
        </button>
      </td>
      <td>{tests.of === 0 ? '' : `${tests.passed} of ${tests.of}`}</td>
      <td>{agrees.map((each) => `#${each}`).join(' ')}</td>
      <td className="number">{stated === null ? '' : percent(stated, 0)}</td>
      <td className="number">{tokens === 0 ? '' : count(tokens)}</td>
      <td className="number">{seconds === null ? '' : duration(seconds)}</td>
      <td className="number">{usd === 0 ? '' : money(usd)}</td>
    </tr>
  );
}
