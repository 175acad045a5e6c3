/** Small faults of our own, as a dataset's file: what the embedded model mends in seconds. */

interface Fault {
  readonly id: string;
  readonly cluster: string;
  readonly statement: string;
  readonly file: string;
  readonly right: string;
  readonly wrong: string;
  /** Rest of the sources, before and after the fault. */
  readonly around: readonly [before: string, after: string];
  readonly test: string;
}

const FAULTS: readonly Fault[] = [
  {
    id: 'shop-1',
    cluster: 'shop',
    statement: 'The total of a basket leaves out its last item.',
    file: 'basket.js',
    right: 'at < prices.length',
    wrong: 'at < prices.length - 1',
    around: [
      'export function total(prices) {\n  let sum = 0;\n  for (let at = 0; ',
      '; at += 1) sum += prices[at];\n  return sum;\n}\n',
    ],
    test: "import { total } from './basket.js';\ntest('all items count', () => assert.equal(total([1, 2, 3]), 6));\ntest('nothing costs nothing', () => assert.equal(total([]), 0));\n",
  },
  {
    id: 'shop-2',
    cluster: 'shop',
    statement: 'Orders of exactly 50 are to be sent for free, too.',
    file: 'shipping.js',
    right: 'sum >= 50',
    wrong: 'sum > 50',
    around: ['export function shipping(sum) {\n  return ', ' ? 0 : 5;\n}\n'],
    test: "import { shipping } from './shipping.js';\ntest('at the border it is free', () => assert.equal(shipping(50), 0));\ntest('below it is not', () => assert.equal(shipping(49), 5));\n",
  },
  {
    id: 'units-1',
    cluster: 'units',
    statement: 'Water boils at 212 degrees Fahrenheit, but fahrenheit(100) is 148.',
    file: 'units.js',
    right: 'celsius * 1.8 + 32',
    wrong: 'celsius * 1.8 - 32',
    around: ['export function fahrenheit(celsius) {\n  return ', ';\n}\n'],
    test: "import * as units from './units.js';\ntest('water boils', () => assert.equal(units.fahrenheit(100), 212));\ntest('water freezes', () => assert.equal(units.fahrenheit(0), 32));\n",
  },
];

const HEAD = "import assert from 'node:assert/strict';\nimport { test } from 'node:test';\n";

/** JSONL, as `heddle eval FILE` reads it. */
export const DATASET = FAULTS.map((fault) => {
  const [before, after] = fault.around;
  const text = (line: string) => `${before}${line}${after}`;
  const test = `${fault.file.replace('.js', '')}.test.js`;
  const line = `${before}${fault.wrong}`.split('\n').length;
  const [old, now] = [fault.wrong, fault.right].map((part) => text(part).split('\n')[line - 1]);
  return `${JSON.stringify({
    ...{ id: fault.id, cluster: fault.cluster, statement: fault.statement },
    files: {
      kind: 'inline',
      files: {
        'package.json': '{"type": "module"}\n',
        [fault.file]: text(fault.wrong),
        [test]: `${HEAD}${fault.test}`,
      },
    },
    checks: [{ name: 'test', command: 'node --test', framework: 'node-test', timeoutSeconds: 60 }],
    grading: { kind: 'tests', command: 'node --test', timeoutSeconds: 60 },
    gold: `diff --git a/${fault.file} b/${fault.file}\n--- a/${fault.file}\n+++ b/${fault.file}\n@@ -${line} +${line} @@\n-${old}\n+${now}\n`,
  })}\n`;
}).join('');
