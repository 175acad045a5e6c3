import { parentPort } from 'node:worker_threads';
import { packed, summarize } from './summary.ts';

/** A thread that parses: a path and its text in, the packed summary out, in the order they came. */
parentPort?.on('message', async ({ path, text }: { path: string; text: string }) => {
  parentPort?.postMessage(packed(await summarize(path, text)));
});
