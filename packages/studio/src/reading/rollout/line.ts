import { knownCost } from '@heddle/agent';
import type { ModelsConfig } from '@heddle/models';
import type { RolloutLine } from '../../told/lines.ts';
import type { RolloutFacts } from './facts.ts';
import { clipped, firstLine } from './words.ts';

const MAX_TASK = 200;
const MAX_REASON = 400;

interface LineOptions {
  /** A living process works on it. */
  readonly running: boolean;
  readonly prices: ModelsConfig;
}

/** A rollout in one line, as lists show it. */
export function lineOf(facts: RolloutFacts, { running, prices }: LineOptions): RolloutLine {
  const { completed, paused, config, task, tree } = facts;
  const { step, usage, ledger } = facts.meter;
  const { spent } = ledger;
  const rests = paused?.code === 'model-unreachable' ? paused.code : 'interrupted';
  const cost = knownCost({ costUsd: spent.usd, usage }, config?.model ?? '', prices);
  const reason =
    completed?.reason ?? paused?.reason ?? (running ? '' : 'its process ended before it was finished');
  return {
    ...{ rollout: facts.rollout, parent: facts.forkedFrom?.rollout ?? null, startedAt: facts.startedAt },
    ...{ seconds: spent.seconds, agent: facts.agent.name },
    status: completed?.status ?? (running && paused === null ? 'running' : rests),
    task: firstLine(task?.text ?? '', MAX_TASK),
    repo: task?.repo ?? '',
    model: config?.model ?? '',
    steps: step + tree.composition.steps,
    usd: config?.peer !== undefined && !facts.peerTellsMoney ? null : cost,
    verified: completed?.verified ?? false,
    probability: completed?.probability ?? null,
    reason: clipped(reason, MAX_REASON),
  };
}
