import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { scriptedModel } from '@heddle/models';
import { describe, expect, it } from 'vitest';
import { resultOf } from '../src/result.ts';
import { solve } from '../src/solve.ts';
import { BUGGY, bash, call, FINISH, FIX, git, HOST, repository, runtime, SOLVING } from './support.ts';

describe('solve', () => {
  it('fixes, checks itself, and hands over a verified patch that applies', async () => {
    const repo = repository(BUGGY);
    const run = runtime();
    const result = await solve(
      { task: 'sum([1,2,3]) is 5', repo, model: scriptedModel(SOLVING), ...HOST },
      run,
    );
    expect(result).toMatchObject({
      status: 'solved',
      verified: true,
      probability: 0.9,
      steps: 4,
      reason: 'The first number was left out.',
      checks: [{ name: 'test', before: { status: 'failed' }, after: { status: 'passed' } }],
    });
    expect(readFileSync(join(repo, 'sum.js'), 'utf8')).toBe(BUGGY['sum.js']);
    expect(git(repo, 'status', '--porcelain')).toBe('');
    execFileSync('git', ['apply', '-'], { cwd: repo, input: result.patch });
    expect(readFileSync(join(repo, 'sum.js'), 'utf8')).toContain('let i = 0');
    expect(resultOf(run.store, result.rollout)).toEqual(result);
  });

  it('writes its events in the documented order', async () => {
    const run = runtime();
    await solve({ task: 'fix', repo: repository(BUGGY), model: scriptedModel(SOLVING), ...HOST }, run);
    expect(run.seen.map(({ event }) => event.type).join('\n')).toMatchInlineSnapshot(`
      "rollout.started
      workspace.prepared
      check.started
      check.completed
      note.added
      model.requested
      model.completed
      action.started
      action.completed
      model.requested
      model.completed
      action.started
      action.completed
      check.started
      check.completed
      note.added
      model.requested
      model.completed
      action.started
      action.completed
      model.requested
      model.completed
      action.started
      action.completed
      rollout.completed"
    `);
    expect(run.seen.map(({ position }) => position)).toEqual([...run.seen.keys()]);
  });

  it('tells the model what the checks did, as a change', async () => {
    const run = runtime();
    const script = [
      { calls: [FIX] },
      call('edit', { command: 'undo', path: 'sum.js' }),
      call('finish', { summary: 'gave up', probability: 0 }),
      call('finish', { summary: 'gave up', probability: 0 }),
    ];
    await solve({ task: 'fix', repo: repository(BUGGY), model: scriptedModel(script), ...HOST }, run);
    const notes = run.seen.flatMap(({ event }) => (event.type === 'note.added' ? [event.text] : []));
    expect(notes[0]).toContain('- test: FAILED (exit 1; 1 passed, 1 failed) · command: `npm test`');
    expect(notes[0]).toContain('failing: "sum.test.js > adds all"');
    expect(notes[1]).toContain('[step 1 of 150]');
    expect(notes[1]).toContain('was: FAILED');
    expect(notes[1]).toContain('newly passing: "sum.test.js > adds all"');
    expect(notes[2]).toContain('newly failing: "sum.test.js > adds all"');
    expect(notes).toHaveLength(3);
  });

  it('is not verified when no check failed before, and says why', async () => {
    const repo = repository({ ...BUGGY, 'sum.js': BUGGY['sum.js'].replace('let i = 1', 'let i = 0') });
    const script = [
      call('edit', { command: 'create', path: 'NOTES', text: 'x\n' }),
      { calls: [FINISH] },
      { calls: [FINISH] },
    ];
    const result = await solve({ task: 'add notes', repo, model: scriptedModel(script), ...HOST }, runtime());
    expect(result).toMatchObject({ status: 'unverified', verified: false });
    expect(result.reason).toContain('Not verified: no check failed before the change');
  });

  it('is not verified by tests that were weakened', async () => {
    const weaker = BUGGY['sum.test.js'].replace('6)', '5)');
    const script = [
      bash(`cat > sum.test.js <<'END'\n${weaker}END`),
      { calls: [FINISH] },
      { calls: [FINISH] },
    ];
    const result = await solve(
      { task: 'fix', repo: repository(BUGGY), model: scriptedModel(script), ...HOST },
      runtime(),
    );
    expect(result).toMatchObject({ status: 'unverified', checks: [{ after: { status: 'passed' } }] });
    expect(result.reason).toContain('what judges the work was changed (sum.test.js)');
  });

  it.each([
    [
      'a script that no longer tests',
      `sed -i 's/node --test/true/' package.json`,
      'runs fewer tests than before',
    ],
    [
      'a test that is skipped',
      `sed -i "s/^test('adds/test.skip('adds/" sum.test.js`,
      'runs fewer tests than before',
    ],
    [
      'a script that runs something else',
      `sed -i 's/node --test/node --test other.js/' package.json; echo "import test from 'node:test'; test('a', () => {}); test('b', () => {});" > other.js`,
      'what judges the work was changed (package.json)',
    ],
  ])('is not verified by %s', async (_, command, why) => {
    const script = [bash(command), { calls: [FINISH] }, { calls: [FINISH] }];
    const result = await solve(
      { task: 'fix', repo: repository(BUGGY), model: scriptedModel(script), ...HOST },
      runtime(),
    );
    expect(result).toMatchObject({ status: 'unverified', verified: false });
    expect(result.reason).toContain(why);
  });

  it('is verified when a changed test is beside the point', async () => {
    const script = [
      { calls: [FIX, { tool: 'bash', input: { command: 'echo "// more" >> sum.test.js' } }] },
      { calls: [FINISH] },
      { calls: [FINISH] },
    ];
    const result = await solve(
      { task: 'fix', repo: repository(BUGGY), model: scriptedModel(script), ...HOST },
      runtime(),
    );
    expect(result).toMatchObject({ status: 'solved', verified: true });
  });

  it('carries uncommitted work over and leaves it out of the patch', async () => {
    const repo = repository(BUGGY);
    writeFileSync(join(repo, 'draft.js'), 'export const draft = 1;\n');
    const result = await solve({ task: 'fix', repo, model: scriptedModel(SOLVING), ...HOST }, runtime());
    expect(result.verified).toBe(true);
    expect(result.patch).not.toContain('draft');
  });

  it('works without any check, and says so', async () => {
    const run = runtime();
    const script = [
      call('edit', { command: 'create', path: 'a.txt', text: 'a\n' }),
      { calls: [FINISH] },
      { calls: [FINISH] },
    ];
    const result = await solve(
      { task: 'x', repo: repository({ 'README.md': 'hello\n' }), model: scriptedModel(script), ...HOST },
      run,
    );
    expect(result).toMatchObject({ status: 'unverified', checks: [] });
    expect(result.reason).toContain('no check is known for this repository');
  });
});
