import type { OperatorError } from '@heddle/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { READY_MADE } from '../src/entrants/acp/ready-made.ts';
import { cappedInput, cappedText } from '../src/entrants/peer/capped.ts';
import { faultIn } from '../src/entrants/peer/fault.ts';
import { listPeers, openPeer } from '../src/entrants/peer/open-peer.ts';
import { filled, readPeerEntry } from '../src/entrants/peer/peer-entry.ts';
import { readEntrantSpecs } from '../src/entrants/spec.ts';

const spec = (text: string) => readEntrantSpecs([text])[0]!;
const node = process.execPath;

describe('entries of the configuration', () => {
  it('are read, and a slip is told with its place', () => {
    expect(readPeerEntry('mine', { acp: { command: ['a', '--acp'] } })).toEqual({
      protocol: 'acp',
      entry: { command: ['a', '--acp'] },
    });
    expect(readPeerEntry('mine', { command: { command: 'a {task}' } }).protocol).toBe('command');
    const slips = [
      {},
      { acp: {} },
      { acp: { command: [] } },
      { acp: { command: ['a'], envs: [] } },
      'a',
      null,
    ];
    for (const slip of slips)
      expect(() => readPeerEntry('mine', slip)).toThrow(/^the entrant mine cannot be read: /);
  });

  it('are opened by name, with another model where one is named', async () => {
    const configured = {
      mine: { acp: { command: [node, '--acp'], model: 'acme/small' } },
      script: { command: { command: 'true' } },
    };
    const mine = await openPeer(spec('acp:mine'), configured);
    expect(mine).toMatchObject({ name: 'acp:mine', kind: 'acp', model: 'acme/small' });
    const large = await openPeer(spec('acp:mine model=acme/large name=big'), configured);
    expect(large).toMatchObject({ name: 'big', model: 'acme/large' });
    expect(large.version).not.toBe(mine.version);
    expect(await openPeer(spec('command:script'), configured)).toMatchObject({
      kind: 'command',
      model: null,
    });
  });

  it.each([
    ['acp:mien', 'do you mean acp:mine?'],
    ['command:mine', 'say --agent acp:mine'],
    ['acp:', 'docs/rivals.md'],
  ])('%s is none: %s', async (word, hint) => {
    const configured = { mine: { acp: { command: [node] } } };
    const opened = openPeer(spec(word), configured);
    await expect(opened).rejects.toMatchObject({ code: 'no-such-entrant' });
    const error: unknown = await opened.catch((caught: unknown) => caught);
    expect((error as OperatorError).hint).toContain(hint);
  });
});

describe('ready-made entries', () => {
  it.each(Object.keys(READY_MADE))(
    '%s can be read as one of the configuration, with and without a model',
    (name) => {
      for (const model of [undefined, 'anthropic/claude-large-9'])
        expect(readPeerEntry(name, { acp: READY_MADE[name]!.entry(model) }).protocol).toBe('acp');
    },
  );

  it('give way to those of the configuration', () => {
    const listed = listPeers({ codex: { acp: { command: [node, 'x'] } } });
    expect(listed.filter(({ name }) => name === 'acp:codex')).toEqual([
      { name: 'acp:codex', from: 'configuration', command: `${node} x`, here: true, install: null },
    ]);
  });

  it('name what to install where their program is missing', async () => {
    const path = process.env.PATH;
    process.env.PATH = '/nowhere';
    try {
      await expect(openPeer(spec('acp:opencode'))).rejects.toMatchObject({
        code: 'no-such-program',
        hint: 'install it: npm install -g opencode-ai',
      });
    } finally {
      process.env.PATH = path;
    }
  });
});

describe('what foreign programs say', () => {
  it.each([
    ['API Error: 401 {"type":"authentication_error"}', 'unauthorized'],
    ['429 Too Many Requests', 'rate-limited'],
    ['overloaded_error', 'overloaded'],
    ['HTTP 503 Service Unavailable', 'server-error'],
    ['TypeError: fetch failed', 'unreachable'],
    ['write ENOSPC', 'disk-full'],
    ['SyntaxError: Unexpected token in line 4015', null],
    ['503 tests passed, 1 failed in file500.js', null],
    ['{"status":503}', 'server-error'],
  ])('%j is the fault %j', (text, code) => {
    expect(faultIn(text)?.code ?? null).toBe(code);
  });

  it('is cut to what an event may hold, never more', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const { value: kept, cut } = cappedInput(value);
        expect(JSON.stringify(kept).length).toBeLessThanOrEqual(JSON.stringify(value).length + 100);
        if (!cut) expect(kept).toEqual(value);
      }),
    );
    expect(cappedText('a'.repeat(50_000))).toMatchObject({ cut: true });
    let deep: unknown = 'end';
    for (let n = 0; n < 1000; n++) deep = [deep];
    expect(JSON.stringify(cappedInput(deep).value)).toBe(`${'['.repeat(12)}"…"${']'.repeat(12)}`);
  });

  it('has no say in what placeholders mean: a value is filled in once', () => {
    expect(filled('{a} {b} {c}', { a: '{b}', b: 'x' })).toBe('{b} x {c}');
  });
});
