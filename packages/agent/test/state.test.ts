import { readFileSync } from 'node:fs';
import type { Recorded, RolloutEvent } from '@heddle/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nextMove } from '../src/moves.ts';
import { RolloutState } from '../src/state.ts';

const USAGE = {
  inputTokens: 10,
  cacheReadTokens: 0,
  cacheWriteTokens: 0,
  outputTokens: 5,
  reasoningTokens: 0,
};

const config = {
  model: 'scripted',
  seed: 0,
  limits: { steps: 100, usd: 1, tokens: 1e6, seconds: 1e6 },
  checks: [],
  checksFrom: 'none' as const,
  sandbox: 'host',
  network: false,
  tools: ['bash', 'edit', 'finish'],
};

const BEGINNING: RolloutEvent[] = [
  {
    type: 'rollout.started',
    task: { text: 'x', repo: '/r', commit: null },
    agent: { name: 'solo', version: 'v' },
    config,
    heddle: '0',
  },
  { type: 'workspace.prepared', snapshot: 's0', sandbox: 'host', root: '/r', notes: [] },
  { type: 'note.added', from: 'harness', about: 'report', text: 'no checks' },
];

/** One model turn with its actions, as the loop writes it. */
const turn = fc.record({
  text: fc.string(),
  calls: fc.array(fc.record({ input: fc.json(), changes: fc.boolean() }), { maxLength: 3 }),
});

function eventsOf(turns: readonly (typeof turn extends fc.Arbitrary<infer T> ? T : never)[]): RolloutEvent[] {
  let snapshot = 0;
  return turns.flatMap(({ text, calls }, index): RolloutEvent[] => {
    const step = index + 1;
    const ids = calls.map((_, n) => `c${step}.${n}`);
    return [
      { type: 'model.requested', step, digest: '', bytes: 0, messages: 0 },
      {
        type: 'model.completed',
        step,
        content: [
          { type: 'text', text },
          ...calls.map(({ input }, n) => ({ type: 'call' as const, id: ids[n]!, tool: 'bash', input })),
        ],
        finish: 'tool-calls',
        usage: USAGE,
        usd: 0.01,
        seconds: 1,
      },
      ...calls.flatMap(({ changes }, n): RolloutEvent[] => {
        if (changes) snapshot += 1;
        return [
          { type: 'action.started', step, call: ids[n]!, tool: 'bash', input: {} },
          {
            type: 'action.completed',
            step,
            call: ids[n]!,
            outcome: 'ok',
            content: 'done',
            details: null,
            output: null,
            snapshot: `s${snapshot}`,
            changed: [],
            seconds: 0,
          },
        ];
      }),
    ];
  });
}

/** What a program calls while its action is under way. */
function insideOf({ call, step }: { call: string; step: number }, count: number): RolloutEvent[] {
  return Array.from({ length: count }, (_, n) => `${call}/${n + 1}`).flatMap((inner): RolloutEvent[] => [
    { type: 'action.started', step, call: inner, tool: 'bash', input: {}, parent: call },
    {
      type: 'action.completed',
      step,
      call: inner,
      outcome: 'ok',
      content: 'inside',
      details: null,
      output: null,
      snapshot: `inside ${inner}`,
      changed: [],
      seconds: 0,
    },
  ]);
}

function recorded(events: readonly RolloutEvent[]): Recorded[] {
  return events.map((event, position) => ({ rollout: 'r', position, at: position * 1000, event }));
}

describe('the fold', () => {
  it('only ever grows the prompt at its end, and folding in two parts is folding at once', () => {
    fc.assert(
      fc.property(fc.array(turn, { maxLength: 8 }), fc.nat(40), (turns, cut) => {
        const events = recorded([...BEGINNING, ...eventsOf(turns)]);
        const whole = RolloutState.of('system', events);
        const part = RolloutState.of('system', events.slice(0, cut));
        expect(JSON.stringify(whole.prompt.slice(0, part.prompt.length))).toBe(JSON.stringify(part.prompt));
        for (const event of events.slice(cut)) part.apply(event);
        expect(part.conversation.digest).toBe(whole.conversation.digest);
        expect(part.conversation.bytes).toBe(whole.conversation.bytes);
        expect(nextMove(part, () => false)).toEqual(nextMove(whole, () => false));
      }),
    );
  });

  it('shows the model nothing of the actions inside an action, whose files count when it has ended', () => {
    fc.assert(
      fc.property(fc.array(turn, { minLength: 1, maxLength: 5 }), fc.nat(3), (turns, inner) => {
        const events = eventsOf(turns);
        const nested = events.flatMap((event): RolloutEvent[] =>
          event.type === 'action.started' ? [event, ...insideOf(event, inner)] : [event],
        );
        const plain = RolloutState.of('system', recorded([...BEGINNING, ...events]));
        const state = new RolloutState('system');
        for (const each of recorded([...BEGINNING, ...nested])) {
          const before = state.workspace?.snapshot;
          state.apply(each);
          if (each.event.type === 'action.completed' && each.event.call.includes('/')) {
            expect(state.workspace!.snapshot).toBe(before);
            expect(state.files).toBe(each.event.snapshot);
          }
        }
        expect(state.conversation.digest).toBe(plain.conversation.digest);
        expect(state.workspace).toEqual(plain.workspace);
        expect([state.nested, state.pending]).toEqual([null, plain.pending]);
      }),
    );
  });

  it('answers each call once and in order, in one message', () => {
    const state = RolloutState.of(
      'system',
      recorded([
        ...BEGINNING,
        ...eventsOf([
          {
            text: 'go',
            calls: [
              { input: '{"a":1}', changes: false },
              { input: '{broken', changes: false },
            ],
          },
        ]),
      ]),
    );
    expect(state.prompt.slice(-2)).toEqual([
      {
        role: 'assistant',
        content: [
          { type: 'text', text: 'go' },
          { type: 'tool-call', toolCallId: 'c1.0', toolName: 'bash', input: { a: 1 } },
          { type: 'tool-call', toolCallId: 'c1.1', toolName: 'bash', input: { invalid_json: '{broken' } },
        ],
      },
      {
        role: 'tool',
        content: [
          {
            type: 'tool-result',
            toolCallId: 'c1.0',
            toolName: 'bash',
            output: { type: 'text', value: 'done' },
          },
          {
            type: 'tool-result',
            toolCallId: 'c1.1',
            toolName: 'bash',
            output: { type: 'text', value: 'done' },
          },
        ],
      },
    ]);
  });

  it('counts time worked, pauses left out', () => {
    const events = recorded([...BEGINNING, ...eventsOf([{ text: '', calls: [] }])]);
    const later: Recorded[] = [
      {
        rollout: 'r',
        position: 5,
        at: 5_000,
        event: { type: 'rollout.paused', code: 'interrupted', reason: '', patch: '' },
      },
      { rollout: 'r', position: 6, at: 3_600_000, event: { type: 'rollout.resumed', config } },
      { rollout: 'r', position: 7, at: 3_601_000, event: { type: 'workspace.restored', snapshot: 's0' } },
    ];
    expect(RolloutState.of('system', [...events, ...later]).ledger.spent.seconds).toBe(6);
  });

  it('has a case for every event there is (the union is read from its source)', () => {
    const union = readFileSync(new URL('../../core/src/events.ts', import.meta.url), 'utf8');
    const fold = readFileSync(new URL('../src/state.ts', import.meta.url), 'utf8');
    const types = [...union.matchAll(/type: z\.literal\('([a-z]+\.[a-z]+)'\)/g)].map((match) => match[1]!);
    expect(types.length).toBeGreaterThan(12);
    for (const type of types) expect(fold).toContain(`'${type}'`);
  });
});
