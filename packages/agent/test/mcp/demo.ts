import { McpServer } from '@modelcontextprotocol/server';
import * as z from 'zod';

const PIXEL =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

/** A server with a tool for each kind of answer. */
export function demoServer(): McpServer {
  const server = new McpServer({ name: 'demo', version: '1.0.0' });
  let calls = 0;
  server.registerTool(
    'add',
    { description: 'Adds two numbers.', inputSchema: z.object({ a: z.number(), b: z.number() }) },
    async ({ a, b }) => ({ content: [{ type: 'text', text: `${a + b} (call ${++calls})` }] }),
  );
  server.registerTool('environment', { description: 'Its variables.' }, async () => ({
    content: [{ type: 'text', text: JSON.stringify(process.env) }],
  }));
  server.registerTool('everything', { description: 'All kinds of answers.' }, async () => ({
    content: [
      { type: 'text', text: 'words' },
      { type: 'image', mimeType: 'image/png', data: PIXEL },
      { type: 'image', mimeType: 'image/x-raw', data: PIXEL },
      { type: 'audio', mimeType: 'audio/wav', data: PIXEL },
      { type: 'resource', resource: { uri: 'file:///a.txt', text: 'of a file' } },
      { type: 'resource', resource: { uri: 'file:///b.bin', blob: PIXEL } },
      { type: 'resource_link', uri: 'file:///c.txt', name: 'c' },
    ],
  }));
  server.registerTool('long', { description: 'A long answer.' }, async () => ({
    content: [{ type: 'text', text: `begin ${'x'.repeat(100_000)} end` }],
  }));
  server.registerTool('fails', { description: 'Always fails.' }, async () => {
    throw new Error('no such issue');
  });
  return server;
}
