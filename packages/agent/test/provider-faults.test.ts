import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type Cell, playCell } from './fault-matrix/cell.ts';
import { DIALECTS, type DialectName, PROVIDER_FAULTS } from './fault-matrix/provider-faults.ts';
import { providerTable } from './fault-matrix/table.ts';

const played = new Map(PROVIDER_FAULTS.map(({ name }) => [name, new Map<DialectName, Cell>()]));

describe.each(PROVIDER_FAULTS)('$name', (fault) => {
  const dialects = (Object.keys(DIALECTS) as DialectName[]).filter((name) => fault.not?.[name] === undefined);

  it.concurrent.each(dialects)('%s: loses nothing', async (dialect) => {
    const cell = await playCell(dialect, fault);
    played.get(fault.name)!.set(dialect, cell);
    expect(cell.lost).toEqual([]);
  });
});

it('docs/faults.md shows what ran (else run `node scripts/fault-table.ts`)', () => {
  const inOrder = [...played].map(
    ([name, cells]) => [name, new Map([...cells].sort(([a], [b]) => order(a) - order(b)))] as const,
  );
  const page = readFileSync(new URL('../../../docs/faults.md', import.meta.url), 'utf8');
  expect(page).toContain(providerTable(new Map(inOrder)));
});

function order(name: DialectName): number {
  return Object.keys(DIALECTS).indexOf(name);
}
