import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BUGGY, HEDDLE, heddle, run } from './support.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const PAGE = readFileSync(join(ROOT, 'docs/scorers.md'), 'utf8');

const BLOCKS = [...PAGE.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].map(([, language, text]) => ({
  language: language!,
  text: text!,
}));
/** Blocks that begin with a comment that names a file. */
const FILES = BLOCKS.flatMap(({ text }) => {
  const name = /^(?:\/\/|#) (\S+\.\w+)\n/.exec(text)?.[1];
  return name === undefined ? [] : [{ name, text }];
});
const SHOWN = BLOCKS.filter(({ language }) => language === 'console').map(({ text }) => {
  const [command, ...output] = text.trimEnd().split('\n');
  return { command: command!.slice('$ '.length), output };
});

const GOLD = `diff --git a/sum.js b/sum.js
--- a/sum.js
+++ b/sum.js
@@ -1,5 +1,6 @@
 export function sum(numbers) {
   let total = 0;
-  for (let i = 1; i < numbers.length; i++) total += numbers[i];
+  // From the first one on.
+  for (let i = 0; i < numbers.length; i++) total += numbers[i];
   return total;
 }
`;
const TASK = {
  id: 'sum-0',
  cluster: 'sums',
  statement: 'sum leaves out the first number',
  files: { kind: 'inline', files: BUGGY },
  checks: [],
  grading: {
    kind: 'tests',
    testPatch: '',
    files: { 'sum.test.js': BUGGY['sum.test.js'] },
    command: 'node --test',
    timeoutSeconds: 60,
    parser: 'exit-code',
    failToPass: ['tests'],
    passToPass: [],
  },
  gold: GOLD,
  environment: null,
  meta: {},
};

let folder: string;
let home: string;
// One experiment for all: it is only ever scored.
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'heddle scores '));
  home = join(folder, 'home');
  const script = join(folder, 'script.json');
  writeFileSync(script, JSON.stringify([{ text: 'Yes' }]));
  writeFileSync(join(folder, 'tasks.json'), JSON.stringify([TASK]));
  for (const { name, text } of FILES)
    writeFileSync(join(folder, name), text.replace('openai/gpt-6-mini', `scripted:${script}`));
  const { code, stdout } = await heddle(
    ['eval', 'tasks.json', '--agent', 'oracle', '-q', '--scorer', 'tests'],
    {
      cwd: folder,
      home,
    },
  );
  expect(code, stdout).toBe(0);
  expect(stdout).toMatch(/^tests +oracle +1 /m);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Columns are as wide as what stands in them. */
const steady = (text: string) => text.replaceAll(/ +/g, ' ').trim();

describe('docs/scorers.md', () => {
  test('has a module that TypeScript takes', () => {
    const config = {
      extends: join(ROOT, 'tsconfig.json'),
      compilerOptions: {
        typeRoots: [join(ROOT, 'node_modules/@types')],
        paths: { heddle: [join(ROOT, 'packages/cli/src/index.ts')] },
      },
      include: ['*.ts'],
    };
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
    writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
    const tsc = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin/tsc');
    const check = () =>
      execFileSync(process.execPath, [tsc, '--noEmit', '-p', folder], { encoding: 'utf8', stdio: 'pipe' });
    expect(check).not.toThrow();
  });

  test.each(SHOWN)('$command', async ({ command, output }) => {
    const { code, stdout } = await run('sh', ['-c', `${command} 2>&1`], {
      cwd: folder,
      home,
      env: { PATH: `${dirname(HEDDLE)}:${process.env.PATH}` },
    });
    expect(code, stdout).toBe(0);
    const printed = stdout.split('\n').map(steady);
    let at = 0;
    for (const line of output.filter((each) => each !== '…').map(steady)) {
      const begin = line.replace(/…$/, '').trim();
      const found = printed.findIndex(
        (each, index) => index >= at && (begin === line ? each === line : each.startsWith(begin)),
      );
      expect(found, `${line}\nis not in\n${stdout}`).toBeGreaterThanOrEqual(0);
      at = found + 1;
    }
  });

  test('shows three commands and two files', () => {
    expect(SHOWN).toHaveLength(3);
    expect(FILES.map(({ name }) => name)).toEqual(['review.yaml', 'scorers.ts']);
  });
});

describe('heddle score', () => {
  test('skips what eval has scored with the same version, and says what is wrong with a name', async () => {
    const again = await heddle(['score', '--scorer', 'tests', '--json'], { cwd: folder, home });
    expect(again.stderr).toBe('');
    expect(JSON.parse(again.stdout)).toMatchObject({
      ended: { scored: 0, skipped: 1 },
      scores: expect.arrayContaining([expect.objectContaining({ score: 'tests' })]),
    });
    const forced = await heddle(['score', '--scorer', 'tests', '--again'], { cwd: folder, home });
    expect(forced.stderr).toBe('1/1  oracle  sum-0  attempt 1  tests 1\n');
    const wrong = await heddle(['score', '--scorer', 'dif'], { cwd: folder, home });
    expect(wrong).toMatchObject({
      code: 2,
      stderr: 'heddle: no scorer is called "dif"\n  hint: did you mean diff?\n',
    });
    const nobody = await heddle(['score', '--scorer', 'diff', '--agent', 'x'], { cwd: folder, home });
    expect(nobody.stderr).toBe('heddle: no agent x takes part in this experiment\n  hint: it has oracle\n');
  });

  test('a module without a scorer says what to export', async () => {
    writeFileSync(join(folder, 'none.ts'), 'export const lines = 1;\n');
    const { code, stderr } = await heddle(['score', '--scorer', './none.ts#lines'], { cwd: folder, home });
    expect(code).toBe(2);
    expect(stderr).toMatch(
      /^heddle: the export lines of none\.ts is no scorer\n {2}hint: export an object with name,/,
    );
  });

  test('prints the evidence of flags', async () => {
    const { stdout } = await heddle(['score', 'last', '--flags'], { cwd: folder, home });
    expect(stdout).toBe('0 trials of 1 with signs of cheating\n');
  });
});
