import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { isRunning, serversIn } from './support.ts';

/** A language server of forty lines whose moods are set by the file it is asked about. */
const SERVER = String.raw`#!/usr/bin/env node
let buffered = Buffer.alloc(0);
let kept;
if (process.argv.includes('--version')) process.exit(0);
process.stdin.on('end', () => process.exit(0));
process.stdin.on('data', (chunk) => {
  buffered = Buffer.concat([buffered, chunk]);
  for (;;) {
    const head = buffered.indexOf('\r\n\r\n');
    if (head < 0) return;
    const length = Number(/Content-Length: (\d+)/.exec(buffered.toString('utf8', 0, head))[1]);
    if (buffered.length < head + 4 + length) return;
    const message = JSON.parse(buffered.toString('utf8', head + 4, head + 4 + length));
    buffered = buffered.subarray(head + 4 + length);
    handle(message);
  }
});
function send(message) {
  const text = JSON.stringify({ jsonrpc: '2.0', ...message });
  process.stdout.write('Content-Length: ' + Buffer.byteLength(text) + '\r\n\r\n' + text);
}
function handle({ id, method, params }) {
  if (method === 'initialize') return send({ id, result: { capabilities: { hoverProvider: true } } });
  if (method === undefined) return;
  if (method === 'initialized') return send({ method: 'window/logMessage', params: { type: 3, message: 'Found 8 source files' } });
  if (method === 'exit') process.exit(0);
  if (method === 'shutdown') return process.env.STUBBORN ? undefined : send({ id, result: null });
  if (method === 'textDocument/didChange' || method === 'textDocument/didOpen') {
    const { uri, version } = params.textDocument;
    const message = 'version ' + version;
    const range = { start: { line: 0, character: 0 }, end: { line: 0, character: 1 } };
    const diagnostics = uri.includes('quiet') ? [] : [{ range, severity: 1, message }, { nonsense: true }];
    if (!uri.includes('mute')) send({ method: 'textDocument/publishDiagnostics', params: { uri, version, diagnostics } });
    return;
  }
  if (method !== 'textDocument/hover') return id === undefined ? undefined : send({ id, error: { code: -32601, message: 'no ' + method } });
  const { uri } = params.textDocument;
  if (uri.includes('crash')) { process.stderr.write('out of cheese\n'); process.exit(7); }
  if (uri.includes('silent')) return;
  if (uri.includes('fat')) kept = Buffer.alloc(300e6, 1);
  if (uri.includes('flood')) { process.stdout.write('Content-Length: 999999999\r\n\r\n'); const more = () => process.stdout.write(Buffer.alloc(1e6, 32), more); return more(); }
  if (uri.includes('wrong')) return send({ id, result: { contents: 42 } });
  send({ id, result: { contents: { kind: 'plaintext', value: 'pid ' + process.pid } } });
}
`;

const at = { line: 0, character: 0 };
const LIMIT = { timeoutMs: 10_000 };
const start = (options: Parameters<typeof serversIn>[1] = {}, program = 'pyright-langserver') => {
  const path = `node_modules/.bin/${program}`;
  const started = serversIn({ [path]: SERVER, 'a.py': 'a\n', 'a.c': 'a\n', ...NAMED }, options);
  chmodSync(join(started.root, path), 0o755);
  return started;
};
const NAMED = Object.fromEntries(
  ['crash', 'silent', 'fat', 'flood', 'wrong', 'quiet', 'mute'].flatMap((name) => [
    [`${name}.py`, `${name}\n`],
    [`${name}.c`, `${name}\n`],
  ]),
);

describe('the life of a language server', () => {
  it('is started once for all questions, and is gone when disposed of', async () => {
    const { servers, pids } = start();
    const clients = await Promise.all(['a.py', 'wrong.py', 'a.py'].map((path) => servers.clientFor(path)));
    expect(new Set(clients).size).toBe(1);
    expect(await clients[0]!.hover('a.py', at, LIMIT)).toMatch(/^pid \d+$/);
    expect(await clients[0]!.hover('wrong.py', at, LIMIT)).toBe('');
    expect(servers.running().map(({ id }) => id)).toEqual(['pyright']);
    await servers.dispose();
    expect(pids).toHaveLength(1);
    expect(pids.filter(isRunning)).toEqual([]);
    await expect(servers.clientFor('a.py')).rejects.toMatchObject({ reason: 'ended' });
  });

  it('is ended although it does not answer the goodbye', async () => {
    const { servers, pids } = start();
    process.env.STUBBORN = '1';
    await servers.clientFor('a.py');
    delete process.env.STUBBORN;
    await servers.dispose();
    expect(pids.filter(isRunning)).toEqual([]);
  });

  it('is started again after a crash, three times at most, with its last words', async () => {
    const { servers, pids } = start();
    for (let round = 0; round < 3; round++) {
      const client = await servers.clientFor('a.py');
      expect(await client.hover('a.py', at, LIMIT)).toMatch(/^pid/);
      await expect(client.hover('crash.py', at, LIMIT)).rejects.toMatchObject({
        reason: 'ended',
        message: 'pyright ended with exit code 7: out of cheese',
      });
    }
    await expect(servers.clientFor('a.py')).rejects.toMatchObject({
      reason: 'ended',
      message: 'pyright is not started again: pyright ended with exit code 7: out of cheese',
    });
    expect(pids).toHaveLength(3);
    expect(pids.filter(isRunning)).toEqual([]);
  });

  it('is stopped when it eats too much, or floods, and the next question finds a new one', async () => {
    const { servers, pids } = start({ memoryBytes: 200 * 2 ** 20 });
    const client = await servers.clientFor('a.py');
    await client.hover('fat.py', at, LIMIT);
    while (client.ended === null) await setTimeout(50);
    expect(client.ended).toMatch(/^pyright was stopped: it used \d+ MiB of memory, 200 MiB are allowed$/);
    const next = await servers.clientFor('a.py');
    await expect(next.hover('flood.py', at, LIMIT)).rejects.toMatchObject({ reason: 'ended' });
    expect(await (await servers.clientFor('a.py')).hover('a.py', at, LIMIT)).toMatch(/^pid/);
    expect(pids).toHaveLength(3);
  });

  it('is stopped when nobody asks it any more, and started at the next question', async () => {
    const { servers, pids } = start({ idleMs: 0 });
    await servers.clientFor('a.py');
    while (pids.some(isRunning)) await setTimeout(50);
    await servers.clientFor('a.py');
    expect(pids).toHaveLength(2);
  });

  it('says that it is too slow, and can be given up', async () => {
    const { servers } = start();
    const client = await servers.clientFor('a.py');
    await expect(client.hover('silent.py', at, { timeoutMs: 200 })).rejects.toMatchObject({
      reason: 'too-slow',
      message: 'pyright did not answer within 0.2 s',
    });
    const signal = AbortSignal.timeout(100);
    await expect(client.hover('silent.py', at, { ...LIMIT, signal })).rejects.toMatchObject({
      name: 'TimeoutError',
    });
    expect(await client.hover('a.py', at, LIMIT)).toMatch(/^pid/);
    await expect(client.implementations('a.py', at, LIMIT)).rejects.toMatchObject({ reason: 'unsupported' });
  });

  it('may push what it finds: what is awaited is of the file as it is', async () => {
    const { servers, root } = start({}, 'clangd');
    const client = await servers.clientFor('a.c');
    const messages = async (path: string, timeoutMs = 10_000) =>
      (await client.diagnostics(path, { timeoutMs })).map(({ message }) => message);
    expect(await messages('a.c')).toEqual(['version 1']);
    expect(await messages('a.c')).toEqual(['version 1']);
    writeFileSync(join(root, 'a.c'), 'b\n');
    expect(await messages('a.c')).toEqual(['version 2']);
    expect(await messages('quiet.c')).toEqual([]);
    await expect(messages('mute.c', 300)).rejects.toMatchObject({
      reason: 'too-slow',
      message: 'clangd has not looked at the change yet',
    });
  });

  it('says when none is installed or known', async () => {
    const { servers, pids } = start();
    await expect(servers.clientFor('a.rb')).rejects.toMatchObject({ reason: 'no-server' });
    await expect(servers.clientFor('a.go')).rejects.toMatchObject({
      reason: 'no-server',
      message: expect.stringContaining('put gopls on PATH'),
    });
    expect(pids).toEqual([]);
  });
});
