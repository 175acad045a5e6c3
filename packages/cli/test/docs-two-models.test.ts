import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Activity, solve } from '@heddle/agent';
import { openStore, type Recorded } from '@heddle/core';
import { ModelError, scriptedModel } from '@heddle/models';
import { afterEach, describe, expect, test } from 'vitest';
import { Narrator } from '../src/render/narrator.ts';
import { palette } from '../src/render/palette.ts';
import { transcript } from '../src/render/transcript.ts';
import { BUGGY, FINISH, heddle, LOOK, repository, SOLVING, scripted, temporaryFolder } from './support.ts';

const PAGE = readFileSync(new URL('../../../docs/two-models.md', import.meta.url), 'utf8');
const [PROGRESS, SHOWN] = [...PAGE.matchAll(/^```text\n([\s\S]*?)\n```$/gm)].map(([, text]) => text!);

const replace = (old: string, fresh: string) => ({
  calls: [{ tool: 'edit', input: { command: 'replace', path: 'sum.js', old, new: fresh } }],
});
const RIGHT = replace('let i = 1', 'let i = 0');
const USELESS = { text: 'The loop ends too early.', ...replace('i < numbers', 'i <= numbers') };

const homes: string[] = [];
afterEach(() => {
  for (const home of homes.splice(0)) rmSync(home, { recursive: true, force: true });
});

/** As the page has it: an edit of each of two models, in a rollout of the solo agent. */
async function played(rival: ReturnType<typeof scriptedModel>) {
  const home = mkdtempSync(join(tmpdir(), 'heddle-two-'));
  homes.push(home);
  const store = openStore(join(home, 'journal.db'));
  const events: Recorded[] = [];
  const model = scriptedModel([LOOK, USELESS, FINISH, FINISH], { id: 'anthropic/claude-sonnet-5-5' });
  const task = { task: 'sum() leaves out the first number', repo: repository(BUGGY), model };
  await solve(
    { ...task, sandbox: 'host' },
    {
      store,
      home,
      rival: { id: rival.id, open: async () => rival },
      observer: { event: (recorded) => events.push(recorded) },
    },
  );
  const narrator = new Narrator(() => ({ columns: 100, palette: palette(false) }));
  const lines = events.flatMap((recorded) => narrator.event(recorded));
  const text = transcript(events, { columns: 100, palette: palette(false), objects: store.objects });
  store.close();
  return { events, lines, text };
}

describe('docs/two-models.md', () => {
  test('shows what a step line and `heddle show` tell', async () => {
    const rival = scriptedModel(() => ({ text: 'The loop starts at 1.', ...RIGHT }), {
      id: 'openai/gpt-5.2',
    });
    const { lines, text } = await played(rival);
    expect(lines.filter((line) => line.includes('gpt-5.2')).join('\n')).toBe(PROGRESS);
    expect(text).toContain(`\n${SHOWN}\n`);
  });

  test('names options and keys that there are, and a repository may not decide', async () => {
    expect(PAGE).toContain('"rival"');
    expect(PAGE).toContain('"comparator"');
    const home = temporaryFolder();
    const repo = repository({ ...BUGGY, 'heddle.config.jsonc': '{ "rival": "x/y", "comparator": "x/z" }' });
    const args = ['solve', 'x', '--model', scripted(SOLVING), '--sandbox', 'host', '--check', 'none'];
    const { stderr } = await heddle(args, { home, cwd: repo });
    expect(stderr).toContain('ignored rival, comparator, which a repository may not decide');
  });
});

describe('--rival', () => {
  const solving = async (args: readonly string[], config: object = {}) => {
    const home = temporaryFolder();
    mkdirSync(join(home, 'config', 'heddle'), { recursive: true });
    writeFileSync(join(home, 'config', 'heddle', 'heddle.config.jsonc'), JSON.stringify(config));
    const own = scripted([LOOK, USELESS, FINISH, FINISH]);
    const all = ['solve', 'mend sum()', '--model', own, '--sandbox', 'host', ...args];
    const end = await heddle(all, { home, cwd: repository(BUGGY) });
    return { ...end, home };
  };
  const rival = () => scripted([LOOK, RIGHT]);

  test('of the command line and of the configuration; the result names what was compared', async () => {
    for (const [args, config] of [
      [['--rival', rival()], {}],
      [[], { rival: rival(), comparator: scripted([{ text: 'EQUAL' }]) }],
    ] as const) {
      const { code, stdout, home } = await solving([...args, '--json', '--quiet'], config);
      expect(code).toBe(0);
      expect(JSON.parse(stdout).compared).toMatchObject([{ step: 2, by: 'checks', why: expect.any(String) }]);
      const shown = (await heddle(['show', 'last'], { home })).stdout;
      expect(shown).toMatch(/\n {2}scripted:\S+'s edit of two, by the checks\n/);
      expect((await heddle(['replay', 'last'], { home })).code).toBe(0);
    }
  });

  test('goes out on the stream as events', async () => {
    const { stdout } = await solving(['--rival', rival(), '--stream', '--quiet']);
    const events = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
      .flatMap((line) => (line.type === 'event' ? [line.event] : []));
    expect(events.find(({ type }) => type === 'edit.compared')).toMatchObject({ step: 2, kept: 1 });
  });

  test('of `resume` and `fork` too', async () => {
    const { home } = await solving(['--quiet', '--steps', '1']);
    const again = [
      '--model',
      scripted([LOOK, USELESS, FINISH, FINISH]),
      '--rival',
      rival(),
      '--json',
      '--quiet',
    ];
    for (const taken of [
      ['resume', 'last', '--steps', '9'],
      ['fork', 'last@1', '--steps', '9'],
    ]) {
      const { stdout } = await heddle([...taken, ...again], { home });
      expect(JSON.parse(stdout)).toMatchObject({ compared: [{ step: 2 }] });
    }
  });

  test('that fails is told once', async () => {
    const edits = ['1', '2', '3', '4'].map((name) => ({
      calls: [{ tool: 'edit', input: { command: 'create', path: name, text: 'x\n' } }],
    }));
    const own = scripted([...edits, FINISH, FINISH]);
    const args = [
      'solve',
      'x',
      '--model',
      own,
      '--rival',
      'anthropic/claude-sonnet-5-5',
      '--sandbox',
      'host',
    ];
    const env = { ANTHROPIC_API_KEY: '' };
    const { stderr, code } = await heddle(args, { home: temporaryFolder(), cwd: repository(BUGGY), env });
    expect(code).toBe(1);
    expect(stderr.match(/ ! no second edit: .*ANTHROPIC_API_KEY/g)).toHaveLength(1);
  });
});

test('a rival’s failure is told when the rollout does without it, and its money is counted as it is spent', async () => {
  const failing = scriptedModel(
    () => {
      throw new ModelError('forbidden', 'not for you');
    },
    { id: 'openai/gpt-5.2' },
  );
  const { events, lines } = await played(failing);
  expect(lines.filter((line) => line.includes('!'))).toEqual(['  ! no second edit: not for you']);
  const activity = new Activity();
  for (const recorded of events) activity.event(recorded);
  const spent = events.flatMap(({ event }) =>
    event.type === 'model.consulted' ? [{ ...event, usd: 0.25 }] : [],
  );
  for (const event of spent) activity.event({ ...events[0]!, event });
  expect(activity.usd).toBe(0.25);
});
