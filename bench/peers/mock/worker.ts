import { parentPort, workerData } from 'node:worker_threads';
import { type Finish, Script } from './script.ts';
import { serveScript } from './server.ts';

const { steps, finish } = workerData as { steps: number; finish?: Finish };
const script = new Script(steps, finish);
const { port, close } = await serveScript(script);
parentPort!.postMessage({ port });
parentPort!.once('message', () => {
  parentPort!.postMessage({ arrivals: script.arrivals, asides: script.asides });
  void close();
});
