import {
  type AgentReport,
  clustersOf,
  describeSamples,
  type Experiment,
  type ExperimentPlan,
  type ExperimentReport,
  earlyLook,
  measuredVariances,
  plan,
  reportFrom,
  samplesOf,
  solvedScore,
  withResults,
} from '@heddle/lab';
import type { AgentTold, ExperimentTold, SolvedTold, ToGoTold } from '../told/experiment.ts';
import type { Pace } from './pace.ts';
import { calibrationTold, intervalTold, passTold } from './statistics-told.ts';
import type { KeptTrial } from './trial-index.ts';

/** What most people want to tell apart. */
const DIFFERENCE = 0.05;

/** All that the head of an experiment's page says, made of its trials alone, but for what moves by the second. */
export function experimentTold(
  experiment: Experiment,
  trials: readonly KeptTrial[],
  { live, whys }: { readonly live: number; readonly whys: ReadonlyMap<string, string> },
): Omit<ExperimentTold, 'toGo' | 'cursor'> {
  const { asked } = experiment;
  const report = reportFrom(experiment, trials);
  const { planned, finished } = report.trials;
  const { steps = null, usd = null, tokens = null, seconds = null } = asked.limits;
  const { name, format, version } = asked.dataset;
  return {
    ...{ experiment: experiment.experiment, name: experiment.name, createdAt: experiment.createdAt },
    dataset: { name, format, version },
    instances: asked.instances.length,
    clusters: new Set(asked.instances.map(({ cluster }) => cluster)).size,
    ...{ attempts: asked.attempts, seed: asked.seed, limits: { steps, usd, tokens, seconds } },
    trials: report.trials,
    live: live > 0,
    agents: report.agents.map((agent) => ({
      ...agentTold(agent, asked, trials),
      why: whys.get(agent.agent.name) ?? null,
    })),
    planner: plannerOf(asked, report, trials),
    early: planned === 0 ? null : (earlyLook({ planned, finished })?.message ?? null),
  };
}

function agentTold(
  report: AgentReport,
  asked: ExperimentPlan,
  trials: readonly KeptTrial[],
): Omit<AgentTold, 'why'> {
  const { agent, counts, shortfalls, byTry, usd, outputTokens, seconds, flags, infra } = report;
  const { name, kind, model, version } = agent;
  return {
    ...{ name, kind, model, version, counts, shortfalls, byTry, usd, outputTokens, seconds, flags, infra },
    solved: solvedTold(report, asked, trials),
    calibration: calibrationTold(report.calibration),
  };
}

function solvedTold(
  { agent, description }: AgentReport,
  asked: ExperimentPlan,
  trials: readonly KeptTrial[],
): SolvedTold | null {
  if (description === null) return null;
  const { mean, onTheseTasks, se, tasks, attempts, passed, solved, noise, designEffect } = description;
  const costs = samplesOf(
    withResults(trials.filter((trial) => trial.agent === agent.name)),
    clustersOf(asked),
    ({ resolved, usd }) => (resolved === null ? null : usd),
  );
  const cost = describeSamples(costs.map((sample) => ({ ...sample, amounts: true as const })));
  return {
    onTasksLikeThese: intervalTold(mean),
    onExactlyThese: onTheseTasks === null ? null : intervalTold(onTheseTasks),
    ...{ se: se.total, tasks, attempts: attempts.total, instances: solved, noise, designEffect },
    passed: passed?.map(passTold) ?? [],
    usd: intervalTold(cost.mean),
  };
}

/** How scores scatter is not known from fewer: a handful may all come out alike. */
const FEWEST_MEASURED = 20;

/** By usual variances until there are results of enough instances, then by those of the first two agents. */
function plannerOf(
  asked: ExperimentPlan,
  { agents }: ExperimentReport,
  trials: readonly KeptTrial[],
): string | null {
  if (asked.agents.some(({ kind }) => kind === 'oracle' || kind === 'nothing')) return null;
  const costs = agents.flatMap(({ usd }) => (usd.mean === null || usd.mean === 0 ? [] : [usd.mean]));
  const [a, b] = asked.agents.map(({ name }) => {
    const own = withResults(trials.filter((trial) => trial.agent === name));
    return new Map(samplesOf(own, clustersOf(asked), solvedScore).map((sample) => [sample.instance, sample]));
  });
  const shared = [...(a ?? [])].flatMap(([instance, sample]) => {
    const other = b?.get(instance);
    return other === undefined ? [] : [[sample, other] as const];
  });
  const variances =
    shared.length < FEWEST_MEASURED
      ? null
      : measuredVariances({ a: shared.map(([sample]) => sample), b: shared.map(([, sample]) => sample) });
  return plan({
    ...{ tasks: asked.instances.length, attempts: asked.attempts, difference: DIFFERENCE },
    ...(variances === null ? {} : { variances }),
    ...(costs.length === 0 ? {} : { usdPerTrial: costs.reduce((sum, usd) => sum + usd, 0) / costs.length }),
  }).sentence;
}

/** What is to come, by how long trials took by the clock and what they cost. */
export function toGoOf(
  asked: ExperimentPlan,
  trials: readonly KeptTrial[],
  { live, pace }: { readonly live: number; readonly pace: Pace },
): ToGoTold | null {
  const means = new Map(asked.agents.map(({ name }) => [name, { done: 0, usd: 0, left: 0 }]));
  const all = { done: 0, usd: 0, seconds: 0 };
  for (const { agent, graded } of trials) {
    const own = means.get(agent)!;
    if (graded === null) {
      own.left += 1;
      continue;
    }
    const { usd, seconds, gradeSeconds } = graded.result;
    all.seconds += seconds + gradeSeconds;
    for (const sums of [own, all]) {
      sums.done += 1;
      sums.usd += usd;
    }
  }
  const left = trials.length - all.done;
  if (left === 0) return null;
  if (all.done === 0) return { trials: left, seconds: null, usd: null };
  const one = pace.secondsOfOne({ finished: all.done, seconds: all.seconds });
  return {
    trials: left,
    seconds: live === 0 || one === null ? null : (one * left) / Math.min(live, left),
    usd: [...means.values()].reduce((sum, own) => {
      const known = own.done > 0 ? own : all;
      return sum + (known.usd / known.done) * own.left;
    }, 0),
  };
}
