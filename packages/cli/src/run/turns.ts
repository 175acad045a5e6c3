/** Questions of several agents at once reach a person one after the other. */
export class Turns {
  readonly #waiting: (() => void)[] = [];
  #taken = false;

  /** At once if nothing is asked. Rejects with the signal's reason when it is aborted before its turn. */
  async take<T>(ask: () => Promise<T>, signal: AbortSignal): Promise<T> {
    if (this.#taken) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#taken = true;
    try {
      signal.throwIfAborted();
      return await ask();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#taken = false;
      else next();
    }
  }
}
