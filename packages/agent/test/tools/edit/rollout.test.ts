import { digestOf, openStore } from '@heddle/core';
import { scriptedModel } from '@heddle/models';
import { chooseSandbox } from '@heddle/workspace';
import { describe, expect, it } from 'vitest';
import { pictureReference, withPictures } from '../../../src/pictures.ts';
import { solve } from '../../../src/solve.ts';
import { RolloutState } from '../../../src/state.ts';
import { bash, call, FINISH, HOST, repository, runtime } from '../../support.ts';

const walled = await chooseSandbox('auto', { allowHost: true });

const edit = (input: object) => call('edit', input);
const PNG = '\\x89PNG\\r\\n\\x1a\\n';

async function play(
  script: Extract<Parameters<typeof scriptedModel>[0], Iterable<unknown>>,
  options: Partial<Parameters<typeof solve>[0]> = {},
) {
  const run = runtime();
  const repo = repository({ 'a.txt': 'one\ntwo\n', 'a.js': 'f();\n' });
  const model = scriptedModel([...script, { calls: [FINISH] }, { calls: [FINISH] }]);
  await solve({ task: 'x', repo, model, checks: [], ...HOST, ...options }, run);
  const events = run.seen.map(({ event }) => event);
  return {
    state: RolloutState.of('', run.seen),
    store: run.store,
    actions: events.flatMap((event) => (event.type === 'action.completed' ? [event] : [])),
  };
}

describe('in a rollout', () => {
  it('what was seen, edited and kept in parts is read from the journal', async () => {
    const { actions, state } = await play([
      edit({ command: 'view', path: 'a.txt' }),
      edit({ command: 'create', path: 'b.txt', text: 'x\n', more: true }),
      bash('echo three >> a.txt'),
      edit({ command: 'replace', path: 'a.txt', old: 'one', new: '1' }),
      edit({ command: 'view', path: 'a.txt' }),
      edit({ command: 'create', path: 'b.txt', text: 'y\n' }),
      edit({
        command: 'replace',
        edits: [
          { path: 'a.txt', old: 'one', new: '1' },
          { path: 'a.js', old: 'f', new: 'g' },
        ],
      }),
      edit({ command: 'undo', path: 'a.js' }),
    ]);
    expect(actions.map(({ outcome }) => outcome).slice(0, 8)).toEqual([
      'ok',
      'ok',
      'ok',
      'error',
      'ok',
      'ok',
      'ok',
      'ok',
    ]);
    expect(actions[3]!.details).toEqual({ code: 'stale' });
    expect(Object.fromEntries(state.seen)).toEqual({
      'a.txt': digestOf('1\ntwo\nthree\n'),
      'b.txt': digestOf('x\ny\n'),
      'a.js': digestOf('f();\n'),
    });
    expect(state.undo.map(({ path }) => path)).toEqual(['b.txt', 'a.txt']);
    expect(state.draft).toBeNull();
  });

  it('a reply cut inside a call says how to go on', async () => {
    const { actions } = await play([
      {
        calls: [{ tool: 'edit', input: '{"command": "create", "path": "b.txt", "text": "abc' }],
        finish: 'length',
      },
    ]);
    expect(actions[0]).toMatchObject({ outcome: 'error' });
    expect(actions[0]!.content).toContain('cut off by the output limit');
    expect(actions[0]!.content).toContain('"more": true');
  });

  it('lists and numbers given as text are read from it', async () => {
    const { actions } = await play([
      edit({ command: 'view', path: 'a.txt', range: '[2, 2]' }),
      edit({ command: 'replace', path: 'a.txt', edits: '[{"old": "one", "new": "1"}]' }),
      edit({ command: 'insert', path: 'a.txt', line: '0', text: '7' }),
      edit({ command: 'view', path: 'a.txt', range: 'all' }),
    ]);
    expect(actions.slice(0, 4).map(({ outcome }) => outcome)).toEqual(['ok', 'ok', 'ok', 'error']);
    expect(actions[2]!.content).toContain('     1\t7\n     2\t1');
    expect(actions[3]!.content).toContain('"range"');
  });

  it('a picture is journaled as an object and stands in the prompt by its digest', async () => {
    const { actions, state, store } = await play([
      bash(`printf '${PNG}' > a.png`),
      edit({ command: 'view', path: 'a.png' }),
    ]);
    const [image] = actions[1]!.images!;
    expect(image!.mediaType).toBe('image/png');
    expect(Buffer.from(store.objects.get(image!.object)).toString('latin1')).toBe('\x89PNG\r\n\x1a\n');
    expect(JSON.stringify(state.prompt)).toContain(`heddle-object:${image!.object}`);
  });

  it.skipIf(walled === 'host')(`search finds its program in the ${walled} sandbox`, async () => {
    const { actions } = await play(
      [call('search', { pattern: 't[w]o' }), call('search', { pattern: 'f\\(' })],
      { tools: ['search'], sandbox: walled },
    );
    expect(actions[0]!.content).toBe('1 matching line in 1 file:\na.txt\n     2:\ttwo');
    expect(actions[1]!.content).toBe('1 matching line in 1 file:\na.js\n     1:\tf();');
  });
});

describe('a picture in the prompt', () => {
  const { objects } = openStore(':memory:');
  const object = objects.put(Buffer.from('bytes'));
  const prompt = [
    {
      role: 'tool' as const,
      content: [
        {
          type: 'tool-result' as const,
          toolCallId: 'c',
          toolName: 'edit',
          output: {
            type: 'content' as const,
            value: [
              { type: 'text' as const, text: 'a.png' },
              { type: 'file' as const, mediaType: 'image/png', data: pictureReference(object) },
            ],
          },
        },
      ],
    },
  ];
  const sent = (id: string, format?: string) => {
    const model = { id, ...(format && { dialect: { format } }) } as Parameters<typeof withPictures>[1];
    const [message] = withPictures(prompt, model, objects);
    expect(withPictures(prompt, model, objects)[0]).toBe(message);
    return (message!.content[0] as { output: unknown }).output;
  };

  it('goes to a model that sees with its bytes', () => {
    expect(sent('anthropic/claude-opus-5', 'anthropic')).toEqual({
      type: 'content',
      value: [
        { type: 'text', text: 'a.png' },
        { type: 'file', mediaType: 'image/png', data: { type: 'data', data: objects.get(object) } },
      ],
    });
  });

  it.each([
    ['openai/gpt-5', 'compatible'],
    ['some/text-model', 'openai'],
    ['relay', undefined],
  ])('is a word for %s over %s', (id, format) => {
    expect(sent(id, format)).toEqual({
      type: 'text',
      value: 'a.png\n[a picture (image/png); you cannot be shown it]',
    });
  });
});
