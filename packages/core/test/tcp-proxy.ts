import { connect, createServer, type Socket } from 'node:net';

/** A line to a server's socket that can be cut without either side being told. */
export interface TcpProxy {
  readonly host: string;
  readonly port: number;
  /** From now on nothing comes through, in either direction, on old connections and new ones. */
  cut(): void;
  /** What was held back goes through. */
  mend(): void;
  close(): void;
}

export async function startProxy(socketPath: string): Promise<TcpProxy> {
  const pairs = new Set<[Socket, Socket]>();
  let whole = true;
  const server = createServer((client) => {
    const behind = connect(socketPath);
    const pair: [Socket, Socket] = [client, behind];
    pairs.add(pair);
    for (const [from, to] of [pair, [behind, client] as const]) {
      from.on('data', (chunk) => to.write(chunk));
      from.on('error', () => {});
      from.on('close', () => {
        to.destroy();
        pairs.delete(pair);
      });
      if (!whole) from.pause();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  const each = (change: (socket: Socket) => void) => {
    for (const socket of [...pairs].flat()) change(socket);
  };
  return {
    host: '127.0.0.1',
    port,
    cut() {
      whole = false;
      each((socket) => socket.pause());
    },
    mend() {
      whole = true;
      each((socket) => socket.resume());
    },
    close() {
      server.close();
      each((socket) => socket.destroy());
    },
  };
}
