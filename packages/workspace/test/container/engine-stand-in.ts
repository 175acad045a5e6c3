import { spawn } from 'node:child_process';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { release } from 'node:os';
import { basename, dirname } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';
import { type Asked, StandInContainer } from './stand-in-container.ts';

interface StandInImage {
  readonly env?: readonly string[];
  /** Folders of this machine that are in the image at these paths. */
  readonly folders?: Readonly<Record<string, string>>;
  readonly withoutBash?: boolean;
}

export interface StandInOptions {
  readonly flavour?: 'docker' | 'podman';
  readonly kernel?: string;
  readonly rootless?: boolean;
  readonly images?: Readonly<Record<string, StandInImage>>;
  /** Images that can be fetched. */
  readonly registry?: readonly string[];
  /** It refuses to lay overlays. */
  readonly noOverlays?: boolean;
}

type Answer = { readonly status: number; readonly json?: unknown };

/**
 * Stands in for a container engine: its HTTP interface on a socket, as far as Heddle uses it, with the answers of the
 * real ones. Containers are local processes behind bubblewrap that see the folders they are given.
 */
export class EngineStandIn {
  readonly containers = new Map<string, StandInContainer>();
  /** All that were ever asked for. */
  readonly created: Asked[] = [];
  readonly socketPath: string;
  readonly #options: StandInOptions;
  readonly #images: Map<string, StandInImage>;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #count = 0;

  static async listen(socketPath: string, options: StandInOptions = {}): Promise<EngineStandIn> {
    const engine = new EngineStandIn(socketPath, options);
    await new Promise<void>((resolve) => engine.#server.listen(socketPath, resolve));
    return engine;
  }

  private constructor(socketPath: string, options: StandInOptions) {
    this.socketPath = socketPath;
    this.#options = options;
    this.#images = new Map(Object.entries(options.images ?? {}));
    this.#server = createServer((request, response) => void this.#serve(request, response));
    this.#server.on('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) =>
      this.#attach(request, socket, head),
    );
    this.#server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
    });
  }

  async close(): Promise<void> {
    for (const container of this.containers.values()) container.kill();
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://engine');
    const path = url.pathname.replace(/^\/v\d+\.\d+/, '');
    const body = await text(request);
    if (path === '/_ping') {
      const podman = { 'Libpod-API-Version': '99.1' };
      response.writeHead(200, { 'Api-Version': '1.41', ...(this.#options.flavour === 'podman' && podman) });
      response.end('OK');
      return;
    }
    if (path === '/images/create') return this.#pull(url, response);
    const archived = /^\/containers\/(\w+)\/archive$/.exec(path)?.[1];
    if (archived !== undefined) return this.#archive(archived, url.searchParams.get('path') ?? '', response);
    const { status, json } = await this.#answer(`${request.method} ${path}`, url.searchParams, body);
    response.writeHead(status, { 'Content-Type': 'application/json' });
    response.end(json === undefined ? '' : JSON.stringify(json));
  }

  async #answer(what: string, query: URLSearchParams, body: string): Promise<Answer> {
    const { kernel = release(), rootless = false } = this.#options;
    if (what === 'GET /info') {
      const options = ['name=seccomp,profile=default', ...(rootless ? ['name=rootless'] : [])];
      return {
        status: 200,
        json: {
          ServerVersion: '99.1',
          KernelVersion: kernel,
          OperatingSystem: 'Stand-in',
          SecurityOptions: options,
        },
      };
    }
    if (what === 'GET /containers/json') return { status: 200, json: this.#listed(query) };
    if (what === 'POST /containers/create') return this.#create(JSON.parse(body) as Asked);
    const image = /^GET \/images\/(.+)\/json$/.exec(what)?.[1];
    if (image !== undefined) return this.#image(decodeURIComponent(image));
    const [, id = '', verb = ''] = /^\w+ \/containers\/(\w+)\/?(\w*)$/.exec(what) ?? [];
    const container = this.containers.get(id);
    if (container === undefined) return problem(404, `No such container: ${id}`);
    if (what.startsWith('DELETE')) return this.#remove(container, query.get('force') === 'true');
    if (verb === 'json')
      return { status: 200, json: { Id: id, State: { Running: container.running, Pid: container.pid } } };
    if (verb === 'wait') {
      await container.ended;
      return { status: 200, json: { StatusCode: 0 } };
    }
    if (verb !== 'start') return problem(404, 'page not found');
    return this.#start(container);
  }

  #create(asked: Asked): Answer {
    const image = [...this.#images].find(([name]) => idOf(name) === asked.Image)?.[1];
    if (image === undefined) return problem(404, `No such image: ${asked.Image}`);
    const id = `${++this.#count}`.padStart(12, 'c0ffee');
    this.created.push(asked);
    this.containers.set(id, new StandInContainer(id, asked, image.folders ?? {}));
    return { status: 201, json: { Id: id, Warnings: [] } };
  }

  async #start(container: StandInContainer): Promise<Answer> {
    const name = [...this.#images.keys()].find((one) => idOf(one) === container.asked.Image) ?? '';
    if (this.#images.get(name)?.withoutBash) {
      const why = 'exec: "bash": executable file not found in $PATH: unknown';
      return problem(400, `failed to create task: OCI runtime create failed: ${why}`);
    }
    const {
      Binds: binds = [],
      Mounts: mounts = [],
      AutoRemove: autoRemove,
    } = container.asked.HostConfig ?? {};
    if (this.#options.noOverlays && (binds.length > 0 || mounts.some(({ Type }) => Type === 'volume')))
      return problem(500, 'failed to mount local volume: mount overlay: invalid argument');
    const refusal = await container.start();
    if (refusal !== null) return problem(500, refusal);
    void container.ended.then(() => autoRemove && this.containers.delete(container.id));
    return { status: 204 };
  }

  async #remove(container: StandInContainer, force: boolean): Promise<Answer> {
    if (container.running && !force) return problem(409, 'container is running');
    if (container.running) {
      container.kill();
      await container.ended;
    }
    this.containers.delete(container.id);
    return { status: 204 };
  }

  #listed(query: URLSearchParams): unknown[] {
    const { label = [] } = JSON.parse(query.get('filters') ?? '{}') as { label?: string[] };
    const has = ({ Labels: labels = {} }: Asked) =>
      label.every((one) =>
        one.includes('=') ? labels[one.split('=')[0]!] === one.split(/=(.*)/s)[1] : one in labels,
      );
    return [...this.containers.values()]
      .filter(({ asked }) => has(asked))
      .map(({ id, asked }) => ({ Id: id, Labels: asked.Labels ?? {} }));
  }

  #image(name: string): Answer {
    const image = this.#images.get(name);
    if (image === undefined) return problem(404, `No such image: ${name}`);
    const path = `PATH=${dirname(process.execPath)}:/usr/local/bin:/usr/bin:/bin`;
    return { status: 200, json: { Id: idOf(name), Config: { Env: [path, ...(image.env ?? [])] } } };
  }

  async #pull(url: URL, response: ServerResponse): Promise<void> {
    const name = `${url.searchParams.get('fromImage')}:${url.searchParams.get('tag')}`;
    response.writeHead(200, { 'Content-Type': 'application/json' });
    const say = (event: unknown) => response.write(`${JSON.stringify(event)}\r\n`);
    say({ status: `Pulling from ${name}` });
    if (!this.#options.registry?.includes(name)) {
      say({ errorDetail: { message: 'manifest unknown' }, error: 'manifest unknown' });
    } else {
      for (const current of [10_000_000, 25_000_000, 40_000_000]) {
        say({ status: 'Downloading', id: 'aaaa', progressDetail: { current, total: 40_000_000 } });
        await setTimeout(1);
      }
      say({ status: 'Pull complete', id: 'aaaa', progressDetail: {} });
      this.#images.set(name, {});
    }
    response.end();
  }

  #archive(id: string, path: string, response: ServerResponse): void {
    const asked = this.containers.get(id)?.asked;
    const image = [...this.#images].find(([name]) => idOf(name) === asked?.Image)?.[1];
    const folder = image?.folders?.[path];
    if (folder === undefined) {
      response.writeHead(404, { 'Content-Type': 'application/json' });
      response.end(JSON.stringify({ message: `Could not find the file ${path} in container ${id}` }));
      return;
    }
    response.writeHead(200, { 'Content-Type': 'application/x-tar' });
    const rename = `--transform=s,^${basename(folder)},${basename(path)},`;
    spawn('tar', ['-c', '-C', dirname(folder), rename, basename(folder)]).stdout.pipe(response);
  }

  /** As Podman does, it takes a body of the request for input: a client must not send one. */
  #attach(request: IncomingMessage, socket: Socket, head: Buffer): void {
    const id = /\/containers\/(\w+)\/attach/.exec(request.url ?? '')?.[1] ?? '';
    const container = this.containers.get(id);
    if (container === undefined) {
      socket.end('HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n');
      return;
    }
    if (head.length > 0) socket.unshift(head);
    socket.write(
      'HTTP/1.1 101 UPGRADED\r\nContent-Type: application/vnd.docker.raw-stream\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n',
    );
    container.attach(socket);
  }
}

const problem = (status: number, message: string): Answer => ({ status, json: { message } });

function idOf(name: string): string {
  return `sha256:${Buffer.from(name).toString('hex').padEnd(64, '0')}`;
}
