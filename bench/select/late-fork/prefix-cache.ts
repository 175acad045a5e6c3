import { createHash } from 'node:crypto';

/** Shorter prefixes are not kept, as with Anthropic's caches. */
const LEAST_TOKENS = 1_024;
/** As a tokenizer for English and code counts on average. */
const BYTES_PER_TOKEN = 4;

export interface Counted {
  readonly tokens: number;
  /** Of them, in the longest beginning that was sent before. */
  readonly read: number;
}

/** What a provider has seen, in whole messages: it charges less for a beginning that it has seen. */
export class PrefixCache {
  readonly #seen = new Set<string>();

  /** Counts a request given as its parts (tools, then messages), and remembers it. */
  count(parts: readonly string[]): Counted {
    const hash = createHash('sha256');
    let [bytes, read] = [0, 0];
    const ends: string[] = [];
    for (const part of parts) {
      bytes += Buffer.byteLength(part);
      const end = hash.update(`${part.length}\0${part}`).copy().digest('base64');
      const tokens = tokensOf(bytes);
      if (this.#seen.has(end) && tokens >= LEAST_TOKENS) read = tokens;
      ends.push(end);
    }
    for (const end of ends) this.#seen.add(end);
    return { tokens: tokensOf(bytes), read };
  }
}

export function tokensOf(bytes: number): number {
  return Math.ceil(bytes / BYTES_PER_TOKEN);
}
