import { createContext, useContext, useEffect, useRef, useState } from 'react';
import { useLocation } from 'wouter';
import { addKeys, GO, knownKeys } from './known-keys.ts';

/** Keys typed into a field, or with a modifier, are not commands. */
function isCommand(event: KeyboardEvent): boolean {
  const target = event.target as HTMLElement | null;
  const types = target?.closest('input, textarea, select, [contenteditable]') != null;
  return !types && !event.ctrlKey && !event.metaKey && !event.altKey && !event.defaultPrevented;
}

/** True in what lies over the page: while a dialog is open the page's own keys rest. */
export const InDialog = createContext(false);

/** What single keys do while a page is open; listed in the help. */
export function useKeys(keys: Readonly<Record<string, readonly [what: string, act: () => void]>>): void {
  const current = useRef(keys);
  current.current = keys;
  const over = useContext(InDialog);
  useListedKeys(Object.fromEntries(Object.entries(keys).map(([key, [what]]) => [key, what])));
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const found = isCommand(event) ? current.current[event.key] : undefined;
      if (found === undefined || over !== isOpen('dialog') || isOpen('dialog.keys')) return;
      event.preventDefault();
      found[1]();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [over]);
}

/** Lists keys in the help that a part of the page hears by itself. */
export function useListedKeys(keys: Readonly<Record<string, string>>): void {
  const over = useContext(InDialog);
  const written = JSON.stringify(keys);
  useEffect(() => addKeys({ over, keys: JSON.parse(written) as typeof keys }), [written, over]);
}

function isOpen(dialog: string): boolean {
  return document.querySelector(`${dialog}[open]`) !== null;
}

/** The button that shows the keys, and the keys that go to pages. */
export function Keys() {
  const dialog = useRef<HTMLDialogElement>(null);
  const [listed, setListed] = useState<ReturnType<typeof knownKeys>>([]);
  const [, go] = useLocation();
  const open = useRef(() => {});
  open.current = () => {
    if (dialog.current?.open !== false) return;
    setListed(knownKeys(isOpen('dialog')));
    dialog.current.showModal();
  };
  useEffect(() => {
    let waiting = false;
    const onKey = (event: KeyboardEvent) => {
      if (!isCommand(event)) return;
      if (event.key === '?') open.current();
      const place = waiting ? GO[event.key] : undefined;
      waiting = event.key === 'g';
      if (place !== undefined) {
        event.preventDefault();
        dialog.current?.close();
        go(place[0]);
      }
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [go]);
  return (
    <>
      <button
        type="button"
        className="quiet"
        aria-label="? keys: keyboard shortcuts"
        onClick={() => open.current()}
      >
        ? <span className="wide-only">keys</span>
      </button>
      <dialog ref={dialog} className="keys" aria-labelledby="keys-title">
        <h2 id="keys-title">Keys</h2>
        <dl>
          {listed.map(([key, what]) => (
            <div key={key}>
              <dt>
                <kbd>{key}</kbd>
              </dt>
              <dd>{what}</dd>
            </div>
          ))}
        </dl>
        <form method="dialog">
          <button type="submit">Close</button>
        </form>
      </dialog>
    </>
  );
}
