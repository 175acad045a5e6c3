import { expect, it } from 'vitest';
import { applyEdit } from '../src/edit.ts';
import { candidatesIn } from '../src/search.ts';
import { readSource } from '../src/source.ts';
import { NO_CLUES } from '../src/symptoms.ts';

const TEXT = `def area(width, height):
    if width < 0:
        return -1
    return width + height


def other(a):
    return a + 1
`;

async function pairs(seed = 0) {
  const source = await readSource('file.py', 'python', TEXT);
  const suspects = [1, 2, 3, 4, 7, 8].map((line) => ({ path: 'file.py', line, score: 1, reason: '' }));
  const all = candidatesIn(source, suspects, { seed, endless: false, clues: NO_CLUES });
  return all.filter(({ family }) => family === 'pair');
}

it('changes two places of one function at once', async () => {
  const texts = (await pairs()).map(({ edit }) => applyEdit(TEXT, edit));
  expect(texts).toContain(
    TEXT.replace('width < 0', 'width <= 0').replace('width + height', 'width - height'),
  );
  expect(
    texts.filter(
      (text) =>
        !text.includes('    return a + 1\n') &&
        !text.startsWith(
          'def area(width, height):\n    if width < 0:\n        return -1\n    return width + height',
        ),
    ),
  ).toEqual([]);
});

it('comes behind what it is made of', async () => {
  const source = await readSource('file.py', 'python', TEXT);
  const suspects = [{ path: 'file.py', line: 4, score: 1, reason: '' }];
  const all = candidatesIn(source, suspects, { seed: 0, endless: false, clues: NO_CLUES });
  const first = all.findIndex(({ family }) => family === 'pair');
  expect(first).toBeGreaterThan(all.findIndex(({ label }) => label.startsWith('arithmetic')));
});
