import { createHash, timingSafeEqual } from 'node:crypto';
import type { MiddlewareHandler } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';

/** Everything the page needs is its own; nothing an agent printed can become a script, a frame or a request elsewhere. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  // Plots and virtual lists place their parts by style attributes; styles cannot run.
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Browsers tell hosts apart and not their ports: Studios beside each other have a cookie each. */
const cookieOf = (asked: string) => `heddle_studio_${/:(\d+)$/.exec(asked)?.[1] ?? 'web'}`;
/** A bookmark stays good. */
const COOKIE_SECONDS = 365 * 24 * 3600;

export interface GuardOptions {
  readonly host: string;
  readonly token?: string;
}

/** Headers of every answer. */
export function safeHeaders(): MiddlewareHandler {
  return async (c, next) => {
    await next();
    const { headers } = c.res;
    if (!headers.has('content-security-policy')) headers.set('content-security-policy', POLICY);
    headers.set('x-content-type-options', 'nosniff');
    headers.set('referrer-policy', 'no-referrer');
    headers.set('x-frame-options', 'DENY');
    headers.set('cross-origin-opener-policy', 'same-origin');
    headers.set('cross-origin-resource-policy', 'same-origin');
  };
}

/**
 * Refuses what does not come from the Studio's own page: another name for this address (DNS rebinding), another site's
 * page (cross-site requests), and a stranger without the token.
 */
export function ownPageOnly({ host, token }: GuardOptions): MiddlewareHandler {
  return async (c, next) => {
    const asked = c.req.header('host') ?? '';
    if (!isOwnName(asked, host)) return c.json({ error: 'this name is not mine' }, 403);
    const site = c.req.header('sec-fetch-site');
    const navigates = c.req.method === 'GET' && c.req.header('sec-fetch-mode') === 'navigate';
    // A link from elsewhere may open the page; it may not read or do anything.
    if (site !== undefined && site !== 'same-origin' && site !== 'none' && !navigates)
      return c.json({ error: 'only the Studio’s own page may ask this' }, 403);
    const origin = c.req.header('origin');
    if (origin !== undefined && origin !== `http://${asked}` && origin !== `https://${asked}`)
      return c.json({ error: 'only the Studio’s own page may ask this' }, 403);
    if (c.req.method !== 'GET' && c.req.method !== 'HEAD' && !isJson(c.req.header('content-type')))
      return c.json({ error: 'say it as application/json' }, 415);
    if (token === undefined) return next();
    const given = c.req.query('token');
    if (given !== undefined && isSame(given, token)) {
      // Lax: a link from elsewhere opens the page; whatever does more is refused above by its site, origin and form.
      const kept = { httpOnly: true, sameSite: 'Lax', path: '/', maxAge: COOKIE_SECONDS } as const;
      setCookie(c, cookieOf(asked), token, kept);
      const url = new URL(c.req.url);
      url.searchParams.delete('token');
      return c.redirect(`${url.pathname}${url.search}`);
    }
    const bearer = /^Bearer (.+)$/.exec(c.req.header('authorization') ?? '')?.[1];
    const known = getCookie(c, cookieOf(asked)) ?? bearer ?? '';
    if (isSame(known, token)) return next();
    const error = 'the Studio asks for its token';
    const hint = 'open the address that `heddle studio` printed';
    if (c.req.path.startsWith('/api/')) return c.json({ error, code: 'token-needed', hint }, 401);
    return c.text(`${error}: ${hint}\n`, 401);
  };
}

/** A page of another name that leads here would be of the same origin as ours. */
function isOwnName(asked: string, host: string): boolean {
  const name = asked.replace(/:\d+$/, '').toLowerCase();
  if (['localhost', '127.0.0.1', '[::1]'].includes(name)) return true;
  // Who listens on every address is reached by any of them, with a token; names are still not taken from anybody.
  if (host === '0.0.0.0' || host === '::') return /^(?:\d{1,3}(?:\.\d{1,3}){3}|\[[0-9a-f:]+\])$/.test(name);
  return name === host.toLowerCase() || name === `[${host.toLowerCase()}]`;
}

function isJson(type: string | undefined): boolean {
  return /^application\/json\b/.test(type ?? '');
}

function isSame(given: string, token: string): boolean {
  const [a, b] = [given, token].map((text) => createHash('sha256').update(text).digest());
  return timingSafeEqual(a!, b!);
}
