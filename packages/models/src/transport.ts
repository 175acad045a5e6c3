import { once } from 'node:events';
import type { ClientRequest, IncomingMessage } from 'node:http';
import type { Fetch } from './body-order.ts';
import { Watch } from './silence.ts';

/** An answer with one of these has no body, and `Response` takes none. */
const BODILESS: readonly number[] = [204, 205, 304];

/**
 * `fetch` for asking models, as far as providers' packages use it: a text goes there, a stream comes back. It gives up
 * when nothing has arrived for `seconds`: neither the answer's head nor a byte of its body. Watching bytes rather than
 * events lets pings and comments count as life.
 *
 * Node's own `fetch` is left aside because of what it keeps: it copies each body twice and holds it until the next full
 * collection, which after 400 steps of a small conversation is 60 MB; and it takes twice the time. Proxies work as with
 * `fetch` (see `proxy.ts`); answers are asked for uncompressed, and a redirect is an answer like any other.
 */
export function watchedFetch(seconds: number): Fetch {
  return (input, init = {}) => send(new URL(String(input)), init, seconds);
}

/** A body in parts, for this `fetch` alone: they are written one after the other and never put together. */
export function inParts(parts: readonly (string | Uint8Array)[]): NonNullable<RequestInit['body']> {
  return parts as unknown as Uint8Array<ArrayBuffer>;
}

function partsOf(body: unknown): readonly (string | Uint8Array)[] {
  return Array.isArray(body) ? body : [String(body ?? '')];
}

async function send(url: URL, init: RequestInit, seconds: number): Promise<Response> {
  const { request } = url.protocol === 'https:' ? await import('node:https') : await import('node:http');
  init.signal?.throwIfAborted();
  const parts = partsOf(init.body);
  const call = request(url, {
    method: init.method ?? 'GET',
    headers: {
      'accept-encoding': 'identity',
      ...Object.fromEntries(new Headers(init.headers)),
      'content-length': parts.reduce((sum, part) => sum + Buffer.byteLength(part), 0),
    },
  });
  const watch = new Watch(seconds, init.signal ?? undefined, (error) => call.destroy(error));
  // Whoever waits is told below; an error that comes when nobody waits any more is nobody's.
  call.on('error', () => {});
  call.cork();
  for (const part of parts) call.write(part);
  call.end();
  try {
    const [message] = (await once(call, 'response')) as [IncomingMessage];
    watch.touch();
    return responseOf(message, call, watch);
  } catch (error) {
    watch.stop();
    throw error;
  }
}

function responseOf(message: IncomingMessage, call: ClientRequest, watch: Watch): Response {
  const status = message.statusCode!;
  const headers = new Headers();
  for (const [name, value] of Object.entries(message.headers)) headers.set(name, String(value));
  const init = { status, statusText: message.statusMessage ?? '', headers };
  if (BODILESS.includes(status)) {
    watch.stop();
    message.resume();
    return new Response(null, init);
  }
  return new Response(streamOf(message, call, watch), init);
}

function streamOf(message: IncomingMessage, call: ClientRequest, watch: Watch): ReadableStream<Uint8Array> {
  let over = false;
  const end = (tell: () => void) => {
    watch.stop();
    if (!over) tell();
    over = true;
  };
  watch.expires = (error) => message.destroy(error);
  return new ReadableStream<Uint8Array>({
    start(controller) {
      message.on('data', (chunk: Uint8Array) => {
        watch.touch();
        if (over) return;
        controller.enqueue(chunk);
        if (controller.desiredSize! <= 0) message.pause();
      });
      message.on('end', () => end(() => controller.close()));
      message.on('error', (error) => end(() => controller.error(error)));
    },
    pull() {
      message.resume();
    },
    cancel() {
      end(() => call.destroy());
    },
  });
}
