import { appendFileSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { download } from '../../src/datasets/download.ts';
import { readDataset } from '../../src/datasets/registry.ts';
import { task } from './task.ts';

let home: string;
let server: Server;
let origin: string;
let asked: string[];
let answer: RequestListener;

beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), 'heddle-download-'));
  asked = [];
  server = createServer((request, response) => {
    asked.push(request.url!);
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
  rmSync(home, { recursive: true, force: true });
});

const text = (...ids: string[]) => ids.map((id) => `${JSON.stringify(task(id))}\n`).join('');
const sends = (body: string | Uint8Array, headers: Record<string, string> = {}): RequestListener => {
  return (_request, response) => response.writeHead(200, headers).end(body);
};
const env = {};

describe('a dataset at an address', () => {
  test('is brought here once, and read from the disk from then on', async () => {
    answer = sends(text('a', 'b'));
    const address = `${origin}/sets/tasks.jsonl?download=true`;
    const dataset = await readDataset(address, { home });
    expect(dataset).toMatchObject({ name: 'tasks', format: 'heddle' });
    expect(dataset.instances.map(({ id }) => id)).toEqual(['a', 'b']);
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    expect((await readDataset(address, { home })).version).toBe(dataset.version);
    expect(asked).toEqual(['/sets/tasks.jsonl?download=true']);
  });

  test('packed, whatever the server makes of that', async () => {
    const versions = new Set<string>();
    for (const body of [gzipSync(text('a')), text('a')]) {
      answer = sends(body);
      versions.add(
        (await readDataset(`${origin}/${versions.size}${asked.length}.jsonl.gz`, { home })).version,
      );
    }
    expect(versions.size).toBe(1);
  });

  test('is brought again when the copy was changed, and held against its digest', async () => {
    answer = sends(text('a'));
    const address = `${origin}/tasks.jsonl`;
    const first = await download(address, { home, env });
    expect(first).toMatchObject({ fresh: true, bytes: text('a').length });
    appendFileSync(first.file, 'more');
    expect(await download(address, { home, env })).toEqual(first);
    expect(await download(address, { home, env })).toEqual({ ...first, fresh: false });
    expect(await download(`${address}#sha256=${first.sha256}`, { home, env })).toMatchObject({
      fresh: false,
    });
    writeFileSync(join(dirname(first.file), 'download.json'), '{"url"');
    expect(await download(address, { home, env })).toEqual(first);
    await expect(download(`${address}#sha256=${'0'.repeat(64)}`, { home, env })).rejects.toMatchObject({
      code: 'other-digest',
      message: expect.stringContaining(first.sha256),
    });
    expect(asked).toHaveLength(4);
    expect(readdirSync(dirname(first.file)).sort()).toEqual(['download.json', 'tasks.jsonl']);
  });

  test.each<[string, RequestListener, RegExp]>([
    ['is not there', (_, response) => response.writeHead(404).end(), /its server answers 404 Not Found$/],
    ['is a web page', sends('<html>', { 'content-type': 'text/html' }), /a web page came in its place$/],
    ['says it is too large', sends(text('a', 'b')), /it is larger than 0 MiB$/],
    [
      'turns out too large',
      (_, response) => {
        response.write(text('a'));
        response.end(text('b'));
      },
      /it is larger than 0 MiB$/,
    ],
    [
      'breaks off',
      (_, response) => {
        response.writeHead(200, { 'content-length': '1000' });
        response.write('{');
        setImmediate(() => response.destroy());
      },
      /cannot be had: /,
    ],
  ])('that %s is refused in one line, and leaves nothing', async (_, listener, message) => {
    answer = listener;
    const run = download(`${origin}/tasks.jsonl`, { home, maxBytes: 200, env });
    await expect(run).rejects.toMatchObject({
      code: 'not-downloaded',
      message: expect.stringMatching(message),
    });
    expect(readdirSync(home, { recursive: true }).filter((name) => /jsonl/.test(String(name)))).toEqual([]);
  });

  test('that nobody answers at says why', async () => {
    server.close();
    await expect(download(`${origin}/tasks.jsonl`, { home, env })).rejects.toMatchObject({
      message: `${origin}/tasks.jsonl cannot be had: ECONNREFUSED`,
    });
  });

  test.each([
    ['https://host/clone', 'is not the address of a file of records'],
    ['https://user:secret@host/a.jsonl', 'an address with a password is not read (host)'],
    ['https://host/a.jsonl#md5=1', '#md5=1 says nothing about a file'],
    ['https://', 'is no address'],
  ])('%s is refused before anything is asked', async (address, message) => {
    await expect(download(address, { home, env })).rejects.toMatchObject({
      code: 'no-such-address',
      message: expect.stringContaining(message),
    });
  });

  test('may not say which folders of this machine an agent reads', async () => {
    for (const more of [
      { files: { kind: 'folder', path: home, hidden: [] } },
      { environment: { name: 'own', shown: [home] } },
    ]) {
      answer = sends(`${JSON.stringify(task('a', more))}\n`);
      const read = readDataset(`${origin}/${asked.length}.jsonl`, { home });
      await expect(read).rejects.toMatchObject({
        code: 'dataset-unreadable',
        message: expect.stringContaining('"a" names folders of this machine'),
      });
    }
  });
});
