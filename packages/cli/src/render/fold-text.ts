import type { EventOf } from '@heddle/core';

/** What a folding did, in one line. */
export function foldText({ by, why, tokens }: EventOf<'memory.folded'>): string {
  const k = (count: number) => `${(count / 1000).toFixed(1)}k`;
  const who = by === 'model' ? '' : `, by rule${why === undefined ? '' : ` (${why})`}`;
  return `memory: folded the oldest steps, ${k(tokens.before)} -> ${k(tokens.after)} tokens${who}`;
}
