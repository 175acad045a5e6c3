// `npm run demo [-- --example NAME [--bug SLUG] | --all]`: Heddle at work on bundled programs, without key or network.
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { type Bug, interpreterOf, listBugs } from './demo/examples.ts';
import { DemoStopped, type Played, play, type Scene, type Stage } from './demo/scene.ts';
import { heading, paint, say } from './demo/show.ts';

/** Enough for the search to end by itself on these programs; the whole demo is to stay below a minute. */
const ROLLOUT_SECONDS = 60;

/** One bug of each language that the embedded model mends, and one that needs new code, which it cannot write. */
const PROGRAMME: readonly { readonly bug: string; readonly promised: Scene['promised'] }[] = [
  { bug: 'cellar/01-delete-next-row', promised: 'fix' },
  { bug: 'pennybook/02-opening-balance', promised: 'fix' },
  { bug: 'pennybook/06-splitting-a-bill', promised: 'honest' },
];

const USAGE = 'usage: npm run demo [-- --example NAME [--bug SLUG] | --all]';
const root = path.dirname(import.meta.dirname);

class Usage extends Error {}

function chooseScenes(args: string[]): Scene[] {
  const { values } = readArguments(args);
  const bugs = listBugs(root);
  if (!values.all && values.example === undefined && values.bug === undefined) {
    return PROGRAMME.map(({ bug, promised }) => ({
      bug: bugs.find((one) => nameOf(one) === bug)!,
      promised,
    }));
  }
  const chosen = bugs.filter(
    (bug) =>
      (values.example ?? bug.example) === bug.example &&
      (values.bug === undefined || bug.slug.includes(values.bug)),
  );
  if (chosen.length === 0) throw new Usage(`no such bug; there are ${bugs.map(nameOf).join(', ')}`);
  return chosen.map((bug) => ({ bug, promised: 'nothing' }));
}

function readArguments(args: string[]) {
  const options = { example: { type: 'string' }, bug: { type: 'string' }, all: { type: 'boolean' } } as const;
  try {
    return parseArgs({ args, options });
  } catch {
    throw new Usage(USAGE);
  }
}

function nameOf(bug: Bug): string {
  return `${bug.example}/${bug.slug}`;
}

/** Scenes whose language is not installed are left out, and said to be. */
function playable(scenes: readonly Scene[]): Scene[] {
  const has = new Map<string | null, boolean>([[null, true]]);
  return scenes.filter(({ bug }) => {
    const program = interpreterOf(root, bug.example);
    if (!has.has(program)) has.set(program, spawnSync(program!, ['--version']).status === 0);
    if (!has.get(program)) say(paint('yellow', `${nameOf(bug)} is left out: ${program} is not installed`));
    return has.get(program);
  });
}

function farewell(played: readonly Played[], stage: Stage): void {
  const fixed = played.find((one) => one.outcome === 'fixed') ?? played[0]!;
  const folder = path.relative(process.cwd(), path.join(stage.folder, 'home'));
  heading('In short');
  for (const { scene, outcome, ok, seconds, rollout } of played) {
    const mark = ok ? paint('green', 'ok ') : paint('red', 'BAD');
    say(
      `  ${mark} ${nameOf(scene.bug).padEnd(40)} ${outcome.padEnd(10)} ${seconds.toFixed(1).padStart(5)} s  ${rollout}`,
    );
  }
  heading('Look closer');
  const lines = [
    [`export HEDDLE_HOME=${folder}`, 'where the rollouts of this demo are'],
    [`npx heddle show ${fixed.rollout}`, 'what happened, step by step'],
    [`npx heddle show ${fixed.rollout} --diff`, 'the patch'],
    [`npx heddle replay ${fixed.rollout}`, 'all of it again from its journal, asking no model'],
    [`npx heddle fork ${fixed.rollout}@2`, 'another rollout that goes on after step 2'],
    ['npm run demo -- --all', 'all planted bugs'],
    ['npx heddle solve "…" --repo ../your-project', 'your own'],
  ] as const;
  for (const [command, meaning] of lines) say(`  ${paint('cyan', command.padEnd(48))} ${meaning}`);
}

async function main(): Promise<number> {
  const scenes = playable(chooseScenes(process.argv.slice(2)));
  const stage: Stage = {
    root,
    folder: path.join(root, '.heddle-demo'),
    sandbox: 'auto',
    seconds: ROLLOUT_SECONDS,
  };
  mkdirSync(stage.folder, { recursive: true });
  say(
    `${paint('bold', 'Heddle')} on ${scenes.length} bundled bugs. No model key, no network: the embedded repair model works.`,
  );
  const played: Played[] = [];
  for (const [index, scene] of scenes.entries()) {
    played.push(await play(stage, scene, `${index + 1} of ${scenes.length}`));
  }
  if (played.length > 0) farewell(played, stage);
  return played.every(({ ok }) => ok) ? 0 : 1;
}

try {
  process.exitCode = await main();
} catch (error) {
  if (error instanceof DemoStopped) process.exitCode = error.exitCode;
  else if (error instanceof Usage) {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 2;
  } else throw error;
}
