/** Nobody looked for longer: what happened meanwhile is not known. */
const MOST_BETWEEN_MS = 60_000;

export interface Look {
  /** `performance.now()`. */
  readonly at: number;
  /** Trials under way in living processes. */
  readonly live: number;
  readonly finished: number;
}

/**
 * How long a trial takes by the clock, from taking it up to its verdict, learnt by looking again and again. Trials that are
 * still under way count with the time they have taken: else the short ones, which end first, would promise too much.
 */
export class Pace {
  #last: Look | null = null;
  /** Seconds of all trials together, while somebody looked. */
  #busy = 0;
  /** Trials that ended while somebody looked. */
  #ended = 0;

  look(now: Look): void {
    const last = this.#last;
    this.#last = now;
    if (last === null || now.at - last.at > MOST_BETWEEN_MS) return;
    this.#busy += (last.live * (now.at - last.at)) / 1000;
    this.#ended += Math.max(0, now.finished - last.finished);
  }

  /** Changes while seconds pass in which something is under way. */
  get busy(): number {
    return this.#busy;
  }

  /** Seconds of one trial; `told`: how many have ended in all and what they say they took together. Null: none has ended. */
  secondsOfOne(told: { readonly finished: number; readonly seconds: number }): number | null {
    if (told.finished === 0) return null;
    const unseen = Math.max(0, told.finished - this.#ended);
    return (this.#busy + (told.seconds / told.finished) * unseen) / told.finished;
  }
}
