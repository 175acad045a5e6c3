import type { EventOf, RolloutEvent } from '@heddle/core';
import { scriptedModel } from '@heddle/models';
import { solve } from '../../../src/solve.ts';
import { call, FINISH, HOST, repository, runtime } from '../../support.ts';

export type Language = 'python' | 'javascript' | 'typescript';

export const code = (language: Language, text: string, more: object = {}) =>
  call('code', { language, code: text, ...more });

/** Plays a script of actions with `code` among the tools; gives what the model was told of each, and all events. */
export async function play(
  script: Parameters<typeof scriptedModel>[0],
  {
    files = { 'a.txt': 'one\n' },
    ...options
  }: Partial<Parameters<typeof solve>[0]> & { files?: Record<string, string> } = {},
) {
  const run = runtime();
  const repo = repository(files);
  const steps = typeof script === 'function' ? script : [...script, { calls: [FINISH] }, { calls: [FINISH] }];
  const result = await solve(
    { task: 'x', repo, model: scriptedModel(steps), tools: ['code'], checks: [], ...HOST, ...options },
    run,
  );
  const events = run.seen.map(({ event }) => event);
  const ends = events.filter((event) => event.type === 'action.completed');
  const told = ends.filter(({ call: id }) => !id.includes('/')).map(({ content }) => content);
  return { result, events, ends, told, run };
}

export function startedIn(events: readonly RolloutEvent[]): EventOf<'action.started'>[] {
  return events.filter((event) => event.type === 'action.started');
}
