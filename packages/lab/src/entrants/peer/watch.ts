import type { RolloutState } from '@heddle/agent';

/** Why a program is ended before it ends itself. */
export interface Cut {
  readonly end: 'limit' | 'silent' | 'stopped';
  readonly why: string;
}

/** Longest delay a timer takes. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** Watches over a foreign program: time, silence, what it has spent, and whoever wants it to stop. The first cause counts. */
export class Watch {
  readonly #stopping = new AbortController();
  readonly #silence: { readonly seconds: number; timer: NodeJS.Timeout | null };
  readonly #timer: NodeJS.Timeout;
  readonly #outer: AbortSignal;
  readonly #stop = () => this.cut({ end: 'stopped', why: 'stopped by the user' });
  #cause: Cut | null = null;
  #trouble: unknown = null;
  /** What runs on its behalf on this side: while it does, silence is not the program's. */
  #busy = 0;

  constructor(state: RolloutState, silence: number | null, outer: AbortSignal) {
    const { limits } = state.ledger;
    const left = state.ledger.remaining('seconds');
    this.#timer = setTimeout(
      () => this.cut({ end: 'limit', why: `time limit reached (${limits.seconds} s)` }),
      Math.min(MAX_TIMER_MS, left * 1000),
    );
    this.#silence = { seconds: silence ?? 0, timer: null };
    this.#outer = outer;
    outer.addEventListener('abort', this.#stop, { once: true });
    if (outer.aborted) this.#stop();
    this.heard();
  }

  /** Aborted when the program is to end. */
  get signal(): AbortSignal {
    return this.#stopping.signal;
  }

  get cause(): Cut | null {
    return this.#cause;
  }

  /** What went wrong on this side; it is thrown when the program has ended. */
  get trouble(): unknown {
    return this.#trouble;
  }

  cut(cause: Cut): void {
    this.#cause ??= cause;
    this.#stopping.abort(new Error(cause.why));
  }

  fail(error: unknown): void {
    this.#trouble ??= error;
    this.cut({ end: 'stopped', why: 'what it works in failed' });
  }

  /** Something came from it. */
  heard(): void {
    const { seconds, timer } = this.#silence;
    if (timer !== null) clearTimeout(timer);
    if (seconds === 0 || this.#busy > 0) return;
    const silent = () => this.cut({ end: 'silent', why: `nothing came from it for ${seconds} s` });
    this.#silence.timer = setTimeout(silent, Math.min(MAX_TIMER_MS, seconds * 1000));
  }

  /** Something is done for it that may take long. */
  async during<T>(work: Promise<T>): Promise<T> {
    this.#busy += 1;
    this.heard();
    try {
      return await work;
    } finally {
      this.#busy -= 1;
      this.heard();
    }
  }

  /** Compares what it has spent with what it may. */
  spent({ ledger }: RolloutState): void {
    const { limits, spent } = ledger;
    // A step counts from its beginning on: the last one that is allowed may go on.
    if (spent.steps > limits.steps) this.#limit(`step limit reached (${limits.steps})`);
    else if (spent.usd >= limits.usd)
      this.#limit(`budget spent ($${spent.usd.toFixed(2)} of $${limits.usd.toFixed(2)})`);
    else if (spent.tokens >= limits.tokens)
      this.#limit(`token limit reached (${spent.tokens} of ${limits.tokens})`);
  }

  #limit(why: string): void {
    this.cut({ end: 'limit', why });
  }

  close(): void {
    clearTimeout(this.#timer);
    if (this.#silence.timer !== null) clearTimeout(this.#silence.timer);
    this.#silence.timer = null;
    this.#busy = 1;
    this.#outer.removeEventListener('abort', this.#stop);
  }
}
