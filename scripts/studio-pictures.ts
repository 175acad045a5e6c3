// `npm run studio:pictures`: fills a store with real runs, opens the Studio in a browser and takes the pictures of docs/studio.md.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { CHROMIUM, launchChromium, NO_CHROMIUM } from '../packages/studio/test/e2e/chromium.ts';
import { environment, fillStore, HEDDLE, heddle } from '../packages/studio/test/e2e/filled-store.ts';
import { listBugs, plantBug } from './demo/examples.ts';

const BUG = 'pennybook/01-first-of-next-month';
const SIZE = { width: 1280, height: 860 };
/** Plots and highlighting come a moment after the page. */
const SETTLE_MS = 1_500;

/** What somebody is asked while the pictures are taken. */
const ASKING = [
  { calls: [{ tool: 'bash', input: { command: 'ls' } }] },
  {
    calls: [
      {
        tool: 'ask',
        input: { question: 'Shall amounts be rounded or cut?', assumption: 'Rounded, half to even.' },
      },
    ],
  },
];

if (CHROMIUM === null) {
  process.stderr.write(`${NO_CHROMIUM}\n`);
  process.exit(2);
}
const root = path.dirname(import.meta.dirname);
const folder = path.join(root, '.heddle-demo', 'studio');
const pictures = path.join(root, 'docs', 'pictures', 'studio');
rmSync(folder, { recursive: true, force: true });
const home = path.join(folder, 'home');
mkdirSync(home, { recursive: true });
mkdirSync(pictures, { recursive: true });
const say = (line: string) => process.stderr.write(`${line}\n`);

say('an experiment of two agents …');
const experiment = await fillStore(home, { attempts: 2 });
say('several attempts at one bug …');
const bug = listBugs(root).find(({ example, slug }) => `${example}/${slug}` === BUG)!;
const repo = path.join(folder, bug.example);
await plantBug(root, bug, repo);
await heddle(
  home,
  'solve',
  `@${bug.taskFile}`,
  '--repo',
  repo,
  '--attempts',
  '3',
  '--model',
  'repair',
  '--quiet',
);
const script = path.join(home, 'asking.json');
writeFileSync(script, JSON.stringify(ASKING));
const asking = spawn(
  HEDDLE,
  [
    'solve',
    'Round the balance of an account',
    '--repo',
    repo,
    '--model',
    `scripted:${script}`,
    '--desk',
    '--quiet',
  ],
  { env: environment(home), stdio: 'ignore' },
);
const studio = spawn(HEDDLE, ['studio', '--port', '0', '--no-open', '--no-token', '--store', 'journal.db'], {
  // Whose folder this is, is nobody's business.
  cwd: home,
  env: environment(home),
  stdio: ['ignore', 'pipe', 'inherit'],
});
const [line] = (await once(createInterface({ input: studio.stdout! }), 'line')) as [string];
const base = line.replace(/\/$/, '');
const browser = await launchChromium();
try {
  const told = async <T>(where: string): Promise<T> =>
    (await (await fetch(`${base}/api${where}`)).json()) as T;
  const list = JSON.parse(await heddle(home, 'list', '--json')) as { rollout: string; status: string }[];
  const whole = list.find(({ status }) => status === 'solved')!.rollout;
  const [a, b] = ['embedded', 'hasty'].map((agent) => encodeURIComponent(`${experiment}:${agent}`));
  const { flips } = await told<{ flips: { rollouts: [string, string] }[] }>(`/compare?a=${a}&b=${b}`);
  const [first, second] = flips[0]!.rollouts;
  const views: readonly (readonly [name: string, where: string, scheme?: 'dark', width?: number])[] = [
    ['home', '/'],
    ['experiment', `/experiments/${experiment}`],
    ['compare', `/compare?a=${a}&b=${b}`],
    ['side', `/side?a=${first}&b=${second}`],
    ['rollout', `/rollouts/${first}?step=3`],
    ['drawer', `/experiments/${experiment}?rollout=${first}&step=3`, 'dark'],
    ['patch', `/rollouts/${first}?view=patch`],
    ['crosscheck', `/rollouts/${whole}?view=crosscheck`],
    ['versions', '/versions'],
    ['phone', `/rollouts/${first}`, 'dark', 390],
  ];
  for (const [name, where, colorScheme = 'light', width = SIZE.width] of views) {
    const page = await browser.newPage({
      viewport: { ...SIZE, width },
      colorScheme,
      reducedMotion: 'reduce',
    });
    await page.goto(`${base}${where}`);
    await page.waitForTimeout(SETTLE_MS);
    await page.screenshot({ path: path.join(pictures, `${name}.png`) });
    await page.close();
    say(`docs/pictures/studio/${name}.png`);
  }
} finally {
  await browser.close();
  studio.kill();
  asking.kill();
}
