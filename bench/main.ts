import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { forkRows } from './forks.ts';
import { type Arrival, mockModel } from './mock-model.ts';
import { watchTree } from './process-tree.ts';
import { median, printTable, type Row } from './table.ts';

/**
 * What Heddle itself costs: one solo rollout of N steps of `echo` against a model that answers at once, the whole
 * command line in the path (provider package, journal, snapshot, sandbox). Prints a table; passes no judgement.
 *
 *   npm run bench [-- --runs 5 --sizes 10,100,1000 --parts rollouts,forks]
 */
const HEDDLE = fileURLToPath(new URL('../packages/cli/bin/heddle', import.meta.url));

interface Run {
  readonly steps: number;
  /** From exec to the arrival of the first request. */
  readonly startMs: number;
  /** From each answer to the next request, in order. */
  readonly gapsMs: number[];
  readonly peakMb: number;
  readonly cpuSeconds: number;
  readonly fixedPromptBytes: number;
  readonly lastRequestBytes: number;
  readonly sharedPrefix: { readonly messages: number; readonly raw: number };
}

async function runOnce(steps: number): Promise<Run> {
  const folder = mkdtempSync(join(tmpdir(), 'heddle-bench-'));
  const model = await mockModel(steps);
  try {
    const repo = tinyRepository(folder);
    const started = performance.now();
    const child = spawn(
      HEDDLE,
      [
        'solve',
        'Do the steps.',
        '--repo',
        repo,
        '--model',
        'vllm/mock',
        '--json',
        '--quiet',
        '--steps',
        String(steps + 10),
      ],
      {
        stdio: 'ignore',
        env: {
          ...process.env,
          HEDDLE_HOME: join(folder, 'home'),
          VLLM_BASE_URL: model.baseUrl,
        },
      },
    );
    const tree = watchTree(child.pid!);
    await new Promise((resolve) => child.once('exit', resolve));
    const { peakBytes, cpuSeconds } = tree.stop();
    return measure(steps, started, model.arrivals, peakBytes / 1e6, cpuSeconds);
  } finally {
    await model.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function tinyRepository(folder: string): string {
  const repo = join(folder, 'repo');
  mkdirSync(repo);
  writeFileSync(join(repo, 'a.txt'), 'hello\n');
  for (const args of [
    ['init', '-q'],
    ['add', '.'],
    ['-c', 'user.name=bench', '-c', 'user.email=bench@localhost', 'commit', '-q', '-m', 'start'],
  ]) {
    execFileSync('git', args, { cwd: repo });
  }
  return repo;
}

function measure(
  steps: number,
  started: number,
  arrivals: readonly Arrival[],
  peakMb: number,
  cpuSeconds: number,
): Run {
  if (arrivals.length !== steps + 2)
    throw new Error(`expected ${steps + 2} requests, saw ${arrivals.length}`);
  const missing = arrivals
    .slice(1, steps + 1)
    .findIndex(({ body }, index) => !body.includes(`step-${index + 1}`));
  if (missing !== -1) throw new Error(`request ${missing + 2} does not hold the echo of step ${missing + 1}`);
  const bodies = arrivals.map(({ body }) => body);
  const [first] = bodies.map((body) => JSON.parse(body));
  const system = first.messages.filter(
    ({ role }: { role: string }) => role === 'system' || role === 'developer',
  );
  return {
    steps,
    startMs: arrivals[0]!.at - started,
    gapsMs: arrivals.slice(1).map(({ at }, index) => at - arrivals[index]!.answeredAt),
    peakMb,
    cpuSeconds,
    fixedPromptBytes: Buffer.byteLength(JSON.stringify(first.tools) + JSON.stringify(system)),
    lastRequestBytes: Buffer.byteLength(bodies.at(-1)!),
    sharedPrefix: {
      messages: leastShared(bodies.map((body) => modelOrder(JSON.parse(body)))),
      raw: leastShared(bodies),
    },
  };
}

/** Tools, then messages: the order in which a model reads them. */
function modelOrder({ tools, messages }: { tools: unknown; messages: unknown[] }): string {
  return JSON.stringify(tools) + messages.map((message) => JSON.stringify(message)).join('\n');
}

/** The smallest share of a request that is an exact prefix of the next one. */
function leastShared(texts: readonly string[]): number {
  let least = 1;
  for (let i = 1; i < texts.length; i++) {
    const before = texts[i - 1]!;
    let same = 0;
    while (same < before.length && before[same] === texts[i]![same]) same += 1;
    least = Math.min(least, same / before.length);
  }
  return least;
}

function option(name: string, fallback: string): string {
  const index = process.argv.indexOf(`--${name}`);
  return index === -1 ? fallback : process.argv[index + 1]!;
}

const PARTS = ['rollouts', 'forks'];

async function rollouts(runs: number, sizes: readonly number[]): Promise<void> {
  const rows: Row[] = [];
  for (const steps of sizes) {
    const done: Run[] = [];
    await runOnce(Math.min(steps, 10)); // warm-up, thrown away
    for (let i = 0; i < runs; i++) done.push(await runOnce(steps));
    const gaps = done.flatMap(({ gapsMs }) => gapsMs.slice(0, steps));
    const last = done.flatMap(({ gapsMs }) => gapsMs.slice(Math.max(0, steps - 10), steps));
    rows.push({
      steps,
      runs,
      'start → first request (ms)': median(done.map(({ startMs }) => startMs)).toFixed(0),
      'step (ms)': median(gaps).toFixed(1),
      'last 10 steps (ms)': median(last).toFixed(1),
      'peak memory (MB)': median(done.map(({ peakMb }) => peakMb)).toFixed(0),
      'CPU (s)': median(done.map(({ cpuSeconds }) => cpuSeconds)).toFixed(2),
      'fixed prompt (bytes)': done[0]!.fixedPromptBytes,
      'last request (KB)': (done[0]!.lastRequestBytes / 1e3).toFixed(0),
      'prefix kept': `${(100 * Math.min(...done.map(({ sharedPrefix }) => sharedPrefix.messages))).toFixed(1)} %`,
      'raw body prefix': `${(100 * Math.min(...done.map(({ sharedPrefix }) => sharedPrefix.raw))).toFixed(1)} %`,
    });
  }
  console.log(
    `medians of ${runs} runs on ${process.arch}, Node ${process.version}; one shell call (echo) a step\n`,
  );
  printTable(rows);
}

const runs = Number(option('runs', '3'));
const parts = option('parts', PARTS.join(',')).split(',');
const unknown = parts.find((part) => !PARTS.includes(part));
if (unknown !== undefined) throw new Error(`there is no part ${unknown}: ${PARTS.join(', ')}`);
if (parts.includes('rollouts')) await rollouts(runs, option('sizes', '10,100,1000').split(',').map(Number));
if (parts.includes('forks')) {
  console.log(
    `\nforks of a repository of 5,000 files with node_modules, until a first command has run in the fork; medians of ${runs} runs\n`,
  );
  printTable(await forkRows(runs));
}
