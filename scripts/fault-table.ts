// `node scripts/fault-table.ts`: plays every fault and writes what came of it into docs/faults.md.
import { readFileSync, writeFileSync } from 'node:fs';
import { type Cell, playCell } from '../packages/agent/test/fault-matrix/cell.ts';
import { type Fared, MACHINE_FAULTS } from '../packages/agent/test/fault-matrix/machine-faults.ts';
import {
  DIALECTS,
  type DialectName,
  PROVIDER_FAULTS,
} from '../packages/agent/test/fault-matrix/provider-faults.ts';
import { machineTable, providerTable } from '../packages/agent/test/fault-matrix/table.ts';

const PAGE = new URL('../docs/faults.md', import.meta.url);

async function playProviders() {
  const cells = new Map<string, Map<DialectName, Cell>>();
  for (const fault of PROVIDER_FAULTS) {
    const dialects = (Object.keys(DIALECTS) as DialectName[]).filter(
      (name) => fault.not?.[name] === undefined,
    );
    const done = await Promise.all(
      dialects.map(async (name) => [name, await playCell(name, fault)] as const),
    );
    cells.set(fault.name, new Map(done));
    process.stderr.write(`${fault.name}\n`);
  }
  return cells;
}

async function playMachine() {
  const fared = new Map<string, Fared>();
  for (const fault of MACHINE_FAULTS) {
    fared.set(fault.name, await fault.play());
    process.stderr.write(`${fault.name}\n`);
  }
  return fared;
}

/** Puts a text between the marks of its name. */
function replaced(page: string, name: string, text: string): string {
  const marks = new RegExp(`(<!-- ${name} -->\n)[\\s\\S]*?(\n<!-- /${name} -->)`);
  if (!marks.test(page)) throw new Error(`docs/faults.md has no marks <!-- ${name} -->`);
  return page.replace(marks, (_, before: string, after: string) => `${before}${text}${after}`);
}

const page = readFileSync(PAGE, 'utf8');
const providers = providerTable(await playProviders());
const machine = machineTable(await playMachine());
writeFileSync(PAGE, replaced(replaced(page, 'providers', providers), 'machine', machine));
