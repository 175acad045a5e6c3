import { expect, test } from 'vitest';
import { newRolloutId } from '../src/ids.ts';

const at = (date: string) => newRolloutId(Date.parse(date));

test('ids sort by time, and a clock that is far off still gives ids', () => {
  const dates = ['1970-01-01', '2025-01-01T00:00:01Z', '2026-11-21', '2058-01-01', '2999-01-01'];
  const ids = dates.map(at);
  expect(ids.toSorted()).toEqual(ids);
  for (const id of ids) expect(id).toMatch(/^[0-9a-hjkmnp-tv-z]{12}$/);
  expect(at('1970-01-01').slice(0, 6)).toBe('000000');
  expect(at('2999-01-01').slice(0, 6)).toBe('zzzzzz');
});

test('ids of one second are told apart, as many as begin on a machine', () => {
  const now = Date.parse('2026-11-21');
  const ids = Array.from({ length: 3_000 }, () => newRolloutId(now));
  expect(new Set(ids).size).toBe(ids.length);
});
