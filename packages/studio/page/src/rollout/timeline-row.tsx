import { memo } from 'react';
import type { RolloutTold } from '../../../src/told/rollout.ts';
import type { CheckChange, Mark, StepLine } from '../../../src/told/steps.ts';
import { count, duration, money, passing, percent } from '../words.ts';

/** A step in two lines: what was done and thought, and what it took as slim bars. */
export const TimelineRow = memo(function TimelineRow({
  line,
  chosen,
  most,
  since,
  onChoose,
}: {
  readonly line: StepLine | undefined;
  /** Seconds that it has gone on since its last event; null: it has ended. */
  readonly since: number | null;
  readonly chosen: boolean;
  readonly most: RolloutTold['most'];
  onChoose(): void;
}) {
  if (line === undefined) return <div className="step-row step-row-empty">…</div>;
  const { n, actions, actionCount, thought, checks, marks, fileCount } = line;
  const first = actions.find(({ nested }) => !nested);
  const bad = actions.some(({ outcome, problem }) => outcome === 'error' || problem !== '');
  // Why it did something tells a step from others better than with which words it was done.
  const did = first?.title ?? '';
  const title = thought || did || (n === 0 ? 'before the first step' : (marks[0]?.text ?? ''));
  const sub = thought === '' ? '' : did;
  return (
    <button
      type="button"
      className={`step-row${line.inherited ? ' step-inherited' : ''}`}
      aria-current={chosen ? 'step' : undefined}
      onClick={onChoose}
    >
      <span className="step-n">{n}</span>
      <span className="step-main">
        <span className={title === did ? 'step-title mono' : 'step-title'}>
          {bad && (
            <span className="tone-bad" title="an action failed">
              ✗{' '}
            </span>
          )}
          {title}
          {actionCount > 1 && <span className="dim"> +{actionCount - 1}</span>}
        </span>
        <span className="step-sub">
          {checks.map((change) => (
            <CheckBit key={`${change.check} ${change.seconds}`} change={change} />
          ))}
          {fileCount > 0 && <span title="files changed">✎ {fileCount}</span>}
          {marks.slice(0, 3).map((mark) => (
            <MarkBit key={`${mark.kind} ${mark.text}`} mark={mark} />
          ))}
          <span className="step-did mono">{sub}</span>
        </span>
      </span>
      <Bars line={line} most={most} since={since} />
    </button>
  );
});

function Bars({
  line,
  most,
  since,
}: {
  readonly line: StepLine;
  readonly most: RolloutTold['most'];
  readonly since: number | null;
}) {
  const { tokens, usd } = line;
  const seconds = line.seconds + (since ?? 0);
  const all = tokens === null ? 0 : tokens.input + tokens.output;
  const cached =
    tokens === null || tokens.input === 0 ? '' : `, ${percent(tokens.cached / tokens.input, 0)} cached`;
  const said = `${duration(seconds)}${all > 0 ? `, ${count(all)} tokens${cached}` : ''}${usd > 0 ? `, ${money(usd)}` : ''}`;
  return (
    <span className="step-bars" title={said}>
      <span className={since === null ? 'step-took' : 'step-took tone-live'}>
        {since === null ? duration(seconds) : passing(seconds)}
      </span>
      <span
        className="bar bar-time"
        style={{ width: widthOf(seconds, Math.max(seconds, most.seconds)) }}
        aria-hidden="true"
      />
      {most.tokens > 0 && (
        <span className="bar bar-tokens" style={{ width: widthOf(all, most.tokens) }} aria-hidden="true" />
      )}
      {most.usd > 0 && (
        <span className="bar bar-money" style={{ width: widthOf(usd, most.usd) }} aria-hidden="true" />
      )}
    </span>
  );
}

function widthOf(value: number, most: number): string {
  return most <= 0 ? '0' : `${Math.max(value > 0 ? 3 : 0, Math.round((value / most) * 100))}%`;
}

/** `✗2 → ✓`, the change alone. */
function CheckBit({ change: { check, is, was, brokeCount, mendedCount } }: { readonly change: CheckChange }) {
  const passed = is.status === 'passed';
  const words = [
    ...(brokeCount > 0 ? [`${brokeCount} newly failing`] : []),
    ...(mendedCount > 0 ? [`${mendedCount} newly passing`] : []),
  ].join(', ');
  const failing = is.counts === null || passed ? '' : ` ${is.counts.failed}`;
  const tone = passed ? 'good' : brokeCount > 0 ? 'bad' : 'warn';
  return (
    <span
      className={`check-bit tone-${tone}`}
      title={`${check}: ${was === null ? 'first run' : words || 'no change'}`}
    >
      {passed ? '✓' : '✗'}
      {failing}
      {mendedCount > 0 && ` +${mendedCount}`}
      {brokeCount > 0 && ` −${brokeCount}`}
      <span className="hidden-text">
        {' '}
        {check} {words}
      </span>
    </span>
  );
}

export const MARK_SIGNS: Readonly<Record<Mark['kind'], readonly [sign: string, tone: string]>> = {
  user: ['“', 'live'],
  note: ['·', 'plain'],
  folded: ['⇲', 'live'],
  retried: ['↻', 'warn'],
  failed: ['⚠', 'bad'],
  interrupted: ['‖', 'warn'],
  resumed: ['▸', 'live'],
  forked: ['↳', 'live'],
  paused: ['‖', 'warn'],
  ended: ['■', 'plain'],
  compared: ['⇄', 'live'],
  refused: ['⊘', 'warn'],
  agents: ['◇', 'live'],
  peer: ['◆', 'plain'],
};

function MarkBit({ mark: { kind, text } }: { readonly mark: Mark }) {
  const [sign, tone] = MARK_SIGNS[kind];
  return (
    <span className={`tone-${tone}`} title={text}>
      {sign}
      <span className="hidden-text"> {text}</span>
    </span>
  );
}
