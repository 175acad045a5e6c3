import { availableParallelism } from 'node:os';

/** Starting is work for the processor: more at a time than this only makes each of them slower. */
const AT_ONCE = Math.max(4, 2 * availableParallelism());

/**
 * Lets so many begin at a time, in the order in which they came. Where a thousand sandboxes are wanted at once, each
 * has its time to answer from its turn on, not from when it was asked for.
 */
class Turns {
  #free = AT_ONCE;
  readonly #waiting: (() => void)[] = [];

  async take<T>(run: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free -= 1;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      return await run();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#free += 1;
      else next();
    }
  }
}

/** Boxes that are being started by this process. */
export const BOX_STARTS = new Turns();
/** Shells likewise; each in a box that has started. */
export const SHELL_STARTS = new Turns();
