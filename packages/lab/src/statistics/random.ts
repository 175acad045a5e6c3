import { createHash } from 'node:crypto';

/** Numbers in [0, 1) that follow from a name alone, the same everywhere: mulberry32 (Tommy Ettinger) seeded by the name's hash. */
export function numbersOf(seed: string): () => number {
  let state = createHash('sha256').update(seed).digest().readUInt32LE(0);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
