import type { EventOf } from '@heddle/core';

/** What a folding did, in one line. */
export function foldText({ by, why, tokens, text, shorten }: EventOf<'memory.folded'>): string {
  const k = (count: number) => `${(count / 1000).toFixed(1)}k`;
  const [, last] = /^<memory>\nSteps 1 to (\d+) /.exec(text) ?? [];
  const steps = last === undefined ? 'the oldest steps' : `steps 1 to ${last}`;
  return [
    `memory: ${steps} folded, ${k(tokens.before)} -> ${k(tokens.after)} tokens`,
    ...(by === 'model' ? [] : [`by rule${why === undefined ? '' : ` (${why})`}`]),
    ...(shorten === undefined ? [] : [`new results cut to ${shorten} characters`]),
  ].join(', ');
}
