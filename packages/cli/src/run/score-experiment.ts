import { EXIT, OperatorError, type Store } from '@heddle/core';
import {
  type Experiment,
  type Flag,
  findExperiment,
  gradedOf,
  instancesOf,
  isAmount,
  openScorers,
  rolloutsOfTrial,
  type ScoreEnd,
  scanAttempt,
  scoreReport,
  scoreTrials,
  type TrialScorer,
} from '@heddle/lab';
import type { SandboxKind } from '@heddle/workspace';
import type { ScoreChoice } from '../commands/score.ts';
import { loadConfig } from '../config/load.ts';
import { heddleHome, openJournal } from '../home.ts';
import { loadScorer } from '../modules/load-scorer.ts';
import { flagsText } from '../render/flags-text.ts';
import { eachScoreText, scoreLine, scoreText } from '../render/score-text.ts';
import { terminalOf } from '../terminal.ts';
import { listenForInterrupt } from './interrupt.ts';
import { openChosenModel } from './open-chosen-model.ts';

/** Where scores are kept and models opened. */
export interface ScorePlace {
  readonly store: Store;
  readonly home: string;
}

/** `heddle score`. Gives the exit code. */
export async function scoreExperiment(given: string, options: ScoreChoice): Promise<number> {
  const home = heddleHome();
  const store = openJournal(home);
  const experiment = findExperiment(store, given);
  checkNamed(experiment, options);
  if (options.flags) return showFlags(experiment, options, { store, home });
  const place = { store, home };
  const scorers = await scorersOf(options, place);
  const end = scorers.length === 0 ? null : await scoreAll(experiment, scorers, { ...options, ...place });
  const own = new Map(scorers.map(({ name, unit }) => [name, unit]));
  const report = scoreReport(store, experiment, {
    wanted: wantedBy(scorers),
    amounts: (score) => own.get(wholeOf(score)) === 'amount' || isAmount(score),
  });
  const look = terminalOf(process.stdout);
  if (options.json)
    process.stdout.write(
      `${JSON.stringify({ experiment: experiment.experiment, scores: report, ended: end }, null, 2)}\n`,
    );
  else {
    process.stdout.write(scoreText(report, look));
    if (options.each)
      process.stdout.write(
        eachScoreText(
          rowsOf(store, experiment, options).filter(({ scorer }) => wantedBy(scorers)(scorer)),
          look,
        ),
      );
  }
  return end === null || (end.failures.length === 0 && !end.outOfMoney) ? EXIT.solved : EXIT.limit;
}

/**
 * Scores what is graded and not scored yet, before the person's eyes. Also called at the end of `heddle eval --scorer`.
 * Throws OperatorError `interrupted`.
 */
export async function scoreAll(
  experiment: Experiment,
  scorers: readonly TrialScorer[],
  { store, home, ...options }: ScorePlace & ScoreChoice,
): Promise<ScoreEnd> {
  const instances = new Map((await instancesOf(experiment.asked, { home })).map((each) => [each.id, each]));
  const say = (text: string) => options.quiet || process.stderr.write(text);
  const interrupt = listenForInterrupt(() => say('Stopping. Ctrl-C again leaves at once.\n'));
  let [due, done] = [0, 0];
  try {
    const end = await scoreTrials({
      ...{ store, home, scorers, experiment: experiment.experiment },
      instance: (id) => instances.get(id),
      ...{ agent: options.agent, only: options.instance, again: options.again === true, usd: options.budget },
      sandbox: experiment.asked.sandbox as SandboxKind | 'auto',
      signal: interrupt.signal,
      observer: {
        planned: (_, count) => {
          due = count;
        },
        scored: (key, scorer, scores) => say(`${++done}/${due}  ${scoreLine(key, scorer, scores)}\n`),
        failed: ({ agent, instance, scorer, message }) =>
          say(`${++done}/${due}  ${agent}  ${instance}  ${scorer}: not scored now: ${message}\n`),
      },
    });
    if (end.notGraded > 0)
      say(`${end.notGraded} trials are not graded yet: score them when they are, with the same command\n`);
    if (end.outOfMoney)
      say('heddle: the budget is used up\n  hint: the same command with more --budget goes on\n');
    return end;
  } catch (error) {
    if (!interrupt.signal.aborted) throw error;
    throw new OperatorError('interrupted', `stopped with ${done} of ${due} scored`, {
      hint: 'the same command goes on',
      exitCode: EXIT.interrupted,
    });
  } finally {
    interrupt.dispose();
  }
}

/** The scorers that are named, opened. Throws what a wrong name, rubric or module gives rise to. */
export async function scorersOf(
  { scorer = [], model }: ScoreChoice,
  { home }: Pick<ScorePlace, 'home'>,
): Promise<TrialScorer[]> {
  if (scorer.length === 0) return [];
  const config = await loadConfig(null);
  return openScorers(scorer, {
    model: model ?? config.model ?? null,
    openModel: (spec) => openChosenModel(spec, { home, config }),
    loadScorer,
  });
}

function checkNamed({ asked }: Experiment, { agent, instance }: ScoreChoice): void {
  if (agent !== undefined && !asked.agents.some(({ name }) => name === agent))
    throw new OperatorError('no-such-agent', `no agent ${agent} takes part in this experiment`, {
      hint: `it has ${asked.agents.map(({ name }) => name).join(', ')}`,
      exitCode: EXIT.usage,
    });
  if (instance !== undefined && !asked.instances.some(({ id }) => id === instance))
    throw new OperatorError('no-such-instance', `the experiment has no instance ${instance}`, {
      hint: '`heddle experiments EXPERIMENT --json` lists them',
      exitCode: EXIT.usage,
    });
}

function rowsOf(store: Store, { experiment }: Experiment, { agent, instance }: ScoreChoice) {
  return store.experiments
    .scores(experiment)
    .filter((row) => (agent ?? row.agent) === row.agent && (instance ?? row.instance) === row.instance);
}

/** `diff.files` is a part of `diff`. */
function wholeOf(score: string): string {
  return score.split('.', 1)[0]!;
}

/** Named scorers' scores alone; without any, all there are. */
function wantedBy(scorers: readonly TrialScorer[]): (score: string) => boolean {
  const names = new Set(scorers.map(({ name }) => wholeOf(name)));
  return (score) => names.size === 0 || names.has(wholeOf(score));
}

/** One trial's signs of cheating. */
export interface TrialFlags {
  readonly agent: string;
  readonly instance: string;
  readonly attempt: number;
  readonly rollout: string | null;
  readonly flags: readonly Flag[];
}

async function showFlags(
  experiment: Experiment,
  options: ScoreChoice,
  { store, home }: ScorePlace,
): Promise<number> {
  const { agent, instance: only } = options;
  const instances = new Map((await instancesOf(experiment.asked, { home })).map((each) => [each.id, each]));
  const filter = {
    ...(agent === undefined ? {} : { agent }),
    ...(only === undefined ? {} : { instance: only }),
  };
  const interrupt = listenForInterrupt(() => {});
  const found: TrialFlags[] = [];
  try {
    for (const row of gradedOf(store.experiments.trials(experiment.experiment, filter))) {
      interrupt.signal.throwIfAborted();
      const instance = instances.get(row.instance)!;
      const patch = Buffer.from(store.objects.get(row.result.patchDigest)).toString('utf8');
      const rollouts = rolloutsOfTrial(row.rollout, instance.tries ?? 1);
      const sandbox = experiment.asked.sandbox as SandboxKind | 'auto';
      const flags = await scanAttempt(
        { instance, rollouts, patch },
        { store, home, sandbox, signal: interrupt.signal },
      );
      found.push({
        agent: row.agent,
        instance: row.instance,
        attempt: row.attempt,
        rollout: row.rollout,
        flags,
      });
    }
  } finally {
    interrupt.dispose();
  }
  process.stdout.write(
    options.json ? `${JSON.stringify(found, null, 2)}\n` : flagsText(found, terminalOf(process.stdout)),
  );
  return EXIT.solved;
}
