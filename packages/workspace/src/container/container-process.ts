import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import { PassThrough } from 'node:stream';
import type Docker from 'dockerode';
import type { BoxListener, BoxProcess, KernelLimits } from '../box/box-process.ts';
import { CALL_MS, statusOf } from './engine.ts';
import { attach } from './engine-request.ts';
import { kernelLimits } from './kernel-limits.ts';

const call = () => ({ abortSignal: AbortSignal.timeout(CALL_MS) });

/** The first process of a container, whose streams come through its engine. */
export class ContainerProcess implements BoxProcess {
  readonly foreign = true;
  readonly pid: number;
  readonly #container: Docker.Container;
  readonly #stream: Socket;
  readonly #output: PassThrough;
  readonly #complaints: PassThrough;
  readonly #kernel: KernelLimits | null;

  /** Creates it, takes hold of its streams and starts it. Throws what the engine says; then nothing is left of it. */
  static async start(docker: Docker, settings: Docker.ContainerCreateOptions): Promise<ContainerProcess> {
    const name = `heddle-${randomUUID().slice(0, 13)}`;
    const container = await docker.createContainer({ name, ...settings, ...call() });
    let stream: Socket | null = null;
    try {
      stream = await attach(docker, container.id, CALL_MS);
      stream.on('error', () => {}); // told by `close`
      await container.start(call());
      const { State: state } = await container.inspect(call());
      return new ContainerProcess(docker, container, stream, state.Pid);
    } catch (error) {
      stream?.destroy();
      await removed(container);
      throw error;
    }
  }

  private constructor(docker: Docker, container: Docker.Container, stream: Socket, pid: number) {
    this.#container = container;
    this.#stream = stream;
    this.pid = pid;
    this.#output = new PassThrough();
    this.#complaints = new PassThrough();
    docker.modem.demuxStream(stream, this.#output, this.#complaints);
    // Now, while it runs for certain: later its group may be gone.
    this.#kernel = kernelLimits(pid);
  }

  listen(listener: BoxListener): void {
    this.#output.on('data', listener.output);
    this.#complaints.on('data', listener.complaint);
    const closed = () => listener.closed('its container has ended');
    if (this.#stream.destroyed) setImmediate(closed);
    else this.#stream.once('close', closed);
    // The engine closes its side when the container has ended.
    this.#stream.once('end', () => this.#stream.destroy());
    this.#stream.unref();
  }

  write(text: string): void {
    this.#stream.write(text);
  }

  /** They are the engine's and were set when it was created. */
  limit(): KernelLimits | null {
    return this.#kernel;
  }

  async gone(): Promise<void> {
    this.#stream.destroy();
    await removed(this.#container);
  }
}

/** Its anonymous volumes too. One that is gone, or going by itself, is fine: then it is waited for. */
async function removed(container: Docker.Container): Promise<void> {
  try {
    await container.remove({ force: true, v: true, ...call() });
  } catch (error) {
    if (statusOf(error) === 404) return;
    await container.wait({ condition: 'removed', ...call() }).catch(() => {}); // gone meanwhile; else the next sweep's
  }
}
