import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { CheckSpec } from '@heddle/core';
import { scriptedModel } from '@heddle/models';
import { openWorkspace } from '@heddle/workspace';
import { describe, expect, it } from 'vitest';
import { solve } from '../../src/solve.ts';
import { focusedRun } from '../../src/tools/attempt/focus.ts';
import { RunLimit } from '../../src/tools/attempt/run-limit.ts';
import { type WarmLevel, WarmPython } from '../../src/tools/attempt/warm-python.ts';
import { FINISH, HOST, repository, runtime, temporaryFolder } from '../support.ts';

interface Details {
  readonly warm: boolean;
  readonly candidates: readonly { label: string; outcome: string; limitSeconds?: number }[];
}

const UNITTEST = {
  'shop/__init__.py': '',
  'shop/price.py':
    'import decimal\nimport os\nimport threading\nimport time\n\n\ndef total(net):\n    return net + 19\n',
  'tests/__init__.py': '',
  'tests/test_price.py':
    'import unittest\nfrom shop.price import total\n\nclass Price(unittest.TestCase):\n    def test_zero(self):\n        self.assertEqual(total(0), 0)\n\n    def test_hundred(self):\n        self.assertEqual(total(100), 119)\n',
};

/** One call of `attempt` that exchanges `old` for each of the texts, in a repository with this one check. */
async function outcomes(
  files: Record<string, string>,
  check: Pick<CheckSpec, 'command' | 'framework'> & Partial<CheckSpec>,
  { path, old, texts }: { path: string; old: string; texts: readonly string[] },
) {
  const run = runtime();
  const candidates = texts.map((text) => ({ label: text, edits: [{ path, old, new: text }] }));
  const script = [
    { calls: [{ tool: 'attempt', input: { candidates } }] },
    { calls: [FINISH] },
    { calls: [FINISH] },
  ];
  const result = await solve(
    {
      task: 'fix',
      repo: repository(files),
      model: scriptedModel(script),
      tools: ['attempt'],
      checks: [{ name: 'test', timeoutSeconds: 60, ...check }],
      ...HOST,
    },
    run,
  );
  const [details] = run.seen.flatMap(({ event }) =>
    event.type === 'action.completed' ? [event.details as Details] : [],
  );
  expect(result.patch).toBe('');
  expect(readdirSync(join(run.home, 'work'))).toEqual([]);
  return {
    warm: details!.warm,
    candidates: details!.candidates,
    of: Object.fromEntries(details!.candidates.map(({ label, outcome }) => [label, outcome])),
  };
}

const can = (...args: string[]) => {
  try {
    execFileSync('python3', args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};
const PYTHON = can('--version');
const PYTEST = can('-m', 'pytest', '--version');

describe.skipIf(!PYTHON)('trials from a warm process (skipped without python3)', () => {
  const check = { command: 'python3 -m unittest', framework: 'unittest' };
  const place = { path: 'shop/price.py', old: 'return net + 19' };

  it('gives the verdicts of cold runs, whatever a candidate does to its process', async () => {
    const expected = {
      'return net * 2': 'fail',
      'return net * 19 // 16': 'fail',
      'return round(net * 1.19)': 'pass',
      'os._exit(3)': 'fail',
      'raise SystemExit(0)': 'fail',
      'os.kill(os.getpid(), 9)': 'fail',
      'os.kill(os.getppid(), 9)': 'fail',
      'os.close(1); os.close(2); return net': 'fail',
      'os.closerange(0, 100); return net': 'fail',
      'return total(net)': 'fail',
      'while True: pass': 'hung',
      'os.fork(); return net + 1': 'fail',
      'if os.fork() == 0: os.setsid(); time.sleep(20)\n    return net + 1': 'fail',
      'threading.Thread(target=time.sleep, args=(60,)).start(); return 1': 'hung',
      'return (': 'fail',
      'os.chdir("/"); return net + 2': 'fail',
      'return net + 20': 'fail',
      'return round(net * 119 / 100)': 'pass',
    };
    const end = await outcomes(UNITTEST, check, { ...place, texts: Object.keys(expected) });
    expect(end.warm).toBe(true);
    expect(end.of).toEqual(expected);
    for (const { outcome, limitSeconds } of end.candidates) {
      expect(limitSeconds === undefined).toBe(outcome !== 'hung');
    }
  });

  it('waits less for a check that hangs as it is', async () => {
    const files = {
      ...UNITTEST,
      'shop/price.py': UNITTEST['shop/price.py'].replace('return net + 19', 'while net + 19: pass'),
    };
    const texts = ['while True: pass', 'return round(net * 1.19)', ...'abcdefgh'].map((text) =>
      text.length > 1 ? text : `return '${text}'`,
    );
    const end = await outcomes(
      files,
      { ...check, timeoutSeconds: 4 },
      { ...place, old: 'while net + 19: pass', texts },
    );
    expect(end.warm).toBe(true);
    expect(Object.values(end.of)).toEqual(['hung', 'pass', ...Array<string>(8).fill('fail')]);
    expect(end.candidates[0]!.limitSeconds).toBeLessThan(4);
  });

  it('goes without where the project has a module by the name of one that is loaded ahead', async () => {
    const files = {
      'json.py': 'def dumps(value):\n    return str(value + 1)\n',
      'test_json.py':
        'import unittest\nimport json\n\nclass Own(unittest.TestCase):\n    def test_dumps(self):\n        self.assertEqual(json.dumps(1), "1")\n',
    };
    const texts = ['value', ...Array.from({ length: 11 }, (_, n) => `value + ${n + 2}`)];
    const end = await outcomes(files, check, { path: 'json.py', old: 'value + 1', texts });
    expect(end.warm).toBe(false);
    expect(Object.values(end.of)).toEqual(['pass', ...Array<string>(11).fill('fail')]);
  });

  it('runs a plain script, too', async () => {
    const files = {
      'lib/price.py': UNITTEST['shop/price.py'],
      'lib/check.py':
        'from price import total\nif __name__ == "__main__":\n    assert total(0) == 0, "zero"\n    assert total(100) == 119, "hundred"\n    print("fine")\n',
    };
    const texts = ['return round(net * 1.19)', ...Array.from({ length: 11 }, (_, n) => `return net * ${n}`)];
    const end = await outcomes(
      files,
      { command: 'python3 lib/check.py', framework: 'generic' },
      { path: 'lib/price.py', old: place.old, texts },
    );
    expect(end.warm).toBe(true);
    expect(Object.values(end.of)).toEqual(['pass', ...Array<string>(11).fill('fail')]);
  });

  it.skipIf(!PYTEST)('runs pytest with its fixtures and plugins (skipped without pytest)', async () => {
    const files = {
      'price.py': UNITTEST['shop/price.py'],
      'conftest.py': 'import pytest\n\n@pytest.fixture\ndef hundred():\n    return 100\n',
      'test_price.py':
        'from price import total\n\ndef test_zero():\n    assert total(0) == 0\n\ndef test_hundred(hundred):\n    assert total(hundred) == 119\n',
    };
    const expected = {
      'return net * 2': 'fail',
      'return round(net * 1.19)': 'pass',
      'os._exit(3)': 'fail',
      'while True: pass': 'hung',
      ...Object.fromEntries(Array.from({ length: 8 }, (_, n) => [`return net * 3 + ${n}`, 'fail'])),
    };
    const end = await outcomes(
      files,
      { command: 'python3 -m pytest -q', framework: 'pytest' },
      { path: 'price.py', old: place.old, texts: Object.keys(expected) },
    );
    expect(end.warm).toBe(true);
    expect(end.of).toEqual(expected);
  });

  it('says that a run took too much memory', async () => {
    const repo = repository({
      'big.py': 'bytes = [bytearray(1 << 20) for _ in range(4000)]\nimport time\ntime.sleep(30)\n',
    });
    const opened = await openWorkspace({
      repo,
      home: temporaryFolder(),
      id: 'big',
      limits: { memoryBytes: 400 * 2 ** 20 },
      ...HOST,
    });
    const { workspace } = opened;
    const { signal } = new AbortController();
    const program = {
      interpreter: 'python3',
      kind: 'script',
      name: 'big.py',
      args: [],
      wholeArgs: null,
    } as const;
    const options = { level: 'standard' as WarmLevel, learn: null, signal };
    try {
      const warm = await WarmPython.start(workspace, program, options);
      // Where the system itself ends the process, that is all that is seen of it.
      const { ended, exitCode } = (await warm!.run(20))!;
      expect([ended, exitCode]).toEqual(warm!.alive ? ['exited', 137] : ['memory', null]);
      await warm!.dispose();
      expect(await warm!.run(20)).toBeNull();
      expect(await WarmPython.start(workspace, { ...program, interpreter: 'no-python' }, options)).toBeNull();
    } finally {
      await workspace.dispose();
    }
  });
});

describe('what is run first', () => {
  const failing = (count: number) =>
    Array.from({ length: count }, (_, n) => ({ name: `a.T.test_${n}`, message: '', frames: [] }));
  const of = (count: number) =>
    focusedRun(
      { name: 'test', command: 'python3 -m unittest', framework: 'unittest', timeoutSeconds: 60 },
      failing(count),
      async () => null,
    ).then(([focused]) => focused!.program!.args);

  it('is every failing test, or a few from all over a long list', async () => {
    expect(await of(20)).toHaveLength(20);
    expect(await of(50)).toEqual([0, 10, 20, 30, 40].map((n) => `a.T.test_${n}`));
  });

  it('is given as long as what ended took, with room for a loaded machine', () => {
    const limit = new RunLimit({ first: 4, least: 0.5, most: 6 });
    expect(limit.seconds).toBe(4);
    limit.ended(0.01);
    expect(limit.seconds).toBe(0.5);
    for (const seconds of [0.1, 0.2, 0.1]) limit.ended(seconds);
    expect(limit.seconds).toBeCloseTo(0.5);
    limit.ended(0.5);
    expect(limit.seconds).toBeCloseTo(1);
    limit.ended(5);
    expect(limit.seconds).toBe(6);
  });
});
