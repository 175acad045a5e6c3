/** A provider that sends no byte for this long is not thinking but gone: all of them send pings while they think. */
export const SILENCE_SECONDS = 60;

/** A server on one's own machine sends nothing while it reads a long prompt, which can take minutes without a GPU. */
export const LOCAL_SILENCE_SECONDS = 600;

/** The system code of a {@link SilenceError}, at the bottom of whatever the SDK wraps round it. */
export const SILENT = 'SILENT';

class SilenceError extends Error {
  readonly code = SILENT;
}

/** A silence is counted in so many parts: one in which this process stood still (a sleeping machine) counts once. */
const PARTS = 10;

/** Tells when nothing has come for a while, or when nobody wants it any more. */
export class Watch {
  /** What is to end, and why. */
  expires: (reason: Error) => void;
  readonly #timer: NodeJS.Timeout;
  readonly #signal: AbortSignal | undefined;
  readonly #aborted = () => this.expires(this.#signal?.reason);
  #silent = 0;

  constructor(seconds: number, signal: AbortSignal | undefined, expires: (reason: Error) => void) {
    this.expires = expires;
    this.#signal = signal;
    signal?.addEventListener('abort', this.#aborted, { once: true });
    const part = () => {
      this.#silent += 1;
      if (this.#silent >= PARTS) this.expires(new SilenceError(`nothing received for ${seconds} s`));
    };
    // The open connection keeps the process alive; the watch over it must not.
    this.#timer = setInterval(part, (seconds * 1000) / PARTS).unref();
  }

  /** A sign of life. */
  touch(): void {
    this.#silent = 0;
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#signal?.removeEventListener('abort', this.#aborted);
  }
}
