import { OperatorError, type Store } from '@heddle/core';
import {
  brokenInstances,
  censusOf,
  countedTrials,
  findExperiment,
  gradedOf,
  readPlan,
  reportFrom,
  whyNothing,
} from '@heddle/lab';
import type { ExperimentsChoice } from '../commands/experiments.ts';
import { heddleHome, openJournal } from '../home.ts';
import { experimentPage } from '../render/experiment-page.ts';
import { type ExperimentLine, experimentTable } from '../render/experiment-table.ts';
import { trialTable } from '../render/trial-table.ts';
import { terminalOf } from '../terminal.ts';

/** Rows of the table for people; a program gets all. */
const DEFAULT_ROWS = 25;

/** `heddle experiments`: the list, or one. */
export async function showExperiments(
  given: string | undefined,
  { json, trials, limit = json ? undefined : DEFAULT_ROWS }: ExperimentsChoice,
): Promise<void> {
  const store = openJournal(heddleHome());
  const look = { ...terminalOf(process.stdout), now: Date.now() };
  if (given === undefined) {
    if (trials)
      throw new OperatorError('bad-option', 'of which experiment? --trials shows those of one', {
        hint: '`heddle experiments last --trials`',
      });
    const lines = linesOf(store, limit);
    process.stdout.write(
      json ? `${JSON.stringify(lines.map(plain), null, 2)}\n` : experimentTable(lines, look),
    );
    return;
  }
  const experiment = findExperiment(store, given);
  if (trials) {
    const rows = store.experiments.trials(experiment.experiment);
    process.stdout.write(json ? `${JSON.stringify(rows, null, 2)}\n` : trialTable(rows, look));
    return;
  }
  const counted = countedTrials(store, experiment);
  const report = reportFrom(experiment, counted);
  const census = censusOf(store, experiment.experiment, experiment.plan);
  const broken = [...brokenInstances(store, experiment.asked).keys()];
  if (json)
    process.stdout.write(`${JSON.stringify({ ...report, broken, ...(census && { census }) }, null, 2)}\n`);
  else {
    const whys = whyNothing(store, counted);
    process.stdout.write(experimentPage(report, census, { ...look, broken: broken.length, whys }));
  }
}

function linesOf(store: Store, limit: number | undefined): ExperimentLine[] {
  return store.experiments.list(limit === undefined ? {} : { limit }).map((row) => {
    const plan = readPlan(store, row.plan);
    const counts = store.experiments.counts(row.experiment);
    const sum = (state?: string) =>
      counts.reduce(
        (total, each) => total + (state === undefined || each.state === state ? each.count : 0),
        0,
      );
    return {
      ...{ experiment: row.experiment, name: row.name, createdAt: row.createdAt, plan },
      ...{ planned: sum(), finished: sum('graded') },
      solved: plan.agents.map(({ name }) => {
        const graded = gradedOf(store.experiments.trials(row.experiment, { agent: name, state: 'graded' }));
        const known = graded.filter(({ outcome }) => outcome !== 'infra');
        return known.length === 0
          ? null
          : known.filter(({ outcome }) => outcome === 'solved').length / known.length;
      }),
    };
  });
}

/** Instances are a list of thousands, and one experiment's own page has them. */
function plain({ plan: { instances, ...plan }, ...line }: ExperimentLine): unknown {
  return { ...line, plan: { ...plan, instances: instances.length } };
}
