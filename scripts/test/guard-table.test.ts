import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { guardTable } from '../guard-table.ts';

it('docs/guard.md shows the table as it is (else put in what `node scripts/guard-table.ts` prints)', () => {
  const page = readFileSync(new URL('../../docs/guard.md', import.meta.url), 'utf8');
  expect(page).toContain(guardTable());
});
