import { useState } from 'react';
import type { MemoryTold, Piece } from '../../../src/told/step.ts';
import { useTold } from '../api.ts';
import { Loading } from '../parts/loading.tsx';
import { Refused } from '../parts/refused.tsx';
import { count } from '../words.ts';
import { PromptMessages } from './prompt-messages.tsx';

/** What memory made of the oldest steps, with the originals beside it when they are asked for. */
export function FoldedPiece({
  id,
  piece: { text, by, why, before, after, position },
}: {
  readonly id: string;
  readonly piece: Extract<Piece, { kind: 'folded' }>;
}) {
  const [beside, setBeside] = useState(false);
  return (
    <section className="piece folded" aria-label="Folded memory">
      <header className="action-head">
        <span aria-hidden="true">⇲</span>
        <span className="action-tool">memory</span>
        <span className="action-title">
          the oldest steps folded by {by === 'model' ? 'a model' : 'rule'}: {count(before)} → {count(after)}{' '}
          tokens
          {why !== '' && ` (${why})`}
        </span>
        <button type="button" onClick={() => setBeside(!beside)} aria-expanded={beside}>
          {beside ? 'Hide the original' : 'Show the original beside it'}
        </button>
      </header>
      <div className={beside ? 'folded-sides' : undefined}>
        <pre className="folded-text">{text.text}</pre>
        {beside && <Original id={id} position={position} />}
      </div>
    </section>
  );
}

function Original({ id, position }: { readonly id: string; readonly position: number }) {
  const { data, error } = useTold<MemoryTold>(`/rollouts/${id}/memory?at=${position}`);
  if (error !== null) return <Refused error={error} />;
  if (data === undefined) return <Loading what="the original" />;
  return <PromptMessages messages={data.originals} />;
}
