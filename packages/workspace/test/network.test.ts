import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { OperatorError } from '@heddle/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AllowList, isPrivateAddress } from '../src/network/allow-list.ts';
import type { NetworkRequest } from '../src/network/proxy.ts';
import { sandboxOf } from '../src/sandbox/choose.ts';
import { open, repository } from './fixtures.ts';
import { NETWORK_ATTEMPTS } from './network/attempts.ts';

let server: Server;
let port: number;
let visits: string[] = [];
beforeAll(async () => {
  server = createServer((request, response) => {
    visits.push(`${request.method} ${request.url} ${request.headers.host}`);
    response.end('reached\n');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
});
afterAll(() => server.close());

describe('the list', () => {
  const list = new AllowList(['pypi.org', '.example.org', 'Build.Local:8080', '[::1]:9000']);
  it.each([
    ['pypi.org', 443, true],
    ['PyPI.org', 80, true],
    ['pypi.org', 22, false],
    ['pypi.org.evil.com', 443, false],
    ['evilpypi.org', 443, false],
    ['files.pypi.org', 443, false],
    ['example.org', 443, true],
    ['a.b.example.org', 443, true],
    ['notexample.org', 443, false],
    ['build.local', 8080, true],
    ['build.local', 443, false],
    ['::1', 9000, true],
  ])('%s:%i is %s', (host, at, allowed) => expect(list.allows(host, at)).toBe(allowed));

  it.each(['https://pypi.org', 'pypi.org/simple', '*.org', '', 'a b', 'x:99999', 'x:0'])(
    'refuses the entry "%s"',
    (text) => {
      expect(() => new AllowList([text])).toThrow(OperatorError);
    },
  );

  it.each([
    '127.0.0.1',
    '10.1.2.3',
    '172.20.0.1',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.1.1',
    '::1',
    'fe80::1',
    'fd00::1',
    '::ffff:127.0.0.1',
    '0.0.0.0',
  ])('%s is private', (address) => expect(isPrivateAddress(address)).toBe(true));
  it.each(['151.101.0.223', '8.8.8.8', '2606:4700::1', '172.32.0.1'])('%s is not', (address) =>
    expect(isPrivateAddress(address)).toBe(false),
  );
});

for (const sandbox of ['bubblewrap', 'namespaces'] as const) {
  const refusal = await (await sandboxOf(sandbox)).probe();
  describe.skipIf(refusal !== null)(`${sandbox}${refusal === null ? '' : ` (skipped: ${refusal})`}`, () => {
    const start = async () => {
      const seen: NetworkRequest[] = [];
      const allow = {
        hosts: [`localhost:${port}`],
        onRequest: (request: NetworkRequest) => seen.push(request),
      };
      const { workspace } = await open({ repo: repository({ 'a.txt': 'one\n' }), sandbox, allow });
      visits = [];
      return { workspace, seen };
    };

    it('a listed host is reached by the usual clients, any other gets 403 with the option to give', async () => {
      const { workspace, seen } = await start();
      const run = async (command: string) => (await workspace.exec(command, { timeoutSeconds: 20 })).output;
      // `localhost` is meant for the box itself by every client, unless told otherwise.
      expect(
        await run(
          `NO_PROXY= no_proxy= node -e 'fetch("http://localhost:${port}/a?b=1").then(async (r) => console.log(r.status, await r.text()))'`,
        ),
      ).toBe('200 reached\n\n');
      const python = `import urllib.request as u; print(u.urlopen("http://localhost:${port}/py").read())`;
      expect(
        await run(
          `command -v python3 >/dev/null || { echo "b'reached\\n'"; exit; }; NO_PROXY= no_proxy= python3 -c '${python}'`,
        ),
      ).toContain('reached');
      const refused = await run(
        `node -e 'require("http").get({ host: "127.0.0.1", port: 43128, path: "http://example.com/" }, (r) => { console.log(r.statusCode); r.pipe(process.stdout); })'`,
      );
      expect(refused).toBe(
        '403\nexample.com:80 is not on the list of allowed hosts; whoever runs Heddle can add it with --allow-host example.com\n',
      );
      expect(seen.filter(({ allowed }) => !allowed)).toEqual([
        { host: 'example.com', port: 80, allowed: false },
      ]);
      expect(visits[0]).toBe(`GET /a?b=1 localhost:${port}`);
    });

    it('a tunnel is opened to a listed host and to no other', async () => {
      const { workspace, seen } = await start();
      const tunnel = (target: string) =>
        workspace.exec(
          `node -e 'const s = require("net").connect(43128, "127.0.0.1", () => s.write("CONNECT ${target} HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n"));
           s.once("data", (d) => { console.log(String(d).split("\\r\\n")[0]); if (!/200/.test(d)) process.exit(); s.write("GET /t HTTP/1.0\\r\\n\\r\\n"); s.on("data", (e) => console.log(String(e).split("\\r\\n\\r\\n")[1])); s.on("end", () => process.exit()); })'`,
          { timeoutSeconds: 20 },
        );
      expect((await tunnel(`localhost:${port}`)).output).toBe(
        'HTTP/1.1 200 Connection established\nreached\n\n',
      );
      expect((await tunnel('github.com:443')).output).toContain(
        'HTTP/1.1 403 github.com:443 is not on the list',
      );
      expect(seen).toEqual([
        { host: 'localhost', port, allowed: true },
        { host: 'github.com', port: 443, allowed: false },
      ]);
    });

    it('is there for a fork and for a box that was started anew', async () => {
      const { workspace } = await start();
      const reach = `NO_PROXY= no_proxy= node -e 'fetch("http://localhost:${port}/").then((r) => console.log(r.status))'`;
      const fork = await workspace.fork();
      expect((await fork.exec(reach)).output).toBe('200\n');
      await fork.dispose();
      await workspace.exec('kill -9 -1', { timeoutSeconds: 10 });
      expect((await workspace.exec(reach, { timeoutSeconds: 20 })).output).toBe('200\n');
    });

    it.each(NETWORK_ATTEMPTS.map(({ name, command }) => [name, command] as const))(
      'attempt: %s',
      async (_, command) => {
        const { workspace } = await start();
        const { output } = await workspace.exec(command(port), { timeoutSeconds: 20 });
        expect(output).not.toContain('reached');
        expect(visits).toEqual([]);
      },
    );
  });
}

it('where nothing keeps programs to a list, it is refused', async () => {
  const repo = repository({ 'a.txt': 'one\n' });
  await expect(open({ repo, sandbox: 'host', allow: { hosts: ['pypi.org'] } })).rejects.toMatchObject({
    code: 'no-wall',
  });
});
