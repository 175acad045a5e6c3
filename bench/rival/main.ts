import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { openStore, type RolloutEvent, type Store } from '@heddle/core';
import { parseResult } from '@heddle/lab';
import { install } from '../peers/install.ts';
import { installFolder } from '../peers/places.ts';
import { type Row, tableOf } from '../table.ts';
import { serveTasks } from './model.ts';
import { RIVALS, type Rival } from './rivals.ts';
import { instanceOf, TASKS } from './tasks.ts';

/**
 * A rival from npm under ACP, side by side with the two agents that prove an instance sound: `heddle eval` over five
 * instances of our own, against a scripted model. What it shows is that any agent is run, journaled and graded like ours;
 * see docs/rivals.md. The table goes to standard output, what is going on to standard error.
 *
 *   npm run bench:rival -- [--rivals claude-code,opencode,…] [--dir FOLDER] [--sandbox auto] [--keep]
 */
const { values } = parseArgs({
  options: {
    rivals: { type: 'string', default: 'claude-code' },
    dir: {
      type: 'string',
      default: join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'heddle-bench-peers'),
    },
    sandbox: { type: 'string', default: 'auto' },
    keep: { type: 'boolean', default: false },
  },
});

const HEDDLE = fileURLToPath(new URL('../../packages/cli/bin/heddle', import.meta.url));

const wanted = values.rivals.split(',');
const unknown = wanted.filter((name) => !RIVALS.some((rival) => rival.name === name));
if (unknown.length > 0) {
  note(`no such rival: ${unknown.join(', ')}; there are ${RIVALS.map(({ name }) => name).join(', ')}`);
  process.exit(2);
}
mkdirSync(values.dir, { recursive: true });
const ready: Rival[] = [];
for (const rival of RIVALS.filter(({ name }) => wanted.includes(name))) {
  const problem = await install(values.dir, { package: rival.package });
  if (problem === null) ready.push(rival);
  else note(`${rival.name} is left out: ${problem}`);
}
const top = mkdtempSync(join(tmpdir(), 'heddle-rival-'));
const model = await serveTasks(TASKS);
try {
  const dataset = join(top, 'tasks.jsonl');
  writeFileSync(dataset, TASKS.map((task) => `${JSON.stringify(instanceOf(task))}\n`).join(''));
  mkdirSync(join(top, 'heddle'));
  writeFileSync(join(top, 'heddle/heddle.config.jsonc'), JSON.stringify({ entrants: entrantsOf(ready) }));
  const agents = [...ready.map(({ name }) => `acp:${name}`), 'oracle', 'nothing'];
  const code = await heddle([
    ...['eval', dataset, ...agents.flatMap((agent) => ['--agent', agent])],
    ...['--parallel', '1', '--time', '5m', '--sandbox', values.sandbox],
  ]);
  note(`heddle eval ended with exit code ${code}; the model was asked ${JSON.stringify(model.asked())}`);
  report(openStore(join(top, 'home/journal.db')), agents);
} finally {
  await model.close();
  if (values.keep) note(`kept: HEDDLE_HOME=${join(top, 'home')}`);
  else rmSync(top, { recursive: true, force: true });
}

function entrantsOf(rivals: readonly Rival[]): object {
  return Object.fromEntries(
    rivals.map((rival) => {
      const [program, ...args] = rival.program.split(' ');
      const bin = join(installFolder(values.dir, rival.package), 'node_modules/.bin', program!);
      const entry = rival.entry(`http://${model.host}`);
      return [rival.name, { acp: { command: [bin, ...args], allow: [model.host], ...entry } }];
    }),
  );
}

function heddle(args: readonly string[]): Promise<number | null> {
  const env = { ...process.env, HEDDLE_HOME: join(top, 'home'), XDG_CONFIG_HOME: top };
  return new Promise((resolve) => {
    spawn(HEDDLE, args, { env, stdio: ['ignore', 2, 2] }).on('close', resolve);
  });
}

/** A row for each trial: its verdict, and what its journal holds of it. */
function report(store: Store, agents: readonly string[]): void {
  const [experiment] = store.experiments.list({ limit: 1 });
  const rows = store.experiments.trials(experiment!.experiment);
  const wrong: string[] = [];
  const table = rows
    .toSorted(
      (a, b) => agents.indexOf(a.agent) - agents.indexOf(b.agent) || (a.instance < b.instance ? -1 : 1),
    )
    .map(({ agent, instance, rollout, result }): Row => {
      const task = TASKS.find(({ id }) => id === instance)!;
      const expected = agent === 'oracle' || (agent !== 'nothing' && task.solves);
      const graded = result === null ? null : parseResult(result);
      if (graded?.resolved !== expected) wrong.push(`${agent} at ${instance}`);
      const events = rollout === null ? [] : [...store.read(rollout)].map(({ event }) => event);
      return {
        agent,
        instance,
        verdict: verdictOf(graded?.resolved ?? null),
        expected: verdictOf(expected),
        steps: graded?.steps ?? 0,
        'tool calls': count(events, 'peer.returned'),
        permissions: events.filter((event) => event.type === 'peer.asked' && event.about === 'permission')
          .length,
        'file changes': count(events, 'peer.changed'),
        'tokens in + out': graded === null ? '' : `${graded.inputTokens} + ${graded.outputTokens}`,
        USD: graded?.usd.toFixed(3) ?? '',
        seconds: graded?.seconds.toFixed(1) ?? '',
      };
    });
  process.stdout.write(tableOf(table));
  store.close();
  if (wrong.length === 0) return;
  note(`not as expected: ${wrong.join(', ')}`);
  process.exitCode = 1;
}

function count(events: readonly RolloutEvent[], type: RolloutEvent['type']): number {
  return events.filter((event) => event.type === type).length;
}

function verdictOf(resolved: boolean | null): string {
  return resolved === null ? 'none' : resolved ? 'resolved' : 'not resolved';
}

function note(text: string): void {
  process.stderr.write(`${text}\n`);
}
