/** A candidate may take so many times as long as the ones before it before it counts as running without end… */
const TIMES_MEDIAN = 5;
/** …and so many times as long as the slowest of them, which shows what load the machine is under. */
const TIMES_SLOWEST = 2;

/**
 * How long one run may take. It follows the runs that ended: most endless loops are found out within a fraction of
 * what the first of them costs.
 */
export class RunLimit {
  readonly #first: number;
  readonly #least: number;
  readonly #most: number;
  readonly #seconds: number[] = [];

  /** In seconds: before any run has ended, and the bounds afterwards. */
  constructor({ first, least, most }: { first: number; least: number; most: number }) {
    this.#first = first;
    this.#least = least;
    this.#most = most;
  }

  get seconds(): number {
    const ended = this.#seconds.toSorted((a, b) => a - b);
    if (ended.length === 0) return this.#first;
    const usual = ended[ended.length >> 1]! * TIMES_MEDIAN;
    const slowest = ended.at(-1)! * TIMES_SLOWEST;
    return Math.min(this.#most, Math.max(this.#least, usual, slowest));
  }

  /** A run ended by itself after so long. */
  ended(seconds: number): void {
    this.#seconds.push(seconds);
  }
}
