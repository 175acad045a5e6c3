import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyPatchTool } from '../../../src/tools/apply-patch.ts';
import { find } from '../../../src/tools/edit/ladder.ts';
import { PlainText, plainEnds } from '../../../src/tools/edit/line-ends.ts';
import { decode, type Encoding, encode } from '../../../src/tools/edit/text-file.ts';
import { workbench } from '../workbench.ts';

const ENCODINGS: readonly [Encoding, boolean][] = [
  ['utf-8', false],
  ['utf-8', true],
  ['utf-16le', true],
  ['utf-16be', true],
  ['latin-1', false],
];
/** Lines with what trips editors: tabs, trailing space, odd quotes, half of a line end, characters of many bytes. */
const piece = fc.constantFrom(
  'a',
  'b',
  'foo',
  ' ',
  '\t',
  '  ',
  '"',
  '“',
  'é',
  '\r',
  '—',
  '{',
  '}',
  '.',
  '🙂',
);
const line = fc.array(piece, { maxLength: 6 }).map((pieces) => pieces.join(''));
const end = fc.constantFrom('\n', '\r\n');
const text = fc
  .tuple(fc.array(fc.tuple(line, end), { maxLength: 12 }), line)
  .map(([lines, last]) => lines.map(([each, ending]) => each + ending).join('') + last);
const encoding = fc.constantFrom(...ENCODINGS);

/** The text as far as an encoding can hold it; Latin-1 only where the bytes are not UTF-8 by chance. */
function bytesOf(content: string, [name, mark]: readonly [Encoding, boolean]): Buffer {
  const held = name === 'latin-1' ? `é${content.replaceAll(/[^\0-\xff]/gu, '?')}` : content;
  return encode(held, 'a.txt', { encoding: name, mark });
}

describe('encodings', () => {
  it('any text comes back byte for byte', () => {
    fc.assert(
      fc.property(text, encoding, (content, form) => {
        const bytes = bytesOf(content, form);
        const file = decode(bytes)!;
        expect(encode(file.text, 'a.txt', file).equals(bytes)).toBe(true);
      }),
    );
  });

  it('any bytes at all either come back or are no text', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (array) => {
        const bytes = Buffer.from(array);
        const file = decode(bytes);
        if (file !== null) expect(encode(file.text, 'a.txt', file).equals(bytes)).toBe(true);
      }),
    );
  });

  it('each is kept by an edit, and says so; what it cannot hold is refused', async () => {
    const latin = Buffer.from('caf\xe9\nun\n', 'latin1');
    const wide = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from('eins\r\nzwei\r\n', 'utf16le')]);
    const { edit, refused, bytes } = await workbench({ 'l.txt': latin, 'w.txt': wide });
    expect(await edit({ command: 'view', path: 'l.txt' })).toBe('     1\tcafé\n     2\tun\n[latin-1]');
    expect(await edit({ command: 'replace', path: 'l.txt', old: 'café', new: 'thé' })).toContain('(latin-1)');
    expect((await bytes('l.txt')).toString('latin1')).toBe('th\xe9\nun\n');
    expect(await refused({ command: 'replace', path: 'l.txt', old: 'un', new: '€' })).toMatch(
      /^bad-character: .*cannot hold "€"/,
    );
    await edit({ command: 'insert', path: 'w.txt', line: 1, text: 'ünd' });
    expect((await bytes('w.txt')).subarray(2).toString('utf16le')).toBe('eins\r\nünd\r\nzwei\r\n');
    expect((await bytes('w.txt')).subarray(0, 2)).toEqual(wide.subarray(0, 2));
  });

  it('binary and very large files are refused with what to do', async () => {
    const { refused } = await workbench({
      'b.bin': Buffer.from([1, 2, 0, 3]),
      'c.bin': Buffer.from([0xff, 0x10, 0x80]),
      'large.txt': 'x\n'.repeat(6 * 2 ** 20),
    });
    for (const path of ['b.bin', 'c.bin'])
      expect(await refused({ command: 'replace', path, old: 'a', new: 'b' })).toMatch(
        /^not-text: .*with bash/,
      );
    expect(await refused({ command: 'view', path: 'large.txt' })).toMatch(/^file-too-large: .*sed -n/);
  });

  it('a huge line is shown cut and edited whole', async () => {
    const huge = `start ${'x'.repeat(300_000)} end`;
    const { edit, read, refused } = await workbench({ 'a.txt': `one\n${huge}\n` });
    expect((await edit({ command: 'view', path: 'a.txt' })).length).toBeLessThan(3_000);
    const told = await edit({ command: 'replace', path: 'a.txt', old: ' end', new: ' END' });
    expect(told.length).toBeLessThan(1_000);
    const missed = await refused({
      command: 'replace',
      path: 'a.txt',
      old: `start ${'x'.repeat(9_000)} and`,
      new: '',
    });
    expect(missed).toMatch(/^no-match/);
    expect(missed.length).toBeLessThan(1_000);
    expect(await read('a.txt')).toBe(`one\n${huge.replace(' end', ' END')}\n`);
  });
});

describe('line ends', () => {
  it('offsets into the plain text lead to the same place in the original', () => {
    fc.assert(
      fc.property(text, fc.nat(), (content, at) => {
        const { plain, original } = new PlainText(content);
        const offset = at % (plain.length + 1);
        const there = new PlainText(content).offset(offset);
        expect(original.slice(0, there).replaceAll('\r\n', '\n')).toBe(plain.slice(0, offset));
      }),
    );
  });
});

describe('the ladder', () => {
  it('finds any part of a text exactly, and only where it stands', () => {
    fc.assert(
      fc.property(text, fc.nat(), fc.nat(), (content, from, length) => {
        const { plain } = new PlainText(content);
        const start = from % (plain.length + 1);
        const old = plain.slice(start, start + 1 + (length % 20));
        fc.pre(old !== '');
        const found = find(plain, old, 'new')!;
        expect(found.level).toBe('exact');
        for (const place of found.places) expect(plain.slice(place.start, place.end)).toBe(old);
      }),
    );
  });

  it('at any level gives whole places inside the text', () => {
    fc.assert(
      fc.property(text, text, text, (content, old, put) => {
        fc.pre(old !== '');
        const { plain } = new PlainText(content);
        for (const { start, end: last, line: at } of find(plain, old, put)?.places ?? []) {
          expect(0 <= start && start <= last && last <= plain.length).toBe(true);
          expect(plain.slice(0, start).split('\n')).toHaveLength(at);
        }
      }),
    );
  });
});

describe('no edit corrupts a file', () => {
  it('replace changes its span and nothing else, or nothing at all; undo gives the bytes back', async () => {
    const { edit, bytes, workspace } = await workbench({});
    await fc.assert(
      fc.asyncProperty(
        text,
        encoding,
        text,
        fc.nat(),
        fc.nat(),
        fc.boolean(),
        async (content, form, put, from, length, loosely) => {
          const before = bytesOf(content, form);
          await workspace.files.write('a.txt', before);
          await edit({ command: 'view', path: 'a.txt' });
          const { plain, original } = new PlainText(decode(before)!.text);
          const start = from % (plain.length + 1);
          const exact = plain.slice(start, start + 1 + (length % 12));
          const old = loosely ? `${exact}  ` : exact;
          try {
            await edit({ command: 'replace', path: 'a.txt', old, new: put });
          } catch (error) {
            expect(error).toHaveProperty('reader', 'model');
            expect((await bytes('a.txt')).equals(before)).toBe(true);
            return;
          }
          const after = await bytes('a.txt');
          const [place] = find(plain, plainEnds(old), plainEnds(put))!.places;
          const map = new PlainText(original);
          const head = original.slice(0, map.offset(place!.start));
          const tail = original.slice(map.offset(place!.end));
          const file = { encoding: form[0], mark: form[1] };
          const [expectedHead, expectedTail] = [
            encode(head, 'a', file),
            encode(tail, 'a', { ...file, mark: false }),
          ];
          expect(after.subarray(0, expectedHead.length).equals(expectedHead)).toBe(true);
          expect(after.subarray(after.length - expectedTail.length).equals(expectedTail)).toBe(true);
          const middle = after.subarray(expectedHead.length, after.length - expectedTail.length);
          const written = decode(Buffer.concat([encode('', 'a', file), middle]))!.text;
          expect(written.replaceAll('\r\n', '\n')).toBe(place!.put);
          await edit({ command: 'undo', path: 'a.txt' });
          expect((await bytes('a.txt')).equals(before)).toBe(true);
        },
      ),
      { numRuns: 150 },
    );
  });

  it('several edits are made all or none over files, and undo gives all bytes back', async () => {
    const { edit, bytes, workspace } = await workbench({});
    const one = fc.record({ path: fc.constantFrom('a.txt', 'b.txt'), old: line, new: line });
    await fc.assert(
      fc.asyncProperty(text, text, fc.array(one, { minLength: 1, maxLength: 4 }), async (a, b, edits) => {
        await workspace.files.write('a.txt', a);
        await workspace.files.write('b.txt', b);
        const before = [await bytes('a.txt'), await bytes('b.txt')];
        for (const path of ['a.txt', 'b.txt']) await edit({ command: 'view', path });
        let done = true;
        await edit({ command: 'replace', edits }).catch((error) => {
          expect(error).toHaveProperty('reader', 'model');
          done = false;
        });
        if (done)
          for (const path of new Set(edits.map((each) => each.path))) await edit({ command: 'undo', path });
        expect([await bytes('a.txt'), await bytes('b.txt')]).toEqual(before);
      }),
      { numRuns: 100 },
    );
  });

  it('undo gives back what a patch added, changed, removed and moved', async () => {
    const { edit, use, bytes, workspace } = await workbench({});
    await fc.assert(
      fc.asyncProperty(text, text, text, async (a, b, c) => {
        const paths = ['a.txt', 'b.txt', 'c.txt'];
        const before = new Map<string, Buffer>();
        for (const [index, path] of paths.entries()) {
          await workspace.files.write(path, [a, `first\n${b}`, c][index]!);
          before.set(path, await bytes(path));
          await edit({ command: 'view', path });
        }
        const input = [
          '*** Begin Patch',
          '*** Delete File: a.txt',
          '*** Update File: b.txt',
          '*** Move to: moved/b.txt',
          '-first',
          '+FIRST',
          '*** Add File: new.txt',
          '+new',
          '*** End Patch',
        ].join('\n');
        fc.pre(!b.split(/\r?\n/).includes('first'));
        await use(applyPatchTool, { input });
        expect(await workspace.files.stat('a.txt')).toBeNull();
        expect(await workspace.files.stat('b.txt')).toBeNull();
        expect((await bytes('moved/b.txt')).toString('utf8')).toBe(`FIRST\n${b}`);
        for (const path of ['a.txt', 'b.txt', 'moved/b.txt', 'new.txt'])
          await edit({ command: 'undo', path });
        for (const path of paths) expect((await bytes(path)).equals(before.get(path)!)).toBe(true);
        for (const path of ['moved/b.txt', 'new.txt']) expect(await workspace.files.stat(path)).toBeNull();
      }),
      { numRuns: 40 },
    );
  });
});
