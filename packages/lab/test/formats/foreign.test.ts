import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { resultOf } from '@heddle/agent';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { importFile } from '../../src/formats/imports.ts';
import { trajectoryOf } from '../../src/formats/journal-trajectory.ts';
import { keepTrajectory } from '../../src/formats/keep.ts';
import type { Entry, Trajectory } from '../../src/formats/trajectory.ts';
import { plainOf, plainTrajectory, trajectoryOfPlain } from './arbitraries.ts';
import { temporaryFolder, temporaryStore } from './support.ts';

function file(name: string, value: unknown): string {
  const path = join(temporaryFolder(), name);
  writeFileSync(path, typeof value === 'string' ? value : JSON.stringify(value, null, 2));
  return path;
}

function trajectories(path: string, format?: string): Trajectory[] {
  const found = importFile(path, format);
  if (found.kind !== 'trajectories') throw new Error(found.kind);
  return [...found.trajectories];
}

const MINI = {
  trajectory_format: 'mini-swe-agent-1.1',
  instance_id: 'acme__app-1',
  info: {
    exit_status: 'Submitted',
    submission: 'diff --git a/x b/x\n',
    model_stats: { instance_cost: 0.25, api_calls: 2 },
    mini_version: '2.0.0',
    config: { model: { model_name: 'acme/large' } },
  },
  messages: [
    { role: 'system', content: 'You fix.', extra: { timestamp: 1_700_000_000.5 } },
    { role: 'user', content: 'Fix it.' },
    { role: 'assistant', content: 'I look.\n\n```bash\nls -la\n```' },
    { role: 'user', content: '<output>x</output>' },
    {
      role: 'assistant',
      content: null,
      tool_calls: [{ id: 'c', function: { name: 'bash', arguments: '{"command":"true"}' } }],
    },
    { role: 'tool', tool_call_id: 'c', content: 'done', extra: { timestamp: 1_700_000_060.5 } },
  ],
};

const OPENHANDS = [
  {
    instance_id: 'acme__app-1',
    attempt: 2,
    test_result: { git_patch: 'diff' },
    instruction: 'Fix it.',
    metadata: { llm: { model: 'acme/large' } },
    history: [
      { kind: 'SystemPromptEvent', source: 'agent', system_prompt: { type: 'text', text: 'You fix.' } },
      { kind: 'MessageEvent', source: 'user', llm_message: { content: [{ type: 'text', text: 'Fix it.' }] } },
      {
        kind: 'ActionEvent',
        source: 'agent',
        timestamp: '2026-01-01T00:00:01Z',
        thought: [{ type: 'text', text: 'I look.' }],
        action: { kind: 'TerminalAction', command: 'ls' },
        tool_name: 'terminal',
        tool_call_id: 't1',
        tool_call: { id: 't1', name: 'terminal', arguments: '{"command":"ls"}' },
      },
      {
        kind: 'ObservationEvent',
        source: 'environment',
        timestamp: '2026-01-01T00:00:02Z',
        tool_call_id: 't1',
        observation: { content: [{ type: 'text', text: 'a.txt' }] },
      },
    ],
    metrics: {
      accumulated_cost: 0.5,
      accumulated_token_usage: { prompt_tokens: 10, cache_read_tokens: 4, completion_tokens: 2 },
    },
    error: null,
  },
  {
    instance_id: 'acme__app-2',
    history: [
      { id: 1, source: 'user', action: 'message', args: { content: 'Fix it.' } },
      { id: 2, source: 'agent', action: 'run', args: { command: 'ls', thought: 'I look.' } },
      { id: 3, source: 'environment', cause: 2, observation: 'run', content: 'a.txt' },
      { id: 4, source: 'agent', action: 'finish', args: { thought: '' } },
    ],
    error: 'it broke',
  },
];

describe('files of other agents', () => {
  it('of mini-swe-agent: fenced commands and calls alike', () => {
    const [trajectory] = trajectories(file('a.traj.json', MINI));
    const { head, entries, end } = plainOf(trajectory!);
    expect(head).toMatchObject({ id: 'acme__app-1', task: 'Fix it.', model: 'acme/large' });
    expect(entries).toMatchObject([
      { by: 'system' },
      { by: 'user' },
      {
        kind: 'turn',
        calls: [{ tool: 'bash', input: { command: 'ls -la' }, content: '<output>x</output>' }],
      },
      { kind: 'turn', calls: [{ input: { command: 'true' }, outcome: 'ok', content: 'done' }] },
    ]);
    expect(end).toMatchObject({
      usd: 0.25,
      steps: 2,
      patch: MINI.info.submission,
      seconds: 60,
      status: null,
    });
  });

  it('of OpenHands, in both its vocabularies, line by line', () => {
    const path = file('output.jsonl', OPENHANDS.map((line) => JSON.stringify(line)).join('\n'));
    const [now, before] = trajectories(path).map(plainOf);
    expect(now?.entries).toMatchObject([
      { by: 'system', text: 'You fix.' },
      { by: 'user', text: 'Fix it.' },
      { kind: 'turn', text: 'I look.', calls: [{ tool: 'terminal', content: 'a.txt', outcome: 'ok' }] },
    ]);
    expect(now?.end).toMatchObject({
      patch: 'diff',
      usd: 0.5,
      usage: { inputTokens: 10, cacheReadTokens: 4 },
    });
    expect(before?.entries).toMatchObject([
      { by: 'user' },
      { kind: 'turn', text: 'I look.', calls: [{ tool: 'run', input: { command: 'ls' }, content: 'a.txt' }] },
      { kind: 'turn', calls: [{ tool: 'finish', outcome: null }] },
    ]);
    expect(before?.end).toMatchObject({ status: 'failed', reason: 'it broke' });
  });

  it('are told apart by what they hold, and by name where that is not enough', () => {
    const atif = {
      schema_version: 'ATIF-v1.7',
      agent: { name: 'a', version: '1' },
      steps: [{ step_id: 1, source: 'user', message: 'x' }],
    };
    const adp = { id: 'a', content: [{ class_: 'message_action', content: 'x' }] };
    const prediction = { instance_id: 'a', model_name_or_path: 'm', model_patch: 'd' };
    const formatOf = (name: string, value: unknown) => importFile(file(name, value)).format;
    expect(formatOf('a', atif)).toBe('atif');
    expect(formatOf('b', [adp, adp])).toBe('adp');
    expect(formatOf('c', MINI)).toBe('mini-swe-agent');
    expect(formatOf('d', `${JSON.stringify(OPENHANDS[0])}\n`)).toBe('openhands');
    expect(formatOf('e', { a: prediction })).toBe('predictions');
    expect(formatOf('f', [prediction])).toBe('predictions');
    expect(
      formatOf('g', { version: 2, eval: { task: 't', created: '2026-01-01', model: 'm' }, samples: [] }),
    ).toBe('inspect');
    expect(trajectories(file('two.jsonl', `${JSON.stringify(adp)}\n${JSON.stringify(adp)}\n`))).toHaveLength(
      2,
    );
    expect(() => importFile(file('h', { a: 1 }))).toThrow('none of the formats');
    expect(() => importFile(file('i', { a: 1 }), 'what')).toThrow('there is no format what');
    expect(() => importFile(file('j', 'no json'))).toThrow('not JSON');
    expect(() => importFile(file('k', ''))).toThrow('it is empty');
    expect(() => importFile(temporaryFolder())).toThrow('there is no file');
    expect(() => trajectories(file('l', { a: 1 }), 'atif')).toThrow('schema_version');
  });
});

/** What a foreign program's rollout holds of an entry. */
function essence(entries: readonly Entry[]): unknown[] {
  return entries.flatMap((entry) => {
    if (entry.kind !== 'turn' || entry.copied) return [];
    const { text, reasoning, calls } = entry;
    return [
      [
        text,
        reasoning,
        calls.map(({ tool, input, raw, outcome, content }) => [tool, input ?? { raw }, outcome, content]),
      ],
    ];
  });
}

describe('what other agents did, in the store', () => {
  it('is a rollout that tells the same turns, once however often it is brought in', () =>
    fc.assert(
      fc.asyncProperty(plainTrajectory, async (plain) => {
        const store = temporaryStore();
        const { rollout, added, turns } = keepTrajectory(store, trajectoryOfPlain(plain), 'a file');
        expect(added).toBe(true);
        const back = plainOf(await trajectoryOf(store, rollout));
        expect(essence(back.entries)).toEqual(essence(plain.entries));
        expect(turns).toBe(essence(plain.entries).length);
        expect(keepTrajectory(store, trajectoryOfPlain(plain), 'a file')).toMatchObject({
          rollout,
          added: false,
        });
      }),
      { numRuns: 30 },
    ));

  it('has what it cost and its patch', async () => {
    const store = temporaryStore();
    const [, openhands] = [MINI, ...trajectories(file('o.jsonl', JSON.stringify(OPENHANDS[0])))];
    const { rollout } = keepTrajectory(store, openhands as Trajectory, 'openhands file');
    expect(resultOf(store, rollout)).toMatchObject({ status: 'unverified', patch: 'diff', steps: 1 });
    const { entries } = plainOf(await trajectoryOf(store, rollout));
    expect(entries.map(({ kind }) => kind)).toContain('turn');
  });
});
