import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  readEdits,
  readFiles,
  readLines,
  readSymbols,
  readTest,
} from '../../src/compose/pipeline/answers.ts';
import { fuse } from '../../src/compose/pipeline/places.ts';

const symbol = (name: string, container: string, from: number, to: number) => ({
  name,
  container,
  kind: 'function' as const,
  line: from,
  from,
  to,
  local: false,
});
const SHOP = { symbols: [symbol('total', '', 1, 3), symbol('total', 'Cart', 5, 9)], lines: 12 };

describe('answers', () => {
  it('reads files in whatever list they come, without what is none', () => {
    const known = new Set(['a.ts', 'src/b.ts', 'c d.ts']);
    const reply = 'Here they are:\n1. `src/b.ts`\n- a.ts\n* c d.ts\nnone.ts\na.ts\n';
    expect(readFiles(reply, known, 5)).toEqual(['src/b.ts', 'a.ts', 'c d.ts']);
    expect(readFiles(reply, known, 1)).toEqual(['src/b.ts']);
  });

  it('reads definitions by full name, else by name, and all of a file', () => {
    const files = new Map([['shop.ts', SHOP]]);
    const read = (reply: string) => readSymbols(reply, files, 5).map(({ first, last }) => [first, last]);
    expect(read('shop.ts: Cart.total()\nshop.ts: total\nshop.ts: *\nshop.ts: none')).toEqual([
      [5, 9],
      [1, 3],
      [1, 12],
    ]);
  });

  it('reads lines within the files that were shown', () => {
    const reply = 'a.ts:3-5\n- `a.ts:7`\na.ts: 9 - 99\na.ts:11\nb.ts:1\na.ts:5-3\na.ts:0';
    expect(readLines(reply, new Map([['a.ts', 10]]), 9)).toEqual([
      { path: 'a.ts', first: 3, last: 5 },
      { path: 'a.ts', first: 7, last: 7 },
      { path: 'a.ts', first: 9, last: 10 },
    ]);
  });

  it.each([
    ['files', (reply: string) => readFiles(reply, new Set(['a']), 5)],
    ['symbols', (reply: string) => readSymbols(reply, new Map([['shop.ts', SHOP]]), 5)],
    ['lines', (reply: string) => readLines(reply, new Map([['a', 1]]), 5)],
    ['edits', readEdits],
    ['a test', readTest],
  ])('of %s that cannot be read is for its author to mend', (_, read) => {
    for (const reply of [
      '',
      'I am sorry.\nI cannot.',
      '<<<<<<< SEARCH\nx',
      'a b\n<<<<<<< SEARCH\nx\n=======\n>>>>>>> REPLACE',
    ])
      expect(() => read(reply)).toThrow(expect.objectContaining({ reader: 'model' }));
  });

  it('reads edits of several files, new files, and what leaves out the path', () => {
    const reply = [
      'I change two places.',
      '### a.ts',
      '```ts',
      '<<<<<<< SEARCH',
      'one',
      '=======',
      '>>>>>>> REPLACE',
      '<<<<<<< SEARCH',
      'two',
      '=======',
      'zwei',
      '',
      '>>>>>>> REPLACE',
      '```',
      '`new.ts`',
      '<<<<<<< SEARCH',
      '=======',
      'export {};',
      '>>>>>>> REPLACE',
    ].join('\n');
    expect(readEdits(reply)).toEqual({
      replacements: [
        { path: 'a.ts', old: 'one\n', new: '' },
        { path: 'a.ts', old: 'two', new: 'zwei\n' },
      ],
      created: [{ path: 'new.ts', text: 'export {};\n' }],
    });
  });

  it('reads a test, fenced or bare', () => {
    const bare = 'COMMAND: `node --test x.js`\nFILE: x.js\nlet a;\n\nlet b;\n';
    const fenced = 'Sure.\nCOMMAND: node --test x.js\nFILE: x.js\n```js\nlet a;\n\nlet b;\n```';
    const wanted = { command: 'node --test x.js', path: 'x.js', text: 'let a;\n\nlet b;\n' };
    expect(readTest(bare)).toEqual(wanted);
    expect(readTest(fenced)).toEqual(wanted);
  });
});

describe('joined rankings', () => {
  const LENGTHS = new Map([
    ['a', 200],
    ['b', 200],
  ]);
  const line = (path: string, at: number) => ({ path, first: at, last: at });

  it('put what both name before what one is sure of', () => {
    const places = fuse(
      [
        { by: 'execution', spans: [line('a', 50), line('a', 10), line('b', 90)] },
        { by: 'model', spans: [line('b', 20), line('b', 90)] },
      ],
      { lengths: LENGTHS, context: 2, most: 100 },
    );
    expect(places.map(({ path, first, last, by }) => `${path}:${first}-${last} ${by}`)).toEqual([
      'b:88-92 execution,model',
      'a:48-52 execution',
      'b:18-22 model',
      'a:8-12 execution',
    ]);
  });

  it('are places within files and room, apart from each other, best first', () => {
    const span = fc
      .record({ path: fc.constantFrom('a', 'b'), first: fc.integer({ min: 1, max: 200 }), more: fc.nat(12) })
      .map(({ path, first, more }) => ({ path, first, last: Math.min(200, first + more) }));
    const ranking = fc.record({
      by: fc.constantFrom('model' as const, 'execution' as const),
      spans: fc.array(span),
    });
    fc.assert(
      fc.property(
        fc.array(ranking, { maxLength: 3 }),
        fc.integer({ min: 40, max: 300 }),
        (rankings, most) => {
          const places = fuse(rankings, { lengths: LENGTHS, context: 10, most });
          const lines = places.flatMap(({ path, first, last }) =>
            Array.from({ length: last - first + 1 }, (_, n) => `${path}:${first + n}`),
          );
          expect(new Set(lines).size).toBe(lines.length);
          expect(lines.length).toBeLessThanOrEqual(most);
          expect(places.every(({ first, last }) => first >= 1 && last <= 200)).toBe(true);
          expect(places.map(({ score }) => score)).toEqual(
            places.map(({ score }) => score).toSorted((x, y) => y - x),
          );
          expect(places.length > 0).toBe(rankings.some(({ spans }) => spans.length > 0));
        },
      ),
    );
  });
});
