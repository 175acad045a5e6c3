import { randomBytes } from 'node:crypto';

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz'; // Crockford base 32: no letters that look like digits

/**
 * A rollout's id: 6 characters of time (seconds, so ids sort by start) and 6 random ones. Short enough to type, at least
 * its beginning: two of a thousand that begin in one second are the same once in 2,000 such seconds, and the store's
 * primary key turns even that into an error rather than a mix-up.
 */
export function newRolloutId(now: number = Date.now()): string {
  // A clock that was never set says 1970: such ids come first, and are ids all the same.
  let seconds = Math.min(Math.max(Math.floor(now / 1000) - EPOCH_SECONDS, 0), MOST_SECONDS);
  let time = '';
  for (let i = 0; i < 6; i++) {
    time = ALPHABET[seconds % 32]! + time;
    seconds = Math.floor(seconds / 32);
  }
  let random = '';
  for (const byte of randomBytes(6)) random += ALPHABET[byte % 32]!;
  return time + random;
}

/** 2025-01-01: keeps six characters enough for 34 years. */
const EPOCH_SECONDS = 1_735_689_600;
const MOST_SECONDS = 32 ** 6 - 1;
