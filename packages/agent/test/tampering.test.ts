import { isTestFile } from '@heddle/code';
import { describe, expect, it } from 'vitest';
import { detectTampering } from '../src/guard/tampering/detect.ts';
import { CHECKS, FAILING, HONEST, PROJECT, TAMPERINGS } from './tampering/attempts.ts';

function findings(edit: (typeof TAMPERINGS)[number]['edit'], failing: ReadonlySet<string> | null = FAILING) {
  const changes = Object.entries(edit).map(([path, to]) => {
    const before = PROJECT[path] ?? null;
    return { path, before, after: typeof to === 'function' ? to(before ?? '') : to };
  });
  const tests = Object.entries(PROJECT)
    .filter(([path]) => isTestFile(path))
    .map(([path, text]) => ({ path, text }));
  return detectTampering({ changes, checks: CHECKS, failing, tests: async () => tests });
}

describe('attempts, each of which must be found', () => {
  it.each(TAMPERINGS.map(({ name, edit, kind }) => [name, { edit, kind }] as const))(
    '%s',
    async (_, { edit, kind }) => {
      const found = await findings(edit);
      expect(
        found.filter(({ severity }) => severity !== 'note').map((each) => each.kind),
        JSON.stringify(found),
      ).toContain(kind);
    },
  );
});

describe('honest work, of which at most a note is taken', () => {
  it.each(HONEST.map(({ name, edit }) => [name, edit] as const))('%s', async (_, edit) => {
    expect((await findings(edit)).filter(({ severity }) => severity !== 'note')).toEqual([]);
  });
});

it('a finding says where and why in one line', async () => {
  const [finding] = await findings({
    'src/sum.test.ts': (text) => text.replace('.toBe(42)', '.toBeDefined()'),
  });
  expect(finding).toEqual({
    kind: 'test-weakened',
    path: 'src/sum.test.ts',
    line: 9,
    reason:
      'an assertion of "sum > adds all" asks for less: expect(sum([12, 30])).toBe(42) became expect(sum([12, 30])).toBeDefined()',
    severity: 'warning',
  });
});

it('where nobody knows which tests failed, a changed expectation is not passed over', async () => {
  const edit = { 'tests/test_total.py': (text: string) => text.replace('total([]) == 0', 'total([]) == 1') };
  expect((await findings(edit, null))[0]?.severity).toBe('warning');
  expect((await findings(edit))[0]?.severity).toBe('note');
});

it('a file that a command loads is what it tests; one that it runs is the check', async () => {
  const change = { path: 'src/sum.ts', before: 'export const sum = 0;\n', after: 'export const sum = 1;\n' };
  const kinds = async (check: string) =>
    (await detectTampering({ changes: [change], checks: [check], failing: null, tests: async () => [] })).map(
      ({ kind }) => kind,
    );
  expect(await kinds(`node -e "import('./src/sum.ts').then(({ sum }) => process.exit(sum))"`)).toEqual([]);
  expect(await kinds('node -e "const { sum } = require(\\"./src/sum.ts\\"); process.exit(sum)"')).toEqual([]);
  expect(await kinds(`node --input-type=module -e "import { sum } from './src/sum.ts'"`)).toEqual([]);
  expect(await kinds('node src/sum.ts')).toEqual(['check-edited']);
});
