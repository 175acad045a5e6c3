import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { machineSeconds, ownSeconds } from '../machine-load.ts';
import { type Mark, type TreeUse, watchTree } from '../process-tree.ts';
import { type Seen, startMockModel } from './mock/mock-model.ts';
import { clockMs } from './mock/server.ts';
import type { Peer, PeerPlace } from './peer.ts';

/** What one run of one peer showed. */
export interface Run {
  readonly peer: string;
  readonly steps: number;
  /** From exec to the arrival of the first request; null: none came. */
  readonly startMs: number | null;
  /** From each answer to the next request, in order. */
  readonly gapsMs: readonly number[];
  readonly peakBytes: number;
  readonly cpuSeconds: number;
  /** Tools and system text of the first request. */
  readonly fixedPromptBytes: number;
  /** For each request but the first: the share of the one before that it begins with. */
  readonly kept: readonly { readonly asRead: number; readonly raw: number }[];
  /** Requests beside the conversation. */
  readonly asides: number;
  /** Cores that neither the peer nor the bench kept busy. */
  readonly otherCores: number;
  /** Why the run shows nothing; null: each step was done, and the next request held what its command printed. */
  readonly problem: string | null;
}

/** A peer that hangs is ended; the slowest need a tenth of this. */
const MOST_SECONDS = 120;
const MOST_SECONDS_PER_STEP = 2;
/** Between a polite end and a hard one. */
const GRACE_MS = 3_000;
/** In the environment of all that a run starts. */
const MARK = 'HEDDLE_BENCH_RUN';
const PROMPT = 'Do the steps.';

/** Runs a peer through `steps` commands and its end. What it leaves running is ended. */
export async function runPeer(peer: Peer, place: PeerPlace, steps: number): Promise<Run> {
  const model = await startMockModel(steps, peer.finish);
  const call = { ...place, port: model.port, steps, prompt: PROMPT };
  for (const [path, text] of Object.entries(peer.settings?.(call) ?? {})) {
    mkdirSync(dirname(join(place.home, path)), { recursive: true });
    writeFileSync(join(place.home, path), text);
  }
  const mark: Mark = { name: MARK, value: `${process.pid}-${model.port}` };
  const env = { ...environment(place.home), [mark.name]: mark.value, ...peer.env?.(call) };
  const log = join(place.home, 'bench-stderr.log');
  const [program, ...args] = peer.command(call);
  const machineBefore = machineSeconds();
  const ownBefore = ownSeconds();
  const started = clockMs();
  const { tree, end } = await finished(program, args, { cwd: place.repo, env, log, mark, steps });
  const seconds = (clockMs() - started) / 1000;
  const others = machineSeconds() - machineBefore - (ownSeconds() - ownBefore) - tree.cpuSeconds;
  const seen = await model.stop();
  return runOf(peer, steps, { started, tree, seen, end, log, otherCores: others / seconds });
}

/** Nothing of the caller's settings or keys; the Node that runs the bench first. */
function environment(home: string): Record<string, string> {
  return {
    PATH: [dirname(process.execPath), '/usr/local/bin', '/usr/bin', '/bin'].join(':'),
    HOME: home,
    USER: 'bench',
    LOGNAME: 'bench',
    SHELL: '/bin/bash',
    TERM: 'xterm-256color',
    LANG: 'C.UTF-8',
  };
}

interface Spawned {
  readonly cwd: string;
  readonly env: Record<string, string>;
  readonly log: string;
  readonly mark: Mark;
  readonly steps: number;
}

/** Starts a program, waits for its end or brings it about, and ends what it leaves behind. */
async function finished(
  program: string,
  args: readonly string[],
  { cwd, env, log, mark, steps }: Spawned,
): Promise<{ tree: TreeUse; end: string }> {
  const stderr = openSync(log, 'w');
  // A group of its own: it can be ended with all that it has started.
  const child = spawn(program, args, { cwd, env, detached: true, stdio: ['ignore', stderr, stderr] });
  closeSync(stderr);
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => resolve(signal ?? `exit code ${code}`));
  });
  if (child.pid === undefined) return { tree: { peakBytes: 0, cpuSeconds: 0, left: [] }, end: await ended };
  const { pid } = child;
  const watch = watchTree(pid, mark);
  const limit = MOST_SECONDS + MOST_SECONDS_PER_STEP * steps;
  const patience = [
    setTimeout(() => signalTo(-pid, 'SIGTERM'), limit * 1000),
    setTimeout(() => signalTo(-pid, 'SIGKILL'), limit * 1000 + GRACE_MS),
  ];
  const end = await ended;
  for (const timer of patience) clearTimeout(timer);
  const tree = watch.stop();
  for (const left of tree.left) signalTo(left.pid, 'SIGKILL');
  return { tree, end };
}

function signalTo(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended.
  }
}

interface Ended {
  readonly started: number;
  readonly tree: TreeUse;
  readonly seen: Seen;
  readonly end: string;
  readonly log: string;
  readonly otherCores: number;
}

function runOf(peer: Peer, steps: number, { started, tree, seen, end, log, otherCores }: Ended): Run {
  const { arrivals } = seen;
  const [first] = arrivals;
  const during = arrivals.slice(1, steps + 1);
  return {
    peer: peer.name,
    steps,
    startMs: first === undefined ? null : first.at - started,
    gapsMs: during.map(({ at }, index) => at - arrivals[index]!.answeredAt),
    peakBytes: tree.peakBytes,
    cpuSeconds: tree.cpuSeconds,
    fixedPromptBytes: first?.fixedBytes ?? 0,
    kept: during.flatMap(({ kept }) => kept ?? []),
    asides: seen.asides,
    otherCores,
    problem: problemOf(steps, seen, end, log),
  };
}

function problemOf(steps: number, { arrivals }: Seen, end: string, log: string): string | null {
  const because = () => [end, lastLine(log)].filter(Boolean).join(': ');
  if (arrivals.length === 0) return `no request came (${because()})`;
  const silent = arrivals.slice(1, steps + 1).findIndex(({ echoed }) => !echoed);
  if (silent >= 0) return `request ${silent + 2} does not hold what step ${silent + 1} printed`;
  if (arrivals.length <= steps)
    return `it ended after ${arrivals.length - 1} of ${steps} steps (${because()})`;
  return null;
}

/** What a program last said, cut to one short line. */
function lastLine(file: string): string {
  const lines = readFileSync(file, 'utf8').trim().split('\n');
  return lines.at(-1)!.slice(0, 200);
}
