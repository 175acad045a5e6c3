import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { openStore } from '@heddle/core';
import { beforeEach, describe, expect, it } from 'vitest';
import { heddle, temporaryFolder } from './support.ts';

let home: string;
let dataset: string;

/** Solved when `answer.txt` says "right". */
const instance = (id: string, cluster: string) => ({
  ...{
    id,
    cluster,
    statement: `Write "right" to answer.txt (${id}).`,
    checks: [],
    environment: null,
    meta: {},
  },
  files: { kind: 'inline', files: { 'answer.txt': 'wrong\n', 'name.txt': `${id}\n` } },
  grading: {
    kind: 'tests',
    ...{ testPatch: '', files: {}, command: 'grep -qx right answer.txt', timeoutSeconds: 30 },
    ...{ parser: 'exit-code', failToPass: ['tests'], passToPass: [] },
  },
  gold: 'diff --git a/answer.txt b/answer.txt\n--- a/answer.txt\n+++ b/answer.txt\n@@ -1 +1 @@\n-wrong\n+right\n',
});

const FINISH = { calls: [{ tool: 'finish', input: { summary: 'Done.', probability: 0.75 } }] };

function agent(name: string, command: string): string {
  const file = join(home, `${name}.json`);
  const script = [{ calls: [{ tool: 'bash', input: { command } }] }, FINISH, FINISH];
  writeFileSync(file, JSON.stringify(script));
  return `solo model="scripted:${file}" name=${name}`;
}

beforeEach(() => {
  home = temporaryFolder();
  mkdirSync(join(home, 'config'));
  dataset = join(home, 'tasks.jsonl');
  const instances = ['a-1', 'a-2', 'b-1', 'b-2'].map((id) => instance(id, id[0]!));
  writeFileSync(dataset, instances.map((each) => `${JSON.stringify(each)}\n`).join(''));
});

const run = async (...args: string[]) => {
  const { stdout, stderr, code } = await heddle(args, { home });
  return { code, stdout, stderr };
};

const good = () => agent('good', 'echo right > answer.txt');
/** Solves cluster a only. */
const half = () =>
  agent('half', 'case $(cat name.txt) in a-*) echo right;; *) echo left;; esac > answer.txt');
const evaluate = (...args: string[]) => run('eval', dataset, '--sandbox', 'host', '--parallel', '2', ...args);

describe('eval', () => {
  it.each([
    ['an instance', () => instance('a-1\u001b]0;title\u0007', 'a'), 'nothing'],
    ['a cluster', () => instance('a-1', 'a\u009b2J'), 'nothing'],
    ['an instance of two lines', () => instance('a-1\n   b-1  solved', 'a'), 'nothing'],
    ['an agent', () => instance('a-1', 'a'), 'nothing name="a\u202eb"'],
  ])('%s whose name would steer the terminal is refused', async (_, made, named) => {
    writeFileSync(dataset, `${JSON.stringify(made())}\n`);
    const { code, stderr } = await evaluate('--agent', named);
    expect({ code, stderr }).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('control characters'),
    });
    expect(stderr).not.toMatch(/[\u0007\u001b\u009b\u202e]/);
  });

  it('an experiment has a plain name, whatever it was called', async () => {
    await evaluate('--agent', 'nothing', '--name', 'first\u001b]0;title\u0007\nsecond\u202e', '--limit', '1');
    const { stdout } = await run('experiments');
    expect(stdout).toContain('first second');
    expect(stdout).not.toMatch(/[\u0007\u001b\u202e]/);
  });

  it('runs agents, shows what came of it, and compares them', async () => {
    const ran = await evaluate('--agent', good(), '--agent', half(), '--name', 'first');
    expect(ran.stderr).toContain(
      '8 trials: good and half at 4 instances of tasks, 1 attempt each; the cost is unknown',
    );
    expect(ran.stderr).toMatch(/8\/8 {2}(good|half) {2}/);
    expect(ran.code).toBe(0);
    expect(ran.stdout).toMatch(/first {2}finished\n/);
    expect(ran.stdout).toContain(
      'trials          4 planned: 4 solved, 0 not, 0 at a limit, 0 spoilt (infra)',
    );
    expect(ran.stdout).toContain(
      'trials          4 planned: 2 solved, 2 not, 0 at a limit, 0 spoilt (infra)\n  not solved      2 handed in unproven\n',
    );
    expect(ran.stderr).toMatch(/half {2}b-1 {2}not solved \(unproven\) {2}/);
    expect(ran.stdout).toContain('calibration     stated 75.0 %, true 50.0 %');

    const compared = await run('compare', 'first');
    expect(compared.stdout).toContain('A - B');
    expect(compared.stdout).toContain('+50.0 points');
    expect(compared.stdout).toContain('Instances on which they differ: 2 of 4 (A better on 2, B on 0)');
    expect(compared.stdout).toMatch(
      /b-1 {2}A solved, B not .*\n {4}part after nothing in common:\n {6}A {2}step 1 {2}bash echo right/,
    );
    const json = JSON.parse(
      (await run('compare', 'first:half', 'first:good', '--json', '--flipped', '0')).stdout,
    );
    expect(json).toMatchObject({
      a: { agent: { name: 'half' }, counts: { solved: 2 } },
      comparison: { tasks: 4, difference: { value: -0.5 } },
      spoilt: 0,
      conditions: [],
    });
    expect(json.flipped).toHaveLength(2);
    expect(json.flipped[0]).not.toHaveProperty('parting');

    const again = await evaluate('--agent', good(), '--agent', half(), '--name', 'other');
    expect(again.stderr).toContain('the very same was run before');
    expect((await run('experiments')).stdout).toMatch(/8 {2}first {2}good 100.0 %, half 50.0 %\n$/);
    const page = JSON.parse((await run('experiments', 'last', '--json')).stdout);
    expect(page).toMatchObject({ name: 'first', trials: { planned: 8, finished: 8 } });

    const { dataset: of } = page.plan;
    const store = openStore(join(home, 'journal.db'));
    store.ratings.mark({
      ...{ dataset: of.name, version: of.version, instance: 'b-1', broken: true },
      ...{ note: 'no tests', by: 'me', at: 1 },
    });
    store.close();
    expect((await run('experiments', 'last')).stdout).toContain(
      '! 1 of 4 instances is marked as broken; it counts.\n',
    );
    const counted = await run('compare', 'first');
    expect(counted.stdout).toContain('! 1 of 4 instances is marked as broken; it counts (--without-broken');
    expect(counted.stdout).toContain('+50.0 points');
    const without = await run('compare', 'first', '--without-broken');
    expect(without.stdout).toContain('! 1 of 4 instances is marked as broken and left out.\n');
    expect(without.stdout).toContain('+33.3 points');
  });

  it('lists trials with their rollouts', async () => {
    const ran = await evaluate('--agent', good(), '--agent', half());
    expect(ran.stderr).toMatch(
      /`heddle compare \w+` compares the two; `heddle experiments \w+ --trials` lists/,
    );
    const trials = (await run('experiments', 'last', '--trials')).stdout.split('\n');
    expect(trials[0]).toMatch(/^ROLLOUT +AGENT {2}# {2}OUTCOME .* INSTANCE$/);
    expect(
      trials
        .slice(1, 9)
        .map((line) => line.split(/ {2,}/))
        .map((cells) => [cells[1], cells[3], cells.at(-1)]),
    ).toEqual([
      ...[
        ['good', 'solved', 'a-1'],
        ['half', 'solved', 'a-1'],
        ['good', 'solved', 'a-2'],
        ['half', 'solved', 'a-2'],
      ],
      ...[
        ['good', 'solved', 'b-1'],
        ['half', 'unproven', 'b-1'],
        ['good', 'solved', 'b-2'],
        ['half', 'unproven', 'b-2'],
      ],
    ]);
    const rollout = /^\w+/.exec(trials[6]!)![0];
    expect((await run('show', rollout)).stdout).toContain('b-1');
  });

  it('stopped with Ctrl-C is gone on with by the same words', async () => {
    const slow = agent('slow', 'sleep 0.5; echo right > answer.txt');
    const stopped = await heddle(['eval', dataset, '--sandbox', 'host', '--parallel', '1', '--agent', slow], {
      home,
      onStderr: (text, child) => {
        // Once: a second one leaves at once.
        if (text.includes('1/4') && !text.includes('Stopping')) child.kill('SIGINT');
      },
    });
    expect(stopped.code).toBe(130);
    expect(stopped.stderr).toMatch(
      /stopped with [123]\/4 trials done\n {2}hint: `heddle eval --resume \w+` goes on/,
    );
    const open = await run('experiments', 'last');
    expect(open.stdout).toContain('not finished');
    const ended = await run('eval', '--resume', '--json', '--quiet');
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(ended.stdout)).toMatchObject({
      ended: { kind: 'complete' },
      agents: [{ counts: { solved: 4, planned: 4 } }],
    });
    expect((await run('eval', '--resume')).stderr).toContain('every experiment is finished');
  });

  it('takes a census, and later leaves out what is not sound', async () => {
    const bad = { ...instance('c-1', 'c'), gold: null };
    writeFileSync(dataset, `${JSON.stringify(bad)}\n${JSON.stringify(instance('a-1', 'a'))}\n`);
    const without = await evaluate('--agent', good(), '--sound-only');
    expect(without).toMatchObject({ code: 2 });
    expect(without.stderr).toContain('no census of this dataset is known here');
    const census = await evaluate('--census', '--quiet');
    const fixed = await evaluate('--agent', 'oracle', '--agent', 'nothing name=idle', '--json', '--quiet');
    expect(
      JSON.parse(fixed.stdout).agents.map(({ shortfalls }: { shortfalls: unknown }) => shortfalls),
    ).toEqual([{ nothing: 1 }, { nothing: 2 }]);
    expect(census.stdout).toContain('1 of 2 instances sound (50.0 %)');
    expect(census.stdout).not.toContain('CLUSTER');
    expect(census.stdout).toContain('Not sound:\n  c-1  the published solution does not solve it\n');
    const dry = await evaluate('--agent', good(), '--sound-only', '--dry-run', '--json');
    expect(JSON.parse(dry.stdout).plan.instances).toEqual([{ id: 'a-1', cluster: 'a' }]);
  });

  it('takes the address of a dataset, and needs nobody to answer there the second time', async () => {
    const server = createServer((_, response) => response.end(readFileSync(dataset)));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/tasks.jsonl`;
    const asked = ['eval', address, '--sandbox', 'host', '--agent', 'oracle'];
    const dry = await run(...asked, '--dry-run', '--json');
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    expect(JSON.parse(dry.stdout).plan.dataset).toMatchObject({ name: 'tasks', path: address });
    const ran = await run(...asked, '--json', '--quiet');
    expect(JSON.parse(ran.stdout).agents).toMatchObject([{ counts: { planned: 4, solved: 4 } }]);
    const elsewhere = await run('eval', address.replace('tasks', 'others'), '--agent', 'oracle');
    expect(elsewhere.code).toBe(2);
    expect(elsewhere.stderr.split('\n')[0]).toMatch(
      /^heddle: http:.*others\.jsonl cannot be had: ECONNREFUSED$/,
    );
  });

  it('refuses what it cannot do in one line each', async () => {
    const ends = await Promise.all([
      run('eval'),
      evaluate(),
      evaluate('--agent', 'nobody'),
      evaluate('--agent', 'solo colour=red'),
      evaluate('--agent', 'solo', '--census'),
      evaluate('--agent', 'solo', '--workers'),
      run('eval', dataset, '--agent', 'solo', '--workers'),
      run('eval', '--resume', 'nothing'),
      run('compare', 'nothing'),
    ]);
    expect(ends.map(({ code }) => code)).toEqual(ends.map(() => 2));
    expect(ends.map(({ stderr }) => stderr.split('\n')[0])).toEqual([
      'heddle: which dataset? give the path of a file or a folder',
      'heddle: who takes part? name an agent with --agent',
      expect.stringContaining('no agent is called "nobody"'),
      'heddle: "solo colour=red" has no setting colour',
      'heddle: a census has its own two agents',
      'heddle: with --workers, --parallel has no meaning: this process runs no trial',
      'heddle: workers share a store on a PostgreSQL server, and none is named',
      'heddle: there is no experiment nothing',
      'heddle: there is no experiment nothing',
    ]);
  });
});
