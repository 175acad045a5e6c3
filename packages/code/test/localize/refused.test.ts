import { expect, test } from 'vitest';
import { definitions, refusedCalls } from '../../src/localize/refused.ts';

test('names what was called with what it does not take', () => {
  expect(
    refusedCalls([
      "TypeError: Reader.skip() missing 1 required positional argument: 'n'",
      'TypeError: size() takes 1 positional argument but 2 were given',
      "TypeError: size() got an unexpected keyword argument 'x'",
      'AssertionError: 1 != 2',
    ]),
  ).toEqual(['Reader.skip', 'size']);
});

test('finds definitions, methods by their class', () => {
  const text = `class Writer:
    def skip(self):
        pass

class Reader:
    async def skip(self, n):
        def size(): pass

def size():
    pass
`;
  expect(definitions(text.split('\n'), ['Reader.skip'])).toEqual([{ name: 'skip', line: 6 }]);
  expect(definitions(text.split('\n'), ['size'])).toEqual([
    { name: 'size', line: 7 },
    { name: 'size', line: 9 },
  ]);
});
