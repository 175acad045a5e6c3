import type { Store } from '@heddle/core';
import type { Experiment } from '../../experiment/begin.ts';
import { isFinished } from '../../experiment/begin.ts';
import { trajectoryOf } from '../journal-trajectory.ts';
import { gradedTrials } from '../trials/rows.ts';
import type { InspectLog } from './log.ts';
import { ownScores } from './sample.ts';

/** One agent's part of an experiment. An attempt without a journal (its process never began) is left out. */
export function logOfAgent(store: Store, experiment: Experiment, agent: string, heddle: string): InspectLog {
  const { asked } = experiment;
  const entrant = asked.agents.find(({ name }) => name === agent);
  const clusters = new Map(asked.instances.map(({ id, cluster }) => [id, cluster]));
  return {
    id: `${experiment.experiment}-${agent}`,
    task: asked.dataset.name,
    taskVersion: asked.dataset.version,
    createdAt: experiment.createdAt,
    agent: { name: agent, version: entrant?.version ?? 'unknown' },
    model: entrant?.model ?? 'none',
    sampleIds: asked.instances.map(({ id }) => id),
    epochs: asked.attempts,
    heddle,
    complete: isFinished(store, experiment.experiment),
    metadata: {
      experiment: experiment.experiment,
      name: experiment.name,
      seed: asked.seed,
      limits: asked.limits,
    },
    async *samples() {
      const scores = new Map<string, Record<string, { value: number; explanation: string }>>();
      for (const row of store.experiments.scores(experiment.experiment)) {
        if (row.agent !== agent || row.value === null) continue;
        const key = JSON.stringify([row.instance, row.attempt]);
        const score = { [row.scorer]: { value: row.value, explanation: row.why } };
        scores.set(key, { ...scores.get(key), ...score });
      }
      for (const { instance, attempt, rollout, result } of gradedTrials(store, experiment, agent)) {
        if (rollout === null || store.rollouts({ prefix: rollout, limit: 1 }).length === 0) continue;
        const { resolved, infra, flags } = result;
        yield {
          id: instance,
          epoch: attempt,
          trajectory: await trajectoryOf(store, rollout),
          scores: {
            ...(resolved === null ? {} : { resolved: { value: resolved ? 'C' : 'I' } }),
            ...scores.get(JSON.stringify([instance, attempt])),
          },
          error: infra === null ? null : `${infra.class}: ${infra.message}`,
          metadata: { cluster: clusters.get(instance) ?? null, rollout, flags },
        };
      }
    },
  };
}

/** A rollout by itself: one sample, scored by its own checks. */
export async function logOfRollout(store: Store, rollout: string, heddle: string): Promise<InspectLog> {
  const trajectory = await trajectoryOf(store, rollout);
  const { head, end } = trajectory;
  return {
    id: rollout,
    task: 'rollout',
    taskVersion: 0,
    createdAt: head.startedAt ?? 0,
    agent: head.agent,
    model: head.model ?? 'none',
    sampleIds: [rollout],
    epochs: 1,
    heddle,
    complete: end !== null && end.status !== 'interrupted',
    metadata: {},
    async *samples() {
      yield { id: rollout, epoch: 1, trajectory, scores: ownScores(end), error: null, metadata: head.meta };
    },
  };
}
