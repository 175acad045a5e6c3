import type { Clock } from './clock.ts';
import type { ModelError } from './errors.ts';

/** The provider has more to do than it can, or than it lets this key do: the next request fares no better. */
export function isRefusal({ code }: ModelError): boolean {
  return code === 'rate-limited' || code === 'overloaded';
}

/** So long after the last refusal it is forgotten, and requests are not counted any more. */
const FORGOTTEN_SECONDS = 300;

/**
 * Keeps the requests of one process to one provider with one key from running into the same refusal one by one.
 *
 * What is counted is requests on the road: sent, and neither refused nor begun to be answered. As long as nothing is
 * refused there is no limit. A refusal closes the gate for the time the provider asked for; then one request goes
 * first, alone, and once it is accepted the number on the road grows as TCP's window does: doubling up to half of
 * what was on the road, by one a round from there. (Counting those that are being answered would tie the recovery to
 * the length of replies; a fixed rate would have to be known beforehand.) Whoever came first goes first, refused or
 * not, so nobody starves. If the one that goes alone is refused too, all who wait are told the same as if they had
 * asked: an outage takes nobody longer than its own tries.
 *
 * It has no timers of its own: whoever waits, waits by the clock it brings, so nothing is held up by one that gave up.
 */
export class Overload {
  #arrivals = 0;
  /** Counts refusals; those of one burst are one. */
  #burst = 0;
  /** Requests that may be on the road at once. */
  #window = Number.POSITIVE_INFINITY;
  /** Up to here the window doubles. */
  #threshold = Number.POSITIVE_INFINITY;
  #onTheRoad = 0;
  #closed = false;
  /** When it may be tried again; kept after that, for forgetting. */
  #until = 0;
  /** What the last one that went first, alone, was refused with, and which refusal that was. */
  #told: ModelError | null = null;
  #toldAt = 0;
  readonly #line: Waiting[] = [];

  /** A place in the line, kept over all tries of one request. */
  place(): Place {
    const arrival = this.#arrivals;
    this.#arrivals += 1;
    return { arrival, waitedFor: 0 };
  }

  /**
   * Waits until a request may be sent. What comes of it must be told to the pass, `over` in any case.
   *
   * @throws the ModelError of the request that went first, and whatever `clock.sleep` rejects with.
   */
  async enter(place: Place, clock: Clock, signal?: AbortSignal): Promise<Pass> {
    for (;;) {
      while (this.#closed && place.waitedFor !== this.#burst) {
        const news = place.waitedFor > 0 && this.#toldAt > place.waitedFor ? this.#told : null;
        place.waitedFor = this.#burst;
        if (news !== null) throw news;
        const left = this.#until - clock.now();
        if (left > 0) await clock.sleep(left * (1 + clock.random() / 10), signal);
      }
      if (!this.#closed && clock.now() > this.#until + FORGOTTEN_SECONDS)
        this.#window = Number.POSITIVE_INFINITY;
      if (this.#hasRoom() && !this.#line.some(({ arrival }) => arrival < place.arrival))
        return this.#pass(place);
      const pass = await this.#stand(place, signal);
      if (pass !== null) return pass;
    }
  }

  #hasRoom(): boolean {
    return this.#onTheRoad < this.#window;
  }

  #pass(place: Place): Pass {
    const burst = this.#burst;
    const first = this.#closed;
    this.#onTheRoad += 1;
    let onTheRoad = true;
    const leave = (): void => {
      if (onTheRoad && burst === this.#burst) this.#onTheRoad -= 1;
      onTheRoad = false;
    };
    return {
      accepted: () => {
        leave();
        if (burst !== this.#burst) return;
        this.#closed = false;
        this.#window += this.#window < this.#threshold ? 1 : 1 / this.#window;
        this.#serve();
      },
      refused: (error, until) => {
        this.#until = Math.max(this.#until, until);
        if (burst === this.#burst) this.#close(first ? error : null);
        // It waits by itself before it comes again.
        place.waitedFor = this.#burst;
      },
      over: () => {
        leave();
        if (burst === this.#burst) this.#serve();
      },
    };
  }

  /** `error`: what those who wait are told; null: nothing, they wait on. */
  #close(error: ModelError | null): void {
    this.#burst += 1;
    this.#closed = true;
    this.#threshold = Math.max(1, Math.floor(this.#onTheRoad / 2));
    this.#window = 1;
    this.#onTheRoad = 0;
    if (error !== null) {
      this.#told = error;
      this.#toldAt = this.#burst;
    }
    for (const { resolve, reject } of this.#line.splice(0)) {
      if (error === null) resolve(null);
      else reject(error);
    }
  }

  #serve(): void {
    while (this.#line.length > 0 && this.#hasRoom()) {
      const { place, resolve } = this.#line.shift()!;
      resolve(this.#pass(place));
    }
  }

  /** Null: it has closed meanwhile. */
  #stand(place: Place, signal: AbortSignal | undefined): Promise<Pass | null> {
    return new Promise((resolve, reject) => {
      const leave = () => signal?.removeEventListener('abort', abort);
      const waiting: Waiting = {
        place,
        arrival: place.arrival,
        resolve: (pass) => {
          leave();
          resolve(pass);
        },
        reject: (error) => {
          leave();
          place.waitedFor = this.#burst;
          reject(error);
        },
      };
      const abort = () => {
        this.#line.splice(this.#line.indexOf(waiting), 1);
        reject(signal?.reason);
      };
      if (signal?.aborted) return reject(signal.reason);
      signal?.addEventListener('abort', abort, { once: true });
      const before = this.#line.findIndex(({ arrival }) => arrival > place.arrival);
      this.#line.splice(before < 0 ? this.#line.length : before, 0, waiting);
    });
  }
}

interface Place {
  readonly arrival: number;
  /** The last refusal it has waited for, or waits for by itself; 0: none. */
  waitedFor: number;
}

/** Leave to send one request. */
export interface Pass {
  /** The answer has begun. */
  accepted(): void;
  /** It was an answer of {@link isRefusal}; nobody else asks before `until`, in seconds of the clock. */
  refused(error: ModelError, until: number): void;
  /** The request is over, however it ended. */
  over(): void;
}

interface Waiting {
  readonly place: Place;
  readonly arrival: number;
  resolve(pass: Pass | null): void;
  reject(error: ModelError): void;
}
