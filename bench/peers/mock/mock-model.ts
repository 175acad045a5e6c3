import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Arrival, Finish } from './script.ts';

/** A scripted model that is being served. */
export interface MockModel {
  readonly port: number;
  /** Ends it and gives what it has seen. */
  stop(): Promise<Seen>;
}

export interface Seen {
  readonly arrivals: readonly Arrival[];
  /** Requests beside the conversation: titles, routers. */
  readonly asides: number;
}

/** In a thread of its own: whoever samples the process tree meanwhile must not delay its answers. */
export async function startMockModel(steps: number, finish?: Finish): Promise<MockModel> {
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData: { steps, finish } });
  const [{ port }] = (await once(worker, 'message')) as [{ port: number }];
  return {
    port,
    async stop() {
      const told = once(worker, 'message') as Promise<[Seen]>;
      worker.postMessage('stop');
      const [seen] = await told;
      await worker.terminate();
      return seen;
    },
  };
}
