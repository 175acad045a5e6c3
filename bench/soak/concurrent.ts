import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { type RolloutResult, readRollout, solve, stateOf } from '@heddle/agent';
import { openStore, type Recorded } from '@heddle/core';
import { type Model, type SimpleReply, scriptedModel } from '@heddle/models';
import type { SandboxKind } from '@heddle/workspace';
import { watchTree } from '../process-tree.ts';
import { layRepository } from './repository.ts';

export interface ConcurrentOptions {
  readonly rollouts: number;
  readonly sandbox: SandboxKind | 'auto';
}

export interface ConcurrentReport {
  readonly rollouts: number;
  readonly finished: number;
  /** The most that were at work at one moment: with a working copy and a shell, and not ended. */
  readonly atOnce: number;
  readonly steps: number;
  readonly events: number;
  /** Until the last has its working copy and its shell, and has asked the model. */
  readonly beginSeconds: number;
  /** From then on. */
  readonly workSeconds: number;
  /** Of this process; what it starts is not among it. */
  readonly cpuSeconds: number;
  readonly stepsPerSecond: number;
  /** Of this process, at its peak, above what it had before. */
  readonly ownMb: number;
  /** Of this process and all it started, when the first had ended; pages that several share count for each. */
  readonly treeMb: number;
  readonly ownMbEach: number;
  readonly faults: readonly string[];
}

const MB = 1e6;
const MICROSECONDS = 1e6;
const SAMPLE_MS = 100;
const LINES = 3;

/** Rollouts at once in one process with a model that answers at once; each waits for all to have begun before it works. */
export async function concurrent({ rollouts, sandbox }: ConcurrentOptions): Promise<ConcurrentReport> {
  const top = mkdtempSync(join(tmpdir(), 'heddle-crowd-'));
  const store = openStore(join(top, 'home', 'journal.db'));
  try {
    const repo = join(top, 'repo');
    mkdirSync(repo);
    layRepository(repo);
    const before = process.memoryUsage().rss;
    let ownPeak = 0;
    let treePeak = 0;
    const sampling = setInterval(() => {
      ownPeak = Math.max(ownPeak, process.memoryUsage().rss);
    }, SAMPLE_MS);
    const faults: string[] = [];
    const cpuBefore = process.cpuUsage();
    let begun = 0;
    const crowd = new Crowd(rollouts, () => {
      begun = performance.now();
    });
    const started = performance.now();
    const results = await Promise.all(
      Array.from({ length: rollouts }, async (_, n) => {
        const seen: Recorded[] = [];
        const observer = { event: (recorded: Recorded) => seen.push(recorded) };
        const task = { task: `Crowd ${n}`, repo, checks: [], sandbox, model: crowd.model(n) };
        try {
          const result = await solve(task, { store, home: join(top, 'home'), observer });
          // Now all the others are at work. Once is enough: it reads what there is of each process.
          treePeak ||= watchTree(process.pid).stop().peakBytes;
          return { result, seen: seen.length };
        } catch (error) {
          faults.push(`rollout ${n}: ${error instanceof Error ? error.message : String(error)}`);
          return null;
        } finally {
          crowd.ended();
        }
      }),
    );
    const workSeconds = (performance.now() - begun) / 1000;
    clearInterval(sampling);
    const cpu = process.cpuUsage(cpuBefore);
    const done = results.filter((each) => each !== null);
    for (const { result, seen } of done)
      faults.push(...lossesOf(readRollout(store, result.rollout), result, seen));
    const steps = done.reduce((total, { result }) => total + result.steps, 0);
    const ownMb = (ownPeak - before) / MB;
    return {
      rollouts,
      finished: done.filter(({ result }) => result.status === 'unverified').length,
      atOnce: crowd.most,
      steps,
      events: done.reduce((total, { seen }) => total + seen, 0),
      beginSeconds: (begun - started) / 1000,
      workSeconds,
      cpuSeconds: (cpu.user + cpu.system) / MICROSECONDS,
      stepsPerSecond: steps / workSeconds,
      ownMb,
      treeMb: treePeak / MB,
      ownMbEach: ownMb / rollouts,
      faults,
    };
  } finally {
    store.close();
    rmSync(top, { recursive: true, force: true });
  }
}

/** What is in the journal against what was seen, and the work against what the model did. */
function lossesOf(events: readonly Recorded[], result: RolloutResult, seen: number): string[] {
  const found: string[] = [];
  if (events.length !== seen)
    found.push(`${result.rollout}: ${seen} events seen, ${events.length} in the journal`);
  if (events.some(({ position }, i) => position !== i))
    found.push(`${result.rollout}: a position is missing`);
  if (stateOf(events).completed === null) found.push(`${result.rollout}: its journal has no end`);
  const added = result.patch.split('\n').filter((line) => /^\+[^+]/.test(line)).length;
  if (added !== LINES) found.push(`${result.rollout}: ${added} of ${LINES} lines are in its patch`);
  return found;
}

/** The models of all, which hold their first reply back until everyone has asked for it. */
class Crowd {
  most = 0;
  readonly #size: number;
  #waiting = 0;
  #over = 0;
  #open = () => {};
  readonly #gate = new Promise<void>((resolve) => {
    this.#open = resolve;
  });
  readonly #onOpen: () => void;
  #opened = false;

  constructor(size: number, onOpen: () => void) {
    this.#size = size;
    this.#onOpen = onOpen;
  }

  model(n: number): Model {
    return scriptedModel(async (_, step) => {
      if (step === 0) await this.#arrive();
      else await turn();
      return replyOf(n, step);
    });
  }

  ended(): void {
    this.#over += 1;
    this.#check();
  }

  async #arrive(): Promise<void> {
    this.#waiting += 1;
    this.most = Math.max(this.most, this.#waiting - this.#over);
    this.#check();
    await this.#gate;
  }

  /** One that failed before it asked holds nobody up. */
  #check(): void {
    if (this.#opened || this.#waiting + this.#over < this.#size) return;
    this.#opened = true;
    this.#onOpen();
    this.#open();
  }
}

function replyOf(n: number, step: number): SimpleReply {
  return step < LINES
    ? { calls: [{ tool: 'bash', input: { command: `echo ${n}.${step} >> note.txt` } }] }
    : { calls: [{ tool: 'finish', input: { summary: 'Done.', probability: 0.5 } }] };
}
