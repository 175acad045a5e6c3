import { forkRollout, overviewOf, readRollout, solve } from '@heddle/agent';
import type { RolloutEvent, Store } from '@heddle/core';
import { scriptedModel } from '@heddle/models';
import { expect, it } from 'vitest';
import type { HomeTold } from '../../src/told/home.ts';
import type { RolloutTold } from '../../src/told/rollout.ts';
import type { StepsTold } from '../../src/told/steps.ts';
import { BUGGY, journal, repository, SOLVING, studio } from '../support.ts';
import { attempts } from './attempts.ts';

type Here = ReturnType<typeof studio>;

const AT = Date.UTC(2026, 10, 21);
const ASK = {
  calls: [{ tool: 'ask', input: { question: 'Tabs or spaces?', assumption: 'spaces' } }],
};

/** What both say of a rollout; everything a person compares in two lists. */
async function bothSay({ store, told, context }: Here, rollout: string) {
  const { status, seconds, steps, costUsd, startedAt, verified, probability } = overviewOf(
    store,
    rollout,
    {},
  )!;
  const expected = { status, seconds, steps, usd: costUsd, startedAt, verified, probability };
  const { line, spent } = await told<RolloutTold>(`/rollouts/${rollout}`);
  expect(line).toMatchObject(expected);
  expect(spent.seconds).toBe(seconds);
  expect(context.lines.of(store.rollouts({ prefix: rollout })[0]!)).toMatchObject(expected);
  return { seconds, steps };
}

/** A store with a solved rollout, and its events. */
async function solved() {
  const here = studio();
  const { rollout } = await solve(
    {
      ...{ task: 'fix the sum', repo: repository(BUGGY), sandbox: 'host' as const },
      model: scriptedModel([ASK, ...SOLVING]),
    },
    { ...here, answerer: { answer: async () => 'spaces' } },
  );
  return { here, events: readRollout(here.store, rollout).map(({ event }) => event) };
}

/** A journal whose clock says that a person took these seconds of it, as its observations do. */
function withPerson(store: Store, rollout: string, events: readonly RolloutEvent[], person: Person): void {
  store.create({ rollout, parent: null, createdAt: AT });
  let at = AT;
  for (const [position, event] of events.entries()) {
    at += 1000;
    store.append(
      rollout,
      position,
      person(event, (seconds) => (at += seconds * 1000)),
      at,
    );
  }
}

type Person = (event: RolloutEvent, took: (seconds: number) => void) => RolloutEvent;

const answersLate: Person = (event, took) => {
  const asked = event.type === 'action.completed' && (event.details as { asked?: object } | null)?.asked;
  if (!asked) return event;
  took(100);
  return { ...event, details: { asked: { ...asked, seconds: 100 } } } as RolloutEvent;
};

const allowsLate: Person = (event, took) => {
  if (event.type !== 'action.completed') return event;
  took(50);
  const guard = { decision: 'allowed', by: 'person', effects: [], seconds: 50 };
  return { ...event, details: { ...(event.details as object), guard } } as unknown as RolloutEvent;
};

it('leaves out the time that a person takes to answer and to allow', async () => {
  const { here, events } = await solved();
  withPerson(here.store, 'plain', events, (event) => event);
  withPerson(here.store, 'asked', events, answersLate);
  withPerson(here.store, 'allowed', events, allowsLate);
  // But for what asking itself took.
  const own = (await bothSay(here, 'plain')).seconds;
  expect(own).toBeCloseTo(events.length - 1, 0);
  expect((await bothSay(here, 'asked')).seconds).toBeCloseTo(own, 0);
  expect((await bothSay(here, 'allowed')).seconds).toBeCloseTo(own, 0);
  const { recent } = await here.told<HomeTold>('/home');
  const bent = recent.rollouts.filter(({ rollout }) => rollout.length < 10);
  expect(bent.length).toBe(3);
  for (const { seconds } of bent) expect(seconds).toBeCloseTo(own, 0);
  for (const rollout of ['asked', 'allowed']) {
    const { steps } = await here.told<StepsTold>(`/rollouts/${rollout}/steps`);
    expect(steps.reduce((sum, { seconds }) => sum + seconds, 0)).toBeCloseTo(own, 0);
  }
});

it('counts one that was broken off anywhere, and taken up again, alike', async () => {
  const { here, events } = await solved();
  const { config } = events[0] as Extract<RolloutEvent, { type: 'rollout.started' }>;
  for (let broken = 1; broken <= events.length; broken++) {
    const resumed: RolloutEvent = { type: 'rollout.resumed', config };
    journal(here.store, `broken-${broken}.`, events.slice(0, broken));
    journal(here.store, `resumed-${broken}.`, [...events.slice(0, broken), resumed]);
    await bothSay(here, `broken-${broken}.`);
    await bothSay(here, `resumed-${broken}.`);
  }
});

it('counts forks and agents made of agents alike', async () => {
  const here = studio();
  const script = { model: scriptedModel(SOLVING), sandbox: 'host' } as const;
  const parent = await solve({ task: 'fix the sum', repo: repository(BUGGY), ...script }, here);
  const fork = await forkRollout(
    { rollout: parent.rollout, step: 1, model: scriptedModel(SOLVING) },
    { store: here.store, home: here.home },
  );
  expect((await bothSay(here, fork.rollout)).steps).toBe(4);

  const made = attempts();
  expect(await bothSay(made, made.whole)).toMatchObject({ steps: expect.any(Number) });
  const { parts } = await made.told<RolloutTold>(`/rollouts/${made.whole}`);
  expect(parts.length).toBeGreaterThan(3);
  for (const { rollout } of parts) if (rollout !== null) await bothSay(made, rollout);
});
