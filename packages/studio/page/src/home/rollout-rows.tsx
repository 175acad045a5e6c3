import { Link } from 'wouter';
import type { RolloutLine } from '../../../src/told/lines.ts';
import { StatusBadge } from '../parts/status-badge.tsx';
import { ago, duration, money, percent, plural } from '../words.ts';

export function RolloutRows({
  lines,
  now,
}: {
  readonly lines: readonly RolloutLine[];
  readonly now: number;
}) {
  return (
    <ul className="rows">
      {lines.map((line) => (
        <li key={line.rollout}>
          <Link href={`/rollouts/${line.rollout}`} className="row">
            <StatusBadge status={line.status} />
            <span className="row-main">
              <span className="row-title">{line.task || line.rollout}</span>
              <span className="row-sub">
                <span className="mono">{line.rollout}</span> · {line.agent} · {line.model}
                {line.parent !== null && <> · fork of {line.parent}</>}
              </span>
            </span>
            <span className="row-facts">
              <span>{plural(line.steps, 'step')}</span>
              <span>{duration(line.seconds)}</span>
              <span>{money(line.usd)}</span>
              {line.probability !== null && <span>states {percent(line.probability, 0)}</span>}
              <span>{ago(line.startedAt, now)}</span>
            </span>
          </Link>
        </li>
      ))}
    </ul>
  );
}
