import { Buffer } from 'node:buffer';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { brotliDecompressSync, gunzipSync, inflateSync, zstdDecompressSync } from 'node:zlib';
import { fieldsOf } from './json.ts';
import type { Arrival, Script } from './script.ts';
import { WIRES, type Wire } from './wire.ts';

/** Agents keep a connection open; a server that closes it first would be seen as a fault. */
const KEEP_ALIVE_MS = 300_000;

const UNPACK: Readonly<Record<string, (bytes: Buffer) => Buffer>> = {
  gzip: gunzipSync,
  deflate: inflateSync,
  br: brotliDecompressSync,
  zstd: zstdDecompressSync,
};

/** Milliseconds of the machine's monotonic clock, the same in each thread and process. */
export function clockMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

/**
 * A model on a free port of the loopback that answers at once, in whichever of the {@link WIRES} it is asked. All
 * that costs time is done before the answer is written, in one write: what passes until the next request is the
 * agent's own.
 */
export async function serveScript(
  script: Pick<Script, 'answer'>,
  host = '127.0.0.1',
): Promise<{ port: number; close(): Promise<void> }> {
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS, requestTimeout: 0 }, (request, response) => {
    const at = clockMs();
    void handle(script, request, response, at).catch((error: unknown) => {
      response.writeHead(500).end(String(error));
    });
  });
  server.on('connection', (socket) => socket.setNoDelay(true));
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function handle(
  script: Pick<Script, 'answer'>,
  request: IncomingMessage,
  response: ServerResponse,
  at: number,
): Promise<void> {
  const sent = await buffer(request);
  const url = request.url ?? '/';
  const [path = '/'] = url.split('?');
  const wires: readonly Wire[] = Object.values(WIRES);
  const wire = request.method === 'POST' ? wires.find((each) => each.path.test(path)) : undefined;
  if (wire === undefined) {
    if (!/count_?tokens$/i.test(path))
      return send(response, 404, JSON_TYPE, '{"error":{"message":"not found"}}');
    const tokens = Math.ceil(sent.length / 4);
    return send(response, 200, JSON_TYPE, `{"input_tokens":${tokens},"totalTokens":${tokens}}`);
  }
  const unpack = UNPACK[request.headers['content-encoding'] ?? ''];
  const raw = unpack === undefined ? sent : unpack(sent);
  const text = raw.toString('utf8');
  const body = fieldsOf(JSON.parse(text));
  const { answer, arrival } = script.answer(wire, raw, body, at);
  const streams = body.stream === true || path.endsWith(':streamGenerateContent');
  const told = streams
    ? wire.streamed(answer, { path: url, headers: request.headers, text, body })
    : JSON.stringify(wire.whole(answer, body));
  send(response, 200, streams ? 'text/event-stream; charset=utf-8' : JSON_TYPE, told, arrival);
}

const JSON_TYPE = 'application/json';

function send(
  response: ServerResponse,
  status: number,
  type: string,
  text: string,
  arrival: Arrival | null = null,
): void {
  response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(text) });
  if (arrival !== null) arrival.answeredAt = clockMs();
  response.end(text);
}
