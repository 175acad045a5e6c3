import type { EventOf, RolloutEvent } from '@heddle/core';
import { type Model, type SimpleReply, scriptedModel } from '@heddle/models';
import type { Runtime, SolveOptions } from '../../src/rollout.ts';
import { solve } from '../../src/solve.ts';
import { BUGGY, call, FINISH, HOST, repository, runtime } from '../support.ts';

/** Ways to mend, or not to mend, the sum of `BUGGY`. */
export const replace = (old: string, fresh: string) =>
  call('edit', { command: 'replace', path: 'sum.js', old, new: fresh });
export const RIGHT = replace('let i = 1', 'let i = 0');
export const SAME = replace('(let i = 1;', '(let i = 0;');
/** As right as the other. */
export const ALSO_RIGHT = replace('let total = 0', 'let total = numbers[0] ?? 0');
export const USELESS = replace('let i = 1', 'let i = 2');
/** Both tests fail. */
export const HARMFUL = replace('return total', 'return "none"');
export const MISPLACED = replace('let j = 1', 'let j = 0');
export const HAND_IN = [{ calls: [FINISH] }, { calls: [FINISH] }];

const used = (tokens: number) => ({
  inputTokens: 0,
  cacheReadTokens: 0,
  cacheWriteTokens: 0,
  outputTokens: tokens,
  reasoningTokens: 0,
});
/** What each request of them costs, so that sums tell who was asked how often. */
export const OWN = used(1);
export const RIVALS = used(100);
export const COMPARATORS = used(10_000);
/** Dollars a token costs in these tests. */
export const USD = 0.000_01;

const priced = (model: Model): Model => ({
  ...model,
  price: { input: USD * 1e6, output: USD * 1e6, cacheRead: 0, cacheWrite: 0 },
});

export const own = (replies: readonly SimpleReply[]) =>
  priced(
    scriptedModel(
      replies.map((reply) => ({ ...reply, usage: OWN })),
      { id: 'lab/own' },
    ),
  );

/** A rival that says the same whenever it is asked, and how often it was. */
export function rival(reply: SimpleReply | (() => SimpleReply), id = 'lab/rival') {
  const asked: string[] = [];
  const model = priced(
    scriptedModel(
      (prompt) => {
        asked.push(JSON.stringify(prompt));
        return { ...(typeof reply === 'function' ? reply() : reply), usage: RIVALS };
      },
      { id },
    ),
  );
  return { asked, later: { id, open: async () => model } };
}

/** A comparator and what it was asked. */
export function comparator(answer: (text: string) => string) {
  const asked: string[] = [];
  const model = priced(
    scriptedModel(
      (prompt) => {
        const text = JSON.stringify(prompt.at(-1)!.content);
        asked.push(text);
        return { text: answer(text), usage: COMPARATORS };
      },
      { id: 'lab/comparator' },
    ),
  );
  return { asked, later: { id: model.id, open: async () => model } };
}

export async function play(
  replies: readonly SimpleReply[],
  with_: Partial<Runtime>,
  options: Partial<SolveOptions> = {},
) {
  const run = runtime(with_);
  const repo = repository(BUGGY);
  const model = own(replies);
  const result = await solve({ task: 'Mend sum().', repo, model, ...HOST, ...options }, run);
  const events: RolloutEvent[] = run.seen.map(({ event }) => event);
  const of = <T extends RolloutEvent['type']>(type: T) =>
    events.filter((event): event is EventOf<T> => event.type === type);
  return { run, repo, result, events, of, compared: of('edit.compared') };
}
