import { expect, it } from 'vitest';
import { ExperimentLines } from '../../src/reading/experiment-lines.ts';
import { ExperimentShelf } from '../../src/reading/experiment-shelf.ts';
import { FAILED, gradedExperiment, rolloutOf, SOLVED } from '../experiments.ts';
import { store } from '../support.ts';

const ASKED = { agents: ['x', 'y'], clusters: { a: 5 } };

it('says of one that runs how much is to come, and of one whose process died that it does not run', () => {
  const opened = store();
  const id = gradedExperiment(opened, ASKED, ({ agent, instance }) => {
    if (instance === 'a-5') return 'due';
    return instance === 'a-4' ? 'running' : agent === 'x' ? SOLVED : { ...FAILED, usd: 2, seconds: 38 };
  });
  const lines = new ExperimentLines(opened, new ExperimentShelf(opened));
  const [row] = opened.experiments.list();
  expect(lines.of(row!)).toMatchObject({ experiment: id, live: false, toGo: null });
  for (const agent of ASKED.agents) opened.claim(rolloutOf({ agent, instance: 'a-4', attempt: 1 }));
  // Two trials of x at 0.5 dollars and 22 s with grading, two of y at 2 and 40 s, two at once.
  expect(lines.of(row!)).toMatchObject({
    live: true,
    toGo: { usd: 5, seconds: 62 },
    trials: { planned: 10, finished: 6, running: 2 },
  });
});

it('has the headline of each agent, and none where there is no verdict', () => {
  const opened = store();
  gradedExperiment(opened, ASKED, ({ agent }) => (agent === 'x' ? SOLVED : 'due'));
  const lines = new ExperimentLines(opened, new ExperimentShelf(opened));
  const { agents } = lines.of(opened.experiments.list()[0]!);
  expect(agents[0]!.solved).toMatchObject({ value: 1, high: 1 });
  expect(agents[0]!.solved!.low).toBeGreaterThan(0.4);
  expect(agents[1]).toMatchObject({ name: 'y', solved: null, usd: 0 });
});
