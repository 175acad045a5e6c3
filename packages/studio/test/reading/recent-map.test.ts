import { expect, it } from 'vitest';
import { RecentMap } from '../../src/reading/recent-map.ts';

it('lets go of what was used longest ago', () => {
  const map = new RecentMap<string, number>(2);
  map.set('a', 1);
  map.set('b', 2);
  expect(map.get('a')).toBe(1);
  map.set('c', 3);
  expect([map.has('a'), map.has('b'), map.has('c')]).toEqual([true, false, true]);
  map.delete('a');
  map.set('b', 2);
  expect([map.get('a'), map.get('b'), map.get('c')]).toEqual([undefined, 2, 3]);
});
