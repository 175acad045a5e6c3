import { describe, expect, it } from 'vitest';
import { repairModel } from '../src/index.ts';
import { solve } from './harness.ts';

/** Each trial starts a process here: enough rivals to see that they are tried. */
const FEW = { rivals: 10 };
/** A runner so small that a candidate costs one process start. */
const RUNNER_JS = `
let failed = 0;
globalThis.test = (name, run) => {
  try { run(); console.log('ok ' + name); } catch { failed = 1; console.log('not ok ' + name); }
};
process.on('exit', () => { process.exitCode = failed; });
`;
const RUNNER_PY = `
import sys
failed = []
def test(name, got, wanted):
    try:
        good = got() == wanted
    except Exception:
        good = False
    print(('ok ' if good else 'not ok ') + name)
    if not good:
        failed.append(name)
def done():
    sys.exit(1 if failed else 0)
`;

function javascript(source: string, tests: string) {
  return {
    files: {
      'lib.mjs': source,
      'test/runner.mjs': RUNNER_JS,
      'test/all.mjs': `import './runner.mjs';\nimport assert from 'node:assert';\nimport * as lib from '../lib.mjs';\n${tests}`,
    },
    check: 'node test/all.mjs',
    model: repairModel(FEW),
  };
}

function python(source: string, tests: string) {
  return {
    files: {
      'lib.py': source,
      'test_runner.py': RUNNER_PY,
      'test_all.py': `from test_runner import test, done\nfrom lib import *\n${tests}\ndone()\n`,
    },
    check: 'python3 test_all.py',
    model: repairModel(FEW),
  };
}

describe('repairs', () => {
  it('a boundary in JavaScript', async () => {
    const end = await solve(
      javascript(
        `export function pages(items, size) {
  const out = [];
  for (let start = 0; start <= items.length; start += size) {
    out.push(items.slice(start, start + size));
  }
  return out;
}
`,
        `test('even', () => assert.deepEqual(lib.pages([1, 2, 3, 4], 2), [[1, 2], [3, 4]]));
test('rest', () => assert.deepEqual(lib.pages([1, 2, 3], 2), [[1, 2], [3]]));
test('none', () => assert.deepEqual(lib.pages([], 2), []));`,
      ),
    );
    expect(end.passes).toBe(true);
    expect(end.changed['lib.mjs']).toContain('start < items.length');
    expect(end.probability).toBeGreaterThan(0.3);
    expect(end.summary).toContain('lib.mjs:3');
  });

  it('by a change that a compiler rejects, once nothing else is left', async () => {
    const end = await solve({
      ...javascript(
        'export const adult = (age) => age > 18;\n',
        `test('just', () => assert.equal(lib.adult(18), true));
test('young', () => assert.equal(lib.adult(17), false));
test('old', () => assert.equal(lib.adult(19), true));`,
      ),
      rejects: /=`$|17/,
    });
    expect(end.passes).toBe(true);
    expect(end.said.join('\n')).toContain('do not type-check');
    expect(end.tried.findIndex((label) => /=`$|17/.test(label))).toBeGreaterThan(10);
  });

  it('a wrong variable in JavaScript', async () => {
    const end = await solve(
      javascript(
        `export function clamp(value, low, high) {
  if (value < low) return low;
  if (value > high) return low;
  return value;
}
`,
        `test('below', () => assert.equal(lib.clamp(1, 2, 4), 2));
test('inside', () => assert.equal(lib.clamp(3, 2, 4), 3));
test('above', () => assert.equal(lib.clamp(9, 2, 4), 4));`,
      ),
    );
    expect(end.changed['lib.mjs']).toContain('if (value > high) return high;');
  });

  it('a shared default in Python', async () => {
    const end = await solve(
      python(
        `def gather(item, into=[]):
    into.append(item)
    return into
`,
        `test('first', lambda: gather(1), [1])
test('second', lambda: gather(2), [2])
test('given', lambda: gather(3, [1]), [1, 3])`,
      ),
    );
    expect(end.passes).toBe(true);
    expect(end.changed['lib.py']).toContain('into=None');
  });

  it('a statement one step too deep in Python', async () => {
    const end = await solve(
      python(
        `def total(rows):
    result = 0
    for row in rows:
        result += row
        return result
`,
        `test('several', lambda: total([1, 2, 3]), 6)
test('one', lambda: total([4]), 4)
test('none', lambda: total([]), 0)`,
      ),
    );
    expect(end.passes).toBe(true);
    expect(end.changed['lib.py']).toBe(`def total(rows):
    result = 0
    for row in rows:
        result += row
    return result
`);
  });

  it('a loop without end in Python', async () => {
    const end = await solve(
      python(
        `def position(items, x):
    low, high = 0, len(items)
    while low < high:
        middle = (low + high) // 2
        if items[middle] < x:
            low = middle
        else:
            high = middle
    return low
`,
        `test('first', lambda: position([1, 3, 5], 1), 0)
test('last', lambda: position([1, 3, 5], 5), 2)
test('past', lambda: position([1, 3, 5], 9), 3)
test('between', lambda: position([1, 3, 5, 7, 9, 11], 8), 4)
test('late', lambda: position([1, 3, 5, 7, 9, 11], 11), 5)
test('empty', lambda: position([], 9), 0)`,
      ),
    );
    expect(end.passes).toBe(true);
    expect(end.changed['lib.py']).toContain('low = middle + 1');
  });

  it('two faults, one after the other', async () => {
    const end = await solve(
      javascript(
        `export function least(list) {
  return list.reduce((a, b) => (a > b ? a : b));
}

export function mean(list) {
  let sum = 1;
  for (const each of list) sum += each;
  return sum / list.length;
}
`,
        `test('least', () => assert.equal(lib.least([3, 1, 2]), 1));
test('least of negatives', () => assert.equal(lib.least([-3, 1]), -3));
test('mean', () => assert.equal(lib.mean([1, 2, 3]), 2));
test('mean of one', () => assert.equal(lib.mean([5]), 5));
test('lists are left alone', () => { const a = [2, 1]; lib.least(a); assert.deepEqual(a, [2, 1]); });`,
      ),
    );
    expect(end.passes).toBe(true);
    expect(end.summary).toMatch(/lib\.mjs:2[\s\S]*lib\.mjs:6|lib\.mjs:6[\s\S]*lib\.mjs:2/);
  });
});

describe('honesty', () => {
  it('leaves the files alone where nothing small helps', { timeout: 180_000 }, async () => {
    const end = await solve({
      ...python(
        `def roman(n):
    return "I" * n
`,
        `test('four', lambda: roman(4), 'IV')
test('nine', lambda: roman(9), 'IX')
test('three', lambda: roman(3), 'III')
test('fourteen', lambda: roman(14), 'XIV')`,
      ),
      model: repairModel({ ...FEW, trials: 150 }),
    });
    expect(end.changed).toEqual({});
    expect(end.probability).toBeLessThan(0.05);
    expect(end.summary).toContain('Not solved; the files are as they were.');
    expect(end.summary).toContain('lib.py:2');
  });

  it('ends by itself before the limits of the rollout do it', async () => {
    const hopeless = javascript(
      'export const f = (a, b, c) => {\n  if (a > b && c[0] === 1) return a + b;\n  return c.slice(1, b).join(" ");\n};\n',
      `test('no', () => assert.equal(lib.f(1, 2, [3]), 'impossible'));`,
    );
    // The harness counts a second for each batch.
    const short = await solve({ ...hopeless, limits: { steps: 150, seconds: 3 } });
    expect(short.summary).toContain('The search ends at its bound');
    expect(short.tried.length).toBeLessThanOrEqual(24 + 48);
    const few = await solve({ ...hopeless, limits: { steps: 9, seconds: 3600 } });
    expect(few.said).toHaveLength(5);
  });

  it('never tries the same change twice', async () => {
    const end = await solve({
      ...javascript(
        'export const f = (a, b) => a + b;\n',
        `test('no', () => assert.equal(lib.f(1, 2), 'impossible'));`,
      ),
      model: repairModel({ ...FEW, trials: 120 }),
    });
    expect(end.changed).toEqual({});
    expect(new Set(end.tried).size).toBeGreaterThan(20);
  });

  it('ends at once where no check fails', async () => {
    const end = await solve(
      javascript('export const f = () => 1;\n', `test('yes', () => assert.equal(lib.f(), 1));`),
    );
    expect(end.summary).toMatchInlineSnapshot(
      `"No check fails, and this embedded model needs a failing check to work towards: add a test that shows the fault (or name a command with --check), or connect another model with --model."`,
    );
    expect(end.said).toHaveLength(2);
    expect(end.tried).toEqual([]);
  });
});

describe('the model', () => {
  const bug = () =>
    javascript(
      'export const twice = (n) => n + n + n;\n',
      `test('2', () => assert.equal(lib.twice(2), 4));\ntest('5', () => assert.equal(lib.twice(5), 10));`,
    );

  it('issues an interrupted action again', async () => {
    let crashes = 0;
    const end = await solve({
      ...bug(),
      disturb(messages) {
        const last = messages.at(-1)!;
        if (last.role !== 'tool' || crashes++ !== 2) return;
        const part = last.content[0]!;
        if (part.type !== 'tool-result') return;
        messages[messages.length - 1] = {
          role: 'tool',
          content: [
            {
              ...part,
              output: { type: 'error-text', value: 'interrupted: the process died while this ran.' },
            },
          ],
        };
      },
    });
    expect(end.passes).toBe(true);
    expect(end.said.filter((text) => /Once more/.test(text))).toHaveLength(1);
  });

  it('answers the same prompt the same way, and another seed in another order', async () => {
    const [first, again, other] = [
      await solve(bug()),
      await solve(bug()),
      await solve({ ...bug(), model: repairModel({ ...FEW, seed: 7 }) }),
    ];
    expect(again.tried).toEqual(first.tried);
    expect(other.passes).toBe(true);
    expect(other.tried).not.toEqual(first.tried);
  });

  it('streams what it generates', async () => {
    const { language } = repairModel();
    const prompt = [{ role: 'user' as const, content: [{ type: 'text' as const, text: 'hello' }] }];
    const { content } = await language.doGenerate({ prompt, tools: [] });
    const { stream } = await language.doStream({ prompt, tools: [] });
    const streamed = [];
    for await (const part of stream) streamed.push(part);
    expect(streamed.map(({ type }) => type)).toMatchInlineSnapshot(`
      [
        "stream-start",
        "text-start",
        "text-delta",
        "text-end",
        "tool-input-start",
        "tool-input-delta",
        "tool-input-end",
        "tool-call",
        "finish",
      ]
    `);
    expect(streamed.find(({ type }) => type === 'tool-call')).toEqual(content[1]);
  });
});
