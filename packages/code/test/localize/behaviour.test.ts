import { expect, test } from 'vitest';
import { type Behaviour, behaviourOf, changedTests, fingerprint } from '../../src/localize/behaviour.ts';
import { folder } from '../helpers/folder.ts';
import { execIn } from '../helpers/run.ts';

const TESTS = `import unittest
import age

class Ages(unittest.TestCase):
    def test_adult(self):
        self.assertTrue(age.adult(40))

    def test_bound(self):
        self.assertTrue(age.adult(18))
`;
const WRONG = 'def adult(age):\n    if age > 18:\n        return True\n    return False\n';

async function behaviour(source: string, changes: { line: number; old: number; now: number }[] = []) {
  const dir = folder({ 'age.py': source, 'tests/__init__.py': '', 'tests/test_age.py': TESTS });
  const found = await behaviourOf({
    exec: execIn(dir),
    check: { name: 'test', command: 'python3 -m unittest', framework: 'unittest', timeoutSeconds: 60 },
    changes: changes.map((change) => ({ path: 'age.py', ...change })),
    timeoutSeconds: 60,
  });
  return found as Behaviour;
}

test('changes that make every test run the same lines behave alike, whatever lines they add', async () => {
  const before = await behaviour(WRONG);
  expect([...before.tests.values()].map(({ passed }) => passed)).toEqual([true, false]);
  const bound = await behaviour(WRONG.replace('age > 18', 'age >= 18'), [{ line: 2, old: 1, now: 1 }]);
  const longer = await behaviour(WRONG.replace('    if age > 18', '    limit = 18\n    if age >= limit'), [
    { line: 2, old: 1, now: 2 },
  ]);
  expect(changedTests(before, bound)).toEqual([]);
  expect(changedTests(before, longer)).toEqual([]);
  expect(fingerprint(longer)).toBe(fingerprint(bound));
  expect(fingerprint(bound)).not.toBe(fingerprint(before));
});

test('a change that leads a passing test another way is told', async () => {
  const before = await behaviour(WRONG);
  const other = await behaviour(
    WRONG.replace('age > 18', 'age < 18').replace('return False', 'return True'),
    [{ line: 2, old: 3, now: 3 }],
  );
  expect(changedTests(before, other)).toHaveLength(1);
});

test('a check without tests that can be told apart says nothing', async () => {
  const dir = folder({ 'run.py': 'assert 1 + 1 == 3\n' });
  const check = { name: 'test', command: 'python3 run.py', framework: 'plain', timeoutSeconds: 60 };
  expect(await behaviourOf({ exec: execIn(dir), check, changes: [], timeoutSeconds: 60 })).toBeNull();
});
