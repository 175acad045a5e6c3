import {
  type RolloutResult,
  type Runtime,
  readRollout,
  resultOfState,
  type SolveOptions,
  stateOf,
} from '@heddle/agent';
import { messageOf, OperatorError } from '@heddle/core';
import { prepareImage } from '@heddle/workspace';
import type { AttemptContext, AttemptEnd, AttemptJob, Entrant } from '../entrant.ts';
import { faultOf } from '../experiment/infra.ts';
import { attemptEndOf, neverBegan } from './attempt-end.ts';
import type { EntrantSpec } from './spec.ts';

/** One of Heddle's agents, ready to begin rollouts: its model, its tools and what it is made of are settled. */
export interface OwnAgent {
  /** Digest of the version tree. */
  readonly version: string;
  readonly model: string;
  /** Begins a rollout. */
  begin(options: OwnTask, runtime: Runtime): Promise<RolloutResult>;
  /** Goes on with one that is in the journal and has not ended. */
  goOn(options: Pick<OwnTask, 'id' | 'seed'>, runtime: Runtime): Promise<RolloutResult>;
}

export type OwnTask = Omit<SolveOptions, 'model'> & { readonly id: string; readonly seed: number };

/** Throws OperatorError or SpecError: no such agent, module or model, a missing key, a setting that is none. */
export type OpenOwnAgent = (spec: EntrantSpec) => Promise<OwnAgent>;

/** Heddle's own agent as one that takes part in an experiment. */
export function heddleEntrant({ name }: EntrantSpec, agent: OwnAgent): Entrant {
  return {
    name,
    kind: 'heddle',
    version: agent.version,
    model: agent.model,
    async attempt(job, context) {
      const ended = endInJournal(job.rollout, context);
      if (ended !== null) return ended;
      try {
        const result = await run(agent, job, context);
        context.signal.throwIfAborted();
        return endOf(result, job.rollout, context);
      } catch (error) {
        context.signal.throwIfAborted();
        return endAfter(error, job.rollout, context);
      }
    },
  };
}

async function run(
  agent: OwnAgent,
  job: AttemptJob,
  { store, home, signal, observer }: AttemptContext,
): Promise<RolloutResult> {
  const { rollout: id, instance, task, repo, limits, seed, network } = job;
  const { checks, environment } = instance;
  const { name: _, image: _image, ...programs } = environment ?? { name: '' };
  const runtime: Runtime = {
    ...{ store, home, signal },
    ...(observer === undefined ? {} : { observer }),
    ...(environment === null ? {} : { environment: programs }),
  };
  if (readRollout(store, id).length > 0) return agent.goOn({ id, seed }, runtime);
  const sandbox = environment?.image === undefined ? job.sandbox : await prepareImage(environment.image);
  return agent.begin({ id, task, repo, checks, limits, seed, sandbox, network }, runtime);
}

/** One that ended has nothing to add, whatever became of the process that saw it end. */
function endInJournal(rollout: string, { store }: AttemptContext): AttemptEnd | null {
  const state = stateOf(readRollout(store, rollout));
  return state.completed === null ? null : attemptEndOf(resultOfState(store, rollout, state), null);
}

function endOf(result: RolloutResult, rollout: string, { store }: AttemptContext): AttemptEnd {
  if (result.status !== 'model-unreachable') return attemptEndOf(result, null);
  const { failure } = stateOf(readRollout(store, rollout));
  const code = failure?.code ?? 'unreachable';
  const message = failure?.message ?? result.reason;
  return attemptEndOf(result, faultOf(code, message) ?? { class: 'provider', code, message });
}

/**
 * What is thrown once a rollout has begun has paused it or, if it is a bug of ours, failed it: that is a failure of the
 * agent like any other. What is neither that nor a known fault of the surroundings goes on to the person.
 */
function endAfter(error: unknown, rollout: string, context: AttemptContext): AttemptEnd {
  const events = readRollout(context.store, rollout);
  const state = stateOf(events);
  if (!(error instanceof OperatorError)) {
    if (state.completed === null) throw error;
    return attemptEndOf(resultOfState(context.store, rollout, state), null);
  }
  const fault = faultOf(error.code, messageOf(error));
  if (fault === null) throw error;
  if (events.length === 0) return neverBegan(fault);
  return { ...attemptEndOf(resultOfState(context.store, rollout, state), fault), reason: fault.message };
}
