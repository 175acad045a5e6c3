import { closeSync, constants, openSync } from 'node:fs';
import type { Server } from 'node:http';
import { createServer as createSocketServer, type Socket, type Server as SocketServer } from 'node:net';
import { OperatorError } from '@heddle/core';
import type { Box } from '../box/box.ts';
import { quote } from '../sandbox/sandbox.ts';
import { AllowList } from './allow-list.ts';
import { type NetworkRequest, proxyServer } from './proxy.ts';

/** Where programs in the box find the proxy: a port of their own loopback, which nobody else shares. */
const PORT = 43_128;
const SOCKET = 'network.sock';
/** The forwarder holds a connection to it as long as it lives. */
const ALIVE = 'network.alive';
/** The forwarder is a small Node program; it says so when it listens. */
const START_MS = 15_000;

/** Runs in the box: hands each connection on to the socket that leads out. */
const FORWARDER = `
const net = require('net');
net.connect(process.argv[2]);
net.createServer((inner) => {
  const outer = net.connect(process.argv[1]);
  inner.pipe(outer).pipe(inner);
  inner.on('error', () => outer.destroy());
  outer.on('error', () => inner.destroy());
}).listen(${PORT}, '127.0.0.1', () => {
  require('fs').writeSync(3, 'open network\\0');
  require('fs').closeSync(3);
});`;

const PROXY = `http://127.0.0.1:${PORT}`;

/** Variables by which programs find a proxy; tests that open servers of their own are left alone. */
export const PROXY_VARIABLES: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY'].flatMap((name) => [
      [name, PROXY],
      [name.toLowerCase(), PROXY],
    ]),
  ),
  NO_PROXY: 'localhost,127.0.0.1,::1',
  no_proxy: 'localhost,127.0.0.1,::1',
  NODE_USE_ENV_PROXY: '1',
};

export interface GateOptions {
  readonly hosts: readonly string[];
  /** Told of each request, allowed or not. */
  readonly onRequest?: (request: NetworkRequest) => void;
}

/** The way out of one box: a proxy outside, on a socket that the box sees, and a forwarder inside. */
export class NetworkGate {
  readonly #options: GateOptions;
  #server: Server | null = null;
  #watch: SocketServer | null = null;
  #forwarder: Socket | null = null;
  /** Waits for the forwarder to say that it lives. */
  #held: (() => void) | null = null;
  #opening: Promise<void> | null = null;

  /** Throws OperatorError `bad-host`. */
  constructor(options: GateOptions) {
    this.#options = options;
    new AllowList(options.hosts); // a wrong entry is told before anything is made
  }

  /** Listens in the folder of the box's pipes, before the box starts. */
  async listen(folder: string): Promise<void> {
    this.close();
    const server = proxyServer(this.#options.hosts, (request) => this.#options.onRequest?.(request));
    this.#server = server;
    this.#watch = createSocketServer((socket) => this.#hold(socket));
    // A socket's path may have 107 bytes; through the open folder it is always short.
    const descriptor = openSync(folder, constants.O_RDONLY | constants.O_DIRECTORY);
    try {
      await listening(server, `/proc/self/fd/${descriptor}/${SOCKET}`);
      await listening(this.#watch, `/proc/self/fd/${descriptor}/${ALIVE}`);
    } finally {
      closeSync(descriptor);
    }
  }

  /** False: a program in the box has ended the forwarder, and it must be started again. */
  get open(): boolean {
    return this.#forwarder !== null;
  }

  /** The forwarder is the first to say so; any other program that does changes nothing. */
  #hold(socket: Socket): void {
    socket.on('error', () => socket.destroy());
    if (this.#forwarder !== null) {
      socket.destroy();
      return;
    }
    this.#forwarder = socket;
    socket.unref();
    socket.resume();
    this.#held?.();
    socket.on('close', () => {
      if (this.#forwarder === socket) this.#forwarder = null;
    });
  }

  /** Starts the forwarder in a box that runs. Throws OperatorError `no-forwarder`. */
  openIn(box: Box): Promise<void> {
    this.#opening ??= this.#start(box).finally(() => {
      this.#opening = null;
    });
    return this.#opening;
  }

  async #start(box: Box): Promise<void> {
    const socket = [SOCKET, ALIVE].map((name) => quote(`${box.pipesInside}/${name}`)).join(' ');
    const run = (node: string) => `exec ${node} -e ${quote(FORWARDER)} ${socket} </dev/null >/dev/null 2>&1`;
    const text = `( unset NODE_OPTIONS; [ -x ${quote(process.execPath)} ] && ${run(quote(process.execPath))}; ${run('node')} ) &`;
    await new Promise<void>((resolve, reject) => {
      const failed = () => {
        box.forget('network');
        reject(
          new OperatorError('no-forwarder', 'the network’s way out could not be opened in the sandbox', {
            hint: 'Node must be visible there: put it on PATH, or leave --allow-host out',
          }),
        );
      };
      const timer = setTimeout(failed, START_MS);
      const ended = () => {
        clearTimeout(timer);
        failed();
      };
      box.onEnd(ended);
      box.request('network', text, () => {
        box.forget('network');
        const opened = () => {
          this.#held = null;
          clearTimeout(timer);
          box.offEnd(ended);
          box.atRest(1);
          resolve();
        };
        // It says both at once, on two ways.
        if (this.#forwarder === null) this.#held = opened;
        else opened();
      });
    });
  }

  close(): void {
    this.#server?.close();
    this.#server?.closeAllConnections();
    this.#server = null;
    this.#watch?.close();
    this.#watch = null;
    this.#forwarder?.destroy();
    this.#forwarder = null;
  }
}

async function listening(server: Server | SocketServer, path: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, resolve);
  });
  server.unref();
}
