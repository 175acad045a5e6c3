import { lookup } from 'node:dns/promises';
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import { connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { messageOf } from '@heddle/core';
import { AllowList, isPrivateAddress } from './allow-list.ts';

/** A request that a program made through the proxy. */
export interface NetworkRequest {
  readonly host: string;
  readonly port: number;
  readonly allowed: boolean;
}

/** A host that has not answered by then is as good as down. */
const CONNECT_MS = 30_000;
/** Connections at once; a program that needs more is no build tool. */
const MAX_CONNECTIONS = 256;

/**
 * The only way out of a sandbox with an allow-list: an HTTP proxy that connects to listed hosts and answers 403 to
 * all others. It decides by the name a client asks for; what is said inside an encrypted connection to a listed
 * host, it cannot see.
 */
export function proxyServer(hosts: readonly string[], onRequest: (request: NetworkRequest) => void): Server {
  const list = new AllowList(hosts);
  const admit = async (host: string, port: number): Promise<Admitted> => {
    const address = list.allows(host, port) ? await addressOf(host, list) : null;
    onRequest({ host, port, allowed: address !== null && !address.refused });
    if (address === null)
      return {
        refused: `${host}:${port} is not on the list of allowed hosts; whoever runs Heddle can add it with --allow-host ${suggestion(host, port)}`,
      };
    return address;
  };
  const server = createServer((incoming, response) => {
    forward(incoming, response, admit).catch((error: unknown) => refuse(response, 502, messageOf(error)));
  });
  server.maxConnections = MAX_CONNECTIONS;
  server.on('connect', (incoming: IncomingMessage, client: Duplex, head: Buffer) => {
    client.on('error', () => client.destroy());
    tunnel(incoming, client, { head, admit }).catch((error: unknown) =>
      hangUp(client, 502, messageOf(error)),
    );
  });
  server.on('clientError', (_, socket) => socket.destroy());
  return server;
}

type Admitted = { readonly refused: string } | { readonly refused?: undefined; readonly address: string };
type Admit = (host: string, port: number) => Promise<Admitted>;

function suggestion(host: string, port: number): string {
  return port === 80 || port === 443 ? host : `${host}:${port}`;
}

/** Where a listed name leads. A public name that leads into a private network is refused. */
async function addressOf(host: string, list: AllowList): Promise<Admitted> {
  let address: string;
  try {
    ({ address } = await lookup(host));
  } catch {
    return { refused: `the name ${host} cannot be resolved` };
  }
  if (isPrivateAddress(address) && !list.namesAddress(host))
    return { refused: `${host} leads to the private address ${address}` };
  return { address };
}

async function tunnel(
  { url = '' }: IncomingMessage,
  client: Duplex,
  { head, admit }: { readonly head: Buffer; readonly admit: Admit },
): Promise<void> {
  const [, name = '', port = ''] = /^(.+):(\d+)$/.exec(url) ?? [];
  const host = name.replace(/^\[|\]$/g, '');
  if (host === '') return hangUp(client, 400, 'name a host and a port');
  const admitted = await admit(host, Number(port));
  if (admitted.refused !== undefined) return hangUp(client, 403, admitted.refused);
  const upstream = connect({ host: admitted.address, port: Number(port), timeout: CONNECT_MS });
  const end = () => {
    client.destroy();
    upstream.destroy();
  };
  upstream.once('connect', () => {
    upstream.setTimeout(0);
    client.write('HTTP/1.1 200 Connection established\r\n\r\n');
    if (head.length > 0) upstream.write(head);
    upstream.pipe(client).pipe(upstream);
  });
  upstream.once('timeout', () => hangUp(client, 504, `${host} does not answer`));
  upstream.on('error', (error) => {
    if (upstream.bytesRead > 0) end();
    else hangUp(client, 502, error.message);
  });
  upstream.on('close', end);
  client.on('close', end);
}

async function forward(incoming: IncomingMessage, response: ServerResponse, admit: Admit): Promise<void> {
  const url = URL.parse(incoming.url ?? '');
  if (url === null || url.protocol !== 'http:')
    return refuse(response, 400, 'this is a proxy: ask it for http://host/path');
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const port = Number(url.port || 80);
  const admitted = await admit(host, port);
  if (admitted.refused !== undefined) return refuse(response, 403, admitted.refused);
  const { 'proxy-connection': _, 'proxy-authorization': __, ...headers } = incoming.headers;
  const upstream = request(
    // The name in the address was judged, so it is the one the host is told.
    {
      host: admitted.address,
      port,
      method: incoming.method,
      path: `${url.pathname}${url.search}`,
      headers: { ...headers, host: url.host },
      timeout: CONNECT_MS,
    },
    (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    },
  );
  upstream.on('timeout', () => upstream.destroy(new Error(`${host} does not answer`)));
  upstream.on('error', (error) =>
    response.headersSent ? response.destroy() : refuse(response, 502, error.message),
  );
  response.on('close', () => upstream.destroy());
  incoming.pipe(upstream);
}

function refuse(response: ServerResponse, status: number, why: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' });
  response.end(`${why}\n`);
}

/** Clients show a refused tunnel by its status line, so that says why. */
function hangUp(client: Duplex, status: number, why: string): void {
  if (client.destroyed) return;
  const line = why.replaceAll(/[^\x20-\x7e]/g, ' ');
  client.end(`HTTP/1.1 ${status} ${line}\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\n${line}\n`);
  (client as Socket).destroySoon?.();
}
