import { createHash } from 'node:crypto';
import { numbersFrom } from '@heddle/core';

/** Numbers in [0, 1) that follow from a name alone, the same everywhere. */
export function numbersOf(seed: string): () => number {
  return numbersFrom(createHash('sha256').update(seed).digest().readUInt32LE(0));
}
