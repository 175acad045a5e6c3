/** A handle that holds programs. */
interface Kept extends AsyncDisposable {
  /** Whether none of them runs now. */
  atRest(signal: AbortSignal): Promise<boolean>;
  dispose(): Promise<void>;
}

/** Live things that tools keep from call to call (an open shell), made once per process. */
export class Handles {
  readonly #kept = new Map<string, unknown>();

  get<T>(key: string, make: () => T): T {
    if (!this.#kept.has(key)) this.#kept.set(key, make());
    return this.#kept.get(key) as T;
  }

  /** Ends them all; the next use makes new ones. */
  async forget(): Promise<void> {
    const kept = [...this.#kept.values()];
    this.#kept.clear();
    for (const each of kept) {
      const handle = (await each) as Partial<Kept> | null;
      await handle?.dispose?.();
      await handle?.[Symbol.asyncDispose]?.();
    }
  }

  /** Whether nothing that is kept may still change files. */
  async atRest(signal: AbortSignal): Promise<boolean> {
    for (const each of this.#kept.values()) {
      const handle = (await each) as Partial<Kept> | null;
      if (handle?.atRest !== undefined && !(await handle.atRest(signal))) return false;
    }
    return true;
  }
}
