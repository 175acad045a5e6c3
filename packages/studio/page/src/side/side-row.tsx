import { Link } from 'wouter';
import type { SideStep, SideTold } from '../../../src/told/side.ts';
import { actionStand } from '../rollout/action-stand.ts';
import { MARK_SIGNS } from '../rollout/timeline-row.tsx';
import { duration } from '../words.ts';

/** A step of each beside the other. */
export function SideRow({
  row,
  parts,
  running,
}: {
  readonly row: SideTold['rows'][number];
  /** Of each: a process works on it. */
  readonly running: { readonly a: boolean; readonly b: boolean };
  /** Here they part. */
  readonly parts: boolean;
}) {
  return (
    <li className={parts ? 'side-row side-parts' : 'side-row'}>
      {parts && <span className="side-mark">≠ here they part</span>}
      <Half step={row.a} running={running.a} />
      <Half step={row.b} running={running.b} />
    </li>
  );
}

function Half({ step, running }: { readonly step: SideStep | null; readonly running: boolean }) {
  if (step === null) return <div className="side-half side-none">–</div>;
  const { line, rollout, part } = step;
  const { n, thought, actions, actionCount, checks, files, marks, seconds } = line;
  return (
    <div className="side-half">
      <p className="side-half-head">
        <span>
          {part !== null && <span className="side-part">{part}</span>}{' '}
          <Link href={`/rollouts/${rollout}?step=${n}`}>
            {n === 0 ? 'before the first step' : `step ${n}`}
          </Link>
        </span>
        <span className="dim">{duration(seconds)}</span>
      </p>
      {thought !== '' && <p className="side-thought">{thought}</p>}
      {actions
        .filter(({ nested }) => !nested)
        .map((action) => {
          const { word, sign, tone } = actionStand(action, running);
          return (
            <p key={action.call} className="mono side-act">
              <span className={tone === 'good' ? 'dim' : `tone-${tone}`}>{tone === 'good' ? '▸' : sign}</span>{' '}
              {action.title}{' '}
              {tone !== 'good' && <span className={`tone-${tone}`}>{action.problem || word}</span>}
            </p>
          );
        })}
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
