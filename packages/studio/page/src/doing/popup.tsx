import { useId, useRef } from 'react';
import { Refused } from '../parts/refused.tsx';
import { useAct } from './use-act.ts';

interface PopupProps {
  /** On the button that opens it. */
  readonly button: React.ReactNode;
  readonly title: string;
  /** On the button that does it; absent: there is only something to look at. */
  readonly does?: string;
  /** Throws what the server said instead. */
  act?(): Promise<unknown>;
  readonly children: React.ReactNode;
}

/** A button that opens a small form. It closes when what it does is done. */
export function Popup({ button, title, does, act, children }: PopupProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  const acting = useAct();
  const submit = async (event: React.FormEvent) => {
    event.preventDefault();
    if (act !== undefined && (await acting.act(act))) dialog.current?.close();
  };
  return (
    <>
      <button type="button" onClick={() => dialog.current?.showModal()}>
        {button}
      </button>
      <dialog ref={dialog} className="doing-popup" aria-labelledby={titleId}>
        <form onSubmit={submit}>
          <h2 id={titleId}>{title}</h2>
          {children}
          {acting.error !== null && <Refused error={acting.error} />}
          <div className="doing-buttons">
            {does !== undefined && (
              <button type="submit" className="primary" disabled={acting.busy}>
                {acting.busy ? 'one moment …' : does}
              </button>
            )}
            <button type="button" onClick={() => dialog.current?.close()}>
              {does === undefined ? 'Close' : 'Cancel'}
            </button>
          </div>
        </form>
      </dialog>
    </>
  );
}
