import { useState } from 'react';
import type { Piece, StepTold } from '../../../src/told/step.ts';
import { Nothing } from '../parts/nothing.tsx';
import { useKeys } from '../shell/keys.tsx';
import { count, duration, money, percent } from '../words.ts';
import { ActionPiece } from './action-piece.tsx';
import { CheckPiece } from './check-piece.tsx';
import { FoldedPiece } from './folded-piece.tsx';
import { LongTextView } from './long-text-view.tsx';
import { RolloutLink } from './rollout-link.tsx';

/** What happened in a step, in order. */
export function Pieces({ id, step }: { readonly id: string; readonly step: StepTold }) {
  // `o` opens all outputs, and closes them again.
  const [opened, setOpened] = useState(false);
  useKeys({ o: ['open the outputs of the step', () => setOpened((before) => !before)] });
  const { pieces, more } = step;
  if (pieces.length === 0) return <Nothing title="Nothing has happened in this step yet" />;
  return (
    <div className="pieces">
      {pieces.map((piece, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: pieces only ever grow at the end.
        <PieceView key={at} id={id} piece={piece} opened={opened} />
      ))}
      {more > 0 && <p className="dim">and {more} more, in `heddle show`</p>}
    </div>
  );
}

function PieceView({
  id,
  piece,
  opened,
}: {
  readonly id: string;
  readonly piece: Piece;
  readonly opened: boolean;
}) {
  switch (piece.kind) {
    case 'thought':
      return <Thought piece={piece} />;
    case 'action':
      return <ActionPiece piece={piece} opened={opened} />;
    case 'check':
      return <CheckPiece piece={piece} opened={opened} />;
    case 'note':
      return <Note piece={piece} />;
    case 'folded':
      return <FoldedPiece id={id} piece={piece} />;
    case 'spent':
      return <Spent piece={piece} />;
    case 'line':
      return <Line piece={piece} />;
    case 'text':
      return (
        <details className="piece" open={opened || piece.text.text.length < 1500}>
          <summary>{piece.title}</summary>
          <LongTextView text={piece.text} opened={opened} prose={!piece.terminal} />
        </details>
      );
    default:
      return piece satisfies never;
  }
}

function Line({ piece: { tone, text, rollout } }: { readonly piece: Extract<Piece, { kind: 'line' }> }) {
  const at = rollout === undefined ? -1 : text.indexOf(rollout);
  return (
    <p className={`piece-line tone-${tone}`}>
      {rollout === undefined || at === -1 ? (
        text
      ) : (
        <>
          {text.slice(0, at)}
          <RolloutLink rollout={rollout} className="mono">
            {rollout}
          </RolloutLink>
          {text.slice(at + rollout.length)}
        </>
      )}
    </p>
  );
}

function Thought({
  piece: { text, reasoning, model },
}: {
  readonly piece: Extract<Piece, { kind: 'thought' }>;
}) {
  const words = <p className="thought-text">{text.text}</p>;
  if (!reasoning)
    return (
      <div className="piece-thought">
        {model !== null && <span className="dim">by {model}</span>}
        {words}
      </div>
    );
  return (
    <details className="piece-reasoning" open={text.text.length < 600}>
      <summary>reasoning</summary>
      {words}
    </details>
  );
}

function Note({ piece: { from, about, name, text } }: { readonly piece: Extract<Piece, { kind: 'note' }> }) {
  const title =
    from === 'user' ? 'you said' : `told by the harness: ${about}${name === null ? '' : ` ${name}`}`;
  const quiet = from === 'harness' && (about === 'report' || about === 'guide');
  return (
    <details className={from === 'user' ? 'piece piece-note-user' : 'piece'} open={!quiet}>
      <summary>{title}</summary>
      <p className="thought-text">{text.text}</p>
    </details>
  );
}

function Spent({ piece }: { readonly piece: Extract<Piece, { kind: 'spent' }> }) {
  const { title, input, cached, output, usd, seconds } = piece;
  if (input + output === 0 && usd === 0) return null;
  return (
    <p className="piece-spent">
      {title}: {count(input)} tokens in{input > 0 && ` (${percent(cached / input, 0)} cached)`},{' '}
      {count(output)} out
      {usd > 0 && `, ${money(usd)}`}
      {seconds !== null && `, ${duration(seconds)}`}
    </p>
  );
}
