import { createContext, useContext, useEffect, useRef } from 'react';
import { useLocation } from 'wouter';

/** Two keys in a row: `g h` goes home. Each page adds its own to the help by `useKeys`. */
const GO: Readonly<Record<string, string>> = { h: '/', e: '/experiments', v: '/versions' };

const known = new Map<string, string>([
  ['g h', 'go to Home'],
  ['g e', 'go to Experiments'],
  ['g v', 'go to Versions'],
  ['?', 'show these keys'],
]);

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
  const names = Object.keys(keys).join(' ');
  const over = useContext(InDialog);
  useEffect(() => {
    for (const key of names.split(' ')) known.set(key, current.current[key]?.[0] ?? '');
    const onKey = (event: KeyboardEvent) => {
      const found = isCommand(event) ? current.current[event.key] : undefined;
      if (found === undefined || over !== (document.querySelector('dialog[open]') !== null)) return;
      event.preventDefault();
      found[1]();
    };
    window.addEventListener('keydown', onKey);
    return () => {
      window.removeEventListener('keydown', onKey);
      for (const key of names.split(' ')) known.delete(key);
    };
  }, [names, over]);
}

/** The button that shows the keys, and the keys that go to pages. */
export function Keys() {
  const dialog = useRef<HTMLDialogElement>(null);
  const [, go] = useLocation();
  useEffect(() => {
    let waiting = false;
    const onKey = (event: KeyboardEvent) => {
      if (!isCommand(event)) return;
      if (event.key === '?') dialog.current?.showModal();
      const place = waiting ? GO[event.key] : undefined;
      waiting = event.key === 'g';
      if (place !== undefined) {
        event.preventDefault();
        go(place);
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
        onClick={() => dialog.current?.showModal()}
      >
        ? <span className="wide-only">keys</span>
      </button>
      <dialog ref={dialog} className="keys" aria-labelledby="keys-title">
        <h2 id="keys-title">Keys</h2>
        <dl>
          {[...known].map(([key, what]) => (
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
