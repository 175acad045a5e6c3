// `npm run demo:picture [-- --bug EXAMPLE/SLUG]`: several attempts at a bundled bug, for real, and a picture of their screen.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { listBugs, plantBug } from './demo/examples.ts';
import { screensSvg } from './demo/screen-svg.ts';
import { runInTerminal, type Screen, textOf } from './demo/terminal-run.ts';

/** As wide as a README shows without scrolling. */
const SIZE = { columns: 96, rows: 36 };
const BUG = 'pennybook/01-first-of-next-month';
const ATTEMPTS = 5;

const root = path.dirname(import.meta.dirname);
const folder = path.join(root, '.heddle-demo');
const picture = path.join(root, 'docs', 'pictures', 'attempts.svg');

const { values } = parseArgs({
  options: { bug: { type: 'string', default: BUG }, out: { type: 'string', default: picture } },
});
const bug = listBugs(root).find(({ example, slug }) => `${example}/${slug}` === values.bug);
if (bug === undefined) throw new Error(`there is no bug ${values.bug}`);
const repo = path.join(folder, 'picture', bug.example);
rmSync(repo, { recursive: true, force: true });
await plantBug(root, bug, repo);

let live: Screen = [];
let most = 0;
const command = [
  'heddle',
  'solve',
  `@${bug.taskFile}`,
  '--attempts',
  String(ATTEMPTS),
  '--model',
  'repair',
  '--time',
  '10m',
];
const { exitCode, screen } = await runInTerminal(
  [path.join(root, 'node_modules', '.bin', 'heddle'), ...command.slice(1)],
  SIZE,
  { cwd: repo, env: environment(), onScreen: keepLive },
);
const texts = screen.map(textOf);
const end = texts.findLastIndex((text) => /^\S.* in \d+ steps, /.test(text));
if (end === -1 || live.length === 0)
  throw new Error(`there was nothing to show (exit code ${exitCode}):\n${texts.join('\n')}`);
const title = `heddle solve @task.md --attempts ${ATTEMPTS}`;
const svg = screensSvg(
  [
    { title, screen: live },
    { title: 'and at its end', screen: screen.slice(end) },
  ],
  SIZE.columns,
);
mkdirSync(path.dirname(values.out), { recursive: true });
writeFileSync(values.out, svg);
process.stdout.write(`${path.relative(process.cwd(), values.out)}\n`);

/** Of all screens the last on which most is to be seen: attempts in different states, some of them at work. */
function keepLive(screen: Screen): void {
  const lines = screen.map(textOf);
  const top = lines.findLastIndex((text) => /^ \S \d+ attempts /.test(text));
  if (top === -1) return;
  const rows = lines.slice(top + 1);
  if (rows.filter((row) => /^ #\d/.test(row)).length < ATTEMPTS) return;
  const states = new Set(rows.map((row) => row.trim().split(/\s+/).slice(1, 3).join(' ')));
  const busy = rows.some((row) => / (working|exploring|forked at) /.test(row));
  const shown = states.size + (busy ? ATTEMPTS : 0);
  if (shown < most) return;
  most = shown;
  live = screen;
}

/** As at a person's terminal: with colours, and no sign of a build server. */
function environment(): NodeJS.ProcessEnv {
  const { CI: _, NO_COLOR: __, FORCE_COLOR: ___, ...rest } = process.env;
  return { ...rest, TERM: 'xterm-256color', HEDDLE_HOME: path.join(folder, 'home') };
}
