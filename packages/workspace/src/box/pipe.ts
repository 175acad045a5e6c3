import { closeSync, constants, fstatSync, openSync, readSync, writeSync } from 'node:fs';
import { Socket } from 'node:net';

const { O_RDWR, O_NONBLOCK, O_NOFOLLOW } = constants;

/** What a Linux pipe holds: no more can have been written before a moment and not yet been read. */
const PIPE_BYTES = 65_536;

/**
 * One end of a named pipe whose other end is in the box. Real pipes, because programs open /dev/stdout, which
 * a socket refuses. Opened for reading and writing, so that opening never waits and no end is ever "the last".
 */
export class Pipe {
  readonly #descriptor: number;
  readonly #reader: Socket | null;
  readonly #onData: ((chunk: Buffer) => void) | null;
  #closed = false;

  /** Throws if it is no pipe: programs may have swapped it. */
  constructor(path: string, onData: ((chunk: Buffer) => void) | null) {
    this.#descriptor = openSync(path, O_RDWR | O_NONBLOCK | O_NOFOLLOW);
    if (!fstatSync(this.#descriptor).isFIFO()) {
      closeSync(this.#descriptor);
      throw new Error(`${path} is no pipe`);
    }
    this.#onData = onData;
    this.#reader =
      onData === null ? null : new Socket({ fd: this.#descriptor, readable: true, writable: false });
    this.#reader?.on('data', onData!);
    this.#reader?.on('error', () => this.close());
    this.#reader?.unref();
  }

  /** No more arrives until {@link resume}: who writes waits once the pipe is full. */
  pause(): void {
    this.#reader?.pause();
  }

  resume(): void {
    this.#reader?.resume();
  }

  /** Takes what was written before now and has not arrived yet. */
  drain(): void {
    // What a paused reader has taken out of the pipe comes first; reading hands it to whoever listens.
    while ((this.#reader?.readableLength ?? 0) > 0 && this.#reader?.read() !== null);
    const chunk = Buffer.allocUnsafe(PIPE_BYTES);
    for (let left = PIPE_BYTES; left > 0 && !this.#closed; ) {
      let read = 0;
      try {
        read = readSync(this.#descriptor, chunk, 0, left, null);
      } catch {
        return; // nothing there (EAGAIN), or no pipe any more: then there is nothing to take either
      }
      if (read === 0) return;
      this.#onData?.(Buffer.from(chunk.subarray(0, read)));
      left -= read;
    }
  }

  /** Short texts only: what a pipe holds. False: it did not take it (programs may have filled it). */
  write(text: string): boolean {
    try {
      return writeSync(this.#descriptor, text) === Buffer.byteLength(text);
    } catch {
      return false;
    }
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    if (this.#reader === null) closeSync(this.#descriptor);
    else this.#reader.destroy();
  }
}
