import { EXIT, OperatorError, type Store } from '@heddle/core';
import type { Experiment } from '../experiment/begin.ts';
import { adpText } from './adp/export.ts';
import { atifText } from './atif/export.ts';
import { heddleLines } from './heddle/export.ts';
import { type InspectLog, inspectEval, inspectJson } from './inspect/log.ts';
import { logOfAgent, logOfRollout } from './inspect/of-experiment.ts';
import { trajectoryOf } from './journal-trajectory.ts';
import { asPathPart, type OutFile } from './out-file.ts';
import type { Trajectory } from './trajectory.ts';
import { aiderFiles } from './trials/aider.ts';
import { predictionsOf } from './trials/predictions.ts';
import { gradedTrials } from './trials/rows.ts';
import { submissionFiles } from './trials/submission.ts';
import { csvLines, evalArenaRecords, jsonLines, trialRecords } from './trials/tables.ts';

export interface ExportChoice {
  /** Version of Heddle, for formats that name their writer. */
  readonly heddle: string;
  /** Of an experiment: this agent's part only. */
  readonly agent?: string | undefined;
  /** Of formats that hold one attempt for each instance. Default 1. */
  readonly attempt?: number | undefined;
}

/** How rollouts and experiments are written in one published form. */
export interface ExportFormat {
  readonly name: string;
  /** One line for `--help`. */
  readonly about: string;
  /** Its files are a folder, however few. */
  readonly folder?: true;
  readonly rollout?: (store: Store, rollout: string, choice: ExportChoice) => Promise<Iterable<OutFile>>;
  readonly experiment?: (store: Store, experiment: Experiment, choice: ExportChoice) => Iterable<OutFile>;
}

export const EXPORT_FORMATS: readonly ExportFormat[] = [
  {
    name: 'heddle',
    about: 'our own events and objects, to move a rollout to another store without loss',
    rollout: async (store, rollout) => [
      { path: `${rollout}.jsonl`, pieces: () => heddleLines(store, rollout) },
    ],
  },
  trajectories('atif', 'ATIF v1.7 (Harbor); of an experiment a line for each trial', atifText),
  trajectories('adp', 'ADP 1.2.0 (agent data protocol); of an experiment a line for each trial', adpText),
  inspectLogs('inspect', 'Inspect log as .eval; of an experiment one for each agent', {
    ending: 'eval',
    piecesOf: inspectEval,
  }),
  inspectLogs('inspect-json', 'Inspect log as one JSON document', { ending: 'json', piecesOf: inspectJson }),
  {
    name: 'predictions',
    about: 'SWE-bench predictions: one patch for each instance (--attempt), a file for each agent',
    experiment: (store, experiment, choice) =>
      agentsOf(experiment, choice).map((agent) => ({
        path: `${asPathPart(agent)}.jsonl`,
        pieces: () => jsonLines(predictionsOf(store, experiment, { agent, attempt: choice.attempt ?? 1 })),
      })),
  },
  {
    name: 'submission',
    about:
      'the folder that SWE-bench/experiments takes: predictions, results, logs, trajectories (--agent, --attempt)',
    folder: true,
    experiment: (store, experiment, choice) => {
      const [agent, ...others] = agentsOf(experiment, choice);
      if (agent === undefined || others.length > 0) throw oneAgent(experiment);
      return submissionFiles(store, experiment, { agent, attempt: choice.attempt ?? 1 });
    },
  },
  {
    name: 'csv',
    about: 'a table of all trials with their scores',
    experiment: (store, experiment) => [
      { path: `${experiment.experiment}.csv`, pieces: () => csvLines(trialRecords(store, experiment)) },
    ],
  },
  {
    name: 'jsonl',
    about: 'the same table as JSON lines',
    experiment: (store, experiment) => [
      { path: `${experiment.experiment}.jsonl`, pieces: () => jsonLines(trialRecords(store, experiment)) },
    ],
  },
  {
    name: 'eval-arena',
    about: 'what eval-arena reads: solved of tried, for each agent and instance',
    experiment: (store, experiment) => [
      {
        path: `${experiment.experiment}.jsonl`,
        pieces: () => jsonLines(evalArenaRecords(store, experiment)),
      },
    ],
  },
  {
    name: 'aider',
    about: "a folder of Aider's .aider.results.json",
    folder: true,
    experiment: (store, experiment) => aiderFiles(store, experiment),
  },
];

/** Of a rollout one document, of an experiment a line for each graded trial that has a journal. */
function inspectLogs(
  name: string,
  about: string,
  {
    ending,
    piecesOf,
  }: { readonly ending: string; readonly piecesOf: (log: InspectLog) => ReturnType<OutFile['pieces']> },
): ExportFormat {
  return {
    name,
    about,
    rollout: async (store, rollout, { heddle }) => {
      const log = await logOfRollout(store, rollout, heddle);
      return [{ path: `${rollout}.${ending}`, pieces: () => piecesOf(log) }];
    },
    experiment: (store, experiment, choice) =>
      agentsOf(experiment, choice).map((agent) => {
        const log = logOfAgent(store, experiment, agent, choice.heddle);
        return { path: `${asPathPart(agent)}.${ending}`, pieces: () => piecesOf(log) };
      }),
  };
}

function trajectories(
  name: string,
  about: string,
  textOf: (trajectory: Trajectory) => Iterable<string>,
): ExportFormat {
  return {
    name,
    about,
    rollout: async (store, rollout) => {
      const trajectory = await trajectoryOf(store, rollout);
      return [
        {
          path: `${rollout}.json`,
          *pieces() {
            yield* textOf(trajectory);
            yield '\n';
          },
        },
      ];
    },
    experiment: (store, experiment, { agent }) => [
      {
        path: `${experiment.experiment}.jsonl`,
        async *pieces() {
          for (const { rollout } of gradedTrials(store, experiment, agent)) {
            if (rollout === null || store.rollouts({ prefix: rollout, limit: 1 }).length === 0) continue;
            yield* textOf(await trajectoryOf(store, rollout));
            yield '\n';
          }
        },
      },
    ],
  };
}

function agentsOf({ asked, name }: Experiment, { agent }: ExportChoice): string[] {
  const all = asked.agents.map((each) => each.name);
  if (agent === undefined) return all;
  if (all.includes(agent)) return [agent];
  throw new OperatorError('no-such-agent', `no agent of experiment ${name} is called ${agent}`, {
    hint: `one of ${all.join(', ')}`,
    exitCode: EXIT.usage,
  });
}

function oneAgent({ asked }: Experiment): OperatorError {
  return new OperatorError('one-agent', 'a submission is of one agent, and this experiment has several', {
    hint: `name it with --agent: ${asked.agents.map(({ name }) => name).join(', ')}`,
    exitCode: EXIT.usage,
  });
}
