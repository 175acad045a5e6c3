import { expect, it } from 'vitest';
import { addKeys, knownKeys } from '../../page/src/shell/known-keys.ts';

it('lists the keys of the page, or of what lies over it, as long as they do something', () => {
  const names = (over: boolean) => knownKeys(over).map(([key]) => key);
  const everywhere = names(false);
  expect(everywhere).toContain('g h');
  const [page, drawer] = [
    addKeys({ over: false, keys: { j: 'next row', '/': 'search' } }),
    addKeys({ over: true, keys: { j: 'next step' } }),
  ];
  expect(names(false)).toEqual(['j', '/', ...everywhere]);
  expect(knownKeys(true)[0]).toEqual(['j', 'next step']);
  drawer();
  expect(names(true)).toEqual(everywhere);
  expect(names(false)).toContain('j');
  page();
  expect(names(false)).toEqual(everywhere);
});
