import type { EventOf } from '@heddle/core';
import { oneLine } from '../text.ts';

/** A test as people tell it from others, with whose it is where its name does not say so. */
export function testTitle({ test, by }: Pick<EventOf<'evidence.measured'>, 'test' | 'by'>): string {
  const name = oneLine(test);
  return by === null || name.includes(`#${by}`) ? name : `${name} of #${by}`;
}
