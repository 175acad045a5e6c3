import type { CheckSpec, Recorded, RolloutEvent } from '@heddle/core';
import { type Model, ModelError, type Script, scriptedModel } from '@heddle/models';
import type { AnyAgent } from '../../src/compose/agent.ts';
import { resumeAgent, runAgent } from '../../src/compose/run-agent.ts';
import { readRollout, stateOf } from '../../src/result.ts';
import type { RolloutResult, Runtime, SolveOptions } from '../../src/rollout.ts';
import { FINISH, FIX } from '../steps.ts';
import { BUGGY, HOST, repository, runtime } from '../support.ts';

export { bash, call, FINISH, FIX } from '../steps.ts';

/** The bug is mended: as quick a check as there is. */
export const MENDED: CheckSpec = {
  name: 'test',
  command: 'grep -q "i = 0" sum.js',
  framework: 'plain',
  timeoutSeconds: 10,
};

/** Edits and hands in: three steps. */
export const MENDS = [{ calls: [FIX] }, { calls: [FINISH] }, { calls: [FINISH] }];

/** A model for each name; what is not named mends the bug. */
export type Models = Readonly<Record<string, (seed: number) => Model>>;

/** Plays a script. With a price it costs a dollar for each million tokens, in or out. */
export function plays(script: Script, { priced = false } = {}): () => Model {
  const price = { input: 1, output: 1, cacheRead: 1, cacheWrite: 1 };
  return () => ({ ...scriptedModel(script), ...(priced ? { price } : {}) });
}

/** Says nothing until nobody waits for it any more. */
export function hangs(asked: () => void = () => {}): () => Model {
  const silent = scriptedModel([]);
  const doStream: Model['language']['doStream'] = ({ abortSignal }) =>
    new Promise((_, reject) => {
      abortSignal!.addEventListener('abort', () => reject(abortSignal!.reason));
      asked();
    });
  return () => ({ ...silent, language: { ...silent.language, doStream } });
}

/** Refuses its key. */
export function refused(): Model {
  return scriptedModel(() => {
    throw new ModelError('unauthorized', 'the key was refused', { hint: 'look at the key' });
  });
}

export interface Played {
  readonly result: RolloutResult;
  readonly run: ReturnType<typeof runtime>;
  readonly repo: string;
}

export interface Playing extends Partial<Omit<SolveOptions, 'model'>> {
  readonly models?: Models;
  readonly with?: Partial<Runtime>;
  readonly on?: Pick<Played, 'run' | 'repo'>;
}

function opener(models: Models = {}) {
  return async (spec: string, { seed }: { readonly seed: number }): Promise<Model> => ({
    ...(models[spec] ?? plays(MENDS))(seed),
    id: spec,
  });
}

/** Runs an agent at the buggy program. */
export async function play(
  agent: AnyAgent,
  { models, with: more, on, ...options }: Playing = {},
): Promise<Played> {
  const run = on?.run ?? runtime(more);
  const repo = on?.repo ?? repository(BUGGY);
  const openModel = opener(models);
  const main = await openModel('main', { seed: 0 });
  const result = await runAgent(
    {
      ...{ task: 'sum([1,2,3]) is 5', repo, model: main, checks: [MENDED], ...HOST, ...options },
      ...{ agent, spec: 'test', openModel },
    },
    run,
  );
  return { result, run, repo };
}

export async function goOn(
  agent: AnyAgent,
  rollout: string,
  on: Runtime,
  { models, limits }: Pick<Playing, 'models' | 'limits'> = {},
): Promise<RolloutResult> {
  const openModel = opener(models);
  const main = await openModel('main', { seed: 0 });
  const raised = limits === undefined ? {} : { limits };
  return resumeAgent({ rollout, agent, spec: 'test', openModel, model: main, ...raised }, on);
}

export function eventsOf({ result, run }: Pick<Played, 'result' | 'run'>): Recorded[] {
  return readRollout(run.store, result.rollout);
}

export function of<T extends RolloutEvent['type']>(
  type: T,
  events: readonly Recorded[],
): Extract<RolloutEvent, { type: T }>[] {
  return events.flatMap(({ event }) =>
    event.type === type ? [event as Extract<RolloutEvent, { type: T }>] : [],
  );
}

/** What agents did, in order: type, path, and how it ended. Checks and the workspace are left out. */
export function story(events: readonly Recorded[]): string[] {
  return events.flatMap(({ event }) => {
    switch (event.type) {
      case 'agent.started':
        return [`${event.path}: started`];
      case 'agent.completed':
        return [`${event.path}: ${event.outcome}${event.why === undefined ? '' : ` (${event.why})`}`];
      case 'rollout.delegated':
        return [`${event.path}: delegated`];
      case 'rollout.returned':
        return [`${event.path}: returned ${event.work.status}`];
      case 'value.recorded':
        return [`${event.path} = ${JSON.stringify(event.value)}`];
      case 'budget.exhausted':
        return [`${event.path}: ${event.limit} used up`];
      case 'patches.merged':
        return [
          `${event.path}: merged ${event.parts.map(({ name, outcome }) => `${name} ${outcome}`).join(', ')}`,
        ];
      case 'candidate.proposed':
        return [
          `${event.path}: candidate ${event.candidate}${event.out === null ? '' : ` out: ${event.out}`}`,
        ];
      case 'candidate.chosen':
        return [`${event.path}: chosen ${event.candidate}`];
      case 'model.consulted':
        return [`${event.path}: consulted ${event.role}`];
      case 'rollout.paused':
        return [`paused: ${event.code} (${event.reason})`];
      case 'rollout.completed':
        return [`completed: ${event.status}`];
      case 'rollout.started':
      case 'rollout.resumed':
        return [event.type];
      default:
        return [];
    }
  });
}

/** The story with what ran side by side put in order by path: the same however fast each was. */
export function ordered(events: readonly Recorded[]): string[] {
  const lines = story(events);
  const pathOf = (line: string) => line.split(/: | = /)[0]!;
  return lines
    .map((line, index) => ({ line, index }))
    .sort((a, b) =>
      pathOf(a.line) < pathOf(b.line) ? -1 : pathOf(a.line) > pathOf(b.line) ? 1 : a.index - b.index,
    )
    .map(({ line }) => line);
}

/** The rollouts that worked for it, by path. */
export function childrenOf(played: Pick<Played, 'result' | 'run'>) {
  const { run } = played;
  return of('rollout.delegated', eventsOf(played)).map(({ path, rollout }) => {
    const events = readRollout(run.store, rollout);
    return { path, rollout, events, state: stateOf(events) };
  });
}

/** Whether the root's ledger is its children's and what it asked itself, to the token. */
export function ledgers(played: Pick<Played, 'result' | 'run'>) {
  const events = eventsOf(played);
  const { usd, tokens } = stateOf(events).ledger.spent;
  const parts = [
    ...childrenOf(played).map(({ state }) => state.ledger.spent),
    ...of('model.consulted', events).map((each) => ({
      usd: each.usd,
      tokens: each.usage.inputTokens + each.usage.outputTokens,
    })),
  ];
  return {
    root: { usd, tokens },
    parts: {
      usd: parts.reduce((sum, each) => sum + each.usd, 0),
      tokens: parts.reduce((sum, each) => sum + each.tokens, 0),
    },
  };
}
