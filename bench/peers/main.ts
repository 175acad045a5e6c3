import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { quietMachine } from '../machine-load.ts';
import { install } from './install.ts';
import type { Peer } from './peer.ts';
import { PEERS } from './peers.ts';
import { defaultFolder, placeFor } from './places.ts';
import { report } from './report.ts';
import { DISTURBED_CORES, interleaved, isDisturbed } from './rounds.ts';
import { type Run, runPeer } from './run.ts';

/**
 * Heddle side by side with other coding agents, each against a model that answers at once: what the agent itself
 * costs. See docs/bench-peers.md. Tables go to standard output, what is going on to standard error.
 *
 *   npm run bench:peers -- [--peers heddle,pi,…] [--sizes 10,100,400] [--starts 7] [--reps 3] [--dir FOLDER]
 *     [--wait 20] [--repeats 2]
 */
const { values } = parseArgs({
  options: {
    peers: { type: 'string', default: PEERS.map(({ name }) => name).join(',') },
    sizes: { type: 'string', default: '10,100,400' },
    starts: { type: 'string', default: '7' },
    reps: { type: 'string', default: '3' },
    dir: { type: 'string', default: defaultFolder(process.env) },
    wait: { type: 'string', default: '20' },
    repeats: { type: 'string', default: '2' },
  },
});

/** Steps of the run that shows whether a peer works here, and fills its caches. */
const WARM_STEPS = 2;

const wanted = values.peers.split(',');
const unknown = wanted.filter((name) => !PEERS.some((peer) => peer.name === name));
const numbers = [values.starts, values.reps, values.wait, values.repeats, ...values.sizes.split(',')].map(
  Number,
);
if (process.platform !== 'linux') refuse('the process tree is read from /proc: this needs Linux');
if (unknown.length > 0)
  refuse(`no such peer: ${unknown.join(', ')}; there are ${PEERS.map(({ name }) => name).join(', ')}`);
if (!numbers.every((number) => Number.isInteger(number) && number >= 0))
  refuse('--sizes, --starts, --reps, --wait and --repeats take whole numbers');
const folder = path.resolve(values.dir);
mkdirSync(folder, { recursive: true });

const ready: Peer[] = [];
for (const peer of PEERS.filter(({ name }) => wanted.includes(name))) {
  const problem = (await install(folder, peer)) ?? (await warm(peer));
  if (problem === null) ready.push(peer);
  else note(`${peer.name} is left out: ${problem}`);
}
const runs = await interleaved(
  ready,
  {
    starts: Number(values.starts),
    sizes: values.sizes.split(',').map(Number),
    reps: Number(values.reps),
    repeats: Number(values.repeats),
  },
  {
    quiet: () => quietMachine(DISTURBED_CORES, Number(values.wait)),
    run: (peer, steps) => runPeer(peer, placeFor(folder, peer), steps),
    told: (run) => note(lineOf(run)),
  },
);
console.log(
  `${process.arch}, Node ${process.version}; medians; in brackets the multiple of Heddle's value\n`,
);
for (const peer of ready)
  console.log(`- ${peer.name}: ${[peer.package?.version, peer.about].filter(Boolean).join(', ')}`);
console.log(`\n${report(ready, runs)}`);

async function warm(peer: Peer): Promise<string | null> {
  return (await runPeer(peer, placeFor(folder, peer), WARM_STEPS)).problem;
}

function lineOf(run: Run): string {
  const figures = [
    `${run.cpuSeconds.toFixed(2)} s of processor`,
    `${(run.peakBytes / 1e6).toFixed(0)} MB`,
    `${run.otherCores.toFixed(2)} cores of other work${isDisturbed(run) ? ' (disturbed)' : ''}`,
  ];
  return `${run.peer}, ${run.steps} steps: ${run.problem ?? figures.join(', ')}`;
}

function note(text: string): void {
  process.stderr.write(`${text}\n`);
}

function refuse(text: string): never {
  note(text);
  process.exit(2);
}
