import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DATASET } from './dataset.ts';

export const HEDDLE = fileURLToPath(new URL('../../../cli/bin/heddle', import.meta.url));

/** An agent that looks once and hands in nothing: what it does is the same on every machine. */
const HASTY = [
  { calls: [{ tool: 'bash', input: { command: 'ls; cat package.json' } }] },
  { calls: [{ tool: 'finish', input: { summary: 'It looks right to me.', probability: 0.6 } }] },
  { calls: [{ tool: 'finish', input: { summary: 'It looks right to me.', probability: 0.6 } }] },
];

export function environment(home: string): NodeJS.ProcessEnv {
  return { ...process.env, HEDDLE_HOME: home, XDG_CONFIG_HOME: join(home, 'config') };
}

/** The dataset's file and the agents of an experiment over it: the embedded model, and a hasty one. */
export function experimentIn(home: string): { readonly dataset: string; readonly agents: readonly string[] } {
  mkdirSync(join(home, 'config'), { recursive: true });
  const dataset = join(home, 'faults.jsonl');
  const script = join(home, 'hasty.json');
  writeFileSync(dataset, DATASET);
  writeFileSync(script, JSON.stringify(HASTY));
  return {
    dataset,
    agents: ['solo model=repair name=embedded', `solo model="scripted:${script}" name=hasty`],
  };
}

/** Runs the real command line; rejects with what it said if it fails. */
export async function heddle(home: string, ...args: string[]): Promise<string> {
  const child = spawn(HEDDLE, args, { env: environment(home), stdio: ['ignore', 'pipe', 'pipe'] });
  let out = '';
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  const code = await new Promise((resolve) => child.on('close', resolve));
  if (code === 2 || code === 70) throw new Error(`heddle ${args.join(' ')} ended with ${code}: ${said}`);
  return out;
}

/** A store filled by real runs: an experiment of two agents over three faults. Gives the experiment's id. */
export async function fillStore(
  home: string,
  { attempts = 1 }: { readonly attempts?: number } = {},
): Promise<string> {
  const { dataset, agents } = experimentIn(home);
  const named = agents.flatMap((agent) => ['--agent', agent]);
  const limits = ['--attempts', String(attempts), '--parallel', '2', '--time', '60s'];
  await heddle(home, 'eval', dataset, ...named, ...limits, '--name', 'faults', '--quiet');
  const [{ experiment }] = JSON.parse(await heddle(home, 'experiments', '--json')) as [
    { experiment: string },
  ];
  return experiment;
}
