import { digestOf, OperatorError } from '@heddle/core';
import type { Context } from 'hono';
import { type SSEStreamingApi, streamSSE } from 'hono/streaming';

/** How long a change may take to be seen. */
const LOOK_EVERY_MS = 500;
/** Some proxies end a connection on which nothing moves. */
const BREATH_EVERY_MS = 15_000;

/** What is new since `cursor` (null: since ever), and where that ends; null: nothing is new. */
export type News<T> = (cursor: string | null) => { readonly cursor: string; readonly data: T } | null;

/** News of an answer that is told as a whole, whenever `part` of it has become something else. */
export function wholeNews<T>(read: () => T, part: (data: T) => unknown): News<T> {
  return (cursor) => {
    const data = read();
    const now = digestOf(JSON.stringify(part(data)));
    return now === cursor ? null : { cursor: now, data };
  };
}

/**
 * Tells a page what is new, for as long as it listens. Each message has its cursor as its id: a browser that lost the
 * connection comes back with the last one it has, and is told what came since, no more and no less, also by a server that
 * has been started anew. `?from=` is the cursor of what the page was told when it was opened.
 */
export function live<T>(
  c: Context,
  news: News<T>,
  { every = LOOK_EVERY_MS }: { readonly every?: number } = {},
): Response {
  const tell = async (stream: SSEStreamingApi): Promise<void> => {
    let cursor = c.req.header('last-event-id') ?? c.req.query('from') ?? null;
    let breath = Date.now();
    await stream.writeSSE({ event: 'open', data: '' });
    while (!stream.aborted) {
      const fresh = news(cursor);
      if (fresh !== null) {
        ({ cursor } = fresh);
        breath = Date.now();
        await stream.writeSSE({ id: fresh.cursor, event: 'news', data: JSON.stringify(fresh.data) });
      } else if (Date.now() - breath > BREATH_EVERY_MS) {
        breath = Date.now();
        await stream.write(': still here\n\n');
      }
      await stream.sleep(every);
    }
  };
  return streamSSE(c, tell, async (error) => {
    // A page comes back by itself, every few seconds: a store that is busy, or damaged since, is no bug to tell each time.
    if (!(error instanceof OperatorError)) process.stderr.write(`${error.stack ?? error.message}\n`);
  });
}
