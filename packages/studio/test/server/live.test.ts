import { OperatorError } from '@heddle/core';
import { Hono } from 'hono';
import { expect, it, vi } from 'vitest';
import { live, type News } from '../../src/server/live.ts';

interface Message {
  readonly id: string;
  readonly data: unknown;
}

/** A source of numbered news that grows while it is listened to. */
function growing() {
  let last = 0;
  const news: News<number[]> = (cursor) => {
    const from = Number(cursor ?? 0);
    if (from >= last) return null;
    return { cursor: String(last), data: Array.from({ length: last - from }, (_, at) => from + at + 1) };
  };
  return { news, grow: (by: number) => (last += by) };
}

/** Listens until `enough` says so, then hangs up. */
async function listen(
  app: Hono,
  headers: Record<string, string>,
  enough: (heard: Message[]) => boolean,
): Promise<Message[]> {
  const response = await app.request('/live', { headers });
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  const heard: Message[] = [];
  let text = '';
  while (!enough(heard)) {
    const { value, done } = await reader.read();
    if (done) break;
    text += value;
    const blocks = text.split('\n\n');
    text = blocks.pop()!;
    for (const block of blocks) {
      if (!/^event: news$/m.test(block)) continue;
      heard.push({
        id: /^id: (.*)$/m.exec(block)![1]!,
        data: JSON.parse(/^data: (.*)$/m.exec(block)![1]!),
      });
    }
  }
  await reader.cancel();
  return heard;
}

it('tells what came since the cursor, and after a lost connection no more and no less', async () => {
  const source = growing();
  const app = new Hono().get('/live', (c) => live(c, source.news));
  source.grow(3);
  const first = await listen(app, {}, (heard) => heard.length === 1);
  expect(first).toEqual([{ id: '3', data: [1, 2, 3] }]);
  source.grow(2); // nobody listens
  const second = listen(app, { 'last-event-id': first[0]!.id }, (heard) => heard.length === 2);
  setTimeout(() => source.grow(1), 20);
  const later = await second;
  expect(later.flatMap(({ data }) => data as number[])).toEqual([4, 5, 6]);
  expect(later.at(-1)!.id).toBe('6');
});

it('what cannot be read right now ends the message in one line and nothing in the terminal', async () => {
  const said = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  const complained = vi.spyOn(console, 'error').mockReturnValue();
  const busy: News<number> = () => {
    throw new OperatorError('journal-busy', 'the journal is locked by another process');
  };
  const app = new Hono().get('/live', (c) => live(c, busy));
  const text = await (await app.request('/live')).text();
  expect(text).toContain('event: error\ndata: the journal is locked by another process\n');
  expect([said.mock.calls, complained.mock.calls]).toEqual([[], []]);
  vi.restoreAllMocks();
});

it('begins where the page was told last, and the browser’s word counts more', async () => {
  const source = growing();
  const app = new Hono().get('/live', (c) => live(c, source.news));
  source.grow(5);
  const at = async (headers: Record<string, string>) => {
    const wrapped = new Hono().get('/live', (c) => app.request('/live?from=2', { headers: c.req.header() }));
    return (await listen(wrapped, headers, (heard) => heard.length === 1))[0]!.data;
  };
  expect(await at({})).toEqual([3, 4, 5]);
  expect(await at({ 'last-event-id': '4' })).toEqual([5]);
});
