import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import type { SimpleReply } from '../../src/reply-stream.ts';

/** What a stand-in does instead of, or in the middle of, a good reply. */
export type Fault =
  | { readonly kind: 'unauthorized' }
  | { readonly kind: 'forbidden' }
  | { readonly kind: 'not-found' }
  /** `retryAfter`: the header's value as it is; `retryAfterMs` likewise. */
  | { readonly kind: 'rate-limited'; readonly retryAfter?: string; readonly retryAfterMs?: string }
  | { readonly kind: 'out-of-credit' }
  | { readonly kind: 'server-error' }
  | { readonly kind: 'overloaded' }
  /** The answer is 200 and its first event an error, as some providers do under load. */
  | { readonly kind: 'overloaded-in-stream' }
  | { readonly kind: 'context-too-long' }
  | { readonly kind: 'bad-request' }
  /** Half of the events, then an error as the next. */
  | { readonly kind: 'overloaded-half-way' }
  /** Half of the events, then the stream ends as if it were whole. */
  | { readonly kind: 'cut' }
  /** Half of the events, then the connection is torn down. */
  | { readonly kind: 'reset' }
  /** Accepts the request and never says a word. */
  | { readonly kind: 'silence' }
  /** Half of the events, then never a word more. */
  | { readonly kind: 'silence-half-way' }
  /** The connection is closed before a byte of the answer. */
  | { readonly kind: 'hang-up' }
  /** The same by a reset, as a crashed server or a firewall does it. */
  | { readonly kind: 'reset-at-once' }
  /** Bytes that are no HTTP, as a server for TLS or something else sends. */
  | { readonly kind: 'garbage' }
  /** A web page with status 200, as the sign-in page of a network. */
  | { readonly kind: 'web-page' }
  /** `to`: where to; the path is added. */
  | { readonly kind: 'redirect'; readonly to: string }
  /** A whole stream without a word in it and without a token of usage. */
  | { readonly kind: 'nothing' }
  /** A proxy's HTML page with status 502. */
  | { readonly kind: 'not-json' };

export type FaultKind = Fault['kind'];

export interface StandinReply extends SimpleReply {
  /** What is behind `msg_`, `resp_`… of the reply's own id. Default: the same for every reply. */
  readonly id?: string;
  readonly fault?: Fault;
  /** What comes with reasoning and must be sent back: signature, encrypted content, thought signature. */
  readonly signature?: string;
  /** Alternatives for the first token, for formats that have them. */
  readonly logprobs?: readonly { readonly token: string; readonly logprob: number }[];
  /** All of it has been handed to the network: a provider would bill it. Never called of a fault. */
  sent?(): void;
}

export interface StandinRequest {
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
  readonly body: Record<string, unknown>;
}

/** One wire format. */
export interface WireDialect {
  /** Undefined: a request this provider would not know. */
  route(path: string): { readonly model: string | undefined } | undefined;
  authorized(request: StandinRequest, key: string): boolean;
  /** What the provider would complain about in this request, or undefined. */
  complaint(request: StandinRequest): string | undefined;
  /** The events of a whole reply, each the full text between two blank lines. */
  events(reply: StandinReply, request: StandinRequest): string[];
  error(fault: Fault, key: string): { status: number; body: unknown };
  /** The event that carries an error in the middle of a stream. */
  errorEvent(fault: Fault): string;
}

export type StandinScript =
  | readonly StandinReply[]
  | ((request: StandinRequest, n: number) => StandinReply | Promise<StandinReply>);

export interface Standin {
  /** `http://127.0.0.1:port`, without any path. */
  readonly url: string;
  readonly key: string;
  /** Every request that came, in order, refused ones included. */
  readonly requests: readonly StandinRequest[];
  /** From now on only this key is let in. */
  rotate(key: string): void;
  close(): Promise<void>;
}

/**
 * Serves one wire format on a free port. The n-th request gets the n-th reply of the script (the last one again
 * when there are more). Each event is written by itself and cut in two, so that readers see fragments.
 */
export async function serve(dialect: WireDialect, script: StandinScript, key: string): Promise<Standin> {
  const requests: StandinRequest[] = [];
  let valid = key;
  const replyTo = typeof script === 'function' ? script : fromList(script);
  const server = createServer((incoming, response) => {
    void handle(incoming, response).catch((error: unknown) => response.destroy(error as Error));
  });

  async function handle(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const request = await read(incoming);
    requests.push(request);
    if (dialect.route(request.path) === undefined)
      return refuse(response, 404, { error: { message: `no route ${request.path}` } });
    if (!dialect.authorized(request, valid)) return fail(response, { kind: 'unauthorized' });
    const complaint = dialect.complaint(request);
    if (complaint !== undefined) return refuse(response, 400, { error: { message: complaint } });
    const reply = await replyTo(request, requests.length - 1);
    await answer(response, reply, request);
  }

  async function answer(
    response: ServerResponse,
    reply: StandinReply,
    request: StandinRequest,
  ): Promise<void> {
    const { fault } = reply;
    if (fault === undefined) {
      if (reply.sent !== undefined) response.once('finish', () => reply.sent!());
      return await stream(response, dialect.events(reply, request), 'end');
    }
    switch (fault.kind) {
      case 'cut':
        return await stream(response, half(dialect.events(reply, request)), 'end');
      case 'reset':
        return await stream(response, half(dialect.events(reply, request)), 'destroy');
      case 'silence-half-way':
        return await stream(response, half(dialect.events(reply, request)), 'hold');
      case 'silence':
        return;
      case 'hang-up':
        response.destroy();
        return;
      case 'reset-at-once':
        response.socket!.resetAndDestroy();
        return;
      case 'garbage':
        response.socket!.end(Buffer.from([21, 3, 1, 0, 2, 2, 70, 13, 10]));
        return;
      case 'web-page':
        response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end('<html>Sign in</html>');
        return;
      case 'redirect':
        response.writeHead(307, { location: `${fault.to}${request.path}` }).end();
        return;
      case 'overloaded-half-way': {
        const events = [...half(dialect.events(reply, request)), dialect.errorEvent(fault)];
        return await stream(response, events, 'end');
      }
      case 'nothing':
        return await stream(response, dialect.events({}, request), 'end');
      case 'overloaded-in-stream':
        return await stream(response, [dialect.errorEvent(fault)], 'end');
      case 'not-json':
        response.writeHead(502, { 'content-type': 'text/html' }).end('<html>Bad Gateway</html>');
        return;
      default:
        return fail(response, fault);
    }
  }

  function fail(response: ServerResponse, fault: Fault): void {
    const { status, body } = dialect.error(fault, key);
    const headers: Record<string, string> = {};
    if (fault.kind === 'rate-limited' && fault.retryAfter) headers['retry-after'] = fault.retryAfter;
    if (fault.kind === 'rate-limited' && fault.retryAfterMs) headers['retry-after-ms'] = fault.retryAfterMs;
    refuse(response, status, body, headers);
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    key,
    requests,
    rotate: (next) => {
      valid = next;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function fromList(replies: readonly StandinReply[]) {
  return (_: StandinRequest, n: number): StandinReply => replies[Math.min(n, replies.length - 1)]!;
}

async function read(incoming: IncomingMessage): Promise<StandinRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString('utf8');
  return {
    path: incoming.url ?? '/',
    headers: incoming.headers,
    text,
    body: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>),
  };
}

async function stream(
  response: ServerResponse,
  events: readonly string[],
  end: 'end' | 'destroy' | 'hold',
): Promise<void> {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.flushHeaders();
  for (const event of events) {
    const middle = Math.floor(event.length / 2);
    response.write(event.slice(0, middle));
    await turn();
    response.write(event.slice(middle));
    await turn();
  }
  if (end === 'end') response.end();
  else if (end === 'destroy') response.destroy();
}

function half<T>(events: readonly T[]): T[] {
  return events.slice(0, Math.max(1, Math.floor(events.length / 2)));
}

function refuse(response: ServerResponse, status: number, body: unknown, headers = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}

/** A server-sent event with a name, as Anthropic and OpenAI's Responses write them. */
export function named(data: { readonly type: string }): string {
  return `event: ${data.type}\ndata: ${JSON.stringify(data)}\n\n`;
}

/** One without. */
export function unnamed(data: unknown): string {
  return `data: ${JSON.stringify(data)}\n\n`;
}

/** Pieces of a text of about equal length; a surrogate pair may well be cut apart by a careless reader, not by us. */
export function pieces(text: string, count = 3): string[] {
  const characters = [...text];
  const size = Math.max(1, Math.ceil(characters.length / count));
  const found: string[] = [];
  for (let at = 0; at < characters.length; at += size) found.push(characters.slice(at, at + size).join(''));
  return found;
}

export function inputOf(input: unknown): string {
  return typeof input === 'string' ? input : JSON.stringify(input);
}

/** A reply's usage with every field there. */
export function usageOf({ usage = {} }: SimpleReply) {
  return {
    inputTokens: 0,
    cacheReadTokens: 0,
    cacheWriteTokens: 0,
    outputTokens: 0,
    reasoningTokens: 0,
    ...usage,
  };
}
