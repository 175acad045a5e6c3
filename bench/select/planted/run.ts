import { type Agent, agent, bestOf, runAgent } from '@heddle/agent';
import { repairModel } from '@heddle/repair';
import { CHECK_SECONDS } from '../../repair/judge.ts';
import { TASK } from '../../repair/run-case.ts';
import type { Place } from '../keep.ts';
import { type Choice, selectedIn } from '../selected.ts';
import type { Instance, PlantedCandidate } from './instance.ts';
import { majority } from './majority.ts';

/** What each way to choose came to. */
export interface PlantedRecord {
  readonly id: string;
  readonly language: string;
  readonly fault: string;
  readonly seconds: number;
  readonly rollout: string;
  readonly truths: readonly PlantedCandidate['truth'][];
  readonly choice: Choice;
  /** Attempts' numbers. */
  readonly majority: number;
  readonly majorityOfPassing: number;
  readonly first: number;
  /** A call of the module tells changes apart. */
  readonly tellable: boolean;
  /** Its largest group of equal patches is of right ones. */
  readonly rightIsMajority: boolean;
}

const SELECTION_SECONDS = 1800;

/** Lets `bestOf` choose among the planted candidates, in real workspaces; there is no model to ask. */
export async function selectPlanted(
  instance: Instance,
  { repo, home, store }: Place,
): Promise<PlantedRecord> {
  const { id, language, framework, check, fault, tellable, candidates } = instance;
  const whole = bestOf({ attempts: candidates.length, stop: 'never' }, ended(candidates));
  const result = await runAgent(
    {
      task: TASK,
      repo,
      agent: whole,
      spec: whole.op.version.name,
      model: repairModel(),
      openModel: async () => repairModel(),
      checks: [{ name: 'test', command: check, timeoutSeconds: CHECK_SECONDS * 2, framework }],
      limits: { seconds: SELECTION_SECONDS },
    },
    { store, home },
  );
  const { choice } = selectedIn(store, result.rollout);
  const passing = candidates.map(({ truth }) => truth !== 'careless');
  const voted = await majority(instance, () => true);
  const votedPassing = await majority(instance, (index) => passing[index]!);
  return {
    id,
    language,
    fault,
    seconds: result.seconds,
    rollout: result.rollout,
    truths: candidates.map(({ truth }) => truth),
    choice,
    majority: voted + 1,
    majorityOfPassing: votedPassing + 1,
    first: 1,
    tellable,
    rightIsMajority: candidates[voted]!.truth === 'right',
  };
}

/** Attempts that have come to their end: each its files, and whether its checks passed. Nothing else tells them apart. */
function ended(candidates: readonly PlantedCandidate[]): Agent {
  return agent({ name: 'planted', source: import.meta.url }, async (state, run) => {
    const { files, truth } = candidates[Number(run.path.split('/').at(-1)) - 1]!;
    const fork = await run.ground.workspace.fork(state.snapshot);
    try {
      for (const [path, text] of Object.entries(files)) await fork.files.write(path, text);
      const verified = truth !== 'careless';
      return {
        ...state,
        snapshot: await fork.snapshot(),
        work: {
          status: verified ? ('solved' as const) : ('unverified' as const),
          verified,
          probability: null,
          reason: '',
          rollout: null,
        },
      };
    } finally {
      await fork.dispose();
    }
  });
}
