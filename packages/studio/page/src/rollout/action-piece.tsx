import type { Field, Piece } from '../../../src/told/step.ts';
import { duration } from '../words.ts';
import { LongTextView } from './long-text-view.tsx';
import { Picture } from './picture.tsx';

const SIGNS = { ok: '✓', error: '✗', interrupted: '‖', running: '●' } as const;

/** What the model asked to do, and what came back. */
export function ActionPiece({
  piece,
  opened,
}: {
  readonly piece: Extract<Piece, { kind: 'action' }>;
  readonly opened: boolean;
}) {
  const { tool, title, input, outcome, problem, content, pictures, files, seconds, nested, guard, hooks } =
    piece;
  const tone = outcome === 'running' ? 'live' : outcome === 'ok' && problem === '' ? 'good' : 'bad';
  const sign = outcome === 'ok' && problem !== '' ? SIGNS.error : SIGNS[outcome];
  const words = title.startsWith(`${tool} `) ? title.slice(tool.length + 1) : title;
  return (
    <section className={nested ? 'piece action-nested' : 'piece'} aria-label={title}>
      <header className="action-head">
        <span className={`tone-${tone}`}>
          <span aria-hidden="true">{sign}</span>
          <span className="hidden-text">{outcome}</span>
        </span>
        <span className="action-tool">{tool}</span>
        <span className="action-title mono">{words}</span>
        <span className="action-took">
          {problem !== '' && <span className="tone-bad">{problem}</span>}{' '}
          {outcome === 'running' ? 'running' : duration(seconds)}
        </span>
      </header>
      {input.length > 0 && <Input fields={input} tool={tool} />}
      {guard !== '' && <p className="piece-line tone-warn">guard: {guard}</p>}
      {hooks.map((hook) => (
        <p key={hook} className="piece-line dim">
          {hook}
        </p>
      ))}
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

/** A text before and after is shown as such. */
const TONES: Readonly<Record<string, string>> = { old: 'field-old', new: 'field-new' };

function Input({ fields, tool }: { readonly fields: readonly Field[]; readonly tool: string }) {
  const command = tool === 'bash' ? fields.find(({ name }) => name === 'command') : undefined;
  const others = fields.filter((field) => field !== command);
  const short = others.filter(
    ({ value }) => !value.text.includes('\n') && value.text.length <= 120 && value.cut === 0,
  );
  const long = others.filter((field) => !short.includes(field));
  return (
    <div className="action-input">
      {command !== undefined && <pre className="command">{command.value.text}</pre>}
      {short.length > 0 && (
        <dl className="fields">
          {short.map(({ name, value }) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd className={`mono ${TONES[name] ?? ''}`}>{value.text}</dd>
            </div>
          ))}
        </dl>
      )}
      {long.map(({ name, value }) => (
        <details key={name} className="field-long" open={value.text.length < 3000}>
          <summary>{name}</summary>
          <pre className={TONES[name] ?? ''}>{value.text}</pre>
          {value.cut > 0 && <p className="dim">{value.cut.toLocaleString('en-US')} characters more</p>}
        </details>
      ))}
    </div>
  );
}
