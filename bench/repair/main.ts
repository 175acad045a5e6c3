import { appendFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { RepairCase, Tried } from './case.ts';
import { mutationCases } from './mutations.ts';
import { quixbugs } from './quixbugs.ts';
import { caseLine, summary } from './report.ts';
import { runCase } from './run-case.ts';

/**
 * How good the embedded repair model is, measured on bugs it has never seen. Reproducible by seed; prints a line per
 * case and the rates with intervals at the end. Passes no judgement.
 *
 *   npm run bench:repair -- quixbugs ../QuixBugs [--seeds 1,2,3] [--only NAME,…] [--seconds 120] [--log FILE]
 *   npm run bench:repair -- mutations [--cases 40] …
 *   npm run bench:repair -- two-faults [--cases 10] …
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seeds: { type: 'string', default: '1' },
    only: { type: 'string' },
    seconds: { type: 'string', default: '120' },
    log: { type: 'string' },
    cases: { type: 'string' },
  },
});
const [suite, folder] = positionals;

const only = values.only?.split(',');
const wanted = (id: string) => only === undefined || only.some((name) => id.includes(name));

/** Made one by one: finding out which tests of a program fail takes time. */
function casesOf(seed: number): Iterable<RepairCase> | AsyncIterable<RepairCase> {
  if (suite === 'quixbugs' && folder !== undefined) return quixbugs(folder, { seed, wanted });
  if (suite === 'mutations')
    return mutationCases({ seed, wanted, cases: Number(values.cases ?? 40), faults: 1 });
  if (suite === 'two-faults')
    return mutationCases({ seed, wanted, cases: Number(values.cases ?? 10), faults: 2 });
  process.stderr.write('usage: npm run bench:repair -- quixbugs FOLDER | mutations | two-faults\n');
  process.exit(2);
}

const seeds = values.seeds.split(',').map(Number);
const tried: Tried[] = [];
if (values.log !== undefined) writeFileSync(values.log, '');
for (const seed of seeds) {
  for await (const test of casesOf(seed)) {
    const result = await runCase(test, { seed, seconds: Number(values.seconds) });
    tried.push(result);
    process.stdout.write(`${caseLine(result)}\n`);
    if (values.log !== undefined) appendFileSync(values.log, `${JSON.stringify(result)}\n`);
  }
}
process.stdout.write(`\n${summary(suite ?? '', tried)}`);
