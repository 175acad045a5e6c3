import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { type FileSummary, NOTHING, summarize, unpacked } from './summary.ts';

/** Parsed here before threads are started: one costs 0.2 s to start and to load its grammars. */
const WITHOUT_THREADS = 64;
/** Each holds its own grammars, some 60 MB in all. */
const MAX_THREADS = 4;

export interface TextFile {
  readonly path: string;
  readonly text: string;
}

/**
 * Parses files, in threads from where that pays. `files` is read as fast as they are parsed; `done` is called for
 * each, in no order.
 */
export async function summarizeAll(
  files: AsyncIterator<TextFile>,
  done: (file: TextFile, summary: FileSummary) => void,
): Promise<void> {
  const next = async () => {
    const { value, done: ended } = await files.next();
    return ended === true ? null : (value as TextFile);
  };
  for (let parsed = 0; parsed < WITHOUT_THREADS; parsed++) {
    const file = await next();
    if (file === null) return;
    done(file, await summarize(file.path, file.text));
  }
  const threads = Math.min(MAX_THREADS, availableParallelism());
  await Promise.all(Array.from({ length: threads }, () => inThread(next, done)));
}

async function inThread(
  next: () => Promise<TextFile | null>,
  done: (file: TextFile, summary: FileSummary) => void,
): Promise<void> {
  let file = await next();
  if (file === null) return;
  const worker = new Worker(new URL('./parse-worker.ts', import.meta.url));
  try {
    while (file !== null) {
      const answer = once(worker, 'message') as Promise<[string]>;
      worker.postMessage(file);
      // The next one is read while the thread parses this one.
      const [[text], following]: [[string], TextFile | null] = await Promise.all([answer, next()]);
      done(file, unpacked(text) ?? NOTHING);
      file = following;
    }
  } finally {
    await worker.terminate();
  }
}
