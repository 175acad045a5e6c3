/** Lines on standard error: what was done, and how long the rest will take if it is like what was done so far. */
export class Progress {
  readonly #total: number;
  readonly #began = performance.now();
  #done = 0;

  /** `total`: things to do, without those that were done before. */
  constructor(total: number) {
    this.#total = total;
  }

  tell(line: string): void {
    this.#done += 1;
    const left = ((performance.now() - this.#began) / this.#done) * (this.#total - this.#done);
    const toGo = this.#done < this.#total ? `, about ${minutes(left)} to go` : '';
    process.stderr.write(`${line}  (${this.#done} of ${this.#total}${toGo})\n`);
  }
}

function minutes(ms: number): string {
  return ms < 90_000 ? `${Math.ceil(ms / 1000)} s` : `${Math.round(ms / 60_000)} min`;
}
