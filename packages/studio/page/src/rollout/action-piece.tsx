import type { Piece } from '../../../src/told/step.ts';
import { duration, passing } from '../words.ts';
import { ActionInput } from './action-input.tsx';
import { actionStand } from './action-stand.ts';
import { useGoing } from './going.tsx';
import { LiveOutput } from './live-output.tsx';
import { LongTextView } from './long-text-view.tsx';
import { Picture } from './picture.tsx';

/** What the model asked to do, and what came back. */
export function ActionPiece({
  piece,
  opened,
}: {
  readonly piece: Extract<Piece, { kind: 'action' }>;
  readonly opened: boolean;
}) {
  const {
    call,
    tool,
    title,
    at,
    input,
    outcome,
    problem,
    content,
    pictures,
    files,
    seconds,
    nested,
    guard,
    hooks,
  } = piece;
  const { running, waits, now } = useGoing();
  const { word, sign, tone } = actionStand(piece, running);
  const words = title.startsWith(`${tool} `) ? title.slice(tool.length + 1) : title;
  return (
    <section className={nested ? 'piece action-nested' : 'piece'} aria-label={title}>
      <header className="action-head">
        <span className={`tone-${tone}`}>
          <span aria-hidden="true">{sign}</span>
          <span className="hidden-text">{word}</span>
        </span>
        <span className="action-tool">{tool}</span>
        <span className="action-title mono">{words}</span>
        <span className="action-took">
          {problem !== '' && <span className={`tone-${tone}`}>{problem}</span>}{' '}
          {outcome !== 'running' ? (
            duration(seconds)
          ) : running ? (
            <span className="tone-live">
              {waits ? 'waits for an answer' : `running, ${passing(Math.max(0, now - at) / 1000)}`}
            </span>
          ) : (
            <span className="tone-warn">interrupted</span>
          )}
        </span>
      </header>
      {input.length > 0 && <ActionInput fields={input} tool={tool} />}
      {guard !== '' && <p className="piece-line tone-warn">guard: {guard}</p>}
      {hooks.map((hook) => (
        <p key={hook} className="piece-line dim">
          {hook}
        </p>
      ))}
      {outcome === 'running' && running && !waits && <LiveOutput call={call} />}
      <LongTextView text={content} opened={opened} />
      {pictures.map(({ digest, mediaType }) => (
        <Picture key={digest} digest={digest} mediaType={mediaType} />
      ))}
      {files.length > 0 && (
        <p className="action-files">
          {files.map(({ path, status }) => (
            <span key={path} className="mono">
              {status === 'added' ? '+' : status === 'deleted' ? '−' : '✎'} {path}
            </span>
          ))}
        </p>
      )}
    </section>
  );
}
