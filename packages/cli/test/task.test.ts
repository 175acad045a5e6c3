import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseSeconds, parseUsd, wholeNumber } from '../src/parse-option.ts';
import { namedCommands } from '../src/task/checks.ts';
import { taskOfIssue } from '../src/task/issue-markdown.ts';
import { readTask } from '../src/task/read-task.ts';
import { temporaryFolder } from './support.ts';

const piped = (text: string | Buffer) => ({ isTTY: false, read: async () => Buffer.from(text) });
const terminal = {
  isTTY: true,
  read: async (): Promise<Buffer> => {
    throw new Error('nobody types here');
  },
};

describe('readTask', () => {
  test('words, quoted or not', async () => {
    expect(await readTask(['fix the bug'], terminal)).toBe('fix the bug');
    expect(await readTask(['fix', 'the', 'bug'], terminal)).toBe('fix the bug');
  });

  test('a file, by @ or by its path; what is no path is words', async () => {
    const folder = temporaryFolder();
    const file = join(folder, 'my issue.md');
    writeFileSync(file, '# Broken\n\nLabels: bug\n\nIt is.\n');
    expect(await readTask([`@${file}`], terminal)).toBe('Broken\n\nIt is.');
    expect(await readTask([file], terminal)).toBe('Broken\n\nIt is.');
    expect(await readTask([join(folder, 'none.md')], terminal)).toBe(join(folder, 'none.md'));
    expect(await readTask(['x'.repeat(10_000)], terminal)).toHaveLength(10_000);
  });

  test('standard input, asked for or piped in', async () => {
    expect(await readTask(['-'], piped(' fix it \n'))).toBe('fix it');
    expect(await readTask([], piped('fix it'))).toBe('fix it');
    expect(await readTask(['words', 'win'], piped('not this'))).toBe('words win');
  });

  test.each([
    ['nothing at a terminal', [], terminal, 'no task was given'],
    ['empty input', [], piped('\n'), 'the task in standard input is empty'],
    [
      'binary input',
      ['-'],
      piped(Buffer.from([0xff, 0xfe, 0])),
      'the task in standard input is no UTF-8 text',
    ],
    ['a whole log', ['-'], piped('x'.repeat(300 * 1024)), 'the task in standard input is 300 KB long'],
    [
      'a missing file',
      ['@/nowhere/x.md'],
      terminal,
      "cannot read the task: ENOENT: no such file or directory, open '/nowhere/x.md'",
    ],
  ])('refuses %s', async (_, words, input, message) => {
    await expect(readTask(words, input)).rejects.toMatchObject({ reader: 'operator', message });
  });

  test('refuses a folder', async () => {
    const folder = join(temporaryFolder(), 'src');
    mkdirSync(folder);
    await expect(readTask([folder], terminal)).rejects.toMatchObject({ code: 'bad-task' });
  });
});

describe('taskOfIssue', () => {
  test('front matter: the title comes from it, the rest of it goes', () => {
    const text =
      '---\ntitle: "Parser drops \\"last\\" line"\nlabels: [bug, parser]\nassignees:\n  - ann\n---\n\nSteps:\n1. run\n';
    expect(taskOfIssue(text)).toBe('Parser drops "last" line\n\nSteps:\n1. run');
  });

  test('what `gh issue view` prints', () => {
    const text =
      'title:\tTotals are off by one\nstate:\tOPEN\nauthor:\tann\nlabels:\tbug\nassignees:\t\nnumber:\t12\n--\nThe sum is wrong.\n';
    expect(taskOfIssue(text)).toBe('Totals are off by one\n\nThe sum is wrong.');
  });

  test('a heading, descriptive lines under it, hidden comments of a template, Windows line ends', () => {
    const text =
      '\uFEFF# Crash on empty file #\r\n\r\n**Labels:** bug, P1\r\nAssignees: nobody\r\n\r\n<!-- Please\r\nfill in -->\r\n## What happens\r\nIt crashes.\r\n';
    expect(taskOfIssue(text)).toBe('Crash on empty file\n\n## What happens\nIt crashes.');
  });

  test('a label line in the middle of the body stays: it may be what the issue is about', () => {
    expect(taskOfIssue('# Labels are lost\n\nInput:\n\nLabels: a\n')).toBe(
      'Labels are lost\n\nInput:\n\nLabels: a',
    );
  });

  test('a title that the body repeats as its heading appears once; another heading stays', () => {
    expect(taskOfIssue('---\ntitle: Same\n---\n# Same\n\nText')).toBe('Same\n\nText');
    expect(taskOfIssue('---\ntitle: One\n---\n# Other\n\nText')).toBe('One\n\n# Other\n\nText');
  });

  test('a rule that is no front matter stays', () => {
    expect(taskOfIssue('Before\n\n---\n\nAfter')).toBe('Before\n\n---\n\nAfter');
  });

  test('front matter alone is a title alone', () => {
    expect(taskOfIssue('---\ntitle: Only this\n---\n')).toBe('Only this');
  });

  test('ordinary text comes back as it is', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z][a-z0-9 ,.\n]{0,80}$/), (text) => {
        fc.pre(!/^title:/.test(text));
        expect(taskOfIssue(text)).toBe(text.trim());
      }),
    );
  });
});

describe('--check', () => {
  test('a name, none, an environment variable that is no name', () => {
    expect(namedCommands(['npm test', 'types=tsc -p .', 'CI=1 npm run lint', 'a=b=c'])).toEqual([
      { name: 'check', command: 'npm test' },
      { name: 'types', command: 'tsc -p .' },
      { name: 'check-2', command: 'CI=1 npm run lint' },
      { name: 'a', command: 'b=c' },
    ]);
    expect(namedCommands(['none'])).toEqual([]);
  });

  test.each([[['test=a', 'test=b']], [[' ']]])('refuses %j', (options) => {
    expect(() => namedCommands(options)).toThrow(expect.objectContaining({ code: 'bad-check' }));
  });
});

describe('option values', () => {
  test.each([
    ['30s', 30],
    ['10m', 600],
    ['2h', 7200],
    ['1h30m', 5400],
    ['1h 30min', 5400],
    ['1.5h', 5400],
    ['90', 90],
    ['1d', 86_400],
  ])('--time %s', (text, seconds) => expect(parseSeconds(text)).toBe(seconds));

  test.each(['', '0', '0s', 'soon', '10x', '5m later', '-5m', 'm'])('not a time: %j', (text) => {
    expect(() => parseSeconds(text)).toThrow('Write a time');
  });

  test('money and whole numbers', () => {
    expect(['2', '0.50', '$3', '.5'].map(parseUsd)).toEqual([2, 0.5, 3, 0.5]);
    for (const text of ['0', '-1', '$', 'ten', '1e3', '1.2.3'])
      expect(() => parseUsd(text)).toThrow('US dollars');
    expect(wholeNumber(0)('0')).toBe(0);
    for (const text of ['-1', '1.5', 'x', '', '9'.repeat(40)])
      expect(() => wholeNumber(0)(text)).toThrow('whole number');
  });
});
