import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { scriptedModel } from '@heddle/models';
import { chooseSandbox } from '@heddle/workspace';
import { describe, expect, it } from 'vitest';
import { promptAt } from '../../../src/prompt-at.ts';
import { replay } from '../../../src/replay.ts';
import { readRollout, stateOf } from '../../../src/result.ts';
import { resume } from '../../../src/resume.ts';
import { solve } from '../../../src/solve.ts';
import { BUGGY, FINISH, HOST, repository, runtime } from '../../support.ts';
import { code, play, startedIn } from './support.ts';

const MEND =
  'const view = await edit({ command: "view", path: "sum.js" });\n' +
  'await edit({ command: "replace", path: "sum.js", old: "let i = 1", new: "let i = 0" });\n' +
  'const run = await bash("node --test"); [view.includes("let i = 1"), run.details.exitCode]';

describe('tools called from code', () => {
  it('are actions inside the action: in the journal, not in what the model sees', async () => {
    const { events, ends, told, result, run } = await play([code('javascript', MEND)], { files: BUGGY });
    expect(told[0]).toMatch(/^\[ true, 0 \]\n/);
    expect(result.patch).toContain('let i = 0');
    const [outer] = startedIn(events);
    expect(startedIn(events).slice(0, 4)).toMatchObject([
      { tool: 'code' },
      {
        tool: 'edit',
        call: `${outer!.call}/1`,
        parent: outer!.call,
        input: { command: 'view', path: 'sum.js' },
      },
      { tool: 'edit', call: `${outer!.call}/2`, parent: outer!.call },
      { tool: 'bash', call: `${outer!.call}/3`, parent: outer!.call, input: { command: 'node --test' } },
    ]);
    expect(ends.slice(0, 4).map(({ call }) => call.split('/')[1])).toEqual(['1', '2', '3', undefined]);
    expect(ends[1]!.changed).toEqual([{ path: 'sum.js', status: 'modified' }]);
    expect(ends[3]!.changed).toEqual([{ path: 'sum.js', status: 'modified' }]);
    const { prompt } = await promptAt(readRollout(run.store, result.rollout), 2);
    const results = prompt.flatMap(({ role, content }) => (role === 'tool' ? content : []));
    expect(results).toMatchObject([{ toolName: 'code', toolCallId: outer!.call }]);
  });

  it.each(['python', 'javascript'] as const)('raise with the tool’s message in %s', async (language) => {
    const text =
      language === 'python'
        ? 'try:\n    edit(command="view", path="none")\nexcept ToolError as error:\n    print("caught", error)\nedit(command="vew")'
        : 'try { await edit({ command: "view", path: "none" }) } catch (error) { console.log("caught", error.message, error instanceof ToolError) }\nawait edit({ command: "vew" })';
    const { told, ends } = await play([code(language, text)]);
    expect(told[0]).toMatch(/^caught none does not exist/);
    expect(told[0]).toContain('ToolError: The arguments of edit do not fit, so nothing was run.');
    expect(ends.map(({ outcome }) => outcome).slice(0, 3)).toEqual(['error', 'error', 'ok']);
  });

  it('can be taken back by edit, in the same code and after it', async () => {
    const { told } = await play([
      code(
        'javascript',
        'await edit({ command: "create", path: "new.txt", text: "1" }); await edit({ command: "undo", path: "new.txt" }); await edit({ command: "replace", path: "a.txt", old: "one", new: "two" }); require("fs").existsSync("new.txt")',
      ),
      { calls: [{ tool: 'edit', input: { command: 'undo', path: 'a.txt' } }] },
      code('javascript', 'require("fs").readFileSync("a.txt", "utf8")'),
    ]);
    expect(told[0]).toMatch(/^false\n/);
    expect(told[1]).toContain('Took back the last edit of a.txt');
    expect(told[2]).toBe("'one\\n'");
  });

  it('are not finish, not code, and no more than a hundred', async () => {
    const { told, events } = await play([
      code('javascript', '[typeof finish, typeof code]'),
      code(
        'javascript',
        'let n = 0; try { for (;;) { await bash("true"); n += 1 } } catch (error) { console.log(n, error.message) }',
      ),
    ]);
    expect(told[0]).toMatch(/^\[ 'undefined', 'undefined' \]/);
    expect(told[1]).toMatch(/^100 bash was not run: one call of code may make 100 tool calls\./);
    expect(startedIn(events).filter(({ parent }) => parent !== undefined)).toHaveLength(100);
  });

  it('run one after the other, and not for code that has ended', async () => {
    const { told } = await play([
      code(
        'javascript',
        "const all = await Promise.all([1, 2, 3].map((n) => bash('echo ' + n + ' >> log; cat log | wc -l'))); all.map((r) => Number(r.split(/\\n/)[0]))",
      ),
      code(
        'javascript',
        'let later; setTimeout(() => { later = bash("echo late > late.txt").catch((error) => error.message) }, 100); 0',
      ),
      code(
        'javascript',
        'await new Promise((resolve) => setTimeout(resolve, 200)); [await later, require("fs").existsSync("late.txt")]',
      ),
    ]);
    expect(told[0]).toMatch(/^\[ 1, 2, 3 \]/);
    expect(told[2]).toContain("'bash was not run: the call of code that asked for it has ended.'");
    expect(told[2]).toContain('false');
  });

  it('are ended when the code does not wait for them, and that is said', async () => {
    const { told, ends } = await play([code('javascript', 'bash("sleep 60"); 1')]);
    expect(told[0]).toMatch(
      /^1\n[\s\S]*\[tool calls that the code did not wait for were ended: 1\. Use await\]$/,
    );
    expect(ends[0]).toMatchObject({ details: { ended: 'aborted' } });
  });

  it('show their pictures with what the code shows', async () => {
    const png = 'iVBORw0KGgoAAAANSUhEUgAAAAIAAAADCAYAAAC56t6BAAAAEUlEQVR4nGNgYGD4D8IQCgAWAAH/';
    const { told, ends } = await play([
      code(
        'javascript',
        `require('fs').writeFileSync('p.png', Buffer.from('${png}', 'base64')); (await edit({ command: 'view', path: 'p.png' })).length > 0`,
      ),
    ]);
    expect(told[0]).toMatch(/^\[image 1: image\/png, 2x3\]\ntrue\n/);
    expect(ends[1]!.images).toEqual(ends[0]!.images);
  });

  it('are ended with the code at its time limit', async () => {
    const { told, ends } = await play([
      code('javascript', 'const kept = 1; await bash("sleep 60")', { timeout_seconds: 0.5 }),
      code('javascript', 'kept'),
    ]);
    expect(told[0]).toContain('time limit of 0.5 s');
    expect(ends[0]).toMatchObject({ details: { ended: 'aborted' } });
    expect(told[1]).toBe('1');
  });

  it('pass the guard like any other action', async () => {
    const asked: string[] = [];
    const approver = {
      by: 'person' as const,
      approve: async ({ tool }: { tool: string }) => {
        asked.push(tool);
        return { allow: false as const };
      },
    };
    const run = runtime({ guard: { mode: 'risky', approver } });
    const script = [code('javascript', 'await bash("ls"); await bash(["rm", "sum.test.js"].join(" "))')];
    await solve(
      {
        task: 'x',
        repo: repository(BUGGY),
        model: scriptedModel([...script, { calls: [FINISH] }, { calls: [FINISH] }]),
        tools: ['code'],
        checks: [],
        ...HOST,
      },
      run,
    );
    expect(asked).toEqual(['bash']);
    const ends = run.seen.flatMap(({ event }) => (event.type === 'action.completed' ? [event] : []));
    expect(ends.slice(0, 3).map(({ outcome }) => outcome)).toEqual(['ok', 'error', 'ok']);
    expect(ends[2]!.content).toContain('ToolError: Refused by the user, so nothing was run: rm sum.test.js');
    expect(ends[2]!.changed).toEqual([]);
  });

  it.each([true, false])('are answered by a replay (actions run again: %s)', async (execute) => {
    const { result, run } = await play(
      [code('javascript', MEND), code('javascript', 'run.details.exitCode')],
      {
        files: BUGGY,
      },
    );
    const replayed = await replay({ rollout: result.rollout, execute }, { store: run.store, home: run.home });
    expect(replayed).toMatchObject({ identical: true, patch: result.patch });
  });

  it('that ended in code that was interrupted are undone with it, and the model is told of them', async () => {
    const stop = new AbortController();
    const observer = { output: (chunk: string) => chunk.includes('started') && stop.abort() };
    const run = runtime({ signal: stop.signal, observer });
    const text =
      'await edit({ command: "create", path: "made.txt", text: "1" }); await bash("echo started; sleep 30")';
    const look = code('javascript', '[typeof text, require("fs").readdirSync(".").join()]');
    const undo = { calls: [{ tool: 'edit', input: { command: 'undo', path: 'made.txt' } }] };
    const script = [code('javascript', text), look, undo, { calls: [FINISH] }, { calls: [FINISH] }];
    const paused = await solve(
      {
        task: 'x',
        repo: repository({ 'a.txt': '' }),
        model: scriptedModel(script),
        tools: ['code'],
        checks: [],
        ...HOST,
      },
      run,
    );
    expect(paused).toMatchObject({ status: 'interrupted', patch: '' });
    const quiet = { store: run.store, home: run.home };
    const { rollout } = paused;
    const result = await resume({ rollout, model: scriptedModel(script) }, quiet);
    expect(result).toMatchObject({ status: 'unverified', patch: '' });
    const ends = readRollout(run.store, rollout).flatMap(({ event }) =>
      event.type === 'action.completed' && !event.call.includes('/') ? [event] : [],
    );
    expect(ends[0]).toMatchObject({ outcome: 'interrupted' });
    expect(ends[0]!.content.split('\n').slice(1)).toEqual([
      'Tools it had called (what they changed in the repository is undone too; what they did elsewhere is not):',
      '- ended: edit {"command":"create","path":"made.txt","text":"1"}',
      '- cut off: bash {"command":"echo started; sleep 30"}',
    ]);
    expect(ends[1]!.content).toMatch(/^\[ 'undefined', '(?:\.git,)?a\.txt' \]/);
    expect(ends[2]!.content).toBe('There is no edit of made.txt to take back.');
    for (const execute of [true, false])
      expect(await replay({ rollout, execute }, quiet)).toMatchObject({ identical: true, patch: '' });
  });
});

/** The strongest sandbox there is here. */
const SANDBOX = await chooseSandbox('auto').catch(() => 'host' as const);
const WALLED = SANDBOX !== 'host';

describe.skipIf(!WALLED)(`code${WALLED ? ` in ${SANDBOX}` : ' (skipped: no sandbox works here)'}`, () => {
  it.each([
    [
      'python',
      'import socket\ntry:\n    open("/etc/heddle-was-here", "w")\nexcept OSError as error:\n    print(error.errno)\ntry:\n    socket.create_connection(("192.0.2.1", 80), 5)\nexcept OSError as error:\n    print("closed")\nbash("pwd")',
    ],
    [
      'javascript',
      'try { require("fs").writeFileSync("/etc/heddle-was-here", "") } catch (error) { console.log(-error.errno) }\nawait new Promise((resolve) => require("net").connect(80, "192.0.2.1").on("error", () => resolve(console.log("closed"))));\nawait bash("pwd")',
    ],
  ] as const)('runs inside its walls, and tools with it: %s', async (language, text) => {
    const { told } = await play([code(language, text)], { sandbox: SANDBOX });
    expect(told[0]).toMatch(/^(?:30|13)\nclosed\n\/.*\n\[exit code 0\]\n/);
    expect(existsSync('/etc/heddle-was-here')).toBe(false);
  });
});

describe('what a kernel leaves', () => {
  it('is nothing: no process outlives its rollout', async () => {
    const { told } = await play([
      code('javascript', 'process.pid'),
      code(
        'python',
        'import os, subprocess\nchild = subprocess.Popen(["sleep", "300"])\nprint(os.getpid(), child.pid)',
      ),
    ]);
    const pids = [told[0]!, told[1]!].flatMap((text) => text.split('\n')[0]!.split(' ')).map(Number);
    expect(pids).toHaveLength(3);
    expect(pids.filter(isRunning)).toEqual([]);
  });
});

/** A dead child that nobody has waited for is no process. */
function isRunning(pid: number): boolean {
  if (!existsSync(`/proc/${pid}`)) return false;
  return !/^State:\tZ/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
}

describe('pictures', () => {
  const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAIAAAADCAYAAAC56t6BAAAAEUlEQVR4nGNgYGD4D8IQCgAWAAH/';
  const SHOW = code('javascript', `Buffer.from('${PNG}', 'base64')`);

  it.each([
    [
      'anthropic' as const,
      {
        type: 'file',
        mediaType: 'image/png',
        data: { type: 'data', data: new Uint8Array(Buffer.from(PNG, 'base64')) },
      },
    ],
    [undefined, null],
  ])('reach a model that sees, and another is told of them (format %s)', async (format, part) => {
    const run = runtime();
    const script = scriptedModel([SHOW, { calls: [FINISH] }, { calls: [FINISH] }]);
    const prompts: Parameters<typeof script.language.doStream>[0]['prompt'][] = [];
    const model = {
      ...script,
      ...(format === undefined
        ? {}
        : {
            id: 'anthropic/claude-x',
            dialect: {
              format,
              prepare: (request: never) => request,
              mask: (text: string) => text,
              keyFrom: null,
            },
          }),
      language: {
        ...script.language,
        doStream: (options: Parameters<typeof script.language.doStream>[0]) => {
          prompts.push(options.prompt);
          return script.language.doStream(options);
        },
      },
    };
    const repo = repository({ a: '' });
    const { rollout } = await solve({ task: 'x', repo, model, tools: ['code'], checks: [], ...HOST }, run);
    const message = prompts[1]!.find(({ role }) => role === 'tool')!;
    const { output } = (message.content as { output: { type: string; value: unknown } }[])[0]!;
    if (part === null) {
      expect(output.type).toBe('text');
      expect(output.value).toMatch(/^\[image 1: image\/png, 2x3\]\n[\s\S]*you cannot be shown it\]$/);
    } else {
      expect(output).toMatchObject({ type: 'content', value: [{ type: 'text' }, part] });
    }
    expect(
      JSON.stringify(stateOf(readRollout(run.store, rollout)).prompt.filter(({ role }) => role === 'tool')),
    ).not.toContain(PNG);
    expect(readdirSync(repo)).toContain('a');
  });
});
