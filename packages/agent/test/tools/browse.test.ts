import { spawnSync } from 'node:child_process';
import { chooseSandbox } from '@heddle/workspace';
import { describe, expect, it } from 'vitest';
import { bash, call } from '../support.ts';
import { play } from './code/support.ts';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'microsoft-edge'];
const named = process.env.HEDDLE_BROWSER ?? '';
const CHROMIUM = [...NAMES, ...(named === '' ? [] : [named])].some(
  (name) => spawnSync('sh', ['-c', 'command -v "$0"', name], { stdio: 'ignore' }).status === 0,
);
/** The strongest sandbox there is here; a browser has to work in it. */
const SANDBOX = await chooseSandbox('auto').catch(() => 'host' as const);

const SERVER = `
import { createServer } from 'node:http';
const PAGE = \`<!doctype html><title>Shop</title><h1>Basket</h1>
<label>Name <input id="name"></label><button onclick="add()">Add</button><p id="out"></p><a href="/second">Next</a>
<img src="/missing.png" alt="none">
<form action="/search"><input name="q" aria-label="Search"></form>
<script>
function add() {
  console.warn('adding', document.getElementById('name').value);
  setTimeout(() => { document.getElementById('out').textContent = 'Added ' + document.getElementById('name').value }, 50);
  if (document.getElementById('name').value === 'bad') undefinedFunction();
}
</script>\`;
createServer((request, response) => {
  const { pathname, searchParams } = new URL(request.url, 'http://x');
  if (pathname === '/') return response.end(PAGE);
  if (pathname === '/second') return response.end('<title>Second</title><p>The second page');
  if (pathname === '/search') return response.end('<title>Found</title><p>' + searchParams.get('q'));
  if (pathname === '/echo') {
    let body = '';
    request.on('data', (chunk) => (body += chunk)).on('end', () => {
      response.writeHead(201, { 'content-type': 'application/json', 'x-method': request.method });
      response.end(JSON.stringify({ body, token: request.headers['x-token'] }));
    });
    return;
  }
  response.writeHead(404).end('nothing here');
}).listen(Number(process.argv[2]), '127.0.0.1', () => console.log('ready'));
`;

/** A port of its own for each test, for a host sandbox shares them with the machine. */
let port = 20_000 + (process.pid % 20_000);
async function browsing(steps: (url: string) => object[], last = 'true') {
  port += 1;
  const start = bash(`node server.mjs ${port} > log.txt & until grep -q ready log.txt; do sleep 0.02; done`);
  const calls = steps(`http://localhost:${port}`).map((input) => call('browse', input));
  const { told, ends } = await play([start, ...calls, bash(last)], {
    files: { 'server.mjs': SERVER },
    tools: ['browse'],
    sandbox: SANDBOX,
  });
  return { told: told.slice(1), ends: ends.slice(1) };
}

describe('browse fetch', () => {
  it('asks from inside the sandbox and gives status, headers and text', async () => {
    const { told, ends } = await browsing((url) => [
      {
        action: 'fetch',
        url: `${url}/echo`,
        method: 'POST',
        headers: { 'X-Token': "it's" },
        body: 'a=1\n@b',
      },
      { action: 'fetch', url: `${url}/none` },
    ]);
    expect(told[0]).toMatch(/^HTTP\/1\.1 201 Created\n/);
    expect(told[0]).toContain('x-method: POST');
    expect(told[0]).toContain('{"body":"a=1\\n@b","token":"it\'s"}');
    expect(ends[0]!.details).toMatchObject({ status: 201 });
    expect(told[1]).toMatch(/^HTTP\/1\.1 404 Not Found[\s\S]*nothing here$/);
  });

  it('refuses what is not local or not http, and says when nobody answers', async () => {
    const { told } = await play(
      [
        'https://example.org/',
        'file:///etc/passwd',
        'http://localhost.example.org',
        'http://localhost:1/',
      ].map((url) => call('browse', { action: 'fetch', url })),
      { tools: ['browse'] },
    );
    expect(told[0]).toContain('The network is closed: only localhost can be reached, not example.org.');
    expect(told[1]).toContain('is no http or https address');
    expect(told[2]).toContain('not localhost.example.org');
    expect(told[3]).toMatch(/^GET http:\/\/localhost:1\/ got no answer: .*\. Is the server running\?/);
  });

  it('without a page, the others say what to do', async () => {
    const { told } = await play(
      [
        call('browse', { action: 'read' }),
        call('browse', { action: 'click' }),
        call('browse', { action: 'close' }),
        call('browse', { action: 'open', url: 'https://example.org' }),
      ],
      { tools: ['browse'] },
    );
    expect(told.slice(0, 3)).toEqual([
      'No page is open. Give action open with a url first.',
      'click needs "ref". Nothing was done.',
      'No page was open.',
    ]);
    expect(told[3]).toContain('The network is closed');
  });
});

describe.skipIf(CHROMIUM)('browse without a browser', () => {
  it('says in one line who can do what', async () => {
    const { told } = await play([call('browse', { action: 'open', url: 'localhost:1' })], {
      tools: ['browse'],
    });
    expect(told[0]).toBe(
      'There is no Chromium here, and only whoever runs Heddle can install one (apt install chromium, or HEDDLE_BROWSER=/path). Check the app without it: action fetch, or tests.',
    );
  });
});

describe.skipIf(!CHROMIUM)(
  `browse in the sandbox ${SANDBOX}${CHROMIUM ? '' : ' (skipped: there is no Chromium here)'}`,
  () => {
    it('reads a page, fills a field, clicks, waits, follows a link and comes back', async () => {
      const { told } = await browsing((url) => [
        { action: 'open', url: `${url}/` },
        { action: 'type', ref: 'e4', text: 'Ann' },
        { action: 'click', ref: 'e5' },
        { action: 'wait', text: 'Added Ann', seconds: 5 },
        { action: 'read' },
      ]);
      expect(told[0]).toMatch(/^200 · Shop · http:\/\/localhost:\d+\/\n/);
      expect(told[0]).toContain('heading "Basket" [level=1]');
      expect(told[0]).toMatch(/\[404: GET http:\/\/localhost:\d+\/missing\.png\]$/);
      const refs = /textbox "Name" \[ref=(\w+)\][\s\S]*button "Add" \[ref=(\w+)\]/.exec(told[0]!);
      expect(refs!.slice(1)).toEqual(['e4', 'e5']);
      expect(told[2]).toContain('[console warning: adding Ann (http://localhost:');
      expect(told[3]).toMatch(/^"Added Ann" is there\./);
      expect(told[4]).toContain('Added Ann');
    });

    it('tells errors of the page once, and refs that are gone', async () => {
      const { told } = await browsing((url) => [
        { action: 'open', url },
        { action: 'type', ref: 'e4', text: 'bad' },
        { action: 'click', ref: 'e5' },
        { action: 'click', ref: 'e99' },
        { action: 'open', url: `${url}/second` },
        { action: 'back' },
      ]);
      expect(told[2]).toContain('[uncaught: ReferenceError: undefinedFunction is not defined');
      expect(told[3]).toBe('There is no element e99 on the page now. Use read for the present refs.');
      expect(told[4]).toContain('The second page');
      expect(told[5]).toMatch(/^Went back\. Now: Shop · http:\/\/localhost:\d+\/\n\[404: .*\]$/);
    });

    it('takes pictures, and leaves nothing running', async () => {
      const count = "grep -l 'remote-debugging-[p]ipe' /proc/[0-9]*/cmdline 2>/dev/null | wc -l";
      const { told, ends } = await browsing(
        (url) => [{ action: 'open', url }, { action: 'screenshot' }, { action: 'close' }, { action: 'read' }],
        count,
      );
      expect(told[1]).toMatch(/^Screenshot of Shop/);
      expect(ends[1]!.images).toMatchObject([{ mediaType: 'image/png' }]);
      expect(told[2]).toBe('Closed.');
      expect(told[3]).toBe('No page is open. Give action open with a url first.');
      // Without a sandbox there may be others' browsers.
      if (SANDBOX !== 'host') expect(told[4]).toMatch(/^0\n/);
    });

    it('submits a form', async () => {
      const { told } = await browsing((url) => [
        { action: 'open', url },
        { action: 'type', ref: 'e9', text: 'tea', submit: true },
        { action: 'read' },
      ]);
      expect(told[0]).toMatch(/textbox "Search" \[ref=e9\]/);
      expect(told[1]).toMatch(/^Typed and submitted\. Now: Found · .*q=tea/);
      expect(told[2]).toContain('tea');
    });
  },
);
