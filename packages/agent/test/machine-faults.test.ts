import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { type Fared, MACHINE_FAULTS } from './fault-matrix/machine-faults.ts';
import { PROVEN_ELSEWHERE } from './fault-matrix/proven-elsewhere.ts';
import { machineTable } from './fault-matrix/table.ts';

const ROOT = new URL('../../../', import.meta.url);
const played = new Map<string, Fared>();

it.each(MACHINE_FAULTS)(
  '$name: loses nothing',
  async (fault) => {
    const fared = await fault.play();
    played.set(fault.name, fared);
    expect(fared.lost).toEqual([]);
  },
  180_000,
);

it.each(PROVEN_ELSEWHERE)('$name has the test that is named', ({ file, title }) => {
  expect(readFileSync(new URL(file, ROOT), 'utf8')).toContain(`'${title}`);
});

it('docs/faults.md shows what ran (else run `node scripts/fault-table.ts`)', () => {
  expect(readFileSync(new URL('docs/faults.md', ROOT), 'utf8')).toContain(machineTable(played));
});
