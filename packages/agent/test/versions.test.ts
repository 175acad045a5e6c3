import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type RolloutConfig, readVersion, textOf, type VersionTree } from '@heddle/core';
import { type Model, recordedModel, scriptedModel } from '@heddle/models';
import { chooseSandbox } from '@heddle/workspace';
import { describe, expect, it } from 'vitest';
import { readRollout } from '../src/result.ts';
import { forkRollout, resume } from '../src/resume.ts';
import { solo } from '../src/solo.ts';
import { solve } from '../src/solve.ts';
import { toolsOf } from '../src/tools/of-rollout.ts';
import { sourcesOfTool, TOOL_NAMES, toolSpecs } from '../src/tools/registry.ts';
import { agentTree } from '../src/versions/agent-tree.ts';
import { firstDifference } from '../src/versions/first-difference.ts';
import { versionOfRollout } from '../src/versions/of-rollout.ts';
import { BUGGY, bash, FINISH, FIX, HOST, repository, runtime, SOLVING, temporaryFolder } from './support.ts';

const CONFIG: RolloutConfig = {
  model: 'scripted',
  seed: 0,
  limits: { steps: 1, usd: 1, tokens: 1, seconds: 1 },
  checks: [],
  checksFrom: 'none',
  sandbox: 'host',
  network: false,
  tools: [],
};

const task = 'sum() leaves out the first number';

describe('what a rollout ran with', () => {
  it('is found from its id: the agent with its prompts, configuration and tools, and every text of it', async () => {
    const run = runtime();
    const model = scriptedModel(SOLVING);
    const { rollout } = await solve({ task, repo: repository(BUGGY), model, ...HOST }, run);
    const { tree, row } = versionOfRollout(run.store, rollout)!;
    expect(row).toMatchObject({ kind: 'agent', name: 'solo', number: 1, rollouts: 1 });
    expect(tree.uses.map(({ kind, name }) => `${kind} ${name}`)).toEqual(
      ['bash', 'edit', 'recall', 'ask', 'finish'].map((name) => `tool ${name}`),
    );
    expect(tree.config).toMatchObject({ model: 'scripted', contextTokens: 1_000_000 });
    for (const its of ['seed', 'limits', 'checks']) expect(tree.config).not.toHaveProperty(its);
    expect(run.store.versions.list({ rollout }).map(({ kind, name }) => `${kind} ${name}`)).toEqual([
      'agent solo',
      'configuration solo',
      'prompt solo.auditor',
      'prompt solo.memory',
      'prompt solo.system',
      ...['ask', 'bash', 'edit', 'finish', 'recall'].map((name) => `tool ${name}`),
    ]);
    const nodes: VersionTree[] = [tree, ...tree.uses];
    for (const { files, prompts } of nodes)
      for (const digest of [...Object.values(files), ...Object.values(prompts)])
        expect(textOf(run.store.objects, digest)).not.toBeNull();
    const shell = tree.uses.find(({ name }) => name === 'bash')!;
    expect(Object.keys(shell.files)).toContain('agent/src/tools/bash.ts');
    expect(shell.config).toMatchObject({ schema: { type: 'object' } });
    // The parts of an agent's code are named as those of its tools.
    expect(tree.files['agent/src/tools/bash.ts']).toBe(shell.files['agent/src/tools/bash.ts']);
  });

  it('is another version with another tool or memory, and the same one for another task, seed, limit or checks', async () => {
    const run = runtime();
    const repo = repository(BUGGY);
    const given = { task, repo, model: scriptedModel(SOLVING), ...HOST };
    const versions = [];
    for (const options of [
      {},
      { task: 'sum again', seed: 3, checks: [] },
      { limits: { usd: 2 } },
      { tools: ['search'] },
      { stuckCheck: false },
      { limits: { steps: 20 } },
    ]) {
      const { rollout } = await solve({ ...given, ...options }, run);
      versions.push(versionOfRollout(run.store, rollout)!.row!.number);
    }
    expect(versions).toEqual([1, 1, 1, 2, 3, 1]);
    expect(run.store.versions.list({ name: 'search' }).map(({ rollouts }) => rollouts)).toEqual([1]);
    expect(run.store.versions.list({ kind: 'tool', name: 'bash' })).toMatchObject([
      { number: 1, rollouts: 6 },
    ]);
  });

  it('has how its model is asked, and the code of one that is code of ours; a recording of it has not', async () => {
    const run = runtime();
    const given = { task, repo: repository(BUGGY), ...HOST };
    const ran = async (model: Model) => {
      const { rollout } = await solve({ ...given, model }, run);
      return versionOfRollout(run.store, rollout)!.tree;
    };
    const warm = await ran(scriptedModel(SOLVING, { options: { temperature: 1, seed: 5 } }));
    expect(warm.config).toMatchObject({ options: { temperature: 1 } });
    expect((warm.config as { options: object }).options).not.toHaveProperty('seed');
    const ours = { ...scriptedModel(SOLVING, { id: 'ours' }), source: import.meta.url };
    expect((await ran(ours)).uses.at(-1)).toMatchObject({
      kind: 'op',
      name: 'ours',
      files: { 'agent/test/versions.test.ts': expect.any(String) },
    });
    const taken = await recordedModel(join(temporaryFolder(), 'taken.jsonl'), ours);
    expect((await ran(taken)).uses.map(({ kind }) => kind)).not.toContain('op');
  });

  it('is told for each that took it up: one fork, one resumed with another model', async () => {
    const run = runtime();
    const model = scriptedModel(SOLVING);
    const first = await solve({ task, repo: repository(BUGGY), model, limits: { steps: 2 }, ...HOST }, run);
    expect(first.status).toBe('limit');
    const { rollout } = first;
    const other = scriptedModel(SOLVING, { id: 'other' });
    const resumed = await resume({ rollout, model: other, limits: { steps: 9 } }, run);
    expect(resumed.status).toBe('solved');
    expect(run.store.versions.of(rollout).map(({ number }) => number)).toEqual([1, 2]);
    expect(versionOfRollout(run.store, rollout)!.tree.config).toMatchObject({ model: 'other' });
    const fork = await forkRollout({ rollout, step: 1, model }, run);
    expect(run.store.versions.of(fork.rollout).map(({ number }) => number)).toEqual([1]);
    // Neither followed from its set-up alone.
    expect([resumed.sameAs, fork.sameAs]).toEqual([undefined, undefined]);
  });

  it('is what the journal tells where nothing was recorded', async () => {
    const run = runtime();
    const model = scriptedModel(SOLVING);
    const { rollout } = await solve({ task, repo: repository(BUGGY), model, ...HOST }, run);
    const whole = versionOfRollout(run.store, rollout)!;
    // The same journal in a home that has none of the texts.
    const bare = runtime();
    bare.store.create({ rollout, parent: null, createdAt: 1 });
    for (const { position, event, at } of run.store.read(rollout))
      bare.store.append(rollout, position, event, at);
    const told = versionOfRollout(bare.store, rollout)!;
    expect(told).toMatchObject({ row: null, run: whole.run });
    expect(told.tree).toMatchObject({ name: 'solo', config: whole.tree.config, files: {}, uses: [] });
    expect(versionOfRollout(bare.store, 'nobody')).toBeNull();
    // Where another rollout of the same code was recorded, its code is known too.
    const { version } = stateAgent(run.seen);
    expect(readVersion(run.store.objects, version)!.files).toEqual(whole.tree.files);
  });

  it('has the tools of servers by what the model is told of them, and edits with what looks at them', async () => {
    const foreignTools = [
      { name: 'db_query', server: 'db', description: 'Asks.', inputSchema: { type: 'object' } },
    ];
    const config = { ...CONFIG, tools: ['edit', 'navigate'], foreignTools };
    const model = scriptedModel([]);
    const treeWith = async (of: RolloutConfig) =>
      agentTree(solo.op, of, toolSpecs(await toolsOf(of, null)), model).uses;
    const [edit, , query] = await treeWith(config);
    expect(query).toMatchObject({
      kind: 'tool',
      name: 'db_query',
      files: {},
      config: { server: 'db', schema: { type: 'object' } },
    });
    expect(Object.keys(edit!.files)).toContain('agent/src/diagnostics.ts');
    const [alone] = await treeWith({ ...CONFIG, tools: ['edit'] });
    expect(Object.keys(alone!.files)).not.toContain('agent/src/diagnostics.ts');
  });

  it.each(TOOL_NAMES)('the files of the tool %s are where a version looks for them', (name) => {
    const { source, also } = sourcesOfTool(name, TOOL_NAMES);
    for (const file of [source, ...also]) expect(existsSync(fileURLToPath(file))).toBe(true);
  });
});

function stateAgent(events: ReturnType<typeof runtime>['seen']) {
  const [first] = events;
  if (first?.event.type !== 'rollout.started') throw new Error('the first event is another');
  return first.event.agent;
}

describe('a result beside an earlier one of the same task, files, agent, model and seed', () => {
  const given = (steps: Parameters<typeof scriptedModel>[0]) => ({
    task,
    repo: repository(BUGGY),
    model: scriptedModel(steps),
    ...HOST,
  });

  it('is the same, or says where the two part', async () => {
    const run = runtime();
    const options = given(SOLVING);
    const first = await solve(options, run);
    const second = await solve(options, run);
    const third = await solve({ ...options, model: scriptedModel([bash('touch new'), ...SOLVING]) }, run);
    expect(first.sameAs).toBeUndefined();
    expect(second.sameAs).toEqual({ rollout: first.rollout, result: 'same' });
    expect(third.sameAs).toMatchObject({
      rollout: second.rollout,
      result: 'different',
      parts: { step: 1, type: 'model.completed' },
    });
    const [position] = third.sameAs!.parts!.positions;
    expect(readRollout(run.store, second.rollout)[position!]!.event.type).toBe('model.completed');
  });

  it('is not compared with one of another seed, task, limit, or of other files', async () => {
    const run = runtime();
    const options = given(SOLVING);
    await solve(options, run);
    const repo = repository({ ...BUGGY, 'README.md': 'other files\n' });
    for (const other of [
      { seed: 1 },
      { task: 'fix sum()' },
      { limits: { usd: 1 } },
      { repo },
      { checks: [] },
    ])
      expect((await solve({ ...options, ...other }, run)).sameAs).toBeUndefined();
    // The same files elsewhere are the same.
    expect((await solve({ ...options, repo: repository(BUGGY) }, run)).sameAs).toMatchObject({
      result: 'same',
    });
  });

  it('is not compared where a person had a word in it', async () => {
    const said = ['mind the empty list'];
    const run = runtime({ guard: { inbox: { take: () => said.splice(0) } } });
    const options = given(SOLVING);
    await solve(options, run);
    expect((await solve(options, run)).sameAs).toBeUndefined();
  });
});

const walls = await chooseSandbox('auto').catch(() => null);

describe.skipIf(walls === null)(
  'recorded models (skipped where no sandbox shows the same paths each time)',
  () => {
    /** Reads, writes, mends; nothing it is told depends on the clock. */
    const STEPS = [
      bash('wc -c sum.js; ls -1'),
      { text: 'The loop starts at 1.', calls: [FIX] },
      { calls: [FINISH] },
      { calls: [FINISH] },
    ];
    const OTHER = [{ text: 'I mend it at once.', calls: [FIX] }, { calls: [FINISH] }, { calls: [FINISH] }];
    const checks = [
      { name: 'test', command: 'grep -q "i = 0" sum.js', framework: 'plain', timeoutSeconds: 60 },
    ];

    it('give the same rollout each time, step by step, and the later one says so', async () => {
      const run = runtime();
      const repo = repository(BUGGY);
      const file = join(temporaryFolder(), 'taken.jsonl');
      const taken = await recordedModel(file, scriptedModel(STEPS));
      const original = await solve({ task, repo, checks, model: taken }, run);
      expect(original).toMatchObject({ status: 'solved' });
      const again = [];
      for (let i = 0; i < 2; i++)
        again.push(await solve({ task, repo, checks, model: await recordedModel(file) }, run));
      const journals = [original, ...again].map(({ rollout }) => readRollout(run.store, rollout));
      expect(firstDifference(journals[0]!, journals[1]!)).toBeNull();
      expect(firstDifference(journals[1]!, journals[2]!)).toBeNull();
      // The requests too: a recording answers no other.
      const requests = journals.map((events) =>
        events.flatMap(({ event }) => (event.type === 'model.requested' ? [event.digest] : [])),
      );
      expect(requests[1]).toEqual(requests[0]);
      expect(again.map(({ sameAs }) => sameAs)).toEqual([
        { rollout: original.rollout, result: 'same' },
        { rollout: again[0]!.rollout, result: 'same' },
      ]);
    });

    it('that answered the same request in two ways part at the first reply that differs', async () => {
      const run = runtime();
      const repo = repository(BUGGY);
      const file = join(temporaryFolder(), 'taken.jsonl');
      for (const steps of [STEPS, [...OTHER.slice(0, 1), bash('touch extra'), ...OTHER.slice(1)]])
        await solve(
          { task, repo, checks, model: await recordedModel(file, scriptedModel(steps)) },
          runtime(),
        );
      const model = await recordedModel(file);
      const first = await solve({ task, repo, checks, model }, run);
      const second = await solve({ task, repo, checks, model }, run);
      expect([first.status, second.status]).toEqual(['solved', 'solved']);
      expect(second.sameAs).toMatchObject({
        rollout: first.rollout,
        result: 'different',
        parts: { step: 1, type: 'model.completed' },
      });
    });
  },
);
