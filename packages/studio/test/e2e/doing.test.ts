import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { RolloutEvent, Store } from '@heddle/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { store as openedStore, repository, temporaryFolder } from '../support.ts';
import { barriers } from './accessible.ts';
import { openPage, type Watched } from './browser.ts';
import { NO_CHROMIUM, type Page } from './chromium.ts';
import { environment, experimentIn, HEDDLE, heddle } from './filled-store.ts';

const ATTACK = '<img src=x onerror="window.pwned=1"><script>window.pwned=1</script>';

const call = (tool: string, input: object) => ({ calls: [{ tool, input }] });
const FINISH = call('finish', { summary: 'Done.', probability: 0.6 });
const ASKING = [
  call('bash', { command: `echo '${ATTACK}' > made.txt` }),
  call('ask', { question: `Tabs or ${ATTACK}?`, assumption: ATTACK }),
  FINISH,
  FINISH,
];

let home: string;
let store: Store;
let base: string;
const children: ChildProcess[] = [];
let watched: Watched;
let page: Page;

function begin(args: readonly string[], cwd = home): ChildProcess {
  const child = spawn(HEDDLE, args, { cwd, env: environment(home), stdio: ['ignore', 'pipe', 'ignore'] });
  children.push(child);
  return child;
}

function scripted(name: string, replies: readonly object[]): string {
  const file = join(home, `${name}.json`);
  writeFileSync(file, JSON.stringify(replies));
  return `scripted:${file}`;
}

const events = (rollout: string): RolloutEvent[] => [...store.read(rollout)].map(({ event }) => event);

async function until<T>(look: () => T | undefined | null | false): Promise<T> {
  for (;;) {
    const found = look();
    if (found) return found;
    await pause(30);
  }
}

describe.skipIf(NO_CHROMIUM !== '')(`doing, in a browser ${NO_CHROMIUM}`, { timeout: 120_000 }, () => {
  beforeEach(async () => {
    home = temporaryFolder();
    store = openedStore(join(home, 'journal.db'));
    const studio = begin(['studio', '--port', '0', '--no-open', '--no-token']);
    const [line] = (await once(studio.stdout!, 'data')) as [Buffer];
    base = String(line).trim().replace(/\/$/, '');
    watched = await openPage(base);
    page = watched.page;
  });
  afterEach(async () => {
    await page.context().close();
    for (const child of children.splice(0)) child.kill('SIGKILL');
  });

  it('what a run asks is allowed and answered at Home, and it goes on', async () => {
    await page.goto(base);
    await page.getByRole('heading', { name: 'Running now' }).waitFor();
    const options = ['--model', scripted('asking', ASKING), '--sandbox', 'host', '--check', 'none'];
    const repo = repository({ 'a.txt': 'a\n' });
    const ended = once(begin(['solve', 'x', ...options, '--approve', 'ask', '--desk', '-q'], repo), 'close');
    await page.getByRole('heading', { name: /Step 1 wants to run/ }).waitFor();
    expect(await page.locator('.doing-action').first().textContent()).toContain(ATTACK);
    expect(await barriers(page)).toEqual([]);
    await page.emulateMedia({ colorScheme: 'dark' });
    expect(await barriers(page)).toEqual([]);
    await page.getByRole('button', { name: 'Allow' }).click();
    await page.getByRole('heading', { name: /It asks/ }).waitFor();
    await page.getByLabel('Your answer').fill('tabs');
    await page.getByLabel('Your answer').press('Enter');
    const [code] = await ended;
    expect(code).toBe(1);
    const { rollout } = store.rollouts()[0]!;
    const ends = events(rollout).flatMap((event) => (event.type === 'action.completed' ? [event] : []));
    expect(ends[0]).toMatchObject({ details: { guard: { decision: 'allowed', by: 'person' } } });
    expect(ends[1]?.content).toBe('The answer: tabs');
    await page.getByText('that nobody has rated').waitFor();
    expect(await page.getByRole('heading', { name: /It asks/ }).count()).toBe(0);
    expect(await page.evaluate('window.pwned')).toBeUndefined();
    expect(watched.errors).toEqual([]);
  });

  it('a rollout is rated, forked with an instruction, told something, and stopped', async () => {
    const repo = repository({ 'a.txt': 'a\n' });
    const model = scripted('quick', [call('bash', { command: 'ls' }), FINISH, FINISH]);
    const options = ['--model', model, '--sandbox', 'host', '--check', 'none', '-q'];
    await heddle(home, 'solve', 'look round', '--repo', repo, ...options);
    const { rollout } = store.rollouts()[0]!;
    await page.goto(`${base}/rollouts/${rollout}?step=1`);
    // By the keyboard alone.
    await page.getByRole('button', { name: 'Rate …' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('radio', { name: /4/ }).press('Space');
    await page.getByLabel('Note').fill('short and right');
    expect(await barriers(page)).toEqual([]);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Rated 4 of 5' }).waitFor();
    expect(store.ratings.of([rollout])).toMatchObject([{ stars: 4, note: 'short and right', segment: null }]);

    await page.getByRole('button', { name: 'Fork from step 1 …' }).click();
    const slow = scripted('slow', [
      call('bash', { command: 'ls' }),
      call('bash', { command: 'sleep 50' }),
      FINISH,
      FINISH,
    ]);
    await page.getByLabel('Tell it first').fill('look again');
    await page.getByLabel('Model').fill('nobody/nothing');
    await page.getByRole('button', { name: 'Begin the fork' }).click();
    await page.getByRole('alert').getByText('no model is called "nobody/nothing"').waitFor();
    await page.getByLabel('Model').fill(slow);
    await page.getByRole('button', { name: 'Begin the fork' }).click();
    await page.waitForURL((url) => /\/rollouts\/\w+$/.test(url.pathname) && !url.pathname.endsWith(rollout));
    const fork = new URL(page.url()).pathname.split('/').at(-1)!;
    await until(() => events(fork).some((event) => event.type === 'action.started'));
    expect(events(fork).some((event) => event.type === 'note.added' && event.text === 'look again')).toBe(
      true,
    );
    await page.getByRole('button', { name: 'Instruct …' }).click();
    await page.getByLabel('Instruction').fill(ATTACK);
    await page.getByRole('button', { name: 'Say it' }).click();
    await page.getByText('not heard yet').waitFor();
    await page.getByRole('button', { name: 'Stop', exact: true }).click();
    await page.getByRole('button', { name: 'Resume …' }).waitFor();
    expect(events(fork).at(-1)?.type).toBe('rollout.paused');
    expect(await page.evaluate('window.pwned')).toBeUndefined();
  });

  it('an experiment is planned first, then begun, and its table opens', async () => {
    const { dataset, agents } = experimentIn(home);
    await page.goto(`${base}/experiments`);
    await page.getByRole('link', { name: 'New experiment' }).click();
    await page.getByLabel('Dataset').fill(dataset);
    await page.getByLabel('Agents').fill(agents[1]!);
    await page.getByLabel('Instances, at most').fill('1');
    expect(await barriers(page)).toEqual([]);
    await page.getByRole('button', { name: 'What would it show?' }).click();
    await page.getByText('hasty at 1 instance').waitFor();
    expect(store.experiments.list()).toEqual([]);
    await page.getByRole('button', { name: 'Begin the experiment' }).click();
    await page.waitForURL(/\/experiments\/(?!new)\w+$/);
    const { experiment } = store.experiments.list()[0]!;
    expect(page.url()).toContain(experiment);
    await until(() => store.experiments.trials(experiment, { state: 'graded' }).length === 1);
    const { rollout } = store.experiments.trials(experiment)[0]!;
    await page.goto(`${base}/experiments/${experiment}?rollout=${rollout}`);
    await page.getByRole('button', { name: 'Mark instance …' }).click();
    await page.getByLabel('Why').fill('its words are wrong');
    await page.getByRole('button', { name: 'Mark as broken' }).click();
    await page.getByRole('button', { name: 'Instance is broken' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByText('1 of 1 instance is marked as broken; it counts').waitFor();
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Export …' }).click();
    await page.getByRole('link', { name: 'csv' }).click();
    expect((await download).suggestedFilename()).toBe(`${experiment}.csv`);
  });
});
