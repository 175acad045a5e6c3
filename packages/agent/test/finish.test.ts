import { scriptedModel } from '@heddle/models';
import { describe, expect, it } from 'vitest';
import { strayFiles } from '../src/finish/stray.ts';
import { replay } from '../src/replay.ts';
import { solve } from '../src/solve.ts';
import { BUGGY, bash, call, FIX, HOST, repository, runtime } from './support.ts';

const SHOWS = `node -e "import('./sum.js').then(({ sum }) => process.exit(sum([1, 2]) === 3 ? 0 : 1))"`;
const finish = (more: object = {}) => call('finish', { summary: 'mended', probability: 0.8, ...more });
const FILES = { ...BUGGY, 'sum.test.js': "import test from 'node:test';\ntest('nothing', () => {});\n" };

/** Plays the steps, then hands in; gives what the first call of `finish` showed. */
async function handIn(
  steps: { calls: { tool: string; input: unknown }[] }[],
  options: object = {},
  first = finish(),
  given: Parameters<typeof runtime>[0] = {},
) {
  const run = runtime(given);
  const model = scriptedModel([...steps, first, finish()]);
  const result = await solve({ task: 'fix', repo: repository(FILES), model, ...HOST, ...options }, run);
  const shown = run.seen.flatMap(({ event }) =>
    event.type === 'action.completed' && event.content.includes('Go through this') ? [event.content] : [],
  );
  return { run, result, shown: shown[0]! };
}

describe('the reproduction at finish', () => {
  it('is the agent’s own command that failed before its edit and passed after, run on both', async () => {
    const { run, result, shown } = await handIn([bash(SHOWS), { calls: [FIX] }, bash(SHOWS)]);
    expect(shown).toContain(
      `Reproduction: \`${SHOWS}\` fails (exit 1) without your change and passes with it: it shows the work.`,
    );
    expect(result).toMatchObject({ status: 'unverified', verified: false });
    expect(result.reason).toContain(
      `All the same, the agent's own reproduction fails without the change and passes with it: \`${SHOWS}\`.`,
    );
    expect(result.patch.match(/^diff --git/gm)).toHaveLength(1);
    for (const execute of [true, false])
      expect(await replay({ rollout: result.rollout, execute }, run)).toMatchObject({ identical: true });
  });

  it('may be named, and may use a test that the work adds', async () => {
    const test = "import { sum } from './sum.js';\nif (sum([1, 2]) !== 3) throw new Error('left out');\n";
    const { shown, result } = await handIn(
      [{ calls: [FIX] }, call('edit', { command: 'create', path: 'shows.test.mjs', text: test })],
      { checks: [] },
      finish({ reproduction: 'node shows.test.mjs; code=$?; touch left-behind; exit $code' }),
    );
    expect(shown).toMatch(
      /Reproduction: .* fails \(exit 1: .*\) without your change and passes with it: it shows the work\./,
    );
    expect(result.patch).not.toContain('left-behind');
  });

  it.each([
    ['that passes on both', 'node -e 1', /passes without your change and passes with it: it does not tell/],
    [
      'that fails on both',
      'node -e "process.exit(3)"',
      /fails \(exit 3\) without .* fails \(exit 3\) with it: it does not pass with your change/,
    ],
    ['whose program is not there', 'no-such-program', /it does not pass with your change/],
  ])('%s shows nothing, and that is said', async (_, reproduction, says) => {
    const { shown, result } = await handIn([{ calls: [FIX] }], { checks: [] }, finish({ reproduction }));
    expect(shown).toMatch(says);
    expect(shown).toContain('How do you know that it works?');
    expect(result.reason).not.toContain('own reproduction');
  });

  it('does without tests of the work that cannot be brought to the files as they were', async () => {
    const odd = bash(
      'ln -s nowhere dangling.test.js; rm sum.test.js; mkdir -p sum.test.js; cp sum.js sum.test.js/a.test.js',
    );
    const { shown } = await handIn([odd, { calls: [FIX] }], { checks: [] }, finish({ reproduction: SHOWS }));
    expect(shown).toContain('it shows the work');
  });

  it('is not a command that a hook had changed', async () => {
    const run = bash('node -e "process.exit(0)" changed');
    const hook = {
      on: 'before' as const,
      tools: ['bash'],
      run: `! grep -q changed || echo '{"input":{"command":"test -e fixed"}}'`,
    };
    const { shown } = await handIn([run, bash('touch fixed'), run], { checks: [] }, finish(), {
      hooks: [hook],
    });
    expect(shown).not.toContain('Reproduction:');
  });

  it('is not a command that only looked at files, nor one that passed without an edit', async () => {
    const { shown } = await handIn(
      [bash('grep -q "i = 0" sum.js'), bash(SHOWS), { calls: [FIX] }, bash('grep -q "i = 0" sum.js')],
      { checks: [] },
    );
    expect(shown).not.toContain('Reproduction:');
    expect(shown).toContain('No check is known for this repository.');
  });
});

describe('the rest of what finish shows', () => {
  it('the repository’s own tests, where the user named narrower ones, and what the work broke in them', async () => {
    const own = [{ name: 'narrow', command: 'node -e 1', framework: 'plain', timeoutSeconds: 60 }];
    const broken = "import test from 'node:test';\ntest('nothing', () => { throw new Error('no'); });\n";
    const { shown, result } = await handIn(
      [{ calls: [FIX] }, call('edit', { command: 'create', path: 'more.test.js', text: broken })],
      { checks: own },
    );
    expect(shown).toMatch(
      /Also run, the repository's own `npm test`: test: FAILED .*\. Newly failing with your change: "more.test.js > nothing"\./,
    );
    expect(result.checks.map(({ name }) => name)).toEqual(['narrow']);
  });

  it.each([
    ['short', 30],
    ['long, cut in its middle alone', 1_500],
  ])(
    'after an edit, what has changed since the diff was shown, from its first line on: %s',
    async (_, lines) => {
      const run = runtime();
      const write = (path: string, last: string) => {
        const text = Array.from({ length: lines }, (__, n) => `// line ${n} of ${path}\n`).join('');
        return call('edit', { command: 'create', path, text: `${text}// ${last}\n` });
      };
      const tests = ['a.js', 'test/b.js', 'test/c.js'];
      const model = scriptedModel([
        { calls: tests.flatMap((path) => write(path, 'one').calls) },
        finish(),
        call('edit', {
          command: 'replace',
          edits: tests.slice(1).map((path) => ({ path, old: '// one', new: '// two' })),
        }),
        { calls: write('test/d.js', 'two').calls },
        finish(),
        finish(),
      ]);
      await solve({ task: 'fix', repo: repository(FILES), model, ...HOST, checks: [] }, run);
      const shown = run.seen.flatMap(({ event }) =>
        event.type === 'action.completed' && event.content.includes('Go through this') ? [event.content] : [],
      );
      const hunk = (path: string) =>
        `diff --git a/${path} b/${path}\n--- a/${path}\n+++ b/${path}\n@@ -${lines - 2},4 +${lines - 2},4 @@\n`;
      expect(shown[0]).toMatch(/^Not submitted yet\. The diff .*:\ndiff --git a\/a\.js b\/a\.js\n/);
      expect(shown[1]).toMatch(/^Not submitted yet: .* What has changed since then:\ndiff --git /);
      expect(shown[1]).not.toContain('a/a.js');
      for (const path of tests.slice(1)) expect(shown[1]).toContain(`\n${hunk(path)}`);
      expect(shown[1]!.includes('left out …]')).toBe(lines > 30);
    },
  );

  it('names what looks like scratch work', async () => {
    const { shown } = await handIn([
      bash('echo > repro_sum.js; echo > sum.js.orig; mkdir d; echo > d/summary.js'),
    ]);
    expect(shown).toContain(
      'Looks like scratch work: repro_sum.js, sum.js.orig. Remove what nobody asked for.',
    );
    expect(
      strayFiles(['src/debugger.ts', 'test/reproduction.test.ts', 'core/index.ts', 'logs/catalog.md']),
    ).toEqual([]);
  });
});
