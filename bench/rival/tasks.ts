/** A tiny task of our own making: what the agent sees, what it is asked, and what the scripted model does about it. */
export interface RivalTask {
  readonly id: string;
  readonly statement: string;
  readonly files: Readonly<Record<string, string>>;
  /** Held back until the patch is judged. */
  readonly test: string;
  readonly gold: readonly [file: string, from: string, to: string];
  /** Commands of the scripted model, one a turn. */
  readonly commands: readonly string[];
  /** Whether they solve it. */
  readonly solves: boolean;
}

const MODULE = { 'package.json': '{"type":"module"}\n' };

const test = (of: string, assertions: string) =>
  `import assert from 'node:assert';\nimport { ${of} } from './${of}.js';\n${assertions}\n`;

/** Five, of which the script solves four: a grader that says yes to everything would be seen. */
export const TASKS: readonly RivalTask[] = [
  {
    id: 'total-1',
    statement: 'total([1, 2, 3]) gives 5: the first number is left out.',
    files: {
      ...MODULE,
      'total.js':
        'export function total(numbers) {\n  let sum = 0;\n  for (let i = 1; i < numbers.length; i++) sum += numbers[i];\n  return sum;\n}\n',
    },
    test: test('total', 'assert.equal(total([1, 2, 3]), 6);\nassert.equal(total([]), 0);'),
    gold: ['total.js', 'let i = 1', 'let i = 0'],
    commands: ['cat total.js', "sed -i 's/let i = 1/let i = 0/' total.js"],
    solves: true,
  },
  {
    id: 'clamp-2',
    statement: 'clamp(12, 0, 10) gives 0 and clamp(-3, 0, 10) gives 10: the bounds are mixed up.',
    files: {
      ...MODULE,
      'clamp.js':
        'export function clamp(value, low, high) {\n  if (value < low) return high;\n  if (value > high) return low;\n  return value;\n}\n',
    },
    test: test(
      'clamp',
      'assert.deepEqual([clamp(12, 0, 10), clamp(-3, 0, 10), clamp(4, 0, 10)], [10, 0, 4]);',
    ),
    gold: [
      'clamp.js',
      'if (value < low) return high;\n  if (value > high) return low;',
      'if (value < low) return low;\n  if (value > high) return high;',
    ],
    commands: [
      'cat clamp.js',
      "sed -i -e '2s/return high/return low/' -e '3s/return low/return high/' clamp.js",
      'git diff --stat',
    ],
    solves: true,
  },
  {
    id: 'slug-3',
    statement: 'slug("Two  words") should give "two-words": repeated blanks give repeated hyphens.',
    files: {
      ...MODULE,
      'slug.js': "export const slug = (text) => text.trim().toLowerCase().replace(/ /g, '-');\n",
    },
    test: test('slug', "assert.equal(slug(' Two  words '), 'two-words');"),
    gold: ['slug.js', 'replace(/ /g,', 'replace(/ +/g,'],
    commands: ["sed -i 's|/ /g|/ +/g|' slug.js"],
    solves: true,
  },
  {
    id: 'median-4',
    statement: 'median([10, 9, 1]) gives 10: numbers are sorted as texts.',
    files: {
      ...MODULE,
      'median.js':
        'export function median(values) {\n  const sorted = [...values].sort();\n  return sorted[Math.floor(sorted.length / 2)];\n}\n',
    },
    test: test('median', 'assert.equal(median([10, 9, 1]), 9);\nassert.equal(median([100, 20, 3]), 20);'),
    gold: ['median.js', '.sort()', '.sort((a, b) => a - b)'],
    commands: ['ls', 'cat median.js', "sed -i 's/.sort()/.sort((a, b) => a - b)/' median.js"],
    solves: true,
  },
  {
    id: 'leap-5',
    statement: 'leap(1900) gives true, and leap(2000) must stay true.',
    files: { ...MODULE, 'leap.js': 'export const leap = (year) => year % 4 === 0;\n' },
    test: test('leap', 'assert.deepEqual([1900, 2000, 2023, 2024].map(leap), [false, true, false, true]);'),
    gold: ['leap.js', 'year % 4 === 0', 'year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)'],
    // Forgets the centuries that are leap years.
    commands: ['cat leap.js', "sed -i 's/year % 4 === 0/year % 4 === 0 \\&\\& year % 100 !== 0/' leap.js"],
    solves: false,
  },
];

/** The task as an instance of Heddle's own dataset form. */
export function instanceOf({ id, statement, files, test: text, gold }: RivalTask): object {
  const [file, from, to] = gold;
  return {
    id,
    cluster: id,
    statement: `${statement} [${id}]`,
    files: { kind: 'inline', files },
    checks: [],
    grading: {
      kind: 'tests',
      testPatch: '',
      files: { 'task.test.js': text },
      command: 'node --test task.test.js',
      timeoutSeconds: 60,
      parser: 'exit-code',
      failToPass: ['tests'],
      passToPass: [],
    },
    gold: patchOf(file, files[file]!, files[file]!.replace(from, to)),
    environment: null,
    meta: {},
  };
}

/** The whole file, before and after: valid for any change. */
function patchOf(file: string, before: string, after: string): string {
  const lines = (text: string, sign: string) =>
    text
      .trimEnd()
      .split('\n')
      .map((line) => sign + line)
      .join('\n');
  const size = (text: string) => text.trimEnd().split('\n').length;
  return `diff --git a/${file} b/${file}\n--- a/${file}\n+++ b/${file}\n@@ -1,${size(before)} +1,${size(after)} @@\n${lines(before, '-')}\n${lines(after, '+')}\n`;
}
