import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judgeCode, judgeCommand, judgeWrite } from '../src/guard/judge.ts';
import { becauseText, modeSays, ruleOn } from '../src/guard/policy.ts';
import { checkSecret, SecretMask, secretsNamed } from '../src/guard/secrets.ts';
import { EVASIONS, ORDINARY } from './guard/evasions.ts';

const context = {
  root: '/repo',
  cwd: '/repo',
  isTest: (path: string) =>
    /(?:^|\/)tests\//.test(path) || /(?:^|\/)test_[^/]*\.py$|\.test\.[jt]s$/.test(path),
  secrets: ['TOKEN'],
};
const kindsOf = async (command: string) =>
  new Set((await judgeCommand(command, context)).effects.map(({ kind }) => kind));

describe('what a command touches is found however it is written', () => {
  it.each(EVASIONS.map(({ kind, command }) => [kind, command] as const))('%s: %s', async (kind, command) => {
    expect([...(await kindsOf(command))]).toContain(kind);
  });
});

describe('ordinary work is nothing to ask about', () => {
  it.each(ORDINARY)('%s', async (command) => {
    const ruling = ruleOn(await judgeCommand(command, context), 'risky');
    expect(becauseText(ruling.because)).toBe('');
  });
});

it('an effect says which command, why and what it is about', async () => {
  const { effects } = await judgeCommand('cd src && bash -c "rm -rf ../tests"', context);
  expect(effects.filter(({ kind }) => kind === 'delete-tests')).toEqual([
    {
      kind: 'delete-tests',
      command: 'rm -rf ../tests',
      lead: 'rm ../tests',
      why: 'may delete tests',
      target: '../tests',
    },
  ]);
  expect((await judgeCommand('curl https://user@api.example.com/x', context)).effects).toEqual([
    {
      kind: 'network',
      command: 'curl https://user@api.example.com/x',
      lead: 'curl https://user@api.example.com/x',
      why: 'makes a request',
      target: 'api.example.com',
    },
  ]);
});

it('a file that a tool writes is judged by its path', () => {
  const kinds = (path: string, removes = false) =>
    judgeWrite(path, removes, context).effects.map(({ kind }) => kind);
  expect(kinds('src/a.py')).toEqual(['write']);
  expect(kinds('../x')).toEqual(['outside']);
  expect(kinds('.git/config')).toEqual(['write', 'history']);
  expect(kinds('.env')).toEqual(['credentials', 'write']);
  expect(kinds('tests/test_a.py', true)).toEqual(['write', 'delete-tests']);
});

it('code is scanned for the commands and paths it names', async () => {
  const { effects } = await judgeCode(
    'python',
    'import subprocess\nsubprocess.run(["npm", "publish"])\nopen("/etc/x", "w")',
    context,
  );
  const kinds = new Set(effects.map(({ kind }) => kind));
  expect([...kinds]).toEqual(expect.arrayContaining(['code', 'process', 'publish', 'outside']));
});

it('any text is judged, the same each time, and never throws (property)', { timeout: 120_000 }, async () => {
  const piece = fc.constantFrom(
    'git',
    'push',
    '"',
    "'",
    '$(',
    ')',
    '`',
    '|',
    ';',
    '&&',
    '{',
    '}',
    '<<EOF\n',
    'EOF',
    '\n',
    '$X',
    '${',
    'rm',
    '-rf',
    'tests',
    '>',
    '\\',
    ' ',
    'eval',
    'sh -c',
    '*',
    '#',
    'é',
    '[[',
    'for x in',
    'do',
    'done',
    '((',
  );
  const text = fc.oneof(
    fc.array(piece, { maxLength: 14 }).map((pieces) => pieces.join(' ')),
    fc.string({ maxLength: 60 }),
  );
  await fc.assert(
    fc.asyncProperty(text, async (command) => {
      const judged = await judgeCommand(command, context);
      expect(await judgeCommand(command, context)).toEqual(judged);
    }),
    { numRuns: 400, seed: 11 },
  );
});

it('quoting a word in any way does not hide it (property)', { timeout: 120_000 }, async () => {
  const quoted = (word: string) =>
    fc
      .array(fc.constantFrom('plain', 'single', 'double', 'backslash', 'ansi'), {
        minLength: word.length,
        maxLength: word.length,
      })
      .map((ways) =>
        [...word]
          .map(
            (char, at) =>
              ({
                plain: char,
                single: `'${char}'`,
                double: `"${char}"`,
                backslash: `\\${char}`,
                ansi: `$'\\x${char.charCodeAt(0).toString(16)}'`,
              })[ways[at]!],
          )
          .join(''),
      );
  await fc.assert(
    fc.asyncProperty(quoted('git'), quoted('push'), async (git, push) => {
      expect([...(await kindsOf(`${git} ${push} origin`))]).toContain('publish');
    }),
    { numRuns: 200, seed: 12 },
  );
});

describe('ruling', () => {
  it('never allows all, risky asks for what leaves or destroys, ask for all but reading', () => {
    const says = (mode: Parameters<typeof modeSays>[0]) =>
      (
        [
          'read',
          'peek',
          'write',
          'process',
          'code',
          'outside',
          'network',
          'credentials',
          'history',
          'publish',
          'delete-tests',
          'unknown',
        ] as const
      ).filter((kind) => modeSays(mode, kind) === 'ask');
    expect(says('never')).toEqual([]);
    expect(says('risky')).toEqual([
      'outside',
      'network',
      'credentials',
      'history',
      'publish',
      'delete-tests',
      'unknown',
    ]);
    expect(says('ask')).toHaveLength(10);
  });

  it('the longest command rule counts, before rules for effects, before the mode', async () => {
    const judged = await judgeCommand('npm publish --dry-run && npm test', context);
    const rules = { effects: { publish: 'deny' as const, network: 'allow' as const } };
    expect(ruleOn(judged, 'never', rules).decide).toBe('deny');
    const allow = {
      ...rules,
      commands: [
        { command: 'npm', decide: 'deny' as const },
        { command: 'npm publish', decide: 'allow' as const },
        { command: 'npm test', decide: 'ask' as const },
      ],
    };
    expect(ruleOn(judged, 'never', allow)).toMatchObject({
      decide: 'ask',
      because: [{ command: 'npm test' }, { command: 'npm test' }],
    });
  });
});

describe('secrets', () => {
  const value = 'p@ss/w+rd "x" ü';
  const mask = new SecretMask([{ name: 'KEY', value }]);

  it('are given to a command by $NAME alone', () => {
    const secrets = [
      { name: 'KEY', value },
      { name: 'KEY_2', value: 'other-value' },
    ];
    const names = (command: string) => Object.keys(secretsNamed(command, secrets));
    expect(names('curl -H "$KEY"')).toEqual(['KEY']);
    expect(names(`x $\{KEY_2:-none}`)).toEqual(['KEY_2']);
    expect(names(`echo KEY; printenv KEY; echo $KEYS $\{KEYED}`)).toEqual([]);
  });

  it.each([
    ['as it is', value],
    ['as base64', Buffer.from(value).toString('base64')],
    ['as base64 inside more', Buffer.from(`user:${value}`).toString('base64')],
    ['as base64 with more behind', Buffer.from(`ab${value}cd`).toString('base64')],
    ['as base64url', Buffer.from(value).toString('base64url')],
    ['in an address', encodeURIComponent(value)],
    ['in a form', new URLSearchParams({ a: value }).toString()],
    ['in JSON', JSON.stringify(value)],
    ['in hexadecimal', Buffer.from(value).toString('hex')],
  ])('are masked %s', (_, text) => {
    expect(mask.text(`before ${text} after`)).toContain('‹KEY›');
    expect(mask.text(text)).not.toContain(text.replaceAll('"', ''));
  });

  it('are masked in streams wherever those are split, and nothing else is changed (property)', () => {
    const piece = fc.oneof(
      fc.constant(value),
      fc.constant(value.slice(0, 5)),
      fc.constant(Buffer.from(value).toString('base64')),
      fc.string({ maxLength: 8 }),
    );
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 8 }),
        fc.infiniteStream(fc.integer({ min: 1, max: 9 })),
        (pieces, sizes) => {
          const text = pieces.join('');
          let shown = '';
          const stream = mask.stream((chunk) => {
            shown += chunk;
          });
          for (let at = 0; at < text.length; ) {
            const size = sizes.next().value;
            stream.push(text.slice(at, at + size));
            at += size;
          }
          stream.end();
          expect(shown).not.toContain(value);
          if (!/‹KEY›/.test(mask.text(text))) expect(shown).toBe(text);
        },
      ),
      { numRuns: 500, seed: 13 },
    );
  });

  it('shorter than 6 characters, badly named or steering programs are refused', () => {
    for (const secret of [
      { name: 'KEY', value: 'short' },
      { name: '1KEY', value },
      { name: 'PATH', value },
      { name: 'KEY', value: '      ' },
    ])
      expect(() => checkSecret(secret)).toThrow(expect.objectContaining({ code: 'bad-secret' }));
  });
});
