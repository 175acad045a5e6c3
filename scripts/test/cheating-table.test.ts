import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { cheatingTable } from '../cheating-table.ts';

test('docs/cheating.md shows the flags as they are', () => {
  const page = readFileSync(new URL('../../docs/cheating.md', import.meta.url), 'utf8');
  expect(page).toContain(cheatingTable());
});
