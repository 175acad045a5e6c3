import type { Limits } from '@heddle/core';

export type PoolLimits = Omit<Limits, 'steps'>;
export type PoolLimit = keyof PoolLimits;

export interface PoolOptions {
  readonly parent?: Pool;
  /** Missing: as much as is left to the parent. */
  readonly limits: Partial<PoolLimits>;
  /** Spent before this process took the rollout up. */
  readonly spent: { readonly usd: number; readonly tokens: number };
  /** Of its own time, now. */
  readonly seconds: () => number;
  /** Told once. */
  readonly onExhausted: (limit: PoolLimit) => void;
}

/**
 * Money, tokens and time that an agent and all it calls may spend together. Whoever spends charges the innermost pool,
 * which charges the ones round it. When one is used up, all that runs on its behalf is stopped: at most a request each
 * too late, for what a request costs is known when it is answered.
 */
export class Pool {
  readonly #options: PoolOptions;
  readonly #stop = new AbortController();
  /** Aborted when this pool or one round it is used up. */
  readonly signal: AbortSignal;
  #usd: number;
  #tokens: number;

  constructor(options: PoolOptions) {
    this.#options = options;
    const { parent } = options;
    this.signal =
      parent === undefined ? this.#stop.signal : AbortSignal.any([this.#stop.signal, parent.signal]);
    this.#usd = options.spent.usd;
    this.#tokens = options.spent.tokens;
  }

  charge(spent: { readonly usd: number; readonly tokens: number }): void {
    this.#usd += spent.usd;
    this.#tokens += spent.tokens;
    this.#options.parent?.charge(spent);
    this.#exhausted();
  }

  /** Never below zero. */
  remaining(): PoolLimits {
    const round = this.#options.parent?.remaining();
    const own = this.#own();
    return {
      usd: Math.min(own.usd, round?.usd ?? Number.POSITIVE_INFINITY),
      tokens: Math.min(own.tokens, round?.tokens ?? Number.POSITIVE_INFINITY),
      seconds: Math.min(own.seconds, round?.seconds ?? Number.POSITIVE_INFINITY),
    };
  }

  /** The limit that is used up, here or in a pool round it. */
  exhausted(): PoolLimit | null {
    return this.#exhausted() ?? this.#options.parent?.exhausted() ?? null;
  }

  /** The first to find it used up stops all that runs on its behalf. */
  #exhausted(): PoolLimit | null {
    const own = this.#own();
    const limit = (['usd', 'tokens', 'seconds'] as const).find((name) => own[name] <= 0) ?? null;
    if (limit !== null && !this.#stop.signal.aborted) {
      this.#stop.abort();
      this.#options.onExhausted(limit);
    }
    return limit;
  }

  #own(): PoolLimits {
    const { limits, seconds } = this.#options;
    const left = (limit: number | undefined, spent: number) =>
      limit === undefined ? Number.POSITIVE_INFINITY : Math.max(0, limit - spent);
    return {
      usd: left(limits.usd, this.#usd),
      tokens: left(limits.tokens, this.#tokens),
      seconds: left(limits.seconds, seconds()),
    };
  }
}
