import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createMcpHandler } from '@modelcontextprotocol/server';
import { onTestFinished } from 'vitest';
import { demoServer } from './demo.ts';

/** The demo server over streamable HTTP; what it was asked with is in `headers`. */
export async function overHttp(options: Parameters<typeof createMcpHandler>[1] = {}) {
  const handler = createMcpHandler(demoServer, options);
  const headers: (string | undefined)[] = [];
  let broken = false;
  const server = createServer(async (request, response) => {
    headers.push(request.headers.authorization);
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    if (broken) {
      response.writeHead(503).end('down for repair');
      return;
    }
    const asked = new Request(`http://${request.headers.host}${request.url}`, {
      method: request.method!,
      headers: Object.entries(request.headers).flatMap(([name, value]) =>
        value === undefined ? [] : [[name, String(value)] as [string, string]],
      ),
      ...(chunks.length > 0 ? { body: Buffer.concat(chunks) } : {}),
    });
    const answer = await handler.fetch(asked);
    response.writeHead(answer.status, Object.fromEntries(answer.headers));
    if (answer.body !== null) for await (const chunk of answer.body) response.write(chunk);
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/mcp`,
    headers,
    fail: () => {
      broken = true;
    },
  };
}
