import { parseArgs } from 'node:util';
import { benchCode } from './code/main.ts';
import { forkRows } from './forks.ts';
import { benchLoop } from './loop.ts';
import { benchSessions } from './sessions.ts';
import { tableOf } from './table.ts';

/**
 * What Heddle itself costs. Prints tables; passes no judgement.
 *
 * What is being measured is said on standard error.
 *
 *   npm run bench [-- loop sessions forks code] [--runs 5] [--sizes 10,100,1000] [--files 10000] [--edits 200]
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    runs: { type: 'string', default: '3' },
    sizes: { type: 'string', default: '10,100,1000' },
    files: { type: 'string', default: '10000' },
    edits: { type: 'string', default: '200' },
  },
});

/** Name -> what it measures, and how. */
const PARTS: Readonly<Record<string, readonly [title: string, run: () => Promise<string>]>> = {
  loop: [
    'A rollout against a model that answers at once',
    () => benchLoop(Number(values.runs), values.sizes.split(',').map(Number)),
  ],
  sessions: ['Commands inside the sandbox', benchSessions],
  forks: ['Forks of a repository of 5,000 files', async () => tableOf(await forkRows(Number(values.runs)))],
  code: [
    'Maps, symbols and language servers',
    () => benchCode({ files: Number(values.files), edits: Number(values.edits) }),
  ],
};

const wanted = positionals.length > 0 ? positionals : Object.keys(PARTS);
const unknown = wanted.filter((name) => !(name in PARTS));
if (unknown.length > 0) {
  process.stderr.write(`no such part: ${unknown.join(', ')}; there are ${Object.keys(PARTS).join(', ')}\n`);
  process.exit(2);
}
console.log(`${process.arch}, Node ${process.version}\n`);
for (const name of wanted) {
  const [title, run] = PARTS[name]!;
  console.log(`## ${title}\n\n${await run()}`);
}
