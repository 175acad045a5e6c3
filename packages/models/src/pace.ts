import type { RateLimit, RateTable, Usage } from '@heddle/core';
import type { Clock } from './clock.ts';
import type { ModelRequest } from './model.ts';

/** What a token is in characters, before it is known. */
const CHARACTERS_PER_TOKEN = 4;

/**
 * Keeps all processes that share a store within what a provider allows one account: each try of a request takes its share
 * of the account's bucket before it is sent (`RateTable`), by an estimate that is corrected once the provider has counted.
 * What the provider refuses all the same is the business of `Overload`.
 */
export class Pace {
  readonly #rates: RateTable;
  readonly #account: string;
  readonly #limit: RateLimit;

  /** `account`: provider, address and key, as a digest. */
  constructor(rates: RateTable, account: string, limit: RateLimit) {
    this.#rates = rates;
    this.#account = account;
    this.#limit = limit;
  }

  /** Waits until a request may be sent. Rejects when `signal` is aborted; then nothing has been taken. */
  async enter({ prompt, tools }: ModelRequest, clock: Clock, signal?: AbortSignal): Promise<Share> {
    const tokens = Math.ceil(
      (JSON.stringify(prompt).length + JSON.stringify(tools).length) / CHARACTERS_PER_TOKEN,
    );
    const giveBack = (unused: number) => this.#rates.giveBack(this.#account, this.#limit, unused);
    const wait = this.#rates.take(this.#account, this.#limit, tokens);
    try {
      if (wait > 0) await clock.sleep(wait / 1_000, signal);
    } catch (error) {
      giveBack(tokens);
      throw error;
    }
    return {
      counted: ({ inputTokens, outputTokens }) => giveBack(tokens - inputTokens - outputTokens),
      failed: () => giveBack(tokens),
    };
  }
}

/** What one try has taken. One of the two is told. */
export interface Share {
  counted(usage: Pick<Usage, 'inputTokens' | 'outputTokens'>): void;
  failed(): void;
}
