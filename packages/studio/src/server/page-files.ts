import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { MiddlewareHandler } from 'hono';

/** Where `scripts/build-page.mjs` puts the page. */
const FOLDER = fileURLToPath(new URL('../../dist/page/', import.meta.url));

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};

const YEAR = 'public, max-age=31536000, immutable';

/**
 * The page's files, all read at the start and looked up by name: no request becomes a path. Every other address is the
 * page's own to understand.
 */
export function pageFiles(folder = FOLDER): MiddlewareHandler {
  const files = readAll(folder);
  const page = files.get('/index.html');
  return async (c) => {
    const file = files.get(c.req.path) ?? page;
    if (file === undefined) return c.text('The page is not built yet: `npm run build` in the checkout.', 503);
    const type = file === page ? TYPES['.html']! : (TYPES[extname(c.req.path)] ?? 'application/octet-stream');
    // Their names change with their contents; the page's does not.
    const cache = file === page ? 'no-cache' : YEAR;
    return c.body(file, 200, { 'content-type': type, 'cache-control': cache });
  };
}

function readAll(folder: string): ReadonlyMap<string, Uint8Array<ArrayBuffer>> {
  if (!existsSync(folder)) return new Map();
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  return new Map(
    entries.map((entry) => {
      const file = join(entry.parentPath, entry.name);
      return [`/${file.slice(folder.length).split(sep).join('/')}`, new Uint8Array(readFileSync(file))];
    }),
  );
}
