import { type IncomingHttpHeaders, type RequestOptions, request } from 'node:http';
import { request as secureRequest } from 'node:https';
import type { Socket } from 'node:net';
import type Docker from 'dockerode';

/** What the client knows of the engine's address and of the keys to it. */
interface Modem {
  readonly socketPath?: string;
  readonly host?: string;
  readonly port?: number;
  readonly protocol?: string;
  readonly ca?: Buffer[];
  readonly cert?: Buffer;
  readonly key?: Buffer;
}

function send({ modem }: Docker, options: RequestOptions) {
  const { socketPath, host, port, protocol, ca, cert, key } = modem as Modem;
  if (socketPath) return request({ socketPath, ...options });
  const where = { host: host ?? null, port: port ?? null, ...options };
  return protocol === 'https' ? secureRequest({ ...where, ca, cert, key }) : request(where);
}

/** The headers of the engine's quickest answer, in which the client has no interest. */
export function ping(docker: Docker, milliseconds: number): Promise<IncomingHttpHeaders> {
  const signal = AbortSignal.timeout(milliseconds);
  return new Promise((resolve, reject) => {
    send(docker, { method: 'GET', path: '/_ping', signal })
      .on('error', reject)
      .on('response', (response) => {
        response.resume();
        if (response.statusCode === 200) resolve(response.headers);
        else reject(new Error(`it answers ${response.statusCode}`));
      })
      .end();
  });
}

/**
 * Takes hold of a container's streams. Not by the client: it sends its options as a body too, which Podman then takes
 * for the container's first input.
 */
export function attach(docker: Docker, container: string, milliseconds: number): Promise<Socket> {
  const timeout = AbortSignal.timeout(milliseconds);
  return new Promise((resolve, reject) => {
    const asking = send(docker, {
      method: 'POST',
      path: `/containers/${container}/attach?stream=1&stdin=1&stdout=1&stderr=1`,
      headers: { Connection: 'Upgrade', Upgrade: 'tcp', 'Content-Length': 0 },
    });
    const late = () => asking.destroy(new Error('it does not answer in time'));
    timeout.addEventListener('abort', late);
    asking
      .on('error', reject)
      .on('upgrade', (_, socket: Socket, head) => {
        timeout.removeEventListener('abort', late);
        if (head.length > 0) socket.unshift(head);
        resolve(socket);
      })
      .on('response', (response) => {
        let said = '';
        response.on('data', (chunk: Buffer) => {
          said += chunk.toString();
        });
        response.on('end', () => reject(new Error(messageIn(said) ?? `it answers ${response.statusCode}`)));
      })
      .end();
  });
}

function messageIn(answer: string): string | undefined {
  return /"(?:message|cause)":"((?:[^"\\]|\\.)*)"/.exec(answer)?.[1];
}
