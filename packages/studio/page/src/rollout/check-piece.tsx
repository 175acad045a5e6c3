import type { Piece } from '../../../src/told/step.ts';
import { duration } from '../words.ts';
import { LongTextView } from './long-text-view.tsx';
import { outcomeWord } from './rollout-head.tsx';

/** A check as what it changed against the run before. */
export function CheckPiece({
  piece: { change, failing, output },
  opened,
}: {
  readonly piece: Extract<Piece, { kind: 'check' }>;
  readonly opened: boolean;
}) {
  const { check, was, is, broke, mended, brokeCount, mendedCount, seconds } = change;
  const still = failing.filter((name) => !broke.includes(name));
  return (
    <section className="piece" aria-label={`check ${check}`}>
      <header className="action-head">
        <span className={is.status === 'passed' ? 'tone-good' : 'tone-bad'} aria-hidden="true">
          {is.status === 'passed' ? '✓' : '✗'}
        </span>
        <span className="action-tool">check</span>
        <span className="action-title">
          <strong>{check}</strong>{' '}
          {was !== null && (
            <>
              <span className="dim">{outcomeWord(was)}</span> →{' '}
            </>
          )}
          {outcomeWord(is)}
        </span>
        <span className="action-took">{duration(seconds)}</span>
      </header>
      <Names tone="good" sign="✓" title="newly passing" names={mended} all={mendedCount} />
      <Names tone="bad" sign="✗" title="newly failing" names={broke} all={brokeCount} />
      {still.length > 0 && (
        <details className="check-still" open={still.length <= 6}>
          <summary>
            {was === null ? 'failing' : 'still failing'}: {still.length}
          </summary>
          <Names tone="plain" sign="✗" title="" names={still} all={still.length} />
        </details>
      )}
      <details className="check-output" open={opened}>
        <summary>output</summary>
        <LongTextView text={{ text: '', cut: 0, whole: output }} opened />
      </details>
    </section>
  );
}

function Names({
  tone,
  sign,
  title,
  names,
  all,
}: {
  readonly tone: string;
  readonly sign: string;
  readonly title: string;
  readonly names: readonly string[];
  readonly all: number;
}) {
  if (names.length === 0) return null;
  return (
    <div className="check-names">
      {title !== '' && <p className={`tone-${tone}`}>{title}</p>}
      <ul>
        {names.map((name) => (
          <li key={name} className="mono">
            <span className={`tone-${tone}`} aria-hidden="true">
              {sign}
            </span>{' '}
            {name}
          </li>
        ))}
      </ul>
      {all > names.length && <p className="dim">and {all - names.length} more</p>}
    </div>
  );
}
