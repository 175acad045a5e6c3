import { parseArgs } from 'node:util';
import { attempts, reselect } from './attempts/main.ts';
import { fitted } from './fit/main.ts';
import { lateFork } from './late-fork/main.ts';
import { planted } from './planted/main.ts';

/**
 * How well the choice among attempts is made. Prints tables with intervals; passes no judgement. `docs/selection.md`
 * says how the suites are made.
 *
 *   npm run bench:select -- attempts [--cases 40] [--seeds 5] [--seconds 60] [--parallel 2] [--keep DIR] [--resume] [--log FILE]
 *   npm run bench:select -- attempts --reselect DIR [--log FILE]
 *   npm run bench:select -- planted [--instances 30] [--keep DIR] [--resume] [--log FILE]
 *   npm run bench:select -- late-fork [--tasks 4] [--seeds 5]
 *   npm run bench:select -- fit DIR [DIR …]
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    cases: { type: 'string', default: '40' },
    instances: { type: 'string', default: '30' },
    tasks: { type: 'string', default: '4' },
    seeds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '60' },
    parallel: { type: 'string', default: '2' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string' },
    keep: { type: 'string' },
    log: { type: 'string' },
    resume: { type: 'boolean', default: false },
    reselect: { type: 'string' },
  },
});

const some = <K extends string>(name: K, value: string | undefined) =>
  (value === undefined ? {} : { [name]: value }) as { [name in K]?: string };
const places = { ...some('only', values.only), ...some('log', values.log) };
const kept = { ...places, ...some('keep', values.keep), resume: values.resume, seed: Number(values.seed) };

const SUITES: Readonly<Record<string, () => Promise<string>>> = {
  attempts: () =>
    values.reselect === undefined
      ? attempts({
          cases: Number(values.cases),
          seeds: Number(values.seeds),
          seconds: Number(values.seconds),
          parallel: Number(values.parallel),
          ...kept,
        })
      : reselect(values.reselect, places),
  planted: () => planted({ instances: Number(values.instances), ...kept }),
  'late-fork': () => lateFork({ tasks: Number(values.tasks), attempts: Number(values.seeds) }),
  fit: async () => fitted(positionals.slice(1)),
};

const suite = SUITES[positionals[0] ?? ''];
if (suite === undefined || (values.resume && values.keep === undefined)) {
  const wrong = suite === undefined ? 'name a suite' : '--resume goes on with what --keep DIR has kept';
  process.stderr.write(`${wrong}; usage: npm run bench:select -- ${Object.keys(SUITES).join(' | ')}\n`);
  process.exit(2);
}
process.stdout.write(await suite());
