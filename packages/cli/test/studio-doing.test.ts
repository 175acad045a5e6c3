import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { openStore, type RolloutEvent, type Store } from '@heddle/core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { BUGGY, FINISH, HEDDLE, heddle, repository, SOLVING, scripted, temporaryFolder } from './support.ts';

let home: string;
let store: Store;
let studio: ChildProcess;
let url: string;

beforeEach(async () => {
  home = temporaryFolder();
  store = openStore(join(home, 'journal.db'));
  await opened();
});
afterEach(() => {
  studio.kill('SIGKILL');
  store.close();
});

async function opened(...options: readonly string[]): Promise<void> {
  studio = spawn(HEDDLE, ['studio', '--port', '0', '--no-open', '--no-token', ...options], {
    env: { ...process.env, HEDDLE_HOME: home, XDG_CONFIG_HOME: join(home, 'config') },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(studio.stdout!, 'data')) as [Buffer];
  url = String(line).trim();
}

interface Said {
  readonly status: number;
  readonly body: Record<string, unknown> & { id: string };
}

async function say(path: string, body: unknown): Promise<Said> {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(`${url}api${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
  return { status: response.status, body: (await response.json()) as Said['body'] };
}

const told = async (path: string) =>
  (await fetch(`${url}api${path}`)).json() as Promise<Record<string, never>>;
const events = (rollout: string) => [...store.read(rollout)].map(({ event }) => event);
const last = (rollout: string): RolloutEvent['type'] | undefined => events(rollout).at(-1)?.type;

async function until<T>(
  look: () => T | undefined | null | false | Promise<T | undefined | null | false>,
): Promise<T> {
  for (;;) {
    const found = await look();
    if (found) return found;
    await pause(30);
  }
}

const bash = (command: string) => ({ calls: [{ tool: 'bash', input: { command } }] });

/** A rollout that has ended. */
async function solved(): Promise<string> {
  const options = ['--model', scripted(SOLVING), '--sandbox', 'host', '--check', 'none', '--json', '-q'];
  const { stdout } = await heddle(['solve', 'mend sum()', ...options], { home, cwd: repository(BUGGY) });
  return (JSON.parse(stdout) as { rollout: string }).rollout;
}

describe('from the page', () => {
  test('a fork goes another way, told something first, asks, and outlives the Studio', async () => {
    const rollout = await solved();
    expect(await told(`/rollouts/${rollout}/doing`)).toMatchObject({
      ...{ running: false, canFork: true, whole: null, trial: null, starts: true },
    });
    const model = scripted([SOLVING[0], bash('echo other > other.txt'), bash('sleep 60'), FINISH, FINISH]);
    const asked = { step: 1, say: '--approve is no option here', model, approve: 'ask' };
    const { status, body } = await say(`/rollouts/${rollout}/fork`, asked);
    expect({ status, body }).toMatchObject({ status: 200, body: { id: expect.any(String) } });
    const { id } = body;
    const needs = await until(async () => {
      const asks = (await told('/asks')) as unknown as { rollout: string; ask: string }[];
      return asks.length > 0 && asks;
    });
    expect(needs).toMatchObject([
      {
        rollout: id,
        asked: { kind: 'approval', tool: 'bash', title: 'bash echo other > other.txt', step: 2 },
      },
    ]);
    const answer = { rollout: id, ask: needs[0]!.ask, answer: { allow: true } };
    expect((await say('/desk/answer', answer)).status).toBe(200);
    expect((await say('/desk/answer', answer)).body).toMatchObject({ code: 'not-asked' });
    await until(() => events(id).some((event) => event.type === 'action.started' && event.step === 3));
    studio.kill('SIGKILL');
    await once(studio, 'close');
    expect(store.isRunning(id)).toBe(true);
    const notes = events(id).filter((event) => event.type === 'note.added' && event.from === 'user');
    expect(notes).toMatchObject([{ text: '--approve is no option here' }]);
    await heddle(['desk', 'stop', id], { home });
    await until(() => last(id) === 'rollout.paused');
  });

  test('what is said, stopped and gone on with reaches the run; what cannot be is said in one line', async () => {
    const rollout = await solved();
    const gate = join(home, 'gate');
    const model = scripted([bash(`until [ -e '${gate}' ]; do sleep 0.05; done`), FINISH, FINISH]);
    const { id } = (await say(`/rollouts/${rollout}/fork`, { step: 0, model })).body;
    await until(() => last(id) === 'action.started');
    expect((await say(`/rollouts/${id}/say`, { text: 'be brief' })).body).toEqual({ heard: 'now' });
    expect(await told(`/rollouts/${id}/doing`)).toMatchObject({
      running: true,
      unheard: [{ text: 'be brief' }],
    });
    expect((await say(`/rollouts/${id}/stop`, {})).body).toEqual({ stopped: id });
    await until(() => !store.isRunning(id));
    expect(await told(`/rollouts/${id}/doing`)).toMatchObject({ running: false });
    writeFileSync(gate, '');
    expect((await say(`/rollouts/${id}/resume`, { model })).body).toEqual({ id });
    await until(() => last(id) === 'rollout.completed');
    expect(events(id).some((event) => event.type === 'note.added' && event.text === 'be brief')).toBe(true);
    const refused = [
      await say(`/rollouts/${id}/resume`, { model }),
      await say(`/rollouts/${id}/say`, { text: 'more' }),
      await say(`/rollouts/${id}/stop`, {}),
      await say(`/rollouts/${rollout}/fork`, { step: 99, model }),
      await say(`/rollouts/${rollout}/fork`, { step: 1, model: 'nobody/nothing' }),
      await say(`/rollouts/nothing/fork`, { step: 1 }),
      await say(`/rollouts/${rollout}/fork`, { step: 'one' }),
    ];
    expect(refused.map(({ status }) => status)).toEqual([400, 400, 400, 400, 400, 404, 400]);
    const errors = refused.map(({ body }) => String(body.error));
    expect(errors.map((each) => each.replace(id, 'FORK').replace(rollout, 'ROLLOUT'))).toMatchInlineSnapshot(`
      [
        "rollout FORK is finished (unverified)",
        "rollout FORK is finished and hears nobody",
        "rollout FORK is not running",
        "rollout ROLLOUT has no finished step 99",
        "no model is called "nobody/nothing"",
        "there is no rollout nothing",
        "that cannot be read: step: expected number",
      ]
    `);
  });

  test('ratings and exports', async () => {
    const rollout = await solved();
    expect(await told('/unrated')).toMatchObject([{ rollout }]);
    await say(`/rollouts/${rollout}/rate`, { segment: null, stars: 2, note: 'late', by: 'ann' });
    const rated = await say(`/rollouts/${rollout}/rate`, { segment: { from: 1, to: 2 }, stars: 5, note: '' });
    expect(rated.body.ratings).toMatchObject([
      { segment: null, stars: 2, note: 'late', by: 'ann' },
      { segment: { from: 1, to: 2 }, stars: 5 },
    ]);
    expect(
      (await say(`/rollouts/${rollout}/rate`, { segment: null, stars: 6, note: '' })).body,
    ).toMatchObject({
      code: 'bad-rating',
    });
    expect((await say(`/rollouts/${rollout}/mark`, { broken: true, note: '' })).status).toBe(404);
    expect(await told('/unrated')).toEqual([]);
    const { formats } = (await told(`/rollouts/${rollout}/doing`)) as unknown as {
      formats: { name: string }[];
    };
    const sizes = await Promise.all(
      formats.map(async ({ name }) => {
        const response = await fetch(`${url}api/rollouts/${rollout}/export/${name}`);
        return [name, response.status, (await response.arrayBuffer()).byteLength > 500];
      }),
    );
    expect(sizes).toEqual(formats.map(({ name }) => [name, 200, true]));
    expect((await fetch(`${url}api/rollouts/${rollout}/export/csv`)).status).toBe(404);
  });

  test('an experiment is planned, begun, stopped and gone on with; an instance is marked', async () => {
    const gate = join(home, 'gate');
    const dataset = join(home, 'tasks.jsonl');
    writeFileSync(dataset, ['a-1', 'a-2'].map((id) => `${JSON.stringify(instance(id))}\n`).join(''));
    const model = scripted([bash(`until [ -e '${gate}' ]; do sleep 0.05; done`), FINISH, FINISH]);
    const asked = { dataset, agents: [`solo model="${model}" name=waits`], attempts: 2, limit: 1 };
    const { body: plan } = await say('/experiments/plan', asked);
    expect(plan.text).toContain('2 trials: waits at 1 instance of tasks, 2 attempts');
    expect(store.experiments.list()).toEqual([]);
    const { id } = (await say('/experiments', { ...asked, name: 'from here' })).body;
    expect(store.experiments.list()).toMatchObject([{ experiment: id, name: 'from here' }]);
    await until(() => store.experiments.trials(id, { state: 'running' }).length === 2);
    const { rollout } = store.experiments.trials(id)[0]!;
    await until(() => last(rollout!) === 'action.started');
    expect((await say(`/experiments/${id}/stop`, {})).status).toBe(200);
    await until(() => last(rollout!) === 'rollout.paused');
    writeFileSync(gate, '');
    await until(async () => (await say(`/experiments/${id}/resume`, {})).body.id === id);
    await until(() => store.experiments.trials(id, { state: 'graded' }).length === 2);
    const stopped = await heddle(['desk', 'stop', id], { home, cwd: home });
    expect(stopped).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(`every trial of experiment ${id} is graded`),
    });
    const { body } = await say(`/rollouts/${rollout}/mark`, {
      broken: true,
      note: 'its test is wrong',
      by: 'ann',
    });
    expect(body.trial).toMatchObject({
      experiment: id,
      mark: { broken: true, note: 'its test is wrong', by: 'ann' },
    });
    expect(await told(`/experiments/${id}/table`)).toMatchObject({ broken: { 0: 'its test is wrong' } });
    expect((await say(`/rollouts/${rollout}/mark`, { broken: true, note: ' ' })).body.code).toBe(
      'reason-missing',
    );
    const { instance: name } = store.experiments.trials(id)[0]!;
    expect((await say('/experiments/plan', asked)).body.text).toContain(
      `note: 1 instance is marked as broken: ${name} (--select '!${name}' leaves it out)`,
    );
    const { formats } = (await told(`/experiments/${id}/doing`)) as unknown as {
      formats: { name: string }[];
    };
    for (const { name } of formats) {
      const response = await fetch(`${url}api/experiments/${id}/export/${name}`);
      expect([name, response.status]).toEqual([name, 200]);
      await response.arrayBuffer();
    }
    const more = { seconds: 90, difference: 20, select: ['a-*', `!${name}`], sandbox: 'namespaces' };
    const narrowed = (await say('/experiments/plan', { ...asked, ...more })).body.text;
    expect(narrowed).not.toContain('marked as broken');
    expect(narrowed).toMatch(/to see 20 points you need/);
    const provers = { ...asked, agents: ['oracle'] };
    expect((await say('/experiments/plan', provers)).body.text).toContain(
      'oracle shows which instances are sound',
    );
    for (const [part, code] of [
      [{ select: [`@${dataset}`] }, 'file-from-page'],
      [{ select: [`!@${dataset}`] }, 'file-from-page'],
      [{ sandbox: 'host' }, 'bad-request'],
      [{ set: ['nothing'] }, 'not-started'],
      [{ format: 'unheard' }, 'not-started'],
    ] as const)
      expect((await say('/experiments/plan', { ...asked, ...part })).body.code).toBe(code);
    const wrong = await say('/experiments/plan', { ...asked, dataset: '--again' });
    expect(wrong).toMatchObject({ status: 400, body: { error: expect.stringContaining('--again') } });
  });

  test('a fork goes on with another Heddle, which was named when the Studio was opened', async () => {
    const rollout = await solved();
    expect(await told('/programs')).toEqual({ programs: ['this one'] });
    studio.kill('SIGKILL');
    const before = join(home, 'before');
    const ran = join(home, 'ran.txt');
    writeFileSync(before, `#!/bin/sh\necho "$@" >> '${ran}'\nexec '${HEDDLE}' "$@"\n`, { mode: 0o755 });
    await opened('--also', `before=${before}`);
    expect(await told('/programs')).toEqual({ programs: ['this one', 'before'] });
    const asked = { step: 1, model: scripted(SOLVING) };
    expect((await say(`/rollouts/${rollout}/fork`, { ...asked, program: 'after' })).body).toMatchObject({
      code: 'no-such-program',
      hint: expect.stringContaining('this one, before'),
    });
    const { body } = await say(`/rollouts/${rollout}/fork`, { ...asked, program: 'before' });
    expect(readFileSync(ran, 'utf8')).toMatch(new RegExp(`^--version\nfork ${rollout}@1 --desk `));
    await until(() => last(body.id) === 'rollout.completed');
  });

  test('what no process can be begun with, or should be, is refused in one line, and the Studio stays', async () => {
    const rollout = await solved();
    const before = join(home, 'before');
    const ran = join(home, 'ran');
    writeFileSync(before, `#!/bin/sh\nexec '${HEDDLE}' "$@"\n`, { mode: 0o755 });
    writeFileSync(
      join(home, 'evil.mjs'),
      `import { writeFileSync } from 'node:fs';\nwriteFileSync('${ran}', '');\n`,
    );
    studio.kill('SIGKILL');
    await opened('--also', `before=${before}`);
    rmSync(before);
    const module = join(home, 'evil.mjs');
    const refused = [
      await say(`/rollouts/${rollout}/fork`, { step: 1, program: 'before' }),
      await say('/experiments/plan', { dataset: home, agents: ['nothing'], program: 'before' }),
      await say(`/rollouts/${rollout}/fork`, { step: 1, say: 'a\0b' }),
      await say('/experiments/plan', { dataset: 'a\0b', agents: ['nothing'] }),
      await say('/experiments/plan', { dataset: home, agents: [`"${module}#evil"`] }),
      await say('/experiments', { dataset: home, agents: ['nothing', `"${module}" name=solo`] }),
      await say('/experiments', { dataset: home, agents: ['x'.repeat(2_000_000)] }),
    ];
    expect(
      refused.map(({ status, body }) => `${status} ${String(body.error).replaceAll(home, 'HOME')}`),
    ).toMatchInlineSnapshot(`
        [
          "400 nothing can be begun here (ENOENT)",
          "400 nothing can be begun here (ENOENT)",
          "400 that cannot be read: a text has a NUL in it",
          "400 that cannot be read: a text has a NUL in it",
          "400 HOME/evil.mjs#evil is a module, and no page says which code is run",
          "400 HOME/evil.mjs is a module, and no page says which code is run",
          "413 that is too long",
        ]
      `);
    expect(existsSync(ran)).toBe(false);
    expect(studio.exitCode).toBe(null);
    expect(await told('/programs')).toEqual({ programs: ['this one', 'before'] });
  });

  test('a thousand at once are not begun: the first some are, the others are told so', async () => {
    const asked = { dataset: join(home, 'nothing'), agents: ['nothing'] };
    const all = await Promise.all(Array.from({ length: 40 }, () => say('/experiments/plan', asked)));
    const codes = new Set(all.map(({ body }) => body.code));
    expect([...codes].sort()).toEqual(['not-started', 'too-many-starts']);
    expect((await say('/experiments/plan', asked)).body.code).toBe('not-started');
  });
});

test('a Studio asks for its token, the same one each time, and hands it to nobody else', async () => {
  const address = async () => {
    studio.kill('SIGKILL');
    studio = spawn(HEDDLE, ['studio', '--port', '0', '--no-open'], {
      env: { ...process.env, HEDDLE_HOME: home, XDG_CONFIG_HOME: join(home, 'config') },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = (await once(studio.stdout!, 'data')) as [Buffer];
    return new URL(String(line).trim());
  };
  const first = await address();
  const token = first.searchParams.get('token')!;
  expect(token).toMatch(/^[\w-]{32}$/);
  expect(statSync(join(home, 'studio-token')).mode & 0o777).toBe(0o600);
  const stranger = await fetch(`${first.origin}/api/home`);
  expect({ status: stranger.status, body: await stranger.json() }).toMatchObject({
    status: 401,
    body: { code: 'token-needed', hint: expect.stringContaining('heddle studio') },
  });
  const letIn = await fetch(first, { redirect: 'manual' });
  const cookie = letIn.headers.get('set-cookie')!.split(';')[0]!;
  expect((await fetch(`${first.origin}/api/home`, { headers: { cookie } })).status).toBe(200);
  const second = await address();
  expect(second.searchParams.get('token')).toBe(token);
});

const instance = (id: string) => ({
  ...{ id, cluster: 'a', statement: 'Do nothing.', checks: [], environment: null, meta: {} },
  files: { kind: 'inline', files: { 'answer.txt': `${id}\n` } },
  grading: {
    ...{ kind: 'tests', testPatch: '', files: {}, command: 'true', timeoutSeconds: 30 },
    ...{ parser: 'exit-code', failToPass: ['tests'], passToPass: [] },
  },
});

test.each([
  ['before', 'before is not NAME=PROGRAM'],
  ['before=/nowhere', 'before: /nowhere does not run (ENOENT)'],
  ['before=/bin/true', 'before: /bin/true is no Heddle'],
])('a Heddle that is none is refused: --also %s', async (given, message) => {
  const { code, stderr } = await heddle(['studio', '--no-open', '--also', given], { home, cwd: home });
  expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining(message) });
});

test('a port that is none is refused', async () => {
  const { code, stderr } = await heddle(['studio', '--no-open', '--port', '99999'], { home, cwd: home });
  expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining('0 to 65535') });
});
