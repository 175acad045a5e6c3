import { join } from 'node:path';
import { type Agent, agent, bestOf, readRollout, runAgent, solo, stateOf } from '@heddle/agent';
import type { EventOf, Store } from '@heddle/core';
import { repairModel } from '@heddle/repair';
import { CHECK_SECONDS, holds } from '../../repair/judge.ts';
import { MAX_STEPS } from '../../repair/run-case.ts';
import type { Place } from '../keep.ts';
import { selectedIn } from '../selected.ts';
import type { AttemptCase } from './example-cases.ts';
import type { AttemptRecord, CaseRecord } from './record.ts';

export interface AttemptOptions {
  /** Attempts at each case; attempt i has the seed i. */
  readonly seeds: number;
  /** Limit of one attempt. */
  readonly seconds: number;
  /** Attempts at a time. */
  readonly parallel: number;
}

/** Beside its attempts, for the checks before and after and the selection. */
const SELECTION_SECONDS = 1800;

/** The whole of it: attempts, their selection, and the judgement of every attempt by the tests that were held out. */
export async function attemptCase(
  test: AttemptCase,
  place: Place,
  { seeds, seconds, parallel }: AttemptOptions,
): Promise<CaseRecord> {
  const whole = bestOf({ attempts: seeds, stop: 'never', parallel }, timed(seconds, solo));
  const limit = Math.ceil(seeds / parallel) * seconds + SELECTION_SECONDS;
  return recorded(test, place, await runOn(test, place, whole, limit));
}

/** The selection again, over the attempts as they were kept; how right they are is known. */
export async function reselectCase(test: AttemptCase, place: Place, past: CaseRecord): Promise<CaseRecord> {
  const again = bestOf({ attempts: past.attempts.length, stop: 'never' }, kept(past));
  const ran = await runOn(test, place, again, SELECTION_SECONDS);
  const { choice } = selectedIn(place.store, ran.rollout);
  return { ...past, rollout: ran.rollout, selectionSeconds: ran.seconds, choice };
}

async function runOn(test: AttemptCase, { repo, home, store }: Place, whole: Agent, seconds: number) {
  const { task, check, framework } = test;
  return runAgent(
    {
      task,
      repo,
      agent: whole,
      spec: whole.op.version.name,
      model: repairModel({ seed: 1 }),
      openModel: async (_, { seed }) => repairModel({ seed }),
      seed: 1,
      checks: [{ name: 'test', command: check, timeoutSeconds: CHECK_SECONDS, framework }],
      limits: { seconds, steps: MAX_STEPS },
    },
    { store, home },
  );
}

/** Time of its own for each attempt. */
function timed(seconds: number, inner: Agent): Agent {
  return agent({ name: 'timed', source: import.meta.url, config: { seconds }, uses: [inner] }, (state, run) =>
    run.call(inner, state, { budget: { seconds } }),
  );
}

/** Attempts that were made before: each ends as it ended then. */
function kept({ id, attempts }: CaseRecord): Agent {
  return agent({ name: 'kept', source: import.meta.url, config: { id } }, async (state, run) => {
    const number = Number(run.path.split('/').at(-1));
    const past = attempts.find(({ attempt }) => attempt === number);
    if (past?.snapshot == null) throw new Error('the attempt was broken off');
    const { snapshot, verified, probability, rollout } = past;
    const status = past.status as 'solved';
    return { ...state, snapshot, work: { status, verified, probability, rollout, reason: '' } };
  });
}

async function recorded(
  test: AttemptCase,
  place: Place,
  { rollout, seconds }: { readonly rollout: string; readonly seconds: number },
): Promise<CaseRecord> {
  const { offers, choice } = selectedIn(place.store, rollout);
  const ends = endsIn(place.store, rollout);
  const known = new Map<string, boolean>();
  const attempts: AttemptRecord[] = [];
  for (const offer of offers) {
    const work = ends.get(offer.candidate)?.work ?? null;
    if (work === null || work.status === 'failed')
      throw new Error(`attempt ${offer.candidate}: ${offer.out}`);
    const patch = Buffer.from(place.store.objects.get(offer.patch)).toString('utf8');
    if (!known.has(offer.patch))
      known.set(
        offer.patch,
        patch !== '' && (await holds(test, patch, { repo: join(place.home, 'judge'), home: place.home })),
      );
    attempts.push({
      attempt: offer.candidate,
      rollout: offer.rollout,
      status: work.status,
      verified: work.verified,
      snapshot: offer.snapshot,
      probability: offer.probability,
      patch: patch === '' ? null : offer.patch,
      right: known.get(offer.patch)!,
    });
  }
  const { id, kind, language } = test;
  return {
    id,
    kind,
    language,
    seconds,
    selectionSeconds: selectionSeconds(place.store, rollout),
    rollout,
    attempts,
    choice,
  };
}

/** States in which the attempts ended, by number. */
function endsIn(
  store: Store,
  rollout: string,
): Map<number, NonNullable<EventOf<'agent.completed'>['state']>> {
  const { agents } = stateOf(readRollout(store, rollout)).composition;
  const ends = [...agents].flatMap(([path, { end }]) => {
    const number = Number(/^bestOf\/(\d+)$/.exec(path)?.[1]);
    return end === null || Number.isNaN(number) ? [] : [[number, end] as const];
  });
  return new Map(ends);
}

/** From the first offer to the choice. */
function selectionSeconds(store: Store, rollout: string): number | null {
  const events = readRollout(store, rollout);
  const at = (type: string) => events.find(({ event }) => event.type === type)?.at;
  const [from, to] = [at('candidate.proposed'), at('candidate.chosen')];
  return from === undefined || to === undefined ? null : (to - from) / 1000;
}
