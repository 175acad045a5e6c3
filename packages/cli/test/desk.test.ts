import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { answerAsk, openAsks } from '@heddle/agent';
import { type DeskAsk, EXIT, openStore, type RolloutEvent, type Store } from '@heddle/core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { NO_POSTGRES, type PostgresServer, startPostgres } from '../../core/test/postgres-server.ts';
import {
  BUGGY,
  FINISH,
  HEDDLE,
  heddle,
  type RunEnd,
  repository,
  scripted,
  temporaryFolder,
} from './support.ts';

let home: string;
/** As the Studio sees it: another process's handle. */
let store: Store;
const left: ChildProcess[] = [];
beforeEach(() => {
  home = temporaryFolder();
  store = openStore(join(home, 'journal.db'));
});
afterEach(() => {
  store.close();
  for (const child of left.splice(0)) child.kill('SIGKILL');
});

const bash = (command: string) => ({ calls: [{ tool: 'bash', input: { command } }] });
const ASK = { calls: [{ tool: 'ask', input: { question: 'Tabs or spaces?', assumption: 'spaces' } }] };
const SLEEP = bash('sleep 60');

function begin(replies: readonly unknown[], ...args: string[]): Promise<RunEnd> {
  const options = ['--model', scripted(replies), '--sandbox', 'host', '--check', 'none'];
  return heddle(['solve', 'mend sum()', ...options, ...args], { home, cwd: repository(BUGGY) });
}

/** What a condition gives once it gives something. */
async function until<T>(look: () => T | undefined | null | false): Promise<T> {
  for (;;) {
    const found = look();
    if (found) return found;
    await pause(20);
  }
}

/** The next thing that is asked, not counting what was seen. */
const asked = (...seen: DeskAsk[]) =>
  until(() => openAsks(store).find(({ ask }) => !seen.some((each) => each.ask === ask)));

const answer = (row: DeskAsk, given: unknown) =>
  answerAsk(store, { rollout: row.rollout, ask: row.ask, answer: given, at: Date.now() });

const eventsOf = (rollout: string) => [...store.read(rollout)].map(({ event }) => event);
const of = <T extends RolloutEvent['type']>(rollout: string, type: T) =>
  eventsOf(rollout).filter((event): event is Extract<RolloutEvent, { type: T }> => event.type === type);
const running = (command: string) =>
  until(() =>
    store
      .rollouts()
      .map(({ rollout }) => rollout)
      .find((id) => of(id, 'action.started').some(({ input }) => JSON.stringify(input).includes(command))),
  );
const desk = (...args: string[]) => heddle(['desk', ...args], { home });

describe('what a run asks', () => {
  test('is answered at another process, where nobody is at the terminal', async () => {
    const ended = begin(
      [bash('echo one > one.txt'), bash('echo two > two.txt'), ASK, FINISH, FINISH],
      '--approve',
      'ask',
      '--desk',
    );
    const first = await asked();
    expect(first).toMatchObject({
      kind: 'approval',
      asked: { step: 1, tool: 'bash', input: { command: 'echo one > one.txt' } },
    });
    answer(first, { allow: true });
    const second = await asked(first);
    answer(second, { allow: false, instruction: 'Use printf.' });
    const third = await asked(first, second);
    expect(third).toMatchObject({
      kind: 'question',
      asked: { question: 'Tabs or spaces?', assumption: 'spaces' },
    });
    answer(third, { answer: 'tabs' });
    const { code, stderr } = await ended;
    expect(stderr).toContain(`\`heddle desk answer ${first.ask} --allow or --refuse "…"\``);
    expect(code).toBe(1);
    const [one, two, three] = of(first.rollout, 'action.completed');
    expect(one).toMatchObject({ outcome: 'ok', details: { guard: { decision: 'allowed', by: 'person' } } });
    expect(two).toMatchObject({
      details: { guard: { decision: 'refused', by: 'person', instruction: 'Use printf.' } },
    });
    expect(three?.content).toBe('The answer: tabs');
    expect(store.desk.open()).toEqual([]);
  });

  test('is not waited for without --desk, and the hint says how it could be', async () => {
    const { code, stderr } = await begin([], '--approve', 'ask');
    expect(code).toBe(2);
    expect(stderr).toContain('let it wait with --desk for `heddle studio` or `heddle desk`');
    const { stdout } = await begin([ASK, FINISH, FINISH], '--json', '-q');
    expect(JSON.parse(stdout)).toMatchObject({ assumptions: [{ assumption: 'spaces' }] });
  });

  test('is waited for where the configuration says so', async () => {
    mkdirSync(join(home, 'config', 'heddle'), { recursive: true });
    const guard = { desk: true, approve: 'ask' };
    writeFileSync(join(home, 'config', 'heddle', 'heddle.config.jsonc'), JSON.stringify({ guard }));
    const ended = begin([bash('touch made.txt'), FINISH, FINISH]);
    answer(await asked(), { allow: true });
    expect((await ended).code).toBe(1);
  });

  test('is shown no more when its process is killed, and asked anew when the rollout goes on', async () => {
    const repo = repository(BUGGY);
    const model = scripted([bash('touch made.txt'), bash('touch made.txt'), FINISH, FINISH]);
    const options = ['--model', model, '--sandbox', 'host', '--check', 'none'];
    const child = spawn(HEDDLE, ['solve', 'mend', ...options, '--approve', 'ask', '--desk', '-q'], {
      cwd: repo,
      env: { ...process.env, HEDDLE_HOME: home, XDG_CONFIG_HOME: join(home, 'config') },
      stdio: 'ignore',
    });
    left.push(child);
    const first = await asked();
    child.kill('SIGKILL');
    await once(child, 'close');
    expect(openAsks(store)).toEqual([]);
    expect(() => answer(first, { allow: true })).toThrow(expect.objectContaining({ code: 'not-asked' }));
    // As if it had been asked by a process that is gone: nobody waits for it, though the rollout runs again.
    expect(store.desk.open()).toHaveLength(1);
    const args = ['--model', model, '--approve', 'ask', '--desk', '-q'];
    const resumed = heddle(['resume', first.rollout, ...args], { home });
    const second = await asked(first);
    expect(store.desk.open()).toEqual([second]);
    answer(second, { allow: true });
    expect((await resumed).code).toBe(1);
  });

  test('of several attempts comes from each of them', async () => {
    const ended = begin(
      [bash('touch made.txt'), FINISH, FINISH],
      '--attempts',
      '2',
      '--approve',
      'ask',
      '--desk',
      '-q',
    );
    const rows = await until(() => {
      const open = openAsks(store);
      return open.length === 2 && open;
    });
    const rollouts = new Set(rows.map(({ rollout }) => rollout));
    expect(rollouts.size).toBe(2);
    for (const row of rows) answer(row, { allow: true });
    expect((await ended).code).toBe(1);
    for (const rollout of rollouts)
      expect(of(rollout, 'action.completed')[0]).toMatchObject({ details: { guard: { by: 'person' } } });
  });
});

describe('heddle desk', () => {
  test('lists what is open and answers it', async () => {
    expect((await desk()).stdout).toBe('Nothing is asked.\n');
    const ended = begin([bash('git push'), ASK, FINISH, FINISH], '--approve', 'risky', '--desk', '-q');
    const row = await asked();
    const { stdout } = await desk();
    expect(stdout).toContain(`${row.ask}  approval of rollout ${row.rollout}`);
    expect(stdout).toContain('step 1 wants: bash git push');
    expect(JSON.parse((await desk('--json')).stdout)).toEqual([row]);
    const wrong = await desk('answer', row.ask, '--answer', 'tabs');
    expect(wrong).toMatchObject({ code: 2, stderr: expect.stringContaining('no answer to an approval') });
    expect((await desk('answer', row.ask)).stderr).toContain('--refuse');
    expect((await desk('answer', row.ask, '--refuse', 'stay here')).code).toBe(0);
    expect((await desk('answer', row.ask, '--allow')).stderr).toContain('nobody waits for an answer');
    const question = await asked(row);
    expect((await desk('answer', question.ask, '--assume')).code).toBe(0);
    await ended;
    const [push, tabs] = of(row.rollout, 'action.completed');
    expect(push?.content).toContain('stay here');
    expect(tabs?.content).toContain('Go on with your assumption');
  });

  test('tells a running rollout something, which its next request holds', async () => {
    const gate = join(home, 'gate');
    const ended = begin([bash(`until [ -e '${gate}' ]; do sleep 0.05; done`), FINISH, FINISH], '-q');
    const rollout = await running('gate');
    const { stdout } = await desk('say', rollout, 'leave', 'the API');
    expect(stdout).toContain('hears it with its next step');
    expect(store.desk.unheard(rollout)).toMatchObject([{ text: 'leave the API' }]);
    writeFileSync(gate, '');
    await ended;
    expect(store.desk.unheard(rollout)).toEqual([]);
    const types = eventsOf(rollout).filter(({ type }) => type === 'note.added' || type === 'model.requested');
    const at = types.findIndex((event) => 'text' in event && event.text === 'leave the API');
    expect(types[at]).toMatchObject({ from: 'user', about: 'instruction' });
    expect(types[at + 1]).toMatchObject({ type: 'model.requested', step: 2 });
    const after = await desk('say', rollout, 'and be brief');
    expect(after).toMatchObject({ code: 2, stderr: expect.stringContaining('is finished and hears nobody') });
  });

  test('stops a rollout, whose work is kept and goes on', async () => {
    const model = scripted([bash('echo kept > kept.txt'), SLEEP, FINISH, FINISH]);
    const ended = begin([], '--model', model, '--json', '-q');
    const rollout = await running('sleep 60');
    expect((await desk('stop', rollout)).stdout).toContain(`heddle resume ${rollout}`);
    const { code, stdout } = await ended;
    expect(code).toBe(130);
    expect(JSON.parse(stdout)).toMatchObject({
      status: 'interrupted',
      patch: expect.stringContaining('kept.txt'),
    });
    expect((await desk('stop', rollout)).stderr).toContain(`rollout ${rollout} is not running`);
    // Said while it rests: heard when it goes on. A stop from before is for nobody.
    expect((await desk('say', rollout, 'go on')).stdout).toContain('hears it when it is gone on with');
    store.desk.say(rollout, { kind: 'stop', text: '', at: 1 });
    const resumed = await heddle(['resume', rollout, '--model', model, '--json', '-q'], { home });
    expect(resumed.code).toBe(1);
    expect(of(rollout, 'note.added').filter(({ from }) => from === 'user')).toMatchObject([
      { text: 'go on' },
    ]);
  });

  test('stops several attempts with one word, to a part too, and tells all of them what is said to the whole', async () => {
    const gate = join(home, 'gate');
    const waiting = bash(`until [ -e '${gate}' ]; do sleep 0.05; done`);
    const ended = begin([waiting, SLEEP, FINISH, FINISH], '--attempts', '2', '--json', '-q');
    const parts = await until(() => {
      const ids = store.rollouts().map(({ rollout }) => rollout);
      const busy = ids.filter((id) => of(id, 'action.started').length > 0);
      return busy.length === 2 && busy;
    });
    const whole = store.rollouts().find(({ rollout }) => !parts.includes(rollout))!.rollout;
    expect((await desk('say', whole, 'all of you')).code).toBe(0);
    writeFileSync(gate, '');
    await until(() => parts.every((id) => of(id, 'action.started').length === 2));
    expect((await desk('stop', parts[0]!)).stdout).toContain(`rollout ${whole} is being stopped`);
    expect((await ended).code).toBe(130);
    for (const part of parts)
      expect(of(part, 'note.added').filter(({ from }) => from === 'user')).toMatchObject([
        { text: 'all of you' },
      ]);
  });

  test('stops an experiment, which can be gone on with, and its trials hear nobody', async () => {
    const gate = join(home, 'gate');
    const dataset = join(home, 'tasks.jsonl');
    writeFileSync(dataset, `${JSON.stringify(INSTANCE)}\n`);
    mkdirSync(join(home, 'config'), { recursive: true });
    const agent = `solo model="${scripted([bash(`until [ -e '${gate}' ]; do sleep 0.05; done`), FINISH, FINISH])}"`;
    const ended = heddle(['eval', dataset, '--agent', agent, '--attempts', '2', '--sandbox', 'host', '-q'], {
      home,
    });
    const trial = await running('gate');
    const { experiment } = store.experiments.trialOf(trial)!;
    expect((await desk('say', trial, 'psst')).stderr).toContain(`is a trial of experiment ${experiment}`);
    expect((await desk('stop', trial)).stderr).toContain(`heddle desk stop ${experiment}`);
    expect((await desk('stop', experiment)).code).toBe(0);
    const { code, stderr } = await ended;
    expect(code).toBe(130);
    expect(stderr).toContain(`heddle eval --resume ${experiment}`);
    writeFileSync(gate, '');
    expect((await heddle(['eval', '--resume', experiment, '-q'], { home })).code).toBe(0);
    expect(of(trial, 'rollout.resumed')).toHaveLength(1);
  });
});

describe.skipIf(NO_POSTGRES !== null)(
  `over PostgreSQL${NO_POSTGRES === null ? '' : ` (${NO_POSTGRES})`}`,
  () => {
    let server: PostgresServer;
    beforeAll(async () => {
      server = await startPostgres();
    });
    afterAll(() => server.dispose());

    test('a run is answered, told something and stopped from elsewhere', async () => {
      store.close();
      const url = server.fresh();
      store = openStore(url);
      const options = ['--model', scripted([bash('touch a'), SLEEP, FINISH, FINISH]), '--sandbox', 'host'];
      const ended = heddle(
        ['solve', 'x', ...options, '--check', 'none', '--approve', 'ask', '--desk', '-q'],
        {
          home,
          cwd: repository(BUGGY),
          env: { HEDDLE_STORE: url },
        },
      );
      const row = await asked();
      const told = await heddle(['desk', 'say', row.rollout, 'be brief'], {
        home,
        env: { HEDDLE_STORE: url },
      });
      expect(told.code).toBe(0);
      answer(row, { allow: true });
      await until(() => of(row.rollout, 'action.started').length === 2);
      expect(of(row.rollout, 'note.added').filter(({ from }) => from === 'user')).toMatchObject([
        { text: 'be brief' },
      ]);
      const stopped = await heddle(['desk', 'stop', row.rollout, '--store', url], { home });
      expect(stopped.code).toBe(0);
      expect((await ended).code).toBe(130);
    });

    test('an experiment is taken from its workers, who put away what they run', async () => {
      store.close();
      const url = server.fresh();
      store = openStore(url);
      const env = { HEDDLE_STORE: url };
      const dataset = join(home, 'tasks.jsonl');
      writeFileSync(dataset, `${JSON.stringify(INSTANCE)}\n`);
      mkdirSync(join(home, 'config'), { recursive: true });
      const worker = spawn(HEDDLE, ['worker', '--concurrency', '1', '-q'], {
        cwd: home,
        env: { ...process.env, ...env, HEDDLE_HOME: home, XDG_CONFIG_HOME: join(home, 'config') },
        stdio: 'ignore',
      });
      left.push(worker);
      const agent = `solo model="${scripted([SLEEP, FINISH, FINISH])}"`;
      const args = ['eval', dataset, '--agent', agent, '--sandbox', 'host', '--workers', '-q'];
      const ended = heddle(args, { home, env });
      const trial = await running('sleep 60');
      const { experiment } = store.experiments.trialOf(trial)!;
      expect((await heddle(['desk', 'stop', experiment], { home, env })).code).toBe(0);
      await until(() => of(trial, 'rollout.paused').length > 0);
      expect([EXIT.interrupted, EXIT.limit]).toContain((await ended).code);
    });
  },
);

const INSTANCE = {
  ...{ id: 'a-1', cluster: 'a', statement: 'Do nothing.', checks: [], environment: null, meta: {} },
  files: { kind: 'inline', files: { 'answer.txt': 'wrong\n' } },
  grading: {
    ...{ kind: 'tests', testPatch: '', files: {}, command: 'true', timeoutSeconds: 30 },
    ...{ parser: 'exit-code', failToPass: ['tests'], passToPass: [] },
  },
};
