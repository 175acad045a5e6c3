import { Link } from 'wouter';
import type { SideTold } from '../../../src/told/side.ts';
import type { StepLine } from '../../../src/told/steps.ts';
import { MARK_SIGNS } from '../rollout/timeline-row.tsx';
import { duration } from '../words.ts';

/** A step of each beside the other. */
export function SideRow({
  row,
  a,
  b,
  parts,
}: {
  readonly row: SideTold['rows'][number];
  readonly a: string;
  readonly b: string;
  /** Here they part. */
  readonly parts: boolean;
}) {
  return (
    <li className={parts ? 'side-row side-parts' : 'side-row'}>
      {parts && <span className="side-mark">≠ here they part</span>}
      <Half line={row.a} rollout={a} />
      <Half line={row.b} rollout={b} />
    </li>
  );
}

function Half({ line, rollout }: { readonly line: StepLine | null; readonly rollout: string }) {
  if (line === null) return <div className="side-half side-none">–</div>;
  const { n, thought, actions, actionCount, checks, files, marks, seconds } = line;
  return (
    <div className="side-half">
      <p className="side-half-head">
        <Link href={`/rollouts/${rollout}?step=${n}`}>{n === 0 ? 'before' : `step ${n}`}</Link>
        <span className="dim">{duration(seconds)}</span>
      </p>
      {thought !== '' && <p className="side-thought">{thought}</p>}
      {actions
        .filter(({ nested }) => !nested)
        .map(({ call, title, outcome, problem }) => (
          <p key={call} className="mono side-act">
            <span className={outcome === 'ok' && problem === '' ? 'dim' : 'tone-bad'}>
              {outcome === 'ok' && problem === '' ? '▸' : '✗'}
            </span>{' '}
            {title} {problem !== '' && <span className="tone-bad">{problem}</span>}
          </p>
        ))}
      {actionCount > actions.length && <p className="dim">and {actionCount - actions.length} more</p>}
      {checks.map(({ check, is, mendedCount, brokeCount, seconds: took }) => (
        <p key={`${check} ${took}`} className={is.status === 'passed' ? 'tone-good' : 'tone-bad'}>
          {is.status === 'passed' ? '✓' : '✗'} {check}
          {is.counts !== null && `: ${is.counts.failed} failing`}
          {mendedCount > 0 && `, ${mendedCount} newly passing`}
          {brokeCount > 0 && `, ${brokeCount} newly failing`}
        </p>
      ))}
      {files.length > 0 && <p className="dim mono">✎ {files.map(({ path }) => path).join(', ')}</p>}
      {marks.map(({ kind, text }) => (
        <p key={`${kind} ${text}`} className={`tone-${MARK_SIGNS[kind][1]}`}>
          {MARK_SIGNS[kind][0]} {text}
        </p>
      ))}
    </div>
  );
}
