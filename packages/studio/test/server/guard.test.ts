import { describe, expect, it } from 'vitest';
import { studioApp } from '../../src/server/app.ts';
import { contextOf } from '../../src/server/context.ts';
import type { GuardOptions } from '../../src/server/guard.ts';
import { serveStudio } from '../../src/server/serve.ts';
import { store } from '../support.ts';

function app(guard: GuardOptions) {
  const context = contextOf({ store: store(), config: {}, home: '/nowhere', place: 'here' });
  return studioApp(context, guard);
}

function ask(guard: GuardOptions, path: string, headers: Record<string, string>, init: RequestInit = {}) {
  return app(guard).request(path, { ...init, headers: { host: '127.0.0.1:4747', ...headers } });
}

const HERE = { host: '127.0.0.1' };

describe('who may ask', () => {
  it.each([
    ['the page itself', { 'sec-fetch-site': 'same-origin', origin: 'http://127.0.0.1:4747' }, 200],
    ['a program on this machine', {}, 200],
    ['localhost by name', { host: 'localhost:4747' }, 200],
    ['this machine by its other address', { host: '[::1]:4747' }, 200],
    ['a name that leads here (DNS rebinding)', { host: 'evil.example:4747' }, 403],
    ['a name that begins like ours', { host: '127.0.0.1.evil.example' }, 403],
    ['no name', { host: '' }, 403],
    ['a script of another site', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'cors' }, 403],
    [
      'a picture or script tag of another site',
      { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' },
      403,
    ],
    ['another port of this machine', { 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'cors' }, 403],
    ['another origin', { origin: 'http://evil.example' }, 403],
    ['a sandboxed frame', { origin: 'null' }, 403],
  ])('%s', async (_, headers, status) => {
    expect((await ask(HERE, '/api/home', headers)).status).toBe(status);
  });

  it('a link from elsewhere may open the page', async () => {
    const headers = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' };
    expect([200, 503]).toContain((await ask(HERE, '/experiments/x', headers)).status);
  });

  it.each([
    ['a form', 'application/x-www-form-urlencoded'],
    ['a form with files', 'multipart/form-data; boundary=x'],
    ['plain text, as a form may send it', 'text/plain'],
  ])('nothing is done at the word of %s', async (_, type) => {
    const init = { method: 'POST', body: '{}' };
    expect((await ask(HERE, '/api/home', { 'content-type': type }, init)).status).toBe(415);
  });

  it('nothing is done at the word of another site, whatever it says it is', async () => {
    const headers = { 'content-type': 'application/json', origin: 'http://evil.example' };
    expect((await ask(HERE, '/api/home', headers, { method: 'POST', body: '{}' })).status).toBe(403);
  });
});

describe('with a token', () => {
  const guard = { host: '0.0.0.0', token: 'tåken' };

  it('a stranger sees nothing', async () => {
    for (const path of ['/', '/api/home', '/api/live/home', '/assets/index.js'])
      expect((await ask(guard, path, { host: '192.168.1.5:4747' })).status).toBe(401);
  });

  it('is taken from the address into a cookie, once', async () => {
    const given = await ask(guard, `/?token=${encodeURIComponent('tåken')}&x=1`, {
      host: '192.168.1.5:4747',
    });
    expect(given.status).toBe(302);
    expect(given.headers.get('location')).toBe('/?x=1');
    const cookie = given.headers.get('set-cookie')!;
    expect(cookie).toMatch(/HttpOnly/);
    expect(cookie).toMatch(/SameSite=Lax/);
    const known = await ask(guard, '/api/home', { host: '192.168.1.5:4747', cookie: cookie.split(';')[0]! });
    expect(known.status).toBe(200);
  });

  it('is taken as a bearer’s, and a wrong one is not', async () => {
    const bearer = (text: string) =>
      ask({ host: '0.0.0.0', token: 'secret' }, '/api/home', { authorization: `Bearer ${text}` });
    expect((await bearer('secret')).status).toBe(200);
    expect((await bearer('secre')).status).toBe(401);
  });

  it('names are still not taken from anybody', async () => {
    expect((await ask(guard, '/', { host: 'evil.example' })).status).toBe(403);
  });

  it('is needed wherever others could reach the page', async () => {
    await expect(
      serveStudio({ store: store(), home: '/nowhere', place: 'here', config: {}, host: '0.0.0.0', port: 0 }),
    ).rejects.toMatchObject({ code: 'token-needed' });
  });
});

describe('what is answered', () => {
  it('forbids scripts, frames and requests that are not the page’s own, everywhere', async () => {
    for (const path of ['/', '/api/home', '/api/nowhere', '/api/../../etc/passwd']) {
      const { headers } = await ask(HERE, path, {});
      const policy = headers.get('content-security-policy')!;
      expect(policy).toContain("default-src 'none'");
      expect(policy).toContain("script-src 'self'");
      expect(policy).not.toMatch(/script-src[^;]*unsafe/);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('cross-origin-resource-policy')).toBe('same-origin');
    }
  });

  it.each([
    '/../../../etc/passwd',
    '/..%2f..%2f..%2fetc%2fpasswd',
    '/%2e%2e/%2e%2e/etc/passwd',
    '/assets/..%5c..%5cetc%5cpasswd',
    '/assets/%00',
    '//etc/passwd',
  ])('%s is no file', async (path) => {
    const response = await ask(HERE, path, {});
    const body = await response.text();
    expect(body).not.toContain('root:');
    expect(response.headers.get('content-type') ?? '').toMatch(/html|text\/plain|json/);
  });

  it('a taken port is one line that says what to do', async () => {
    const first = await serveStudio({ store: store(), home: '/nowhere', place: 'here', config: {}, port: 0 });
    await expect(
      serveStudio({ store: store(), home: '/nowhere', place: 'here', config: {}, port: first.port }),
    ).rejects.toMatchObject({ code: 'port-taken' });
    await first.close();
  });
});
