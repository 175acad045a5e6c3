/** A provider that sends no byte for this long is not thinking but gone: all of them send pings while they think. */
export const SILENCE_SECONDS = 60;

/** A server on one's own machine sends nothing while it reads a long prompt, which can take minutes without a GPU. */
export const LOCAL_SILENCE_SECONDS = 600;

/** The system code of a {@link SilenceError}, at the bottom of whatever the SDK wraps round it. */
export const SILENT = 'SILENT';

class SilenceError extends Error {
  readonly code = SILENT;
}

/**
 * `fetch` that gives up when nothing has arrived for `seconds`: neither the answer's head nor a byte of its body.
 * Watching bytes rather than events lets pings and comments count as life.
 */
export function watchedFetch(seconds: number, fetch: typeof globalThis.fetch = globalThis.fetch) {
  return async (input: string | URL | Request, init: RequestInit = {}): Promise<Response> => {
    const watch = new Watch(seconds);
    const signal = init.signal ? AbortSignal.any([init.signal, watch.signal]) : watch.signal;
    try {
      const response = await watch.guard(fetch(input, { ...init, signal }));
      if (response.body === null) return watch.stop(response);
      return copyOf(response, watched(response.body, watch));
    } catch (error) {
      throw watch.stop(error);
    }
  };
}

class Watch {
  readonly #controller = new AbortController();
  readonly #milliseconds: number;
  #timer: NodeJS.Timeout;

  constructor(seconds: number) {
    this.#milliseconds = seconds * 1000;
    // The open connection keeps the process alive; the watch over it must not.
    this.#timer = setTimeout(() => this.#expire(), this.#milliseconds).unref();
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** A sign of life. */
  touch(): void {
    this.#timer.refresh();
  }

  stop<T>(value: T): T {
    clearTimeout(this.#timer);
    return value;
  }

  /** The silence itself is thrown rather than the abort it causes, which would look like the caller's. */
  async guard<T>(work: Promise<T>): Promise<T> {
    try {
      const value = await work;
      this.touch();
      return value;
    } catch (error) {
      throw this.signal.aborted ? this.signal.reason : error;
    }
  }

  #expire(): void {
    this.#controller.abort(new SilenceError(`nothing received for ${this.#milliseconds / 1000} s`));
  }
}

function watched(body: ReadableStream<Uint8Array>, watch: Watch): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const { done, value } = await watch.guard(reader.read());
        if (done) {
          watch.stop(undefined);
          controller.close();
        } else {
          controller.enqueue(value);
        }
      } catch (error) {
        controller.error(watch.stop(error));
      }
    },
    async cancel(reason) {
      watch.stop(undefined);
      await reader.cancel(reason);
    },
  });
}

function copyOf(response: Response, body: ReadableStream<Uint8Array>): Response {
  return new Response(body, {
    status: response.status,
    statusText: response.statusText,
    headers: response.headers,
  });
}
