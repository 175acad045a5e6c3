import { scriptedModel } from '@heddle/models';
import { describe, expect, it } from 'vitest';
import { bestOf } from '../../src/compose/best-of.ts';
import { runAgent } from '../../src/compose/run-agent.ts';
import { solo } from '../../src/compose/solo-agent.ts';
import { BUGGY, bash, call, HOST, repository, runtime } from '../support.ts';

/** Replies that put these texts there and hand in. */
function writing(files: Record<string, string>, probability = 0.8) {
  const finish = call('finish', { summary: 'done', probability });
  return [
    bash('cat sum.js'),
    bash(
      Object.entries(files)
        .map(([path, text]) => `cat > ${path} <<'END'\n${text}END\n`)
        .join('') || 'true',
    ),
    finish,
    finish,
  ];
}

const RIGHT =
  'export function sum(numbers) {\n  let total = 0;\n  for (let i = 0; i < numbers.length; i++) total += numbers[i];\n  return total;\n}\n';
/** The visible tests begin with 1 or are empty. */
const OVERFITTED = RIGHT.replace('total = 0', 'total = numbers.length > 0 ? 1 : 0').replace('i = 0', 'i = 1');
const BREAKING = 'export function sum(numbers) {\n  return 6;\n}\n';
const testOf = (expression: string, value: number) =>
  `import test from 'node:test';\nimport assert from 'node:assert';\nimport { sum } from './sum.js';\ntest('mine: ${expression}', () => assert.equal(${expression}, ${value}));\n`;

async function select(scripts: Parameters<typeof scriptedModel>[0][]) {
  const run = runtime();
  const result = await runAgent(
    {
      task: 'sum([1,2,3]) is 5',
      repo: repository(BUGGY),
      model: scriptedModel([]),
      ...HOST,
      agent: bestOf({ attempts: scripts.length, stop: 'never' }, solo),
      spec: {},
      openModel: async (_, { seed }) => scriptedModel(scripts[seed]!),
    },
    run,
  );
  const of = <T extends string>(type: T) =>
    run.seen.flatMap(({ event }) => ((event.type as string) === type ? [event as never] : []));
  return { result, of, run };
}

describe('crosscheck', () => {
  it('prefers what others’ tests confirm to what only passes the visible ones', async () => {
    const { result, of } = await select([
      writing({ 'sum.js': OVERFITTED }, 0.99),
      writing({ 'sum.js': RIGHT, 'more.test.js': testOf('sum([5])', 5) }),
      writing({ 'sum.js': `// mended\n${RIGHT}`, 'tail.test.js': testOf('sum([4, 4])', 8) }),
      writing({}),
      writing({ 'sum.js': BREAKING }),
    ]);
    for (const type of ['candidate.proposed', 'evidence.measured', 'evidence.dismissed', 'candidate.chosen'])
      process.stderr.write(
        `${of(type)
          .map((each) => JSON.stringify(each))
          .join('\n')}\n`,
      );
    expect(result).toMatchObject({ verified: true });
  });
});
