// `node scripts/attempts.ts`: every attempt that the test suites make against the walls, the network's list, the guard
// and the detector of tampering, one a line. Each must come to nothing; the tests named at the end make them.
import { HONEST, TAMPERINGS } from '../packages/agent/test/tampering/attempts.ts';
import { ATTEMPTS } from '../packages/workspace/test/escape/attempts.ts';
import { EVASIONS, ORDINARY } from '../packages/workspace/test/guard/evasions.ts';
import { NETWORK_ATTEMPTS } from '../packages/workspace/test/network/attempts.ts';

interface Suite {
  readonly title: string;
  readonly test: string;
  readonly attempts: readonly string[];
}

/** The first of the escape suite are no attempts but ordinary work that the walls must let through. */
const isWork = (name: string) => name.startsWith('none:');
const names = ATTEMPTS.map(({ name }) => name);

const SUITES: readonly Suite[] = [
  {
    title: 'Escapes from the sandbox',
    test: 'packages/workspace/test/escape.test.ts',
    attempts: names.filter((name) => !isWork(name)),
  },
  {
    title: 'Ways round the list of allowed hosts',
    test: 'packages/workspace/test/network.test.ts',
    attempts: NETWORK_ATTEMPTS.map(({ name }) => name),
  },
  {
    title: 'Tampering with what judges the work',
    test: 'packages/agent/test/tampering.test.ts',
    attempts: TAMPERINGS.map(({ name, kind }) => `${name} (${kind})`),
  },
  {
    title: 'Commands written so that their effect is not seen',
    test: 'packages/workspace/test/guard.test.ts',
    attempts: EVASIONS.map(({ kind, command }) => `${kind}: ${command.replaceAll('\n', '⏎')}`),
  },
];

let number = 0;
for (const { title, attempts } of SUITES) {
  console.log(`\n${title} (${attempts.length})`);
  for (const attempt of attempts) console.log(`${String(++number).padStart(4)}  ${attempt}`);
}
const work = names.filter(isWork).length + HONEST.length + ORDINARY.length;
console.log(`\n${number} attempts, and ${work} pieces of honest work that must pass. They are made by:`);
for (const { test } of SUITES) console.log(`  npx vitest run ${test}`);
