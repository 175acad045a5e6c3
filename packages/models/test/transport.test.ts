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

test('a kept connection that the server has closed is no failure', async () => {
  let requests = 0;
  const url = await serve((request, response) => {
    requests += 1;
    if (requests === 2) request.socket.resetAndDestroy();
    else response.end(`answer ${requests}`);
  });
  expect(await (await post(url)).text()).toBe('answer 1');
  expect(await (await post(url)).text()).toBe('answer 3');
});

test('a new connection that breaks is one', async () => {
  const url = await serve((request) => request.socket.resetAndDestroy());
  await expect(post(url)).rejects.toMatchObject({ code: 'ECONNRESET' });
});

test('a redirect that keeps the request is followed on the same host, and no further than a few times', async () => {
  const url = await serve((request, response) => {
    const [, times] = request.url!.split('/').map(Number);
    if (times === 0) request.pipe(response);
    else response.writeHead(307, { location: `/${times! - 1}` }).end();
  });
  expect(await (await post(`${url}/3`)).text()).toBe('größer');
  await expect(post(`${url}/9`)).rejects.toMatchObject({ code: 'bad-request' });
});

test('one that loses the request, or leads the key elsewhere, is told', async () => {
  const lost = await serve((_, response) => response.writeHead(301, { location: '/new' }).end());
  await expect(post(lost)).rejects.toMatchObject({
    code: 'bad-request',
    message: `${lost} sends requests on to ${lost}/new`,
  });
  const away = await serve((_, response) =>
    response.writeHead(308, { location: 'https://else.example/v1' }).end(),
  );
  await expect(post(away)).rejects.toMatchObject({
    message: `${away} sends requests on to https://else.example/v1`,
  });
});
