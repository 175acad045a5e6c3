import { useEffect, useRef, useState } from 'react';
import { isExport } from './export-files.ts';

/** After a refusal. */
const AGAIN_MS = 5_000;

/**
 * `lost`: the server is gone, and the browser tries again by itself. `rests`: nobody looks at the page. `copy`: it is a
 * static export, in which nothing changes.
 */
export type Connection = 'connecting' | 'live' | 'lost' | 'rests' | 'copy';

/**
 * Listens to `/api/live/…`, from a cursor on. A message is handed over once, in order: after a lost connection the browser
 * names the last one it had. A hidden page listens to nothing (a browser has six connections to a server) and goes on from
 * its cursor when it is seen again. `path` null: there is nothing to listen to.
 */
export function useLive<T>(
  path: string | null,
  { from, onNews }: { readonly from?: string | null; readonly onNews: (news: T, cursor: string) => void },
): Connection {
  const [connection, setConnection] = useState<Connection>(isExport() ? 'copy' : 'connecting');
  const heard = useRef(onNews);
  heard.current = onNews;
  const cursor = useRef<string | null>(null);
  useEffect(() => {
    if (path === null || isExport()) return;
    cursor.current = from ?? null;
    let source: EventSource | null = null;
    let again = 0;
    const open = () => {
      const glue = path.includes('?') ? '&' : '?';
      const since = cursor.current === null ? '' : `${glue}from=${encodeURIComponent(cursor.current)}`;
      source = new EventSource(`/api/live${path}${since}`);
      source.addEventListener('open', () => setConnection('live'));
      source.addEventListener('error', () => {
        setConnection('lost');
        // The browser tries again by itself, but not where it was refused: a store that was busy, a server of another token.
        if (source?.readyState === EventSource.CLOSED) again = window.setTimeout(open, AGAIN_MS);
      });
      source.addEventListener('news', (message) => {
        cursor.current = message.lastEventId;
        heard.current(JSON.parse(message.data) as T, message.lastEventId);
      });
    };
    const close = () => {
      window.clearTimeout(again);
      source?.close();
      source = null;
    };
    const look = () => {
      if (document.hidden) {
        close();
        setConnection('rests');
      } else if (source === null) {
        setConnection('connecting');
        open();
      }
    };
    look();
    document.addEventListener('visibilitychange', look);
    return () => {
      document.removeEventListener('visibilitychange', look);
      close();
    };
  }, [path, from]);
  return connection;
}
