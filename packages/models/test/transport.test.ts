import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { watchedFetch } from '../src/transport.ts';

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => server.closeAllConnections());
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const fetch = watchedFetch(60);
const post = (url: string, headers = {}) => fetch(url, { method: 'POST', body: 'größer', headers });

test('a text goes there, a stream comes back', async () => {
  const url = await serve((request, response) => {
    request.setEncoding('utf8').on('data', (text) => {
      response.writeHead(201, { 'x-say': 'hi' });
      response.write(`${request.method} ${request.headers.key}`);
      setImmediate(() => response.end(` ${text}`));
    });
  });
  const response = await post(url, { key: 'k' });
  expect([response.ok, response.status, response.headers.get('x-say')]).toEqual([true, 201, 'hi']);
  expect(await response.text()).toBe('POST k größer');
});

test('an answer without a body has none', async () => {
  const url = await serve((_, response) => response.writeHead(204).end());
  expect((await post(url)).body).toBeNull();
});

test('a long answer waits for a slow reader and arrives whole', async () => {
  const part = Buffer.alloc(100_000, 'x');
  const url = await serve((_, response) => {
    for (let i = 0; i < 50; i++) response.write(part);
    response.end();
  });
  let bytes = 0;
  for await (const chunk of (await post(url)).body!) {
    bytes += chunk.length;
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(bytes).toBe(5_000_000);
});

test('whoever stops reading closes the connection', async () => {
  const closed = Promise.withResolvers<void>();
  const url = await serve((_, response) => {
    response.write('half');
    response.on('close', closed.resolve);
  });
  const response = await post(url);
  await response.body!.cancel();
  await closed.promise;
});

test('a connection that breaks is a failure, and the next request takes a new one', async () => {
  let requests = 0;
  const url = await serve((request, response) => {
    requests += 1;
    if (requests === 2) request.socket.resetAndDestroy();
    else response.end(`answer ${requests}`);
  });
  expect(await (await post(url)).text()).toBe('answer 1');
  await expect(post(url)).rejects.toMatchObject({ code: 'ECONNRESET' });
  expect(await (await post(url)).text()).toBe('answer 3');
});

test('a redirect is an answer: nothing is sent elsewhere', async () => {
  let requests = 0;
  const url = await serve((_, response) => {
    requests += 1;
    response.writeHead(307, { location: '/new' }).end();
  });
  const response = await post(url);
  expect([response.status, response.headers.get('location'), requests]).toEqual([307, '/new', 1]);
});

test('time in which this process stood still is no silence', async () => {
  const url = await serve((_, response) => response.end('here'));
  const asked = watchedFetch(0.2)(url, { method: 'POST', body: '' });
  await new Promise((resolve) => setImmediate(resolve));
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 500);
  expect(await (await asked).text()).toBe('here');
});
