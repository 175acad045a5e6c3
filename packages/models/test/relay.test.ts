import { type ChildProcess, spawn } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { LanguageModelV4FunctionTool } from '@ai-sdk/provider';
import { expect, onTestFinished, test } from 'vitest';
import * as z from 'zod/mini';
import {
  answer,
  ask,
  cleanRequests,
  openModel,
  parseAnswer,
  type RelayEntry,
  relayModel,
  renderRequest,
  waiting,
} from '../src/index.ts';
import { ANSWER_FORM } from '../src/relay/answer-form.ts';
import { toolText } from '../src/relay/schema-text.ts';
import { assistant, BASH, EDIT, results, system, temporaryFolder, user } from './helpers.ts';

const TOOLS = [BASH, EDIT];
const REQUEST = { prompt: [system('Be brief.'), user('fix it')], tools: TOOLS };

test('a request waits in the mailbox until it is answered, and is gone then', async () => {
  const home = await temporaryFolder();
  const model = relayModel({ home, label: 'relay' });
  const asked = ask(model, REQUEST);
  const [entry] = await waitingFor(home, 1);
  expect(entry).toMatchObject({ label: 'relay', stale: false, answered: false, prompt: REQUEST.prompt });
  await answer(home, entry!.id, { text: 'ok', calls: [{ tool: 'bash', input: { command: 'ls' } }] });
  const reply = await asked;
  expect(reply.content).toEqual([
    { type: 'text', text: 'ok' },
    { type: 'call', id: 'call_0_0', tool: 'bash', input: '{"command":"ls"}' },
  ]);
  expect(await readdir(join(home, 'relay'))).toEqual([]);
});

test('several rollouts wait at once, equal requests too, and each gets its own answer', async () => {
  const home = await temporaryFolder();
  const asked = [1, 2, 3].map(() => ask(relayModel({ home, label: 'relay' }), REQUEST));
  const entries = await waitingFor(home, 3);
  for (const { id } of entries.reverse()) await answer(home, id, { text: id });
  const texts = (await Promise.all(asked)).map(({ content }) => content[0]);
  expect(new Set(texts.map((part) => part?.type === 'text' && part.text))).toEqual(
    new Set(entries.map(({ id }) => id)),
  );
});

test('a wrong, an ambiguous and a second answer are refused by name; an id may be shortened', async () => {
  const home = await temporaryFolder();
  const stop = new AbortController();
  const asked = [1, 2].map(() => ask(relayModel({ home, label: 'x' }), REQUEST, { signal: stop.signal }));
  const settled = Promise.allSettled(asked);
  const [first] = await waitingFor(home, 2);
  const code = (given: Promise<void>) => given.catch((error: { code: string }) => error.code);
  expect(await code(answer(home, 'zzz', { text: 'a' }))).toBe('relay-no-request');
  expect(await code(answer(home, '', { text: 'a' }))).toBe('relay-no-request');
  const short = first!.id.slice(0, -1);
  const both = await Promise.all(['a', 'b'].map((text) => code(answer(home, short, { text }))));
  expect(both.filter((outcome) => outcome === undefined)).toHaveLength(1);
  expect(['relay-answered', 'relay-no-request']).toContain(both.find((outcome) => outcome !== undefined));
  stop.abort();
  await settled;
});

test('aborting takes the request out of the mailbox', async () => {
  const home = await temporaryFolder();
  const stop = new AbortController();
  const asked = ask(relayModel({ home, label: 'relay' }), REQUEST, { signal: stop.signal });
  await waitingFor(home, 1);
  stop.abort();
  await expect(asked).rejects.toMatchObject({ code: 'aborted' });
  expect(await waiting(home)).toEqual([]);
});

test('after kill -9 the request is stale; asked again it is taken over, with the answer given meanwhile', async () => {
  const home = await temporaryFolder();
  const child = askInChild(home);
  const [entry] = await waitingFor(home, 1);
  expect(entry!.stale).toBe(false);
  child.kill('SIGKILL');
  await new Promise((resolve) => child.once('exit', resolve));
  const [left] = await waiting(home);
  expect(left).toMatchObject({ id: entry!.id, stale: true });
  expect(renderRequest(left!)).toContain('STALE');
  await answer(home, left!.id, { text: 'given while nobody was there' });
  const { content } = await ask(relayModel({ home, label: 'relay' }), CHILD_REQUEST);
  expect(content).toEqual([{ type: 'text', text: 'given while nobody was there' }]);
  expect(await readdir(join(home, 'relay'))).toEqual([]);
});

test('stale requests can be cleaned away, living ones stay', async () => {
  const home = await temporaryFolder();
  const child = askInChild(home);
  await waitingFor(home, 1);
  child.kill('SIGKILL');
  await new Promise((resolve) => child.once('exit', resolve));
  const stop = new AbortController();
  const asked = ask(relayModel({ home, label: 'relay' }), REQUEST, { signal: stop.signal });
  await waitingFor(home, 2);
  expect(await cleanRequests(home)).toBe(1);
  expect((await waiting(home)).map(({ stale }) => stale)).toEqual([false]);
  stop.abort();
  await expect(asked).rejects.toMatchObject({ code: 'aborted' });
});

test('`relay` is opened by name, with a label of its own if wanted', async () => {
  const options = { home: await temporaryFolder(), env: {} };
  expect((await openModel('relay', options)).id).toBe('relay');
  expect((await openModel('relay:anna', options)).id).toBe('relay:anna');
});

test('the first request is shown whole, with the tools and how to answer', () => {
  expect(renderRequest(entryOf(REQUEST.prompt))).toMatchInlineSnapshot(`
    "── request 0abc12wxyz of relay, its first request ────────────────────────────

    ── tools ─────────────────────────────────────────────────────────────────────
    bash(command: string, timeout?: number = 30)
        Runs a command.
        command: shell text

    edit(command: "create" | "replace", path: string, text?: string, edits?: { old: string; new: string }[])
        Changes a file.

    ── system ────────────────────────────────────────────────────────────────────
    Be brief.

    ── user ──────────────────────────────────────────────────────────────────────
    fix it

    ── how to answer ─────────────────────────────────────────────────────────────
    Free text first, if any; then the calls, one block each:

    @@bash
    command: npm test

    @@edit
    command: create
    path: src/greet.ts
    text <<END
    export const greet = (name: string) => \`hello \${name}\`;
    END

    "@@" and the tool's name open a block. A field is "name: value" on one line, or "name <<WORD" and then
    lines, taken as they are, up to a line that is WORD alone ("name <<-WORD" leaves the last newline out).
    Numbers, lists and objects are written as JSON, on one line or several. Text is taken as it is: \\n is no
    line end there, use <<WORD. Text alone, without a block, answers without a call.

    Or as one JSON object: {"text": "…", "calls": [{"tool": "bash", "input": {"command": "npm test"}}]}
    "
  `);
});

test('a later request shows what is new; full shows all', () => {
  const first = [
    { type: 'text' as const, text: 'I look.' },
    { type: 'call' as const, id: 'call_0_0', tool: 'bash', input: '{"command":"ls"}' },
  ];
  const entry = entryOf([
    ...REQUEST.prompt,
    assistant(first),
    results(first, 'a.ts\nb.ts'),
    user('tests: 1 fails'),
  ]);
  expect(renderRequest(entry)).toMatchInlineSnapshot(`
    "── request 0abc12wxyz of relay, after 1 answer ───────────────────────────────

    ── result of bash (call_0_0) ─────────────────────────────────────────────────
    a.ts
    b.ts

    ── user ──────────────────────────────────────────────────────────────────────
    tests: 1 fails

    ── answer as before; --full shows everything, and how ────────────────────────
    "
  `);
  const full = renderRequest(entry, { full: true });
  for (const text of ['Be brief.', 'I look.', '@@bash {"command":"ls"}', 'bash(command: string', ANSWER_FORM])
    expect(full).toContain(text);
});

test('after a folding all that is new to who answers is shown, and that the rest is gone', () => {
  const note = user('<memory>\nSteps 1 to 3 were folded into this note.\n</memory>');
  const kept = [{ type: 'call' as const, id: 'call_3_0', tool: 'bash', input: '{"command":"ls"}' }];
  const entry = entryOf([...REQUEST.prompt, note, assistant(kept), results(kept, 'a.ts')]);
  expect(renderRequest(entry, { changedFrom: 2, about: 'step 5' })).toMatchInlineSnapshot(`
    "── request 0abc12wxyz of relay, after 4 answers ──────────────────────────────
    step 5

    Earlier steps were folded: of what you were shown after the task, only what follows is still in the conversation.

    ── user ──────────────────────────────────────────────────────────────────────
    <memory>
    Steps 1 to 3 were folded into this note.
    </memory>

    ── your answer then ──────────────────────────────────────────────────────────
    @@bash {"command":"ls"}

    ── result of bash (call_3_0) ─────────────────────────────────────────────────
    a.ts

    ── answer as before; --full shows everything, and how ────────────────────────
    "
  `);
  const none = entryOf([...REQUEST.prompt, note]);
  expect(renderRequest(none)).toContain(', after 3 answers ─');
});

test('a request without tools says so, and so does what is said of a call', async () => {
  const text = renderRequest({ ...entryOf([user('sum it up')]), tools: [] });
  expect(text).toContain('This request has no tools: answer with text.');
  expect(text).not.toContain('@@');
  const refused = { ok: false, problems: ['This request has no tools: answer with text.'] };
  for (const call of [
    '@@bash\nls -l',
    'I look.\n\n@@bash\r\ncommand: ls',
    '{"calls": [{"tool": "bash", "input": {}}]}',
  ])
    expect(await parseAnswer(call, [])).toEqual(refused);
  const summary = '## Done\n@@ -1 +1 @@ was the hunk\ncommand: npm test';
  expect(await parseAnswer(summary, [])).toEqual({ ok: true, reply: { text: summary } });
});

test('what it is for stands under the head, and a text that was there already is folded', () => {
  const calls = [0, 1, 2].map((n) => ({ type: 'call' as const, id: `c${n}`, tool: 'bash', input: '{}' }));
  const trace = 'Error: no\n  at a\n  at b\n  at c';
  const entry = entryOf([
    ...REQUEST.prompt,
    assistant(calls),
    ...calls.map((call, n) => results([call], n < 2 ? trace : 'x')),
  ]);
  const text = renderRequest(entry, { about: 'rollout 1t6x, step 2: mend it' });
  expect(text).toMatch(
    /^── request 0abc12wxyz of relay, after 1 answer ─+\nrollout 1t6x, step 2: mend it\n\n/,
  );
  expect(text.split(trace)).toHaveLength(2);
  expect(text).toContain('(the same as under "result of bash (c0)")');
});

test('a long request can be read page by page, nothing lost', () => {
  const lines = Array.from({ length: 950 }, (_, n) => `line ${n}`).join('\n');
  const entry = entryOf([user(lines)]);
  const pages = [1, 2, 3].map((page) => renderRequest(entry, { page }));
  const text = pages.map((page) => page.replace(/\n── page .*\n$/, '')).join('\n');
  expect(text).toBe(renderRequest(entry));
  expect(pages[0]).toContain('page 1 of 3; --page 2 goes on');
  expect(renderRequest(entry, { page: 99 })).toBe(pages[2]);
});

test('the plain form: text, fields by type, text blocks as they are', async () => {
  const text = `I create it.
@@ -1,2 +1,2 @@ is no block

@@edit
command: create
path: src/größe.ts
text <<END
@@bash
  indented: yes
<<NOT

END
edits: [{"old": "a", "new": "b"}]

@@bash
command: echo "a: b" # not quoted away
timeout: 5
@@bash
command <<-EOF
cat x
EOF
`;
  expect(await parseAnswer(text, TOOLS)).toEqual({
    ok: true,
    reply: {
      text: 'I create it.\n@@ -1,2 +1,2 @@ is no block',
      calls: [
        {
          tool: 'edit',
          input: {
            command: 'create',
            path: 'src/größe.ts',
            text: '@@bash\n  indented: yes\n<<NOT\n\n',
            edits: [{ old: 'a', new: 'b' }],
          },
        },
        { tool: 'bash', input: { command: 'echo "a: b" # not quoted away', timeout: 5 } },
        { tool: 'bash', input: { command: 'cat x' } },
      ],
    },
  });
});

test('the examples in the help are good answers', async () => {
  const example = ANSWER_FORM.slice(ANSWER_FORM.indexOf('@@bash'), ANSWER_FORM.indexOf('\n\n"@@"'));
  const parsed = await parseAnswer(example, TOOLS);
  expect(parsed).toMatchObject({ ok: true, reply: { calls: [{ tool: 'bash' }, { tool: 'edit' }] } });
  const json = ANSWER_FORM.slice(ANSWER_FORM.indexOf('{"text"'));
  expect(await parseAnswer(json, TOOLS)).toMatchObject({ ok: true, reply: { text: '…' } });
});

test.each([
  ['', ['the answer is empty: give some text or a call']],
  ['{"text": "a", "calls": [', [expect.stringMatching(/^this is no JSON: /)]],
  ['{"txt": "a"}', ['unknown field txt; the form is {"text"?, "calls": [{"tool", "input"}]}']],
  ['{"text": 7}', ['text: expected string; the form is {"text"?, "calls": [{"tool", "input"}]}']],
  ['@@shell\ncommand: ls', ['call 1 (shell): there is no such tool; there are bash, edit']],
  ['@@bash', ['call 1 (bash): command: expected string, it is missing']],
  ['@@bash\ncommand: ls\ntimeout: soon', ['call 1 (bash): timeout: expected number, got "soon"']],
  ['@@bash\ncmd: ls\ncommand: ls', ['call 1 (bash): unknown field cmd; its fields are command, timeout']],
  [
    '@@bash\ncommand: ls\n@@edit\ncommand: delete\npath: a',
    ['call 2 (edit): command: expected "create" | "replace", got "delete"'],
  ],
  [
    '@@edit\ncommand: replace\npath: a\nedits: [{"old": "a"}]',
    ['call 1 (edit): edits.0.new: expected string, it is missing'],
  ],
  [
    '{"calls": [{"tool": "bash", "input": {"command": 7}}]}',
    ['call 1 (bash): command: expected string, got 7'],
  ],
  [
    '@@edit\ncommand: create\nedits [\n  {"old": "a"},\n]',
    ['line 3, call 1 (edit): expected "edits: [", got "edits ["'],
  ],
  ['@@edit\npath: a\ntext <<END\nabc', ['line 3, call 1 (edit): no line "END" ends the text of text']],
  [
    '@@bash\nls -l',
    ['line 2, call 1 (bash): expected "name: value", "name <<WORD" or "@@tool", got "ls -l"'],
  ],
])('a wrong answer %j is told what is wrong', async (text, problems) => {
  expect(await parseAnswer(text, TOOLS)).toEqual({ ok: false, problems });
});

test('schemas as zod writes them: unions, limits, nested objects', async () => {
  const tool = {
    type: 'function' as const,
    name: 'finish',
    inputSchema: z.toJSONSchema(
      z.object({
        probability: z.number().check(z.gte(0), z.lte(1)),
        note: z.optional(z.union([z.string(), z.null()])),
        range: z.optional(z.union([z.tuple([z.int(), z.int()]), z.literal('all')])),
        nested: z.optional(z.strictObject({ deep: z.boolean() })),
      }),
    ) as LanguageModelV4FunctionTool['inputSchema'],
  };
  const good = await parseAnswer('@@finish\nprobability: 0.5\nnote: null and void\nrange: [1, 2]', [tool]);
  expect(good).toMatchObject({
    ok: true,
    reply: { calls: [{ input: { probability: 0.5, note: 'null and void', range: [1, 2] } }] },
  });
  const wrong = await parseAnswer('@@finish\nprobability: 7\nrange: some\nnested: {"deep": 1, "x": 2}', [
    tool,
  ]);
  expect(wrong.ok || wrong.problems.map((line) => line.replace('call 1 (finish): ', ''))).toEqual([
    'probability: must be <= 1, got 7',
    'range: expected [integer, integer] | "all", got "some"',
    'nested.x: unknown field',
    'nested.deep: expected boolean, got 1',
  ]);
});

const CHILD_REQUEST = { prompt: [user('from a child')], tools: [] };

/** Another process that asks and waits. */
function askInChild(home: string): ChildProcess {
  const index = fileURLToPath(new URL('../src/index.ts', import.meta.url));
  const code = `const { ask, relayModel } = await import(${JSON.stringify(index)});
    await ask(relayModel({ home: ${JSON.stringify(home)}, label: 'relay' }), ${JSON.stringify(CHILD_REQUEST)});`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  return child;
}

async function waitingFor(home: string, count: number): Promise<RelayEntry[]> {
  for (;;) {
    const entries = await waiting(home);
    if (entries.length >= count) return entries;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

function entryOf(prompt: RelayEntry['prompt']): RelayEntry {
  return {
    version: 1,
    id: '0abc12wxyz',
    label: 'relay',
    process: { pid: 1, mark: '' },
    askedAt: 0,
    digest: '',
    prompt,
    tools: TOOLS,
    stale: false,
    answered: false,
  };
}

test('what the fields of a list of objects mean is told too', () => {
  const described = (description: string) => ({ type: 'string', description });
  const parts = {
    type: 'array',
    description: 'The plan.',
    items: { type: 'object', properties: { accept: described('Commands.'), name: { type: 'string' } } },
  };
  const tool = {
    type: 'function',
    name: 'finish',
    inputSchema: { type: 'object', properties: { parts, why: described('Why so.') } },
  } as LanguageModelV4FunctionTool;
  expect(toolText(tool).split('\n').slice(1)).toEqual([
    '    parts: The plan.',
    '    parts[].accept: Commands.',
    '    why: Why so.',
  ]);
});
