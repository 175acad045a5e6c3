import type { RolloutEvent } from '@heddle/core';
import { findExperiment, reportOf } from '@heddle/lab';
import { expect, it } from 'vitest';
import { ExperimentShelf } from '../../src/reading/experiment-shelf.ts';
import { FAILED, gradedExperiment, INFRA, rolloutOf, SOLVED } from '../experiments.ts';
import { journal, store } from '../support.ts';

const ASKED = { agents: ['good', 'half'], clusters: { a: 3, b: 3, c: 2 }, attempts: 2 };

it('tells of each agent what the lab’s report says, with intervals', () => {
  const opened = store();
  const id = gradedExperiment(opened, ASKED, ({ agent, order }) =>
    agent === 'good' || order % 3 === 0 ? SOLVED : FAILED,
  );
  const head = new ExperimentShelf(opened).get('tried').head();
  const report = reportOf(opened, findExperiment(opened, id));
  expect(head).toMatchObject({
    ...{ experiment: id, name: 'tried', instances: 8, clusters: 3, attempts: 2, live: false },
    ...{ trials: { planned: 32, finished: 32, running: 0 }, toGo: null, early: null },
  });
  for (const [at, agent] of head.agents.entries()) {
    const same = report.agents[at]!;
    expect(agent).toMatchObject({ name: same.agent.name, counts: same.counts, usd: same.usd });
    expect(agent.solved!.onTasksLikeThese).toEqual(same.description!.mean);
    expect(agent.solved!.onExactlyThese).toEqual(same.description!.onTheseTasks);
    expect(agent.solved!.passed.map(({ k }) => k)).toEqual([1, 2]);
  }
  expect(head.planner).toMatch(
    /^With 8 tasks and 2 attempts each you can detect .* to see 5 points you need/,
  );
});

it('keeps infra apart in both denominators, and says what was flagged', () => {
  const opened = store();
  gradedExperiment(opened, { ...ASKED, agents: ['solo'], attempts: 1 }, ({ instance }) =>
    instance === 'a-1' ? INFRA : { ...SOLVED, flags: instance === 'b-1' ? ['history-peeked'] : [] },
  );
  const { agents, planner } = new ExperimentShelf(opened).get('tried').head();
  expect(agents[0]).toMatchObject({
    counts: { solved: 7, infra: 1, infraAsFailed: 7 / 8, infraExcluded: 1 },
    infra: { overloaded: 1 },
    flags: { 'history-peeked': 1 },
  });
  expect(planner).toContain('you can detect');
});

it('has nothing to plan for where the published solution is tried', () => {
  const opened = store();
  gradedExperiment(opened, { ...ASKED, kinds: ['oracle', 'nothing'] }, () => SOLVED);
  expect(new ExperimentShelf(opened).get('tried').head().planner).toBeNull();
});

it('says what is to come by what trials took so far, and that nothing is final', () => {
  const opened = store();
  gradedExperiment(opened, { ...ASKED, agents: ['cheap', 'dear'], attempts: 1 }, ({ agent, instance }) => {
    if (instance.startsWith('c')) return 'due';
    return { ...SOLVED, usd: agent === 'dear' ? 3 : 1 };
  });
  const { toGo, early, live } = new ExperimentShelf(opened).get('tried').head();
  expect(live).toBe(false);
  // Two instances are left: one trial of each agent at each.
  expect(toGo).toEqual({ trials: 4, usd: 8, seconds: null });
  expect(early).toMatch(/^Not final: 12 of 16 trials are done/);
});

it('has every trial at its place', () => {
  const opened = store();
  gradedExperiment(opened, { agents: ['x', 'y'], clusters: { a: 2, b: 1 }, attempts: 2 }, (row) => {
    if (row.instance === 'b-1') return row.agent === 'x' ? 'running' : 'due';
    if (row.instance === 'a-2' && row.attempt === 2)
      return row.agent === 'x' ? INFRA : { ...FAILED, flags: ['outside-read'] };
    return row.agent === 'x' ? SOLVED : { ...FAILED, status: 'limit' };
  });
  const mark = { dataset: 'answers', version: 'v1', instance: 'a-2', note: 'no tests', by: 'me', at: 1 };
  opened.ratings.mark({ ...mark, broken: true });
  const table = new ExperimentShelf(opened).get('tried').table();
  expect(table.agents).toEqual(['x', 'y']);
  expect(table.clusters).toEqual(['a', 'b']);
  expect(table.instances).toEqual([
    ['a-1', 0],
    ['a-2', 0],
    ['b-1', 1],
  ]);
  //                      a-1   a-2   b-1
  expect(table.outcomes).toBe('ssll' + 'silf' + 'rrdd');
  expect(table.rollouts[5]).toBe(rolloutOf({ agent: 'x', instance: 'a-2', attempt: 2 }));
  expect(table.rollouts.slice(10)).toEqual([null, null]);
  expect(table.flags).toEqual({ 7: ['outside-read'] });
  expect(table.infra).toEqual({ 5: 'overloaded: the provider answered 529' });
  expect(table.broken).toEqual({ 1: 'no tests' });
  expect(table.usd[0]).toBe(0.5);
  expect(table.usd[8]).toBeNull();
});

it('tells what has changed since a cursor, to a server started anew too', () => {
  const opened = store();
  const id = gradedExperiment(opened, { ...ASKED, attempts: 1 }, ({ instance }) =>
    instance === 'a-1' ? 'due' : SOLVED,
  );
  const open = new ExperimentShelf(opened).get(id);
  const { cursor } = open.table();
  expect(open.head().agents[0]!.counts.solved).toBe(7);
  expect(open.news(cursor)).toBeNull();
  const key = { experiment: id, agent: 'good', instance: 'a-1', attempt: 1 };
  opened.experiments.begin(key, 'r1');
  const began = open.news(cursor)!;
  expect(began.data.trials).toMatchObject([{ place: 0, outcome: 'r', rollout: 'r1' }]);
  opened.experiments.grade(key, 'r1', { ...opened.experiments.trials(id)[1]!.result!, usd: 2 });
  const anew = new ExperimentShelf(opened).get(id).news(began.cursor)!;
  expect(anew.data.trials).toMatchObject([{ place: 0, outcome: 's', usd: 2 }]);
  expect(anew.data.head!.agents[0]!.counts.solved).toBe(8);
  // What is no cursor is told everything.
  expect(new ExperimentShelf(opened).get(id).news('nonsense')!.data.trials).toHaveLength(16);
});

it('says which agents cannot be told apart', () => {
  const opened = store();
  gradedExperiment(opened, { agents: ['never', 'always', 'always too'], clusters: { a: 30 } }, ({ agent }) =>
    agent === 'never' ? FAILED : SOLVED,
  );
  const { rows, tasks } = new ExperimentShelf(opened).get('tried').leaderboard();
  expect(tasks).toBe(30);
  expect(rows.map(({ name, groups }) => [name, groups])).toEqual([
    ['always', 'a'],
    ['always too', 'a'],
    ['never', 'b'],
  ]);
});

it('says of an agent that never handed in a change why, as its attempts said it', () => {
  const opened = store();
  const reasonOf = (instance: string) => (instance === 'a-1' ? 'out of ideas' : 'no check to go by\nmore');
  const id = gradedExperiment(
    opened,
    { agents: ['idle', 'busy'], clusters: { a: 3 } },
    ({ agent, instance }) => {
      const ended: RolloutEvent = {
        type: 'rollout.completed',
        ...{ status: 'unverified', verified: false, probability: 0, why: '' },
        ...{ reason: reasonOf(instance), patch: '0'.repeat(64), snapshot: 'none' },
      };
      journal(opened, rolloutOf({ agent, instance, attempt: 1 }), [ended]);
      return agent === 'busy' && instance === 'a-3' ? FAILED : { ...FAILED, patch: 'empty' };
    },
  );
  const { agents } = new ExperimentShelf(opened).get(id).head();
  expect(agents.map(({ name, why }) => [name, why])).toEqual([
    ['idle', 'no check to go by'],
    ['busy', null],
  ]);
});
