import { expect, it } from 'vitest';
import type { ObjectTold } from '../../src/told/step.ts';
import { studio } from '../support.ts';

it('gives a long text by pages that join to the whole, none cut within a line', async () => {
  const { store, told } = studio();
  const text = Array.from({ length: 5000 }, (_, at) => `zeile ${at} ü 行\n`).join('');
  const digest = store.objects.put(text);
  const pages: string[] = [];
  for (let from: number | null = 0; from !== null; ) {
    const page: ObjectTold = await told<ObjectTold>(`/objects/${digest}?from=${from}&limit=1000`);
    expect(page.text.endsWith('\n')).toBe(true);
    pages.push(page.text);
    from = page.next;
  }
  expect(pages.join('')).toBe(text);
  expect(pages.length).toBeGreaterThan(50);
});

it('never cuts a character where there are no lines', async () => {
  const { store, told } = studio();
  const text = '行'.repeat(2000);
  const digest = store.objects.put(text);
  let all = '';
  for (let from: number | null = 0; from !== null; ) {
    const page: ObjectTold = await told<ObjectTold>(`/objects/${digest}?from=${from}&limit=1000`);
    all += page.text;
    from = page.next;
  }
  expect(all).toBe(text);
});

it('shows as a picture only what is one, by its bytes, and nothing that can run', async () => {
  const { store, ask } = studio();
  const png = Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), Buffer.alloc(20)]);
  const response = await ask(`/pictures/${store.objects.put(png)}`);
  expect(response.headers.get('content-type')).toBe('image/png');
  expect(response.headers.get('content-security-policy')).toContain('sandbox');
  expect(response.headers.get('x-content-type-options')).toBe('nosniff');
  for (const hostile of ['<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>', '<html>', 'plain'])
    expect((await ask(`/pictures/${store.objects.put(hostile)}`)).status).toBe(404);
});
