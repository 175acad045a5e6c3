import { OperatorError } from '@heddle/core';
import { type Context, Hono } from 'hono';
import type { ObjectTold } from '../../told/step.ts';
import type { StudioContext } from '../context.ts';

const PAGE_BYTES = 64_000;
const MOST_BYTES = 1_000_000;

/** Objects by digest: text by pages, pictures. */
export function objectRoutes({ store }: StudioContext): Hono {
  const bytesOf = (c: Context): Uint8Array<ArrayBuffer> => {
    const digest = c.req.param('digest') ?? '';
    if (/^[0-9a-f]{64}$/.test(digest) && store.objects.has(digest))
      return new Uint8Array(store.objects.get(digest));
    throw new OperatorError('no-such-object', 'there is no such object');
  };
  return new Hono()
    .get('/objects/:digest', (c) => {
      const bytes = bytesOf(c);
      const from = whole(c.req.query('from'), 0, bytes.length);
      const page = pageOf(bytes, from, whole(c.req.query('limit'), PAGE_BYTES, MOST_BYTES));
      return c.json(page);
    })
    .get('/pictures/:digest', (c) => {
      const bytes = bytesOf(c);
      const type = pictureType(bytes);
      if (type === null) throw new OperatorError('no-such-picture', 'that is no picture');
      const headers = {
        'content-type': type,
        'content-security-policy': "default-src 'none'; sandbox",
        'cache-control': 'private, max-age=31536000, immutable',
      };
      return c.body(bytes, 200, headers);
    });
}

/** From `from` to the end of a line where there is one, else of a character. */
function pageOf(bytes: Uint8Array, from: number, limit: number): ObjectTold {
  let end = Math.min(bytes.length, from + Math.max(1, limit));
  if (end < bytes.length) {
    const line = bytes.lastIndexOf(0x0a, end - 1);
    if (line > from) end = line + 1;
    else while (end > from + 1 && (bytes[end]! & 0xc0) === 0x80) end -= 1;
  }
  const text = Buffer.from(bytes.subarray(from, end)).toString('utf8');
  return { text, from, bytes: bytes.length, next: end < bytes.length ? end : null };
}

function whole(given: string | undefined, otherwise: number, most: number): number {
  const value = Number(given ?? otherwise);
  return Number.isSafeInteger(value) && value >= 0 ? Math.min(value, most) : otherwise;
}

/**
 * Of pictures that cannot run; null: it is none. By its first bytes: what a journal says of its type is somebody else's
 * word.
 */
function pictureType(bytes: Uint8Array): string | null {
  const start = Buffer.from(bytes.subarray(0, 12)).toString('latin1');
  if (start.startsWith('\u0089PNG\r\n\u001a\n')) return 'image/png';
  if (start.startsWith('\u00ff\u00d8\u00ff')) return 'image/jpeg';
  if (/^GIF8[79]a/.test(start)) return 'image/gif';
  return start.startsWith('RIFF') && start.slice(8, 12) === 'WEBP' ? 'image/webp' : null;
}
