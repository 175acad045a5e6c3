// `npm run demo [-- --example NAME [--bug SLUG] | --all]`: Heddle at work on bundled programs, without key or network.
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { type Bug, interpreterOf, listBugs } from './demo/examples.ts';
import { usableSandbox } from './demo/heddle.ts';
import { DemoStopped, type Played, type Promised, play, type Scene, type Stage } from './demo/scene.ts';
import { heading, paint, say } from './demo/show.ts';

/** How long a rollout may take. A search that has found nothing after the shorter time is not going to. */
const SECONDS = { fix: 60, honest: 12, nothing: 60 } as const satisfies Record<Promised, number>;

/** Attempts share the machine, so each takes longer. */
const SECONDS_PER_FURTHER_ATTEMPT = 45;

/**
 * One bug of each language that the embedded model mends, the second by several attempts, and one that needs new code,
 * which it cannot write.
 */
const PROGRAMME: readonly { readonly bug: string; readonly promised: Promised; readonly attempts: number }[] =
  [
    { bug: 'cellar/01-delete-next-row', promised: 'fix', attempts: 1 },
    { bug: 'pennybook/01-first-of-next-month', promised: 'fix', attempts: 5 },
    { bug: 'pennybook/06-splitting-a-bill', promised: 'honest', attempts: 1 },
  ];

const NO_SANDBOX =
  'This machine permits no sandbox. The examples are our own code, so the demo runs without one.';
const USAGE = 'usage: npm run demo [-- --example NAME [--bug SLUG] | --all]';
const root = path.dirname(import.meta.dirname);

class Usage extends Error {}

function chooseScenes(args: string[]): Scene[] {
  const { values } = readArguments(args);
  const bugs = listBugs(root);
  if (!values.all && values.example === undefined && values.bug === undefined) {
    return PROGRAMME.map(({ bug, ...how }) => sceneOf(bugs.find((one) => nameOf(one) === bug)!, how));
  }
  const chosen = bugs.filter(
    (bug) =>
      (values.example ?? bug.example) === bug.example &&
      (values.bug === undefined || bug.slug.includes(values.bug)),
  );
  if (chosen.length === 0) throw new Usage(`no such bug; there are ${bugs.map(nameOf).join(', ')}`);
  return chosen.map((bug) => sceneOf(bug, { promised: 'nothing', attempts: 1 }));
}

function sceneOf(bug: Bug, { promised, attempts }: Pick<Scene, 'promised' | 'attempts'>): Scene {
  return {
    bug,
    promised,
    attempts,
    seconds: SECONDS[promised] + (attempts - 1) * SECONDS_PER_FURTHER_ATTEMPT,
  };
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

function farewell(played: readonly Played[], home: string): void {
  const fixed = played.find((one) => one.outcome === 'fixed') ?? played[0]!;
  const several = played.find(({ scene }) => scene.attempts > 1);
  const folder = path.relative(process.cwd(), home);
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
    ...(several === undefined
      ? []
      : [
          [
            `npx heddle show ${several.rollout} --crosscheck`,
            'how its patch was chosen among attempts',
          ] as const,
        ]),
    ['npx heddle studio', 'a page that shows all of it'],
    [`npx heddle replay ${fixed.rollout}`, 'all of it again from its journal, asking no model'],
    [`npx heddle fork ${fixed.rollout}@2`, 'another rollout that goes on after step 2'],
    ['npm run demo -- --all', 'all planted bugs'],
    ['npx heddle solve "…" --repo ../your-project', 'your own'],
  ] as const;
  for (const [command, meaning] of lines) say(`  ${paint('cyan', command.padEnd(48))} ${meaning}`);
}

async function main(): Promise<number> {
  const scenes = playable(chooseScenes(process.argv.slice(2)));
  const folder = path.join(root, '.heddle-demo');
  const home = path.join(folder, 'home');
  mkdirSync(folder, { recursive: true });
  const many = scenes.length === 1 ? 'a bundled bug' : `${scenes.length} bundled bugs`;
  say(`${paint('bold', 'Heddle')} on ${many}, with its embedded repair model: no key, no network.`);
  const sandbox = await usableSandbox(root, home);
  if (sandbox === 'host') say(paint('yellow', NO_SANDBOX));
  const stage: Stage = { root, folder, home, sandbox };
  const played: Played[] = [];
  for (const [index, scene] of scenes.entries()) {
    played.push(await play(stage, scene, `${index + 1} of ${scenes.length}`));
  }
  if (played.length > 0) farewell(played, home);
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
