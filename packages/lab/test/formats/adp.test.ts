import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { adpProblems } from '../../src/formats/adp/checks.ts';
import { adpText } from '../../src/formats/adp/export.ts';
import { trajectoryFromAdp } from '../../src/formats/adp/import.ts';
import { type AdpTrajectory, trajectorySchema } from '../../src/formats/adp/schema.ts';
import { trajectoryOf } from '../../src/formats/journal-trajectory.ts';
import { plainOf, plainTrajectory, trajectoryOfPlain } from './arbitraries.ts';
import { foldedRollout, joined, problemsOf, solved } from './support.ts';

const written = (text: string) => JSON.parse(text) as AdpTrajectory;

describe('ADP', () => {
  it('tells a real rollout as actions with their observations', async () => {
    const { store, rollout } = await solved();
    const trajectory = written(joined(adpText(await trajectoryOf(store, rollout))));
    expect(problemsOf('adp-1.2.0', trajectory)).toEqual([]);
    expect(adpProblems(trajectory)).toEqual([]);
    expect(trajectory.content.map(({ class_ }) => class_)).toEqual([
      ...['text_observation', 'text_observation', 'text_observation'],
      ...['code_action', 'text_observation', 'code_action', 'text_observation'],
      ...['api_action', 'text_observation', 'text_observation', 'text_observation'],
      ...['api_action', 'text_observation', 'api_action', 'text_observation'],
    ]);
    expect(trajectory.content[3]).toMatchObject({
      language: 'bash',
      content: 'cat sum.js',
      description: 'I look at it.',
      reasoning_content: 'Where is it?',
    });
    expect(trajectory.available_code_languages).toEqual(['bash']);
    expect(trajectory.details).toMatchObject({ agent: 'solo', outcome: { status: 'solved' } });
  });

  it('tells what is still in the prompt after a folding only once', async () => {
    const { store, rollout } = await foldedRollout();
    const { content } = written(joined(adpText(await trajectoryOf(store, rollout))));
    const commands = content.flatMap((item) => (item.class_ === 'code_action' ? [item.content] : []));
    expect(new Set(commands).size).toBe(commands.length);
    expect(commands.length).toBe(59);
  });

  it('passes every check of the format, and is read back to the same, whatever is told', () => {
    fc.assert(
      fc.property(plainTrajectory, (plain) => {
        const text = joined(adpText(trajectoryOfPlain(plain)));
        expect(problemsOf('adp-1.2.0', JSON.parse(text))).toEqual([]);
        expect(adpProblems(trajectorySchema.parse(JSON.parse(text)))).toEqual([]);
        expect(joined(adpText(trajectoryFromAdp(JSON.parse(text), 'it')))).toBe(text);
      }),
      { numRuns: 60 },
    );
  });

  it('reads the older versions', () => {
    const old = {
      id: 'old',
      content: [
        { class_: 'text_observation', content: 'Sum them.', source: 'user' },
        { class_: 'code_action', language: 'python', content: 'print(1)', description: 'I print.' },
        { class_: 'text_observation', content: '1', source: 'environment' },
        { class_: 'api_action', function: 'look', kwargs: { at: 1 }, description: null },
        { class_: 'text_observation', content: 'seen', source: 'environment' },
        { class_: 'message_action', content: 'Done.', description: null },
      ],
      available_apis: ['look'],
      details: {},
    };
    for (const version of [{}, { schema_version: '1.0.0' }, { schema_version: '1.1.0' }]) {
      const { head, entries } = plainOf(trajectoryFromAdp({ ...old, ...version }, 'it'));
      expect(head).toMatchObject({ id: 'old', task: 'Sum them.', tools: [{ name: 'look' }] });
      expect(entries).toMatchObject([
        { by: 'user' },
        {
          text: 'I print.',
          calls: [
            { tool: 'code', input: { language: 'python' }, content: '1' },
            { tool: 'look', content: 'seen' },
          ],
        },
        { text: 'Done.', calls: [] },
      ]);
    }
  });

  const action = { class_: 'api_action', function: 'f', kwargs: {} };
  const seen = { class_: 'text_observation', content: '', source: 'environment' };
  it.each([
    ['an action without id before an observation', [action, seen], 'needs a tool_call_id'],
    [
      'an id used twice',
      [
        { ...action, tool_call_id: 'a' },
        { ...action, tool_call_id: 'a' },
      ],
      'a second action',
    ],
    ['an action without its observation', [{ ...action, tool_call_id: 'a' }], 'no observation for'],
    ['an observation of nothing', [{ ...seen, tool_call_id: 'a' }], 'no action before it'],
    [
      'two observations of one',
      [
        { ...action, tool_call_id: 'a' },
        { ...seen, tool_call_id: 'a' },
        { ...seen, tool_call_id: 'a' },
      ],
      'a second observation',
    ],
    [
      'a message with an id',
      [{ class_: 'message_action', content: '', tool_call_id: 'a' }],
      'has no tool_call_id',
    ],
  ])('refuses %s', (_, content, what) => {
    expect(() => trajectoryFromAdp({ schema_version: '1.2.0', id: 'x', content }, 'x.json')).toThrow(what);
  });

  it('refuses lists that do not agree with the content', () => {
    const code = { class_: 'code_action', language: 'python', content: '', description: null };
    const of =
      (more: object, content: object[] = [code]) =>
      () =>
        trajectoryFromAdp({ schema_version: '1.2.0', id: 'x', content, ...more }, 'x.json');
    expect(of({ available_code_languages: [] })).toThrow('python is missing');
    expect(of({ available_code_languages: ['python', 'r'] })).toThrow('r is not used');
    expect(of({ available_custom_tools: [] }, [action])).toThrow('f is missing');
    expect(of({ available_custom_tools: ['f'] }, [action])).not.toThrow();
  });
});
