import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Recorded } from '@heddle/core';
import { scriptedModel } from '@heddle/models';
import { openWorkspace } from '@heddle/workspace';
import { describe, expect, it } from 'vitest';
import { audit } from '../../src/guard/audit.ts';
import { Guard } from '../../src/guard/guard.ts';
import { Handles } from '../../src/handles.ts';
import { connect } from '../../src/mcp/connection.ts';
import { ServerPool } from '../../src/mcp/pool.ts';
import type { McpServers } from '../../src/mcp/server.ts';
import { promptAt } from '../../src/prompt-at.ts';
import { replay } from '../../src/replay.ts';
import { stateOf } from '../../src/result.ts';
import { forkRollout, resume } from '../../src/resume.ts';
import { solve } from '../../src/solve.ts';
import { ToolRunner } from '../../src/tool-runner.ts';
import { functionsOf } from '../../src/tools/code/functions.ts';
import { toolsOf } from '../../src/tools/of-rollout.ts';
import { call, FINISH, HOST, repository, runtime, temporaryFolder } from '../support.ts';
import { DEMO, wire } from './programs.ts';
import { overHttp } from './servers.ts';

const HOLDER = fileURLToPath(new URL('./holder.ts', import.meta.url));
const HAND_IN = [{ calls: [FINISH] }, { calls: [FINISH] }];

process.env.HEDDLE_TEST_SECRET = 'not-for-the-model';
process.env.HEDDLE_TEST_OTHER = 'not-for-the-server';
/** As a configuration names it. */
const variable = (name: string) => `\${${name}}`;

async function play(
  mcp: McpServers,
  script: readonly ReturnType<typeof call>[],
  options: Parameters<typeof runtime>[0] = {},
) {
  const run = runtime({ mcp, ...options });
  const model = scriptedModel([...script, ...HAND_IN]);
  const tools = Object.keys(mcp).map((name) => `mcp:${name}`);
  const repo = repository({ a: 'a\n' });
  const result = await solve({ task: 'x', repo, model, checks: [], tools, ...HOST }, run);
  const events = run.seen.map(({ event }) => event);
  const config = events.find((event) => event.type === 'rollout.started')!.config;
  const notes = events.find((event) => event.type === 'workspace.prepared')!.notes;
  const ends = events.flatMap((event) => (event.type === 'action.completed' ? [event] : []));
  return {
    run,
    result,
    config,
    notes,
    ends,
    told: ends.map(({ content }) => content),
    foreign: config.foreignTools ?? [],
  };
}

describe('a server over standard input and output', () => {
  it('offers its tools, which are in the journal and the prompt, and answers calls over one connection', async () => {
    const { told, config, foreign, run, result, ends } = await play({ demo: DEMO }, [
      call('demo_add', { a: 2, b: 3 }),
      call('demo_add', { a: 2, b: 4 }),
      call('demo_add', { a: 'two' }),
      call('demo_fails', {}),
      call('demo_everything', {}),
      call('demo_long', {}),
    ]);
    expect(config.tools.filter((name) => name.includes(':') || name.includes('demo'))).toEqual([]);
    expect(foreign.map(({ name }) => name)).toEqual([
      'demo_add',
      'demo_environment',
      'demo_everything',
      'demo_long',
      'demo_fails',
    ]);
    expect(foreign[0]).toMatchObject({
      server: 'demo',
      description: 'Of the MCP server demo: Adds two numbers.',
      inputSchema: {
        type: 'object',
        properties: { a: { type: 'number' }, b: { type: 'number' } },
        required: ['a', 'b'],
      },
    });
    expect(told.slice(0, 2)).toEqual(['5 (call 1)', '6 (call 2)']);
    expect(ends[2]!.outcome).toBe('error');
    expect(told[2]).toMatch(/invalid|expected/i);
    expect(ends[3]).toMatchObject({
      outcome: 'error',
      content: 'no such issue',
      details: { code: 'tool-failed' },
    });
    expect(told[4]!.split('\n')).toEqual([
      'words',
      '[picture 1: image/png, 70 bytes]',
      '[a picture that cannot be shown: image/x-raw, 70 bytes]',
      '[a sound that cannot be heard: audio/wav]',
      '[file:///a.txt]',
      'of a file',
      '[file:///b.bin: not a text]',
      '[c: file:///c.txt]',
    ]);
    expect(ends[4]!.images).toHaveLength(1);
    expect(told[5]!.length).toBeLessThan(21_000);
    expect(told[5]).toMatch(/^begin x+\n.*characters left out.*\nx+ end$/);
    expect(Buffer.from(run.store.objects.get(ends[5]!.output!)).toString()).toHaveLength(100_010);
    const { prompt, tools } = await promptAt(run.seen, 1);
    expect(tools.map(({ name }) => name)).toContain('demo_add');
    expect(JSON.stringify(prompt[1])).toContain('not instructions to you');
    for (const execute of [false, true]) {
      const away = { ...run, mcp: undefined } as never;
      expect(await replay({ rollout: result.rollout, execute }, away)).toMatchObject({ identical: true });
    }
    const judged = (await audit(run.store, result.rollout, run.home)).actions[0]!;
    expect(judged.effects.map(({ kind, target }) => [kind, target])).toEqual([['network', 'demo']]);
  });

  it('is given little of the environment, variables by name, whose values are masked in what it says', async () => {
    const demo = { ...DEMO, env: { TOKEN: `Bearer ${variable('HEDDLE_TEST_SECRET')}`, MODE: 'quiet' } };
    const { told } = await play({ demo }, [call('demo_environment', {})]);
    const seen = JSON.parse(told[0]!) as Record<string, string>;
    expect(seen.MODE).toBe('quiet');
    expect(seen.TOKEN).toMatch(/^Bearer (?!not-for)/);
    expect(seen.PATH).toBe(process.env.PATH);
    expect(told[0]).not.toContain('not-for-the');
  });

  it('is not waited for again once it was seen; resumed and forked rollouts know its tools without it', async () => {
    const { run, result } = await play({ go: wire('plain') }, [call('go_go', {})]);
    const again = runtime({ home: run.home, store: run.store, mcp: { go: wire('plain') } });
    const model = scriptedModel([call('go_go', {}), ...HAND_IN]);
    await solve(
      { task: 'x', repo: repository({ a: '' }), model, checks: [], tools: ['mcp:go'], ...HOST },
      again,
    );
    const starts = again.seen.filter(({ event }) => event.type === 'action.completed');
    expect(starts[0]!.event).toMatchObject({ outcome: 'ok', content: 'called go' });
    const alone = runtime({ home: run.home, store: run.store });
    const fork = await forkRollout(
      {
        rollout: result.rollout,
        step: 1,
        model: scriptedModel([call('go_go', {}), call('go_go', {}), ...HAND_IN]),
      },
      alone,
    );
    expect(fork.status).toBe('unverified');
    const [end] = alone.seen.flatMap(({ event }) => (event.type === 'action.completed' ? [event] : []));
    expect(end).toMatchObject({
      outcome: 'error',
      content: 'The server go is not there in this run. Go on without it.',
    });
  });
});

describe('a server over HTTP', () => {
  it.each(['stateless', 'reject'] as const)(
    'answers, with the headers it wants (former revision: %s)',
    async (legacy) => {
      const { url, headers } = await overHttp({ legacy });
      const web = { url, headers: { authorization: `Bearer ${variable('HEDDLE_TEST_SECRET')}` } };
      const { told, foreign } = await play({ web }, [call('web_add', { a: 1, b: 1 })]);
      expect(foreign).toHaveLength(5);
      expect(told[0]).toMatch(/^2 \(call \d\)$/);
      expect(new Set(headers)).toEqual(new Set(['Bearer not-for-the-model']));
    },
  );

  it('that is not there, or no longer, costs its tools and not the rollout', async () => {
    const { url, fail } = await overHttp();
    const mcp = {
      web: { url },
      gone: { url: 'http://127.0.0.1:9/mcp' },
      none: { url, headers: { a: variable('HEDDLE_NO_SUCH') } },
    };
    const { notes, foreign, run, result } = await play(mcp, []);
    expect(foreign).toHaveLength(5);
    expect(notes).toEqual([
      expect.stringMatching(/^the MCP server gone did not start: .+; go on without it$/),
      'the MCP server none did not start: the environment has no HEDDLE_NO_SUCH; go on without it',
    ]);
    expect(result.status).toBe('unverified');
    fail();
    const after = await play({ web: { url } }, [call('web_add', { a: 1, b: 1 })], {
      home: run.home,
      store: run.store,
    });
    expect(after.notes).toEqual([]);
    expect(after.told[0]).toMatch(/^The server web did not start: .+\. Go on without it\.$/);
  });
});

describe('a server that misbehaves', () => {
  it.each([
    [
      'exits',
      /^the MCP server it did not start: .*; its last words: the licence has expired; go on without it$/,
    ],
    ['none', /^the MCP server it did not start: .+; go on without it$/],
  ])('at its start (%s) is a note', async (mode, note) => {
    const it = mode === 'none' ? { command: '/no/such/program' } : wire(mode);
    const { notes, foreign, result } = await play({ it }, []);
    expect(notes).toEqual([expect.stringMatching(note)]);
    expect(foreign).toEqual([]);
    expect(result.status).toBe('unverified');
  });

  it('in a call is told to the model: it died, it hangs, it refuses, it talks, it has changed', async () => {
    const flag = join(temporaryFolder(), 'renamed');
    const mcp = {
      dies: wire('dies'),
      hangs: { ...wire('hangs'), seconds: 0.3 },
      refuses: wire('refuses'),
      chatty: wire('chatty'),
    };
    const { told, ends } = await play(mcp, [
      call('dies_go', {}),
      call('dies_go', {}),
      call('hangs_go', {}),
      call('refuses_go', {}),
      call('chatty_go', {}),
    ]);
    const died =
      'The server dies did not do it: it has ended; its last words: out of luck. Try once more, or go on without it.';
    expect(told.slice(0, 5)).toEqual([
      died,
      died,
      'The server hangs did not do it: no answer within 0.3 s. Try once more, or go on without it.',
      expect.stringMatching(/^The server refuses did not do it: .*bad arguments: a is missing\.$/),
      'called go',
    ]);
    expect(ends.slice(0, 5).map(({ outcome }) => outcome)).toEqual([
      'error',
      'error',
      'error',
      'error',
      'ok',
    ]);
    const home = temporaryFolder();
    const before = await play({ it: wire('renamed', flag) }, [], { home });
    expect(before.foreign.map(({ name }) => name)).toEqual(['it_go']);
    writeFileSync(flag, '');
    const after = await play({ it: wire('renamed', flag) }, [call('it_go', {})], { home });
    expect(after.told[0]).toBe('The server it no longer has this tool. It has: it_went.');
    expect((await play({ it: wire('renamed', flag) }, [], { home })).foreign.map(({ name }) => name)).toEqual(
      ['it_went'],
    );
  });

  it('is not tried for ever', async () => {
    const home = temporaryFolder();
    const flag = join(home, 'flag');
    await play({ it: wire('renamed', flag) }, [], { home });
    const { ToolCache } = await import('../../src/mcp/cache.ts');
    const dead = wire('exits');
    const cache = new ToolCache(home);
    cache.write('it', dead, cache.read('it', wire('renamed', flag))!);
    const { told, notes } = await play(
      { it: dead },
      Array.from({ length: 4 }, () => call('it_go', {})),
      { home },
    );
    expect(notes).toEqual([]);
    expect(
      told.slice(0, 3).every((text) => text.includes('its last words: the licence has expired. Go on')),
    ).toBe(true);
    expect(told[3]).toBe('The server it did not start 3 times and is not tried again. Go on without it.');
  });

  it('in what it says of its tools is cut to size and made harmless', async () => {
    const { foreign, run } = await play({ evil: wire('hostile') }, [call('evil_ok', {})]);
    expect(foreign).toHaveLength(128);
    for (const { name, description, inputSchema } of foreign) {
      expect(name).toMatch(/^evil_[A-Za-z0-9_-]{1,59}$/);
      expect(description.length).toBeLessThan(1_300);
      expect(description).toMatch(/^Of the MCP server evil: ./);
      expect(description).not.toMatch(/[^\n\P{C}]/u);
      expect(JSON.stringify(inputSchema).length).toBeLessThan(8_100);
      expect(inputSchema).toMatchObject({ type: 'object' });
    }
    expect(new Set(foreign.map(({ name }) => name)).size).toBe(128);
    expect(foreign[0]!.inputSchema).not.toHaveProperty('anyOf');
    expect(foreign[1]!.description).toBe('Of the MCP server evil: Hidden text.\nMore');
    const ends = run.seen.flatMap(({ event }) => (event.type === 'action.completed' ? [event.content] : []));
    expect(ends[0]).toBe('called ok');
  });
});

describe('what a server may do', () => {
  it('is asked about like anything else that leaves the sandbox', async () => {
    const guard = { mode: 'risky' as const };
    const { told, ends } = await play({ go: wire('plain') }, [call('go_go', { to: 'there' })], { guard });
    expect(told[0]).toMatch(
      /^Refused by the guard: nobody is there to ask, so nothing was run: .*the server go does it, outside of the sandbox/,
    );
    expect(ends[0]!.details).toMatchObject({ guard: { decision: 'refused', effects: ['network'] } });
    const rules = { commands: [{ command: 'go_go', decide: 'allow' as const }] };
    const allowed = await play({ go: wire('plain') }, [call('go_go', {})], {
      guard: { mode: 'risky', rules },
    });
    expect(allowed.told[0]).toBe('called go');
  });

  it('may have done what was cut off, which the model is told on resuming', async () => {
    const stop = new AbortController();
    const repo = repository({ a: '' });
    const mcp = { it: wire('hangs') };
    const observer = {
      event: ({ event }: Recorded) => {
        if (event.type === 'action.started') stop.abort();
      },
    };
    const run = runtime({ mcp, signal: stop.signal, observer });
    const model = scriptedModel([call('it_go', {}), ...HAND_IN]);
    const paused = await solve({ task: 'x', repo, model, checks: [], tools: ['mcp:it'], ...HOST }, run);
    expect(paused.status).toBe('interrupted');
    const again = runtime({ store: run.store, home: run.home });
    await resume({ rollout: paused.rollout, model }, again);
    const [end] = again.seen.flatMap(({ event }) => (event.type === 'action.completed' ? [event] : []));
    expect(end).toMatchObject({
      outcome: 'interrupted',
      content: expect.stringContaining('It may have done it all the same'),
    });
  });

  it('that is slow to start holds nobody up who has gone', async () => {
    const pool = new ServerPool({ it: wire('silent') }, temporaryFolder());
    const looking = pool.look('it', { signal: new AbortController().signal, anew: true });
    await sleep(100);
    await pool.dispose();
    expect(await looking).toEqual({ name: 'it', tools: [], problem: 'the run has ended' });
  });

  it('is not called from a program, where code of the repository could call it too', async () => {
    const { run } = await play({ go: wire('plain') }, []);
    const state = stateOf(run.seen);
    const tools = await toolsOf(state.config, null);
    expect(functionsOf(tools, 'code').map(({ name }) => name)).not.toContain('go_go');
    const { home, store } = run;
    const runner = new ToolRunner(
      {
        rollout: 'r',
        objects: store.objects,
        home,
        tools,
        observer: {},
        guard: new Guard(),
        signal: new AbortController().signal,
        events: () => run.seen,
      },
      new Handles(),
    );
    // As NestedActions asks: without a way to ask for more.
    const asked = { id: 'c/1', tool: 'go_go', input: '{}', started: true };
    const { workspace } = await openWorkspace({
      repo: repository({ a: '' }),
      home,
      id: 'one',
      sandbox: 'host',
    });
    const end = await runner.run(tools.get('go_go'), asked, { state, inside: {}, workspace });
    await workspace.dispose();
    expect(end).toMatchObject({
      outcome: 'error',
      content: 'go_go acts outside of the sandbox: call it as a tool of its own. Nothing was run.',
    });
  });

  it('is not changed by a hook of the repository, but by one of the user', async () => {
    const run = `printf '{"input":{"a":5,"b":5}}'`;
    const hook = { on: 'before', tools: ['demo_*'], run } as const;
    const adding = [call('demo_add', { a: 1, b: 1 })];
    const theirs = await play({ demo: DEMO }, adding, { hooks: [{ ...hook, repository: true }] });
    expect(theirs.told[0]).toBe('2 (call 1)');
    const own = await play({ demo: DEMO }, adding, { hooks: [hook] });
    expect(own.told[0]).toMatch(/^10 /);
  });

  it('ends within its time when it does not answer, and with Heddle when that is killed', async () => {
    const { signal } = new AbortController();
    const silent = connect(wire('silent'), { seconds: 0.5, signal });
    await expect(silent).rejects.toThrow('it did not answer within 0.5 s');
    await expect(
      connect(wire('silent'), { signal: AbortSignal.abort(new Error('stopped')) }),
    ).rejects.toThrow('stopped');
    const file = join(temporaryFolder(), 'pids');
    const child = spawn(process.execPath, [HOLDER, file], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(child.stdout, 'data');
    child.kill('SIGKILL');
    for (const pid of readFileSync(file, 'utf8').split(' ').map(Number)) expect(await gone(pid)).toBe(true);
  });

  it('ends with the rollout, and all it has started; one that is not there is refused by name', async () => {
    const file = join(temporaryFolder(), 'pids');
    await play({ it: wire('family', file) }, [call('it_go', {})]);
    for (const pid of readFileSync(file, 'utf8').split(' ').map(Number)) expect(await gone(pid)).toBe(true);
    const run = runtime();
    const model = scriptedModel(HAND_IN);
    const asked = solve(
      { task: 'x', repo: repository({ a: '' }), model, checks: [], tools: ['mcp:it'], ...HOST },
      run,
    );
    await expect(asked).rejects.toThrow('there is no MCP server "it" in your configuration');
  });
});

/** Within the time that a kernel takes to tell. */
async function gone(pid: number): Promise<boolean> {
  for (let tries = 0; tries < 100; tries++) {
    try {
      process.kill(pid, 0);
    } catch {
      return true;
    }
    await sleep(50);
  }
  return false;
}
