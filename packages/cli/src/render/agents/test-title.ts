import type { EventOf } from '@heddle/core';
import { oneLine } from '../text.ts';

type Test = Pick<EventOf<'evidence.measured'>, 'test' | 'kind' | 'by'>;

/** `#2's test`, `test`, `behaviour 3`: a test as people tell them apart. */
export function testTitle({ test, by }: Test): string {
  return by === null ? oneLine(test) : `#${by}'s ${oneLine(test)}`;
}
