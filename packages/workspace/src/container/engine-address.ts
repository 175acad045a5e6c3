import { statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where a container engine listens. */
export type EngineAddress =
  | { readonly socketPath: string }
  | { readonly protocol: 'http' | 'https'; readonly host: string; readonly port: number };

export interface Addresses {
  /** To be tried in this order. */
  readonly found: readonly EngineAddress[];
  /** Why there is none, in one line. */
  readonly refusal: string;
}

const DEFAULT_PORT = 2375;
const TLS_PORT = 2376;
const LOOPBACK = ['localhost', '127.0.0.1', '[::1]'];

/** Where to look: where DOCKER_HOST says and nowhere else, or at the usual sockets of Docker and Podman. */
export function engineAddresses(env: NodeJS.ProcessEnv = process.env): Addresses {
  const named = env.DOCKER_HOST;
  if (named !== undefined && named !== '') return namedAddress(named, env);
  const runtime = env.XDG_RUNTIME_DIR;
  const places = [
    '/var/run/docker.sock',
    ...(runtime === undefined ? [] : [join(runtime, 'podman/podman.sock'), join(runtime, 'docker.sock')]),
    '/run/podman/podman.sock',
    join(homedir(), '.docker/run/docker.sock'),
  ];
  return {
    found: places.filter(isSocket).map((socketPath) => ({ socketPath })),
    refusal: 'no Docker or Podman listens here (`systemctl --user start podman.socket` starts Podman)',
  };
}

/** As shown to a person. */
export function shown(address: EngineAddress): string {
  return 'socketPath' in address ? address.socketPath : `${address.host}:${address.port}`;
}

function namedAddress(named: string, env: NodeJS.ProcessEnv): Addresses {
  const nowhere = (why: string) => ({ found: [], refusal: `DOCKER_HOST is ${named}: ${why}` });
  if (named.startsWith('unix://')) {
    const socketPath = named.slice('unix://'.length);
    const found = isSocket(socketPath) ? [{ socketPath }] : [];
    return { ...nowhere('nothing listens there'), found };
  }
  const url = URL.parse(named.includes('://') ? named : `tcp://${named}`);
  if (url === null) return nowhere('that is no address');
  if (url.protocol !== 'tcp:' && url.protocol !== 'http:' && url.protocol !== 'https:')
    return nowhere('only unix:// and tcp:// addresses of this machine can be used');
  if (!LOOPBACK.includes(url.hostname))
    return nowhere('that is another machine, and files and processes are shared with the engine');
  const secure = env.DOCKER_TLS_VERIFY === '1' || url.port === String(TLS_PORT) || url.protocol === 'https:';
  const port = Number(url.port) || (secure ? TLS_PORT : DEFAULT_PORT);
  return { ...nowhere(''), found: [{ protocol: secure ? 'https' : 'http', host: url.hostname, port }] };
}

function isSocket(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isSocket() ?? false;
}
