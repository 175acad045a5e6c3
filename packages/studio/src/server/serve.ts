import type { AddressInfo } from 'node:net';
import { userInfo } from 'node:os';
import { OperatorError, type Store, systemCode } from '@heddle/core';
import type { ModelsConfig } from '@heddle/models';
import { serve } from '@hono/node-server';
import { studioApp } from './app.ts';
import { contextOf } from './context.ts';
import type { Starter } from './starter.ts';

export interface StudioOptions {
  readonly store: Store;
  /** Heddle's data folder. */
  readonly home: string;
  /** Where the store is, without a password: shown. */
  readonly place: string;
  /** For prices. */
  readonly config: ModelsConfig;
  /** Default 127.0.0.1. Anything that is not this machine needs a token. */
  readonly host?: string;
  /** 0: any that is free. */
  readonly port: number;
  /** Asked of whoever comes; without one everybody on this machine may look and do. */
  readonly token?: string;
  /** Begins runs; without one the Studio only looks, answers and rates. */
  readonly starter?: Starter;
  /** Who rates here. Default: the user this process belongs to. */
  readonly person?: string;
}

export interface Studio {
  /** Where to look, token and all. */
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
}

/** Throws OperatorError `port-taken`, `token-needed`. */
export async function serveStudio({
  store,
  home,
  place,
  config,
  host = '127.0.0.1',
  port,
  token,
  starter,
  person = userInfo().username,
}: StudioOptions): Promise<Studio> {
  if (!isLoopback(host) && token === undefined)
    throw new OperatorError('token-needed', `whoever reaches ${host} could look at everything`, {
      hint: 'give a --token, or leave --host out to stay on this machine',
    });
  const given = starter === undefined ? {} : { starter };
  const context = contextOf({ store, home, config, place, person, ...given });
  const app = studioApp(context, { host, ...(token === undefined ? {} : { token }) });
  const { promise, resolve, reject } = Promise.withResolvers<AddressInfo>();
  const server = serve({ fetch: app.fetch, hostname: host, port }, resolve);
  server.on('error', (error) => reject(notServed(error, { host, port })));
  const bound = await promise;
  const name = host.includes(':') ? `[${host}]` : host;
  return {
    url: `http://${name}:${bound.port}/${token === undefined ? '' : `?token=${encodeURIComponent(token)}`}`,
    port: bound.port,
    close() {
      const closed = new Promise<void>((done) => server.close(() => done()));
      // Live pages hold their connections open for ever.
      if ('closeAllConnections' in server) server.closeAllConnections();
      return closed;
    },
  };
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(?:\.\d{1,3}){3}$/.test(host);
}

function notServed(error: Error, { host, port }: { readonly host: string; readonly port: number }): Error {
  const code = systemCode(error);
  if (code === 'EADDRINUSE')
    return new OperatorError('port-taken', `port ${port} is taken`, {
      cause: error,
      hint: 'another Studio may be open there; give another --port, or --port 0 for any',
    });
  if (code === undefined) return error;
  return new OperatorError('not-served', `cannot listen at ${host}:${port} (${code})`, {
    cause: error,
    hint: 'give another --host or --port',
  });
}
