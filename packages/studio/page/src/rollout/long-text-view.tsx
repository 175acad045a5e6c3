import { useEffect, useState } from 'react';
import type { LongText, ObjectTold } from '../../../src/told/step.ts';
import { told } from '../api.ts';
import { Terminal } from './terminal.tsx';

/** A text as a terminal shows it; the whole of a long one comes page by page. */
export function LongTextView({
  text: { text, cut, whole },
  opened,
  prose = false,
}: {
  readonly text: LongText;
  /** The whole is wanted at once. */
  readonly opened: boolean;
  /** Somebody's words, no program's. */
  readonly prose?: boolean;
}) {
  const [asked, setAsked] = useState(false);
  const show = whole !== null && (asked || opened);
  if (text === '' && whole === null) return null;
  return (
    <div className="output">
      {show ? (
        <Pages key={whole} digest={whole} />
      ) : (
        text !== '' && (prose ? <p className="thought-text">{text}</p> : <Terminal text={text} />)
      )}
      {!show && (whole !== null || cut > 0) && (
        <p className="output-more">
          {cut > 0 && `${cut.toLocaleString('en-US')} characters more. `}
          {whole !== null && (
            <button type="button" onClick={() => setAsked(true)}>
              Show the whole output
            </button>
          )}
        </p>
      )}
    </div>
  );
}

interface Shown {
  readonly texts: readonly string[];
  readonly next: number | null;
  readonly bytes: number;
}

function Pages({ digest }: { readonly digest: string }) {
  const [shown, setShown] = useState<Shown>({ texts: [], next: 0, bytes: 0 });
  const [failed, setFailed] = useState('');
  const more = (from: number) =>
    told<ObjectTold>(`/objects/${digest}?from=${from}`).then(
      (page) =>
        setShown(({ texts }) => ({
          texts: from === 0 ? [page.text] : [...texts, page.text],
          next: page.next,
          bytes: page.bytes,
        })),
      (error: Error) => setFailed(error.message),
    );
  // biome-ignore lint/correctness/useExhaustiveDependencies: the first page once; the others when they are asked for.
  useEffect(() => {
    void more(0);
  }, [digest]);
  const { texts, next, bytes } = shown;
  if (failed !== '') return <p className="tone-bad">{failed}</p>;
  if (texts.length === 1 && texts[0] === '') return <p className="dim">It printed nothing.</p>;
  return (
    <>
      <Terminal text={texts.join('')} />
      {next !== null && next > 0 && (
        <p className="output-more">
          {Math.round((next / bytes) * 100)} % of{' '}
          {(bytes / 1000).toLocaleString('en-US', { maximumFractionDigits: 0 })} kB.{' '}
          <button type="button" onClick={() => void more(next)}>
            Show more
          </button>
        </p>
      )}
    </>
  );
}
