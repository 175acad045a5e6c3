import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import stripJsonComments from 'strip-json-comments';
import { beforeEach, describe, expect, test } from 'vitest';
import { BUGGY, FINISH, HEDDLE, repository, run, SOLVING, scripted, temporaryFolder } from './support.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const PAGE = readFileSync(join(ROOT, 'docs/compose.md'), 'utf8');

interface Block {
  readonly language: string;
  readonly text: string;
}

const BLOCKS: readonly Block[] = [...PAGE.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].map(
  ([, language, text]) => ({
    language: language!,
    text: text!,
  }),
);

/** Blocks that begin with a comment that names a file. */
const FILES = BLOCKS.flatMap(({ language, text }) => {
  const name = /^\/\/ (\S+\.\w+)\n/.exec(text)?.[1];
  return name === undefined ? [] : [{ name, language, text }];
});

/** A command of the page and what it is said to print. */
interface Shown {
  readonly command: string;
  readonly output: readonly string[];
}

const SHOWN: readonly Shown[] = BLOCKS.filter(({ language }) => language === 'console').map(({ text }) => {
  const [command, ...output] = text.trimEnd().split('\n');
  return { command: command!.slice('$ '.length), output };
});

/** Times and rollouts differ from run to run. */
const steady = (text: string) =>
  text
    .replaceAll(/\b\d+(?:\.\d+)? s\b/g, 'N s')
    .replaceAll(/\b1[0-9a-z]{9}(?:[0-9a-z]{2})?\b/g, 'ROLLOUT')
    .replaceAll(/ +/g, ' ')
    .trim();

const LONGER = {
  text: 'A loop over the values.',
  calls: [
    {
      tool: 'bash',
      input: {
        command:
          "cat > sum.js <<'END'\nexport function sum(numbers) {\n  let total = 0;\n  for (const number of numbers) {\n    total += number;\n  }\n  return total;\n}\nEND",
      },
    },
  ],
};
const OWNERS = { text: 'Who owns it?', calls: [{ tool: 'owners', input: { path: 'sum.js' } }] };

/** The models of the page, played. */
const models = (): Readonly<Record<string, string>> => ({
  'anthropic/claude-opus-5-1': scripted([{ text: 'Yes' }]),
  'anthropic/claude-sonnet-5-5': scripted([OWNERS, LONGER, FINISH, FINISH]),
  'openai/gpt-6.1-sol': scripted([OWNERS, ...SOLVING.slice(1)]),
});

function played(text: string): string {
  return Object.entries(models()).reduce((all, [name, script]) => all.replaceAll(name, script), text);
}

let repo: string;
let home: string;
beforeEach(() => {
  home = temporaryFolder();
  repo = repository({ ...BUGGY, CODEOWNERS: '*.js @ada\n' });
  for (const { name, text } of FILES.filter(({ language }) => language === 'ts'))
    writeFileSync(join(repo, name), played(text));
});

const configOf = ({ text }: { readonly text: string }) =>
  JSON.parse(stripJsonComments(text, { trailingCommas: true })) as Record<string, unknown>;

/** The user's own, as the page has it, with the model and the sandbox of a test. */
function configure(own: Record<string, unknown>): void {
  const file = join(home, 'config', 'heddle', 'heddle.config.jsonc');
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify({ ...own, model: scripted(SOLVING), sandbox: 'host' }));
}

describe('docs/compose.md', () => {
  test('has modules that TypeScript takes', () => {
    const config = {
      extends: join(ROOT, 'tsconfig.json'),
      compilerOptions: {
        typeRoots: [join(ROOT, 'node_modules/@types')],
        paths: { heddle: [join(ROOT, 'packages/cli/src/index.ts')] },
      },
      include: ['*.ts'],
    };
    writeFileSync(join(repo, 'tsconfig.json'), JSON.stringify(config));
    const tsc = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin/tsc');
    const check = () =>
      execFileSync(process.execPath, [tsc, '--noEmit', '-p', repo], { encoding: 'utf8', stdio: 'pipe' });
    expect(check).not.toThrow();
  });

  test.each(SHOWN)('$command', async ({ command, output }) => {
    const [config] = FILES.filter(({ language }) => language === 'jsonc').map(configOf);
    configure(command === 'heddle agents' ? config! : {});
    const { code, stdout, stderr } = await run('sh', ['-c', `${command} 2>&1`], {
      cwd: repo,
      home,
      env: { PATH: `${dirname(HEDDLE)}:${process.env.PATH}` },
    });
    expect({ code, stderr }, stdout).toEqual({ code: 0, stderr: '' });
    const printed = stdout.split('\n').map(steady);
    let at = 0;
    for (const line of output.filter((each) => each !== '…').map(steady)) {
      const found = printed.indexOf(line, at);
      expect(found, `${line}\nis not in\n${stdout}`).toBeGreaterThanOrEqual(0);
      at = found + 1;
    }
  });

  test('shows three commands and three files', () => {
    expect(SHOWN).toHaveLength(3);
    expect(FILES.map(({ name }) => name)).toEqual(['reviewed.ts', 'brief.ts', 'heddle.config.jsonc']);
  });
});
