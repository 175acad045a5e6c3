import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openStore } from '@heddle/core';
import { ask, type RelayEntry, relayModel } from '@heddle/models';
import { beforeEach, expect, test } from 'vitest';
import { noteAnswered, requestToAnswer } from '../src/relay-requests.ts';
import { BUGGY, heddle, repository, temporaryFolder } from './support.ts';

let home: string;
beforeEach(() => {
  home = temporaryFolder();
});
const relay = (args: readonly string[], input?: string) =>
  heddle(['relay', ...args], { home, ...(input === undefined ? {} : { input }) });

const ANSWERS = [
  'I mend it.\n\n@@edit\ncommand: replace\npath: sum.js\nold: let i = 1\nnew: let i = 0\n',
  '@@finish\nsummary <<END\nThe first number was left out.\nIt began at 1.\nEND\nprobability: 0.8\n',
  '{"calls": [{"tool": "finish", "input": {"summary": "Done.", "probability": 0.8}}]}',
];

test('a rollout is answered from other processes, wrong answers are sent back', async () => {
  const args = ['solve', 'sum() is wrong', '--model', 'relay:desk', '--sandbox', 'host', '--json', '--quiet'];
  const solving = heddle(args, { home, cwd: repository(BUGGY) });
  const first = await relay(['next', '--wait']);
  expect(first.stdout).toContain('sum() is wrong');
  expect(first.stdout).toContain('"@@" and the tool\'s name open a block');
  const id = /request (\w+) of desk/.exec(first.stdout)![1]!;

  const [running] = JSON.parse((await heddle(['list', '--json'], { home })).stdout);
  expect(running).toMatchObject({ status: 'running', task: 'sum() is wrong', verified: false });
  const [row] = JSON.parse((await relay(['list', '--json'])).stdout);
  const { rollout } = running;
  expect(row).toMatchObject({ id, label: 'desk', rollout, step: 1, task: 'sum() is wrong', stale: false });
  expect((await relay(['list'])).stdout).toMatch(
    new RegExp(`\\n${id} +desk +just now +${rollout} +1 +sum\\(\\) is wrong\\n$`),
  );
  expect(first.stdout).toContain(`\nrollout ${rollout}, step 1: sum() is wrong\n`);
  expect((await relay(['next', '--id', id.slice(0, 9), '--json'])).stdout).toContain(`"id": "${id}"`);

  const wrong = await relay(['answer'], '@@edti\ncommand: view\n\n@@edit\npath: a.js\n');
  expect({ ...wrong, stderr: wrong.stderr.replace(id, 'ID') }).toMatchInlineSnapshot(`
    {
      "code": 2,
      "stderr": "heddle: the answer to ID was not taken
      call 1 (edti): there is no such tool; there are bash, edit, recall, ask, finish
      call 2 (edit): command: expected "view" | "create" | "replace" | "insert" | "rewrite" | "undo", it is missing
    ",
      "stdout": "",
    }
  `);
  expect(await relay(['answer'], '')).toMatchObject({ code: 2, stdout: '' });

  expect(await relay(['answer', id], ANSWERS[0])).toEqual({
    code: 0,
    stdout: `answered ${id}\n`,
    stderr: '',
  });
  const second = await relay(['next', '--wait']);
  expect(second.stdout).toContain('Changed sum.js. It now reads:');
  expect(second.stdout).toContain(`\nrollout ${rollout}, step 2: sum() is wrong\n`);
  expect(second.stdout).not.toContain('<task>');
  expect(second.stdout).not.toContain('folded');
  // To somebody who has seen nothing of it yet, it is shown from the beginning.
  rmSync(join(home, 'relay', '.shown'), { recursive: true });
  expect((await relay(['next'])).stdout).toContain('<task>');
  expect((await relay(['next'])).stdout).not.toContain('<task>');
  expect((await relay(['next', '--full'])).stdout).toContain('sum() is wrong');
  for (const answer of ANSWERS.slice(1)) {
    await relay(['next', '--wait']);
    expect((await relay(['answer'], answer)).code).toBe(0);
  }
  // Whoever waits for the next one is not left waiting when there will be none.
  const none = await relay(['next', '--wait']);
  expect(none).toMatchObject({ code: 1, stdout: '' });
  expect(none.stderr).toMatch(/^heddle: nothing is waiting, and the rollout that asked last has ended\n/);
  expect((await relay(['next', '--wait'])).code).toBe(1);
  const { code, stdout } = await solving;
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ status: 'solved', probability: 0.8, steps: 3 });
});

test('after a folding the note and what follows it are shown, once', async () => {
  mkdirSync(join(home, 'config', 'heddle'), { recursive: true });
  const config = { memory: 'none', prices: { relay: { input: 0, output: 0, contextTokens: 14_000 } } };
  writeFileSync(join(home, 'config', 'heddle', 'heddle.config.jsonc'), JSON.stringify(config));
  const args = ['solve', 'look round', '--model', 'relay', '--sandbox', 'host', '--check', 'none', '--quiet'];
  const solving = heddle(args, { home, cwd: repository(BUGGY) });
  const print = '@@bash\ncommand: yes "a long line of output" | head -n 600\n';
  const texts: string[] = [];
  let folded = -1;
  for (let step = 0; folded < 0 || step < folded + 2; step += 1) {
    const { stdout } = await relay(['next', '--wait']);
    texts.push(stdout);
    if (folded < 0 && stdout.includes('Earlier steps were folded: ')) folded = step;
    const answer = folded < 0 ? print : '@@bash\ncommand: echo short\n';
    expect((await relay(['answer'], answer)).code).toBe(0);
  }
  expect(folded).toBeGreaterThan(1);
  expect(texts[folded]).toMatch(/\nEarlier steps were folded: .*\n\n── user ─+\n<memory>\nSteps 1 to \d/);
  expect(texts[folded]).toContain(
    `\nrollout ${/rollout (\w+)/.exec(texts[0]!)![1]}, step ${folded + 1}: look round\n`,
  );
  expect(texts[folded]).not.toContain('<task>');
  expect(texts[folded + 1]).not.toContain('<memory>');
  expect(texts[folded + 1]).toContain('short');
  for (const answer of ANSWERS.slice(1)) {
    await relay(['next', '--wait']);
    expect((await relay(['answer'], answer)).code).toBe(0);
  }
  await solving;
});

test('of attempts side by side each request names its own, and is compared with its own past', async () => {
  const flags = ['--model', 'relay', '--sandbox', 'host', '--attempts', '2', '--quiet'];
  const solving = heddle(['solve', 'sum() is wrong', ...flags], { home, cwd: repository(BUGGY) });
  interface Row {
    readonly id: string;
    readonly rollout: string;
    readonly path: string;
    readonly step: number;
  }
  const rows = async () => JSON.parse((await relay(['list', '--json'])).stdout) as Row[];
  const both = async (step: number): Promise<Row[]> => {
    for (;;) {
      const now = await rows();
      if (now.filter((row) => row.step === step).length === 2) return now;
    }
  };
  const first = await both(1);
  expect(first.map(({ path }) => path).sort()).toEqual(['bestOf/1', 'bestOf/2']);
  // They ask the very same: from the first answer on they are told apart by what they did.
  for (const [index, { id }] of first.entries())
    expect((await relay(['answer', id], `@@bash\ncommand: echo this is ${index}\n`)).code).toBe(0);
  const second = await both(2);
  expect(new Set(second.map(({ rollout }) => rollout)).size).toBe(2);
  for (const { id, rollout, path } of second) {
    const { stdout } = await relay(['next', '--id', id]);
    expect(stdout).toContain(`\nrollout ${rollout}, ${path}, step 2: sum() is wrong\n`);
    const echoed = /this is (\d)/.exec(stdout)![1]!;
    const { stdout: shown } = await heddle(['show', rollout], { home });
    expect(shown).toContain(`echo this is ${echoed}`);
    expect((await relay(['answer', id], `@@bash\ncommand: echo still ${echoed}\n`)).code).toBe(0);
  }
  for (const { id } of await both(3)) {
    const { stdout } = await relay(['next', '--id', id]);
    expect(stdout).not.toContain('Earlier steps were folded');
    expect(stdout).not.toContain('this is');
    await relay(['answer', id], ANSWERS[2]);
  }
  for (const { id } of await both(4)) await relay(['answer', id], ANSWERS[2]);
  expect((await solving).code).toBe(1);
});

test('a wait that begins with a new rollout does not end because an older one has ended', async () => {
  const store = openStore(join(home, 'journal.db'));
  const ended = spawn(process.execPath, ['-e', '']);
  await once(ended, 'exit');
  const mark = { pid: ended.pid!, mark: 'of a process that has ended' };
  mkdirSync(join(home, 'relay'));
  noteAnswered(home, { process: mark } as RelayEntry);
  const waited = requestToAnswer(home, store, { id: undefined, wait: true });
  const stop = new AbortController();
  const request = {
    prompt: [{ role: 'user' as const, content: [{ type: 'text' as const, text: 'new' }] }],
    tools: [],
  };
  const asked = ask(relayModel({ home, label: 'relay' }), request, { signal: stop.signal });
  expect((await waited).entry?.prompt).toEqual(request.prompt);
  stop.abort();
  await expect(asked).rejects.toMatchObject({ code: 'aborted' });
  expect(await requestToAnswer(home, store, { id: undefined, wait: true })).toEqual({
    entry: null,
    why: 'nothing is waiting, and the rollout that asked last has ended',
  });
});

test('nothing waiting, an unknown request', async () => {
  expect(await relay(['next'])).toMatchObject({
    code: 1,
    stdout: '',
    stderr: 'heddle: nothing is waiting\n  hint: --wait waits for a request\n',
  });
  expect(await relay(['list'])).toMatchObject({ code: 0, stdout: 'Nothing is waiting.\n' });
  expect(await relay(['clean'])).toMatchObject({ code: 0, stdout: 'removed 0 requests\n' });
  for (const args of [['answer'], ['answer', 'zzz'], ['next', '--id', 'zzz']]) {
    const { code, stderr } = await relay(args, 'text');
    expect(code).toBe(2);
    expect(stderr).toMatch(/^heddle: .*\n {2}hint: .*\n$/);
  }
});

test('several waiting requests must be named; those of dead processes can be cleaned away', async () => {
  const repo = repository(BUGGY);
  const told: string[] = [];
  const controllers = [1, 2].map((number) => {
    const args = ['solve', `task ${number}`, '--model', 'relay', '--sandbox', 'host', '--check', 'none'];
    let stop = () => {};
    const end = heddle(args, {
      home,
      cwd: repo,
      onStderr: (text, child) => {
        told[number - 1] = text;
        stop = () => child.kill('SIGKILL');
      },
    });
    return { end, stop: () => stop() };
  });
  let rows: { id: string }[] = [];
  while (rows.length < 2) rows = JSON.parse((await relay(['list', '--json'])).stdout);
  const { code, stderr } = await relay(['answer'], 'text');
  expect({ code, stderr }).toEqual({
    code: 2,
    stderr: `heddle: 2 requests are waiting\n  hint: name one: heddle relay answer ${rows.map(({ id }) => id).join(' | ')}\n`,
  });
  for (const { stop } of controllers) stop();
  await Promise.all(controllers.map(({ end }) => end));
  for (const text of told) expect(text).toContain('\n  waiting for an answer: heddle relay next\n');
  expect((await relay(['next'])).code).toBe(1);
  expect((await relay(['list'])).stdout.match(/stale: its process is dead/g)).toHaveLength(2);
  expect((await relay(['clean'])).stdout).toBe('removed 2 requests\n');
});
