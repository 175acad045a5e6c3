/** So many at a time, in the order in which they came. */
export class Slots {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(count: number) {
    this.#free = Math.max(1, count);
  }

  /** Gives what is to be called at the end. */
  async take(): Promise<() => void> {
    if (this.#free > 0) this.#free -= 1;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    return () => {
      const next = this.#waiting.shift();
      if (next === undefined) this.#free += 1;
      else next();
    };
  }

  /** Does something in a slot. */
  async with<T>(act: () => Promise<T>): Promise<T> {
    const release = await this.take();
    try {
      return await act();
    } finally {
      release();
    }
  }
}
