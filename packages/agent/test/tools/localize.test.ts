import { scriptedModel } from '@heddle/models';
import { describe, expect, it } from 'vitest';
import { solve } from '../../src/solve.ts';
import { BUGGY, call, FINISH, HOST, repository, runtime } from '../support.ts';

async function localize(files: Record<string, string>, input: object = {}) {
  const run = runtime();
  const script = [call('localize', input), { calls: [FINISH] }, { calls: [FINISH] }];
  const options = {
    task: 'fix',
    repo: repository(files),
    model: scriptedModel(script),
    tools: ['localize'],
    ...HOST,
  };
  const result = await solve(options, run);
  const end = run.seen.find(({ event }) => event.type === 'action.completed')!.event;
  if (end.type !== 'action.completed') throw new Error('no action');
  return { ...end, patch: result.patch };
}

describe('localize', () => {
  it('ranks the lines only failing tests run first, with their text', async () => {
    const files = {
      ...BUGGY,
      'sum.js': `${BUGGY['sum.js']}\nexport function twice(n) {\n  return n * 3;\n}\n`,
      'sum.test.js': `${BUGGY['sum.test.js'].replace('{ sum }', '{ sum, twice }').replace('sum([1, 2, 3]), 6', 'sum([0, 2, 3]), 5')}test('twice', () => assert.equal(twice(2), 4));\n`,
    };
    const { content, outcome, patch } = await localize(files);
    expect(outcome).toBe('ok');
    expect(content).toContain('Failing in test: "sum.test.js > twice"');
    const [first] = content.split('\n').filter((line) => /^sum\.js:/.test(line));
    expect(first).toMatch(/^sum\.js:[78] \d\.\d{3} .*\| (?:export function twice\(n\) \{|return n \* 3;)$/);
    expect(content).not.toMatch(/^sum\.test\.js:/m);
    expect(patch).toBe('');
  });

  it('says so when no check fails', async () => {
    const green = { ...BUGGY, 'sum.js': BUGGY['sum.js'].replace('let i = 1', 'let i = 0') };
    expect(await localize(green)).toMatchObject({ outcome: 'error', content: 'No check fails.' });
  });
});
