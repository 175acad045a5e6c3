import { parseArgs } from 'node:util';
import { type Row, tableOf } from '../table.ts';
import { type Coverage, coverageOf, falseAlarmsOf } from './coverage.ts';
import { KINDS, type Kind, REFERENCES } from './kinds.ts';
import { HARDER, REGIMES, type Regime } from './regimes.ts';

/**
 * How often the lab's 95 % intervals hold the truth, over simulated experiments whose truth is known. Prints tables with
 * their own error; passes no judgement. `docs/decisions/0011-intervals.md` says what follows from them.
 *
 *   npm run bench:coverage [-- --experiments 2000] [--resamples 1000] [--seed 1] [--harder]
 */
const { values } = parseArgs({
  options: {
    experiments: { type: 'string', default: '2000' },
    resamples: { type: 'string', default: '1000' },
    seed: { type: 'string', default: '1' },
    harder: { type: 'boolean', default: false },
  },
});

const experiments = Number(values.experiments);
const regimes = values.harder ? HARDER : REGIMES;
const rows = coverageOf({
  regimes,
  kinds: [...KINDS, ...REFERENCES],
  experiments,
  resamples: Number(values.resamples),
  seed: values.seed,
  progress: ({ name }) => process.stderr.write(`${name}\n`),
});
const alarms = falseAlarmsOf({ regimes, experiments, seed: values.seed });
// Of a share of 0.95.
const error = Math.sqrt((0.95 * 0.05) / experiments);
const list = (all: readonly Regime[]) => all.map(({ name, about }) => `- **${name}**: ${about}`).join('\n');
process.stdout.write(
  [
    `${experiments.toLocaleString('en-US')} simulated experiments in each regime, seed ${values.seed}; the standard error of a covered share of 95 % is ${(error * 100).toFixed(1)} points.`,
    '',
    list(regimes),
    '',
    'Covered, of 100 (of those not covered: truth below / above the interval):',
    '',
    table(KINDS, rows),
    `For comparison, not shown by default or not without a word; bootstraps of ${Number(values.resamples).toLocaleString('en-US')} resamples:`,
    '',
    table(REFERENCES, rows),
    'False alarms, of 100: p < 0.05 in the paired comparison of two versions that are equally good:',
    '',
    tableOf([
      Object.fromEntries(
        alarms.map((each) => [each.regime, ((100 * each.alarms) / each.experiments).toFixed(1)]),
      ),
    ]),
    'Mean width of the intervals that are bounded:',
    '',
    tableOf(cells([...KINDS, ...REFERENCES], rows, ({ width }) => width.toFixed(3))),
  ].join('\n'),
);

function table(kinds: readonly Kind[], all: readonly Coverage[]): string {
  const share = (count: number, of: number) => ((100 * count) / of).toFixed(1);
  return tableOf(
    cells(
      kinds,
      all,
      ({ count, covered, below, above }) =>
        `${share(covered, count)} (${share(below, count)} / ${share(above, count)})`,
    ),
  );
}

function cells(
  kinds: readonly Kind[],
  all: readonly Coverage[],
  text: (coverage: Coverage) => string,
): Row[] {
  return kinds.map(({ name }) => ({
    interval: name,
    ...Object.fromEntries(
      all
        .filter(({ kind }) => kind === name)
        .map((coverage) => [coverage.regime, coverage.count === 0 ? '–' : text(coverage)]),
    ),
  }));
}
