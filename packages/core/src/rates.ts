/** What a provider allows an account, over all machines that use it. */
export interface RateLimit {
  readonly requestsPerMinute?: number;
  /** Input and output together. */
  readonly tokensPerMinute?: number;
}

/**
 * Token buckets that all processes on one store share, by the store's clock. A bucket holds what a minute allows; what is
 * taken beyond that is owed, and whoever takes it waits until it has flowed in: first come, first served, without asking
 * again.
 */
export interface RateTable {
  /** Takes one request and so many tokens; gives the milliseconds to wait before the request is sent. */
  take(key: string, limit: RateLimit, tokens: number): number;
  /** Corrects an estimate: `tokens` were taken too many (or, below 0, too few). */
  giveBack(key: string, limit: RateLimit, tokens: number): void;
}
