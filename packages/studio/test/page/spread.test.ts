import { expect, it } from 'vitest';
import { commonOf, logTicks, spreadsOf } from '../../page/src/experiment/plots/spread.ts';
import { ExperimentShelf } from '../../src/reading/experiment-shelf.ts';
import { gradedExperiment, SOLVED } from '../experiments.ts';
import { store } from '../support.ts';

function table(usd: (agent: string, attempt: number) => number) {
  const opened = store();
  gradedExperiment(
    opened,
    { agents: ['a', 'b'], clusters: { one: 2 }, attempts: 3 },
    ({ agent, attempt }) => ({ ...SOLVED, usd: usd(agent, attempt) }),
  );
  return new ExperimentShelf(opened).get('tried').table();
}

it('says that all attempts took the same, so that a plot of zeros is not drawn', () => {
  expect(
    commonOf(
      spreadsOf(
        table(() => 0),
        'usd',
      ),
    ),
  ).toEqual({ value: 0, count: 12 });
  const varied = spreadsOf(
    table((agent, attempt) => (agent === 'a' ? attempt : 0)),
    'usd',
  );
  expect(commonOf(varied)).toBeNull();
  expect(varied).toEqual([
    { name: 'a', values: [1, 1, 2, 2, 3, 3] },
    { name: 'b', values: [0, 0, 0, 0, 0, 0] },
  ]);
});

it.each([
  ['ten times as much and more', [1, 5, 30], [1, 2, 5, 10, 20]],
  ['less than that', [12, 15, 40], null],
  ['with a zero', [0, 5, 30], null],
  ['between two ticks', [210, 240, 3000], null],
])('takes a logarithmic axis only where it has ticks: %s', (_, values, ticks) => {
  expect(logTicks([1, 2, 5, 10, 20, 100, 200], [{ name: 'a', values }])).toEqual(ticks);
});
