import './drawer.css';
import { lazy, Suspense, useEffect, useRef } from 'react';
import { useSearchParams } from 'wouter';
import { Loading } from '../parts/loading.tsx';
import { InDialog } from '../shell/keys.tsx';
import { placed, placeIn, withoutPlace } from './place.ts';

const RolloutView = lazy(() => import('./rollout-view.tsx').then((m) => ({ default: m.RolloutView })));

/** `?rollout=ID` on any page: the rollout over it. Esc closes it, and the focus is where it was. */
export function RolloutDrawer() {
  const [search, setSearch] = useSearchParams();
  const id = search.get('rollout');
  return id === null ? null : (
    <Drawer
      key={id}
      id={id}
      search={search}
      go={(next) => setSearch((before) => placed(before, next), { replace: true })}
      onClose={() => setSearch(withoutPlace)}
    />
  );
}

function Drawer({
  id,
  search,
  go,
  onClose,
}: {
  readonly id: string;
  readonly search: URLSearchParams;
  readonly go: Parameters<typeof RolloutView>[0]['go'];
  readonly onClose: () => void;
}) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const from = document.activeElement;
    const shown = dialog.current;
    shown?.showModal();
    return () => {
      shown?.close();
      if (from instanceof HTMLElement && from.isConnected) from.focus();
    };
  }, []);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Esc closes a dialog by itself; this is for its backdrop.
    <dialog
      ref={dialog}
      className="drawer"
      aria-label={`Rollout ${id}`}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onClick={(event) => {
        if (event.target === event.currentTarget) onClose();
      }}
    >
      <Suspense fallback={<Loading what="rollout" />}>
        <InDialog.Provider value={true}>
          <RolloutView id={id} place={placeIn(search)} go={go} onClose={onClose} />
        </InDialog.Provider>
      </Suspense>
    </dialog>
  );
}
