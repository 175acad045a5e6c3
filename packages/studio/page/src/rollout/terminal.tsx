import './terminal.css';
import anser from 'anser';
import { memo } from 'react';

/** What a program printed, with its colours and without its other commands to a terminal. */
export const Terminal = memo(function Terminal({ text }: { readonly text: string }) {
  const parts = anser.ansiToJson(plain(text), { json: true, use_classes: true, remove_empty: true });
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard.
    <pre className="terminal" tabIndex={0}>
      {parts.map(({ content, fg, bg, decorations }, at) => {
        const names = [
          ...(fg === null ? [] : [fg]),
          ...(bg === null ? [] : [`${bg}-ground`]),
          ...decorations.map((decoration) => `ansi-${decoration}`),
        ];
        return names.length === 0 ? (
          content
        ) : (
          // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one text stay where they are.
          <span key={at} className={names.join(' ')}>
            {content}
          </span>
        );
      })}
    </pre>
  );
});

/** Commands that move a cursor or set a title say nothing here; of a line that was written over, the last stays. */
function plain(text: string): string {
  return text
    .replaceAll(/\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)/g, '')
    .replaceAll(/\u001b\[[0-9;?]*[A-Za-ln-z]/g, '')
    .replaceAll(/\r\n/g, '\n')
    .replaceAll(/^.*\r(?=[^\n])/gm, '')
    .replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001a\u001c-\u001f\u007f-\u009f]/g, '');
}
