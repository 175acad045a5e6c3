import { listenForStop } from '@heddle/agent';
import { EXIT, OperatorError, type Store } from '@heddle/core';
import {
  brokenInstances,
  censusOf,
  countedTrials,
  type Experiment,
  type ExperimentEnd,
  findExperiment,
  isFinished,
  newExperiment,
  outcomeOf,
  parseResult,
  reportFrom,
  runExperiment,
  sameExperiment,
  scoreReport,
  type TrialContext,
  type TrialObserver,
  whyNothing,
  wilson,
} from '@heddle/lab';
import type { ExperimentJob } from '@heddle/lab/worker';
import type { EvalChoice } from '../commands/eval.ts';
import { heddleHome, openJournal } from '../home.ts';
import { experimentPage } from '../render/experiment-page.ts';
import { ExperimentProgress } from '../render/experiment-progress.ts';
import { openExperimentView } from '../render/experiment-view.ts';
import { planText } from '../render/plan-text.ts';
import { scoreText } from '../render/score-text.ts';
import { terminalOf } from '../terminal.ts';
import { type Asked, askedOf } from './evaluate-request.ts';
import { listenForInterrupt } from './interrupt.ts';
import { scoreAll, scorersOf } from './score-experiment.ts';
import { contextAgain, trialContext } from './trial-context.ts';

/** `heddle eval`. Gives the exit code. */
export async function evaluate(dataset: string | undefined, options: EvalChoice): Promise<number> {
  const home = heddleHome();
  if (options.workers) await refuseAlone(options);
  const store = openJournal(home);
  const chosen =
    options.resume === undefined
      ? await begun(dataset, options, { home, store })
      : await takenUp(dataset, options, { home, store });
  if (chosen === null) return EXIT.solved;
  const { experiment, context } = chosen;
  if (options.retryInfra) reopenSpoilt(store, experiment);
  const say = (text: string) => options.quiet || process.stderr.write(text);
  say(`Experiment ${experiment.experiment}${experiment.name === '' ? '' : ` (${experiment.name})`}\n\n`);
  const ended = await run(experiment, context, options);
  const { scorers } = experiment.asked;
  if (scorers.length > 0 && ended.kind === 'complete')
    await scoreAll(experiment, await scorersOf({ scorer: scorers }, { home }), {
      store,
      home,
      ...(options.quiet && { quiet: true }),
    });
  const counted = countedTrials(store, experiment);
  const report = reportFrom(experiment, counted);
  if (options.json) process.stdout.write(`${JSON.stringify({ ...report, ended }, null, 2)}\n`);
  else {
    const census = censusOf(store, experiment.experiment, experiment.plan);
    const broken = brokenInstances(store, experiment.asked).size;
    process.stdout.write(
      experimentPage(report, census, {
        ...terminalOf(process.stdout),
        broken,
        whys: whyNothing(store, counted),
      }),
    );
    if (scorers.length > 0)
      process.stdout.write(`\n${scoreText(scoreReport(store, experiment), terminalOf(process.stdout))}`);
  }
  if (ended.kind === 'complete' && !options.json) say(`\n${nextText(experiment)}`);
  if (ended.kind === 'budget')
    say(
      `heddle: the budget is used up, ${ended.left} trials were not begun\n  hint: \`heddle eval --resume ${experiment.experiment}${options.workers ? ' --workers' : ''} --budget …\` with more\n`,
    );
  return ended.kind === 'complete' ? EXIT.solved : EXIT.limit;
}

/** What a person looks at next. */
function nextText({ experiment, asked }: Experiment): string {
  const rated = asked.agents.filter(({ kind }) => kind !== 'oracle' && kind !== 'nothing');
  const compared = rated.length === 2 ? `\`heddle compare ${experiment}\` compares the two; ` : '';
  return `${compared}\`heddle experiments ${experiment} --trials\` lists each trial with its rollout\n`;
}

interface Place {
  readonly home: string;
  readonly store: Store;
}

interface Chosen {
  readonly experiment: Experiment;
  readonly context: Omit<TrialContext, 'signal' | 'observer'>;
}

/** A new experiment, or the unfinished one that the very same words began. Null: there is nothing to run. */
async function begun(
  dataset: string | undefined,
  options: EvalChoice,
  { home, store }: Place,
): Promise<Chosen | null> {
  const asked = await askedOf(dataset, options, { home, store });
  const { plan, notes } = asked.requested;
  const look = terminalOf(process.stderr);
  const planned = planText(plan, { ...look, store, difference: options.difference });
  if (options.dryRun) {
    process.stdout.write(
      options.json ? `${JSON.stringify({ plan, notes }, null, 2)}\n` : `${notesText(notes)}${planned}`,
    );
    return null;
  }
  const same = options.again ? null : sameExperiment(store, plan);
  if (same?.finished) {
    if (!options.quiet)
      process.stderr.write(
        `heddle: the very same was run before, as ${same.row.experiment}; nothing is run again\n  hint: --again begins anew\n`,
      );
    return { experiment: { ...same.row, asked: plan }, context: contextOf(asked, { home, store }) };
  }
  if (!options.quiet) process.stderr.write(`${notesText(notes)}${planned}\n`);
  const experiment =
    same === null
      ? newExperiment(store, plan, options.name ?? plan.dataset.name)
      : { ...same.row, asked: plan };
  return { experiment, context: contextOf(asked, { home, store }) };
}

function notesText(notes: readonly string[]): string {
  return notes.map((note) => `note: ${note}\n`).join('');
}

function contextOf({ entrants, requested }: Asked, place: Place): Chosen['context'] {
  return trialContext(requested.plan, entrants, requested.instances, place);
}

async function takenUp(
  dataset: string | undefined,
  { resume }: EvalChoice,
  { home, store }: Place,
): Promise<Chosen> {
  if (dataset !== undefined)
    throw new OperatorError('bad-option', 'an experiment that goes on has its dataset already', {
      hint: 'leave the dataset out: `heddle eval --resume [EXPERIMENT]`',
    });
  const experiment = typeof resume === 'string' ? findExperiment(store, resume) : newestUnfinished(store);
  return { experiment, context: await contextAgain(experiment, { home, store }) };
}

function newestUnfinished(store: Store): Experiment {
  const row = store.experiments.list().find(({ experiment }) => !isFinished(store, experiment));
  if (row !== undefined) return findExperiment(store, row.experiment);
  throw new OperatorError('nothing-to-resume', 'every experiment is finished', {
    hint: '`heddle experiments` lists them; --resume EXPERIMENT --retry-infra tries again what was spoilt',
  });
}

/** Trials without a verdict are due again; those that have one stay as they are. */
function reopenSpoilt(store: Store, { experiment }: Experiment): void {
  for (const row of store.experiments.trials(experiment, { state: 'graded' }))
    if (outcomeOf(parseResult(row.result)) === 'infra') store.experiments.reopen(row, row.rollout!);
}

/** Runs it before the person's eyes. */
async function run({ experiment, asked }: Experiment, context: Chosen['context'], options: EvalChoice) {
  const { store } = context;
  const rows = store.experiments.trials(experiment);
  const parallel = options.parallel ?? (await import('node:os')).availableParallelism();
  const planned = new Map(
    asked.agents.map(({ name }) => [name, rows.filter(({ agent }) => agent === name).length] as const),
  );
  const progress = new ExperimentProgress({ planned, attempts: asked.attempts, parallel, interval: wilson });
  for (const row of rows) if (row.state === 'graded') progress.known(row, parseResult(row.result));
  const view = openExperimentView(process.stderr, progress, { quiet: options.quiet === true });
  const interrupt = listenForInterrupt(() => view.stopping());
  store.desk.take(experiment, 'stop'); // was meant for whoever ran it before
  let atDesk = false;
  const deaf = listenForStop(
    store.desk,
    () => experiment,
    () => {
      atDesk = true;
      interrupt.stop();
    },
  );
  try {
    const watching = { signal: interrupt.signal, observer: view.observer };
    const budget = options.budget === undefined ? {} : { budgetUsd: options.budget };
    if (options.workers) return await onWorkers({ experiment, priority: 0, ...budget }, store, watching);
    return await runExperiment(experiment, { ...context, ...watching }, { parallel, ...budget });
  } catch (error) {
    if (!interrupt.signal.aborted) throw error;
    throw new OperatorError('interrupted', `stopped with ${progress.done} trials done`, {
      hint:
        options.workers && !atDesk
          ? `the workers go on; \`heddle worker cancel ${experiment}\` takes it from them`
          : `\`heddle eval --resume ${experiment}\` goes on`,
      exitCode: EXIT.interrupted,
    });
  } finally {
    deaf();
    view.end();
    interrupt.dispose();
  }
}

/** What has no meaning for workers, or lacks what they share: said before an experiment is begun. */
async function refuseAlone({ parallel }: EvalChoice): Promise<void> {
  if (parallel !== undefined)
    throw new OperatorError(
      'bad-option',
      'with --workers, --parallel has no meaning: this process runs no trial',
      {
        hint: 'each worker says how many it runs at a time: `heddle worker --concurrency N`',
      },
    );
  const { sharedStore } = await import('./open-queue.ts');
  sharedStore();
}

/** Hands it to the workers of the store and looks on. */
async function onWorkers(
  job: ExperimentJob,
  store: Store,
  watching: { readonly signal: AbortSignal; readonly observer: TrialObserver },
): Promise<ExperimentEnd> {
  const { followExperiment, openQueue } = await import('./open-queue.ts');
  const queue = await openQueue();
  try {
    return await followExperiment(job, { ...watching, store, queue });
  } finally {
    await queue.close(0);
  }
}
