import type { Store } from '@heddle/core';
import { stringify } from 'yaml';
import type { Experiment } from '../../experiment/begin.ts';
import type { Prediction } from '../../harness/predictions.ts';
import { reportOf } from '../../harness/reports.ts';
import { atifText } from '../atif/export.ts';
import { trajectoryOf } from '../journal-trajectory.ts';
import { isoTime } from '../json.ts';
import { asPathPart, type OutFile } from '../out-file.ts';
import { predictionsOf } from './predictions.ts';
import { type GradedTrial, gradedTrials, patchOf, verdictOf } from './rows.ts';
import { jsonLines } from './tables.ts';

interface Chosen {
  readonly agent: string;
  readonly attempt: number;
}

/** The folder that SWE-bench/experiments takes: one agent, one attempt at each instance. */
export function* submissionFiles(store: Store, experiment: Experiment, chosen: Chosen): Generator<OutFile> {
  const { asked, createdAt } = experiment;
  const date = isoTime(createdAt).slice(0, 10).replaceAll('-', '');
  const folder = `evaluation/${splitOf(asked.dataset.name)}/${date}_${asPathPart(chosen.agent)}`;
  const file = (path: string, pieces: OutFile['pieces']): OutFile => ({ path: `${folder}/${path}`, pieces });
  const trials = () => trialsOf(store, experiment, chosen);
  yield file('metadata.yaml', () => [metadataOf(experiment, chosen)]);
  yield file('README.md', () => [readmeOf(experiment, chosen)]);
  yield file('all_preds.jsonl', () => jsonLines(predictionsOf(store, experiment, chosen)));
  yield file('results/results.json', () => [`${JSON.stringify(resultsOf(trials()), null, 2)}\n`]);
  for (const trial of trials()) {
    const logs = `logs/${asPathPart(trial.instance)}`;
    const patch = patchOf(store, trial);
    const verdict = verdictOf(store, trial);
    yield file(`${logs}/patch.diff`, () => [patch]);
    const report = verdict && reportOf(predictionOf(trial, patch), verdict);
    // Where that harness leaves none (an error), there is none here.
    if (report !== null) {
      yield file(`${logs}/report.json`, () => [`${JSON.stringify({ [trial.instance]: report }, null, 4)}\n`]);
    }
    yield file(`${logs}/test_output.txt`, () => [verdict?.output ?? '']);
    const { rollout } = trial;
    if (rollout === null) continue;
    yield file(`trajs/${asPathPart(trial.instance)}.json`, async function* () {
      yield* atifText(await trajectoryOf(store, rollout));
    });
  }
}

function* trialsOf(store: Store, experiment: Experiment, { agent, attempt }: Chosen): Generator<GradedTrial> {
  for (const trial of gradedTrials(store, experiment, agent)) if (trial.attempt === attempt) yield trial;
}

/** The folders there; another dataset's own name. */
function splitOf(dataset: string): string {
  const name = dataset.toLowerCase();
  const known = ['multilingual', 'multimodal', 'verified', 'lite'].find((split) => name.includes(split));
  return known ?? (/^swe-?bench$/.test(name) ? 'test' : asPathPart(name));
}

function metadataOf({ asked }: Experiment, { agent }: Chosen): string {
  const entrant = asked.agents.find(({ name }) => name === agent);
  return stringify({
    info: { name: agent, authors: '', logo: '', report: '', site: '' },
    tags: {
      checked: false,
      model: [entrant?.model ?? 'unknown'],
      org: [],
      os_model: false,
      os_system: true,
      system: { attempts: '1' },
    },
    assets: { logs: 'logs', trajs: 'trajs' },
  });
}

/** One attempt for each instance, whatever the experiment made: the first is not the best, and that is said. */
function readmeOf({ asked, name, experiment }: Experiment, { agent, attempt }: Chosen): string {
  return [
    `# ${agent}`,
    '',
    `Attempt ${attempt} of ${asked.attempts} at each of ${asked.instances.length} instances of ${asked.dataset.name}`,
    `(version ${asked.dataset.version}), experiment ${experiment} (${name}).`,
    '',
    `Network: ${asked.network ? 'open' : 'closed'}. Sandbox: ${asked.sandbox}. Limits of an attempt: ${JSON.stringify(asked.limits)}.`,
    'Trajectories are in ATIF v1.7. Where instances ran in local environments instead of the published images, the',
    'verdicts are for comparing versions with each other, not for the leaderboard.',
    '',
  ].join('\n');
}

function resultsOf(trials: Iterable<GradedTrial>): Record<string, string[]> {
  const results = { no_generation: [] as string[], no_logs: [] as string[], resolved: [] as string[] };
  for (const { instance, result } of trials) {
    if (result.patch === 'empty') results.no_generation.push(instance);
    else if (result.resolved === null) results.no_logs.push(instance);
    else if (result.resolved) results.resolved.push(instance);
  }
  return results;
}

function predictionOf({ agent, instance }: GradedTrial, patch: string): Prediction {
  return { instance_id: instance, model_name_or_path: agent, model_patch: patch === '' ? null : patch };
}
