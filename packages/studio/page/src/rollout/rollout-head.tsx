import { Link } from 'wouter';
import type { CheckTold, RolloutTold } from '../../../src/told/rollout.ts';
import type { OutcomeTold } from '../../../src/told/steps.ts';
import { RolloutDoing } from '../doing/rollout-doing.tsx';
import { isExport } from '../export-files.ts';
import { ConnectionSign } from '../parts/connection-sign.tsx';
import { StatusBadge } from '../parts/status-badge.tsx';
import { VerdictBadge } from '../parts/verdict-badge.tsx';
import type { Connection } from '../use-live.ts';
import { ago, count, duration, money, passing, percent } from '../words.ts';
import { useGoing } from './going.tsx';
import { RolloutLink } from './rollout-link.tsx';
import { standing } from './standing.ts';

/** What it is, how it stands, what it has spent of what it may. */
export function RolloutHead({
  head,
  connection,
  step,
  onClose,
}: {
  readonly head: RolloutTold;
  readonly connection: Connection;
  readonly step: number | null;
  readonly onClose?: () => void;
}) {
  const { line, trial, within, forkedFrom, peer } = head;
  const going = useGoing();
  return (
    <header className="rollout-head">
      <div className="rollout-title">
        <StatusBadge status={line.status} />
        {onClose === undefined ? (
          <h1 title={head.task.text}>{line.task || line.rollout}</h1>
        ) : (
          <h2>{line.task}</h2>
        )}
        {line.verified && <span className="badge badge-good">✓ verified</span>}
        {line.probability !== null && (
          <span className="badge" title="The probability it gives itself of being right">
            states {percent(line.probability, 0)}
          </span>
        )}
        {trial !== null && <VerdictBadge verdict={trial} />}
        {trial?.flags.map(({ name, meaning }) => (
          <span key={name} className="badge badge-bad" title={meaning}>
            ⚑ {name}
          </span>
        ))}
        <span className="rollout-tools">
          {(line.status === 'running' || connection === 'lost') && <ConnectionSign connection={connection} />}
          {onClose !== undefined && (
            <>
              <Link href={`/rollouts/${line.rollout}`}>Open as a page</Link>
              <button type="button" className="quiet" onClick={onClose} aria-label="Close">
                ✕
              </button>
            </>
          )}
        </span>
      </div>
      <p className="rollout-standing">{standing(head)}</p>
      <p className="rollout-facts">
        <span className="mono">{line.rollout}</span>
        <span>
          {line.agent} · {line.model}
        </span>
        {peer !== null && (
          <span>
            {peer.name} {peer.version} by {peer.protocol}
          </span>
        )}
        <span>{ago(line.startedAt, head.now)}</span>
        <Of title="steps" value={count(line.steps)} most={count(head.limits.steps)} />
        <Of
          title=""
          value={going.running ? passing(line.seconds + going.since) : duration(line.seconds)}
          most={duration(head.limits.seconds)}
        />
        <Of title="" value={money(line.usd)} most={money(head.limits.usd)} />
        {head.usage.input + head.usage.output > 0 && <Tokens usage={head.usage} />}
        {forkedFrom !== null && (
          <span>
            fork of <RolloutLink rollout={forkedFrom.rollout}>{forkedFrom.rollout}</RolloutLink> after step{' '}
            {forkedFrom.step}
          </span>
        )}
        {within !== null && (
          <span>
            part of <RolloutLink rollout={within.rollout}>{within.rollout}</RolloutLink> as{' '}
            <span className="mono">{within.path}</span>
          </span>
        )}
        {trial !== null && (
          <span>
            <Link href={`/experiments/${trial.experiment}`}>{trial.name || trial.experiment}</Link> ·{' '}
            {trial.agent} · {trial.instance}, attempt {trial.attempt}
          </span>
        )}
      </p>
      {(head.checks.length > 0 || !isExport()) && (
        <div className="rollout-checks">
          {head.checks.map((check) => (
            <CheckChip key={check.name} check={check} />
          ))}
          {!isExport() && (
            <RolloutDoing rollout={line.rollout} step={step} steps={line.steps} status={line.status} />
          )}
        </div>
      )}
    </header>
  );
}

function Of({
  title,
  value,
  most,
}: {
  readonly title: string;
  readonly value: string;
  readonly most: string;
}) {
  return (
    <span>
      <strong>{value}</strong> of {most} {title}
    </span>
  );
}

function Tokens({ usage }: { readonly usage: RolloutTold['usage'] }) {
  const cached = usage.input === 0 ? 0 : usage.cached / usage.input;
  return (
    <span>
      <strong>{count(usage.input)}</strong> tokens in ({percent(cached, 0)} cached),{' '}
      <strong>{count(usage.output)}</strong> out
    </span>
  );
}

function CheckChip({ check: { name, command, before, after } }: { readonly check: CheckTold }) {
  const tone = after === null ? 'plain' : after.status === 'passed' ? 'good' : 'bad';
  const same = before !== null && after !== null && outcomeWord(before) === outcomeWord(after);
  return (
    <span className={`check-chip check-${tone}`} title={command}>
      <span className="check-name">{name}</span>
      {after === null ? (
        'not run yet'
      ) : (
        <>
          {before !== null && !same && (
            <>
              <span className="dim">{outcomeWord(before)}</span>
              <span aria-hidden="true">→</span>
              <span className="hidden-text"> then </span>
            </>
          )}
          {outcomeWord(after)}
        </>
      )}
    </span>
  );
}

/** `✓ 34 pass`, `✗ 2 of 34 fail`, `✗ hung` */
export function outcomeWord({ status, counts, exitCode }: OutcomeTold): string {
  const ran = counts === null ? 0 : counts.passed + counts.failed;
  if (status === 'passed') return ran > 0 ? `✓ ${ran} pass` : '✓ passes';
  if (status === 'failed' && counts !== null && counts.failed > 0) return `✗ ${counts.failed} of ${ran} fail`;
  if (status === 'failed') return `✗ fails${exitCode === null ? '' : ` (exit ${exitCode})`}`;
  return status === 'hung' ? '✗ hung' : '∅ could not run';
}
