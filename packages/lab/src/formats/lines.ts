import { closeSync, openSync, readSync } from 'node:fs';
import { unreadable } from './unreadable.ts';

/** Read at once. */
const CHUNK_BYTES = 256 * 1024;
/** A line beyond it would not fit into one text. */
const MAX_LINE_BYTES = 400 * 2 ** 20;

/** The lines of a file, one in memory at a time; they end with a line feed and with nothing else. Empty ones are left out. */
export function* linesOf(path: string): Generator<string> {
  const file = openSync(path, 'r');
  try {
    const chunk = Buffer.alloc(CHUNK_BYTES);
    let waiting: Buffer[] = [];
    let held = 0;
    for (;;) {
      const read = readSync(file, chunk, 0, chunk.length, null);
      if (read === 0) break;
      let from = 0;
      for (let at = chunk.indexOf(10); at >= 0 && at < read; at = chunk.indexOf(10, from)) {
        const line = Buffer.concat([...waiting, chunk.subarray(from, at)])
          .toString('utf8')
          .trim();
        waiting = [];
        held = 0;
        from = at + 1;
        if (line !== '') yield line;
      }
      waiting.push(Buffer.from(chunk.subarray(from, read)));
      held += read - from;
      if (held > MAX_LINE_BYTES)
        throw unreadable(path, `a line of more than ${MAX_LINE_BYTES / 2 ** 20} MiB`);
    }
    const last = Buffer.concat(waiting).toString('utf8').trim();
    if (last !== '') yield last;
  } finally {
    closeSync(file);
  }
}
