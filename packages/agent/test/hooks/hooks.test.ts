import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { scriptedModel } from '@heddle/models';
import { chooseSandbox } from '@heddle/workspace';
import { describe, expect, it } from 'vitest';
import { audit } from '../../src/guard/audit.ts';
import type { Hook } from '../../src/hooks/hook.ts';
import { hookRecordsOf } from '../../src/hooks/hook.ts';
import { replay } from '../../src/replay.ts';
import { solve } from '../../src/solve.ts';
import { bash, call, FINISH, repository, runtime, temporaryFolder } from '../support.ts';

const HAND_IN = [{ calls: [FINISH] }, { calls: [FINISH] }];
const SANDBOX = await chooseSandbox('auto').catch(() => 'host' as const);
const says = (answer: unknown) => `printf '%s' '${JSON.stringify(answer)}'`;

async function play(
  hooks: readonly Hook[],
  script: readonly (ReturnType<typeof bash> | ReturnType<typeof call>)[],
  options: Partial<Parameters<typeof runtime>[0]> = {},
) {
  const repo = repository({ 'a.txt': 'a\n' });
  const run = runtime({ hooks, ...options });
  const model = scriptedModel([...script, ...HAND_IN]);
  const result = await solve({ task: 'x', repo, model, checks: [], sandbox: SANDBOX }, run);
  const ends = run.seen.flatMap(({ event }) => (event.type === 'action.completed' ? [event] : []));
  const did = (at: number) =>
    hookRecordsOf(ends[at]!.details).map(({ on, did, text }) => ({ on, did, text }));
  return { repo, run, result, ends, did, told: ends.map(({ content }) => content) };
}

describe('a hook before an action', () => {
  it('is told of it and of nothing it is not for, blocks it with its reason, and lets the next pass', async () => {
    const hook: Hook = {
      on: 'before',
      tools: ['bash', 'browse'],
      run: 'input=$(cat); case $input in *"rm "*) echo "Not $HEDDLE_TOOL in step $HEDDLE_STEP: $input" >&2; echo noise; exit 2;; esac',
    };
    const { ends, did, told, result, run } = await play([hook], [bash('rm a.txt'), bash('cat a.txt')]);
    const { root } = run.seen.map(({ event }) => event).find((event) => event.type === 'workspace.prepared')!;
    const given = `{"on":"before","tool":"bash","input":{"command":"rm a.txt"},"step":1,"root":"${root}"}`;
    expect(ends[0]).toMatchObject({ outcome: 'error', changed: [] });
    expect(told[0]).toBe(
      `Blocked by a hook, so nothing was run: Not bash in step 1: ${given}\nDo it another way, or go on without it.`,
    );
    expect(did(0)).toEqual([{ on: 'before', did: 'blocked', text: `Not bash in step 1: ${given}` }]);
    expect(told[1]).toBe('a\n[exit code 0]');
    expect(did(1)).toEqual([{ on: 'before', did: 'passed', text: undefined }]);
    expect(ends[2]!.details).not.toHaveProperty('hook');
    expect(result.status).toBe('unverified');
  });

  it('rewrites the arguments, which the model is told, the guard judges and the audit too', async () => {
    const hook: Hook = {
      on: 'before',
      tools: ['ba*'],
      run: `case $(cat) in *push*) ${says({ input: { command: 'git push origin main' } })};; *) ${says({ input: { command: 'echo instead > b.txt' }, say: 'better so' })};; esac`,
    };
    const guard = { mode: 'risky' as const };
    const { ends, told, did, run, result } = await play([hook], [bash('echo x'), bash('echo push')], {
      guard,
    });
    expect(ends[0]!.changed).toEqual([{ path: 'b.txt', status: 'added' }]);
    expect(told[0]).toBe(
      '(it printed nothing)\n[exit code 0]\n[a hook changed the arguments: {"command":"echo instead > b.txt"}]\n[hook: better so]',
    );
    expect(did(0).map(({ did: what }) => what)).toEqual(['rewrote', 'said']);
    expect(ends[1]).toMatchObject({ outcome: 'error', details: { guard: { decision: 'refused' } } });
    const { actions } = await audit(run.store, result.rollout, run.home);
    expect(actions[1]!.effects.map(({ kind }) => kind)).toContain('publish');
    for (const execute of [false, true])
      expect(await replay({ rollout: result.rollout, execute }, run)).toMatchObject({ identical: true });
  });

  it.each([
    ['exit 3', 'echo one >&2; echo two >&2; exit 3', 'exit code 3: two'],
    ['no JSON', "printf '{nonsense'", /^its answer is not JSON: /],
    ['another form', says({ allow: true }), 'its answer does not fit: unknown field allow'],
    [
      'arguments that do not fit',
      says({ input: { command: [1] } }),
      'its arguments do not fit bash: command: expected string',
    ],
    ['its time limit', 'sleep 30', 'it took longer than 0.5 s'],
    ['a command that is none', 'no-such-command', /^exit code 127: /],
  ])('that fails (%s) is passed over, and said', async (_, command, why) => {
    const { told, did } = await play(
      [{ on: 'before', tools: ['bash'], run: command, seconds: 0.5 }],
      [bash('echo ran')],
    );
    expect(told[0]).toBe('ran\n[exit code 0]');
    expect(did(0)).toEqual([
      { on: 'before', did: 'failed', text: typeof why === 'string' ? why : expect.stringMatching(why) },
    ]);
  });

  it('of the repository rewrites only what is done in the sandbox, and gives no secret the model did not name', async () => {
    const hooks: Hook[] = [
      { on: 'finish', run: says({ input: { probability: 1 } }), repository: true },
      {
        on: 'before',
        tools: ['bash'],
        run: says({ input: { command: 'echo "[$TOKEN]" | tr a-z A-Z' } }),
        repository: true,
      },
    ];
    const secrets = [{ name: 'TOKEN', value: 'abcdefgh' }];
    const { told, did, result } = await play(hooks, [bash('true'), bash('true $TOKEN')], {
      guard: { secrets },
    });
    expect(told[0]).toContain('[]\n');
    expect(told[1]).toContain('[ABCDEFGH]\n');
    expect(did(2)).toEqual([
      {
        on: 'finish',
        did: 'failed',
        text: 'a repository may change only what is done in the sandbox, not finish',
      },
    ]);
    expect(result.probability).toBe(FINISH.input.probability);
    const own = await play([{ ...hooks[1]!, repository: undefined } as unknown as Hook], [bash('true')], {
      guard: { secrets },
    });
    expect(own.told[0]).toContain('[ABCDEFGH]');
  });
});

describe('a hook after an action', () => {
  it('may format files, add a line, or put another text in place; a block is heard too late but heard', async () => {
    const hooks: Hook[] = [
      { on: 'after', tools: ['edit'], run: 'tr a-z A-Z < a.txt > .t && mv .t a.txt; echo formatted' },
      {
        on: 'after',
        tools: ['bash'],
        run: `case $(cat) in *'"outcome":"ok","content":"secret'*) ${says({ content: 'nothing to see' })};; esac`,
      },
      { on: 'after', tools: ['bash'], run: 'cat >&2; exit 2' },
    ];
    const { ends, told, run, result } = await play(hooks, [
      call('edit', { command: 'replace', path: 'a.txt', old: 'a', new: 'b' }),
      bash('echo secret'),
    ]);
    expect(ends[0]!.changed).toEqual([{ path: 'a.txt', status: 'modified' }]);
    expect(result.patch).toContain('+B');
    expect(told[1]!.split('\n')[0]).toBe('nothing to see');
    expect(told[1]).toContain('"content":"nothing to see"');
    expect(await replay({ rollout: result.rollout, execute: true }, run)).toMatchObject({ identical: true });
  });
});

it('a hook before finish keeps the work from being handed in until it is content, and is asked once of the same files', async () => {
  const log = join(temporaryFolder(), 'log');
  const hooks: Hook[] = [
    { on: 'finish', run: 'test -e fixed.txt || { echo "fixed.txt is missing" >&2; exit 2; }' },
    { on: 'finish', run: `echo asked >> '${log}'`, outside: true },
  ];
  const { told, result } = await play(hooks, [{ calls: [FINISH] } as never, bash('touch fixed.txt')]);
  expect(told[0]).toContain('Blocked by a hook, so nothing was run: fixed.txt is missing');
  expect(told[2]).toContain('Not submitted yet.');
  expect(told[3]).toBe('Submitted.');
  expect(result.status).toBe('unverified');
  expect(readFileSync(log, 'utf8')).toBe('asked\n');
});

it('is asked about the actions of programs too', async () => {
  const hook: Hook = {
    on: 'before',
    tools: ['bash'],
    run: 'grep -q forbidden && { echo no >&2; exit 2; } || true',
  };
  const code =
    "console.log((await bash('echo allowed')), await bash('echo forbidden').catch((error) => error.message))";
  const repo = repository({ 'a.txt': 'a\n' });
  const run = runtime({ hooks: [hook] });
  const model = scriptedModel([call('code', { language: 'javascript', code }), ...HAND_IN]);
  const { rollout } = await solve(
    { task: 'x', repo, model, checks: [], sandbox: SANDBOX, tools: ['code'] },
    run,
  );
  const ends = run.seen.flatMap(({ event }) => (event.type === 'action.completed' ? [event] : []));
  expect(ends.slice(0, 2).map(({ details }) => hookRecordsOf(details).map(({ did }) => did))).toEqual([
    ['passed'],
    ['blocked'],
  ]);
  expect(ends[2]!.content).toContain('allowed');
  expect(ends[2]!.content).toContain('Blocked by a hook, so nothing was run: no');
  expect(await replay({ rollout, execute: false }, run)).toMatchObject({ identical: true });
});

describe("the user's own hooks", () => {
  it('outside run in the repository itself, and are ended with all they started', async () => {
    const seen = join(temporaryFolder(), 'seen');
    const outside = { on: 'before', tools: ['bash'], outside: true } as const;
    const { repo, did } = await play(
      [
        { ...outside, run: `pwd > '${seen}'` },
        { ...outside, run: `(sleep 0.6; touch '${seen}.late') & sleep 60`, seconds: 0.3 },
        { ...outside, run: `cat > /dev/null; yes | head -c 3000000; exit 4` },
      ],
      [bash('true')],
    );
    expect(readFileSync(seen, 'utf8').trim()).toBe(repo);
    expect(did(0).map(({ text }) => text)).toEqual([undefined, 'it took longer than 0.3 s', 'exit code 4']);
    await sleep(1_000);
    expect(existsSync(`${seen}.late`)).toBe(false);
  });

  it('may be modules: called in this process, what they throw or wait for is passed over', async () => {
    const folder = temporaryFolder();
    const module = (name: string, text: string): Hook => {
      writeFileSync(join(folder, name), text);
      return { on: 'before', tools: ['bash'], module: join(folder, name), seconds: 0.3 };
    };
    const { told, did } = await play(
      [
        module('a.mjs', "export default ({ input }) => ({ input: { command: input.command + ' two' } });"),
        module('b.mjs', "export default () => { throw new Error('no mood'); };"),
        module('c.mjs', 'export default () => new Promise(() => {});'),
        module('d.mjs', 'export const nothing = 1;'),
        { on: 'before', tools: ['bash'], module: join(folder, 'none.mjs') },
        module(
          'e.mjs',
          "export default async ({ input }) => input.command.endsWith('two') ? { say: 'heard' } : undefined;",
        ),
      ],
      [bash('echo one')],
    );
    expect(told[0]).toMatch(/^one two\n\[exit code 0\]\n.*\n\[hook: heard\]$/);
    expect(did(0).map(({ did: what, text }) => [what, text])).toEqual([
      ['rewrote', undefined],
      ['failed', 'no mood'],
      ['failed', 'it took longer than 0.3 s'],
      ['failed', 'its default export is no function'],
      ['failed', expect.stringContaining('none.mjs')],
      ['said', 'heard'],
    ]);
  });

  it('for a tool that does not exist are refused before anything begins', async () => {
    await expect(play([{ on: 'before', tools: ['bsah'], run: 'true' }], [])).rejects.toThrow(
      'a hook names the tool "bsah", which does not exist',
    );
  });
});
