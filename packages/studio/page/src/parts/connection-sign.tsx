import type { Connection } from '../use-live.ts';

const WORDS: Readonly<Record<Connection, string>> = {
  connecting: 'connecting …',
  live: 'live',
  lost: 'connection lost, trying again …',
  rests: 'paused while hidden',
  copy: 'exported copy',
};

export function ConnectionSign({ connection }: { readonly connection: Connection }) {
  return (
    <span className={`connection-${connection}`} role="status">
      <span aria-hidden="true">●</span> {WORDS[connection]}
    </span>
  );
}
