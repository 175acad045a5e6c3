import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { exitCodeOf, readRollout, resultOf, stateOf } from '@heddle/agent';
import { openStore, type Recorded, type Store } from '@heddle/core';
import { probeSandboxes, type SandboxKind, sweepLeftovers } from '@heddle/workspace';
import { STANDINS, type StandinName } from '../../packages/models/test/standins/index.ts';
import { type Random, randomOf } from '../repair/random.ts';
import { Crew } from './crew.ts';
import { type Bench, type Ended, jobOf, type Order, type Word } from './orders.ts';
import { planOf } from './plan.ts';
import { type Reconciled, reconcile } from './reconcile.ts';
import { layRepository } from './repository.ts';
import { type Servers, startServers } from './server.ts';

export interface SoakOptions {
  readonly rollouts: number;
  readonly seed: number;
  /** Rollouts at a time, over all worker processes. */
  readonly parallel: number;
  /** Default: every kind that works here, in turn. */
  readonly sandboxes?: readonly SandboxKind[];
  readonly progress?: (line: string) => void;
}

export interface SoakReport {
  /** How the rollouts ended: name and exit code -> how many. */
  readonly outcomes: ReadonlyMap<string, number>;
  readonly injected: ReadonlyMap<string, number>;
  /** What stopped a rollout that a person would mend. */
  readonly stops: ReadonlyMap<string, number>;
  readonly kills: number;
  /** Rollouts that were taken up by another process, and how often in all. */
  readonly resumed: { readonly rollouts: number; readonly times: number };
  readonly rotations: number;
  readonly retries: number;
  /** Foldings, and how often a model was asked for one. */
  readonly folded: number;
  readonly consulted: number;
  readonly requests: number;
  readonly events: number;
  readonly tokens: Reconciled;
  readonly replayed: number;
  readonly seconds: number;
  readonly peakWorkerMb: number;
  readonly sandboxes: ReadonlyMap<string, number>;
  /** Everything that should not be; empty: all is well. */
  readonly faults: readonly string[];
}

/** One kill for about so many words heard of a worker, and one rotated key. */
const WORDS_PER_KILL = 25;
const WORDS_PER_ROTATION = 120;
/** A kill comes within this time after its word. */
const KILL_WITHIN_MS = 400;
/** Of those that paused for want of a model, the part that nobody takes up again. */
const LEFT_PAUSED = 0.15;

/** Runs rollouts that are struck at every seam until each has ended, then holds the books against each other. */
export async function soak(options: SoakOptions): Promise<SoakReport> {
  const top = mkdtempSync(join(tmpdir(), 'heddle-soak-'));
  const store = openStore(join(top, 'home', 'journal.db'));
  const servers = await startServers((job) => planOf(options.seed, job));
  try {
    return await new Soak(options, { top, store, servers }, options.sandboxes ?? (await working(top))).run();
  } finally {
    await servers.close();
    store.close();
    rmSync(top, { recursive: true, force: true });
  }
}

async function working(home: string): Promise<SandboxKind[]> {
  const { sandboxes } = await probeSandboxes(home);
  return sandboxes
    .filter(({ kind, refusal }) => kind !== 'container' && refusal === null)
    .map(({ kind }) => kind);
}

interface Ground {
  readonly top: string;
  readonly store: Store;
  readonly servers: Servers;
}

/** A job and what has become of it. */
interface Fate {
  rollout: string | null;
  resumed: number;
  ended: Ended | null;
  replayed: boolean;
}

class Soak {
  readonly #options: SoakOptions;
  readonly #ground: Ground;
  readonly #sandboxes: readonly SandboxKind[];
  readonly #random: Random;
  readonly #fates: Fate[];
  readonly #queue: Order[];
  readonly #known = new Set<string>();
  readonly #stops = new Map<string, number>();
  readonly #faults: string[] = [];
  #words = 0;
  #rotations = 0;
  #peakMb = 0;
  #left: number;

  constructor(options: SoakOptions, ground: Ground, sandboxes: readonly SandboxKind[]) {
    this.#options = options;
    this.#ground = ground;
    this.#sandboxes = sandboxes;
    this.#random = randomOf(`kills ${options.seed}`);
    this.#left = options.rollouts;
    this.#fates = Array.from({ length: options.rollouts }, () => ({
      rollout: null,
      resumed: 0,
      ended: null,
      replayed: false,
    }));
    this.#queue = this.#fates.map((_, job) => this.#order(job, 'run'));
  }

  async run(): Promise<SoakReport> {
    const started = performance.now();
    const workers = Math.min(2, availableParallelism(), this.#options.parallel);
    let finished = () => {};
    const over = new Promise<void>((resolve) => (finished = resolve));
    const crew = new Crew({
      bench: this.#lay(),
      workers,
      each: Math.ceil(this.#options.parallel / workers),
      next: () => this.#queue.shift() ?? null,
      heard: (word) => {
        this.#heard(word, crew);
        if (this.#left === 0) finished();
      },
      died: (orders) => {
        for (const order of orders) this.#takeUp(order);
        if (this.#left === 0) finished();
      },
    });
    crew.feed();
    await over;
    await crew.close();
    return this.#report((performance.now() - started) / 1000, crew.kills);
  }

  /** Repository, keys, and the page that tells workers of them. */
  #lay(): string {
    const { top, servers } = this.#ground;
    const [repo, keys] = [join(top, 'repo'), join(top, 'keys')];
    for (const folder of [repo, keys]) mkdirSync(folder);
    layRepository(repo);
    const names = Object.keys(STANDINS) as StandinName[];
    for (const name of names) writeFileSync(join(keys, name), servers.key(name));
    const env = Object.fromEntries(names.map((name) => [name, servers.env(name)]));
    const bench: Bench = { home: join(top, 'home'), repo, keys, env, seed: this.#options.seed };
    const file = join(top, 'bench.json');
    writeFileSync(file, JSON.stringify(bench));
    return file;
  }

  #heard(word: Word, crew: Crew): void {
    switch (word.kind) {
      case 'memory':
        this.#peakMb = Math.max(this.#peakMb, word.peakMb);
        return;
      case 'ended':
        this.#ended(word.job, word.result);
        break;
      case 'stopped':
        this.#stops.set(word.code, (this.#stops.get(word.code) ?? 0) + 1);
        this.#takeUp(this.#order(word.job, 'run'));
        break;
      case 'replayed':
        if (!word.identical) this.#faults.push(`job ${word.job}: its replay is another story`);
        this.#replayed(word.job);
        break;
      case 'bug':
        this.#faults.push(`job ${word.job}: ${word.error}`);
        this.#replayed(word.job);
        break;
      default:
        word satisfies never;
    }
    this.#words += 1;
    if (this.#random.next() < 1 / WORDS_PER_ROTATION) this.#rotate();
    if (this.#random.next() < 1 / WORDS_PER_KILL) {
      const pick = this.#random.next();
      setTimeout(() => this.#left > 0 && crew.kill(pick), this.#random.next() * KILL_WITHIN_MS);
    }
  }

  #ended(job: number, result: Ended): void {
    const fate = this.#fates[job]!;
    fate.rollout = result.rollout;
    const { servers } = this.#ground;
    if (result.status === 'model-unreachable') {
      servers.heal(job);
      // Those whose key was refused in the moment of a rotation among them.
      if (this.#random.next() >= LEFT_PAUSED) {
        this.#takeUp(this.#order(job, 'run'));
        return;
      }
    }
    fate.ended = result;
    this.#queue.push(this.#order(job, 'replay'));
  }

  #replayed(job: number): void {
    const fate = this.#fates[job]!;
    if (fate.replayed) return;
    fate.replayed = true;
    this.#left -= 1;
    const done = this.#options.rollouts - this.#left;
    if (done % 100 === 0) this.#options.progress?.(`${done} of ${this.#options.rollouts} rollouts`);
  }

  /** Goes on with what its process left, wherever that was. */
  #takeUp(order: Order): void {
    const { job, what } = order;
    if (what === 'replay') {
      this.#queue.unshift(this.#order(job, 'replay'));
      return;
    }
    this.#find();
    const fate = this.#fates[job]!;
    if (fate.rollout !== null) {
      const events = readRollout(this.#ground.store, fate.rollout);
      // Killed after its last event: there is nothing left to do but to read it.
      if (stateOf(events).completed !== null) {
        const result = resultOf(this.#ground.store, fate.rollout);
        this.#ended(job, { ...result, exitCode: exitCodeOf(result) });
        return;
      }
      fate.resumed += 1;
    }
    this.#queue.unshift(this.#order(job, 'run'));
  }

  /** Rollouts whose process died before it could say that it had begun them. */
  #find(): void {
    const { store } = this.#ground;
    for (const { rollout } of store.rollouts({ limit: this.#options.parallel * 4 })) {
      if (this.#known.has(rollout)) continue;
      this.#known.add(rollout);
      const [first] = store.read(rollout);
      const job = jobOf(first);
      if (job === null) continue;
      const fate = this.#fates[job]!;
      if (fate.rollout !== null && fate.rollout !== rollout)
        this.#faults.push(`job ${job} has two rollouts: ${fate.rollout} and ${rollout}`);
      fate.rollout = rollout;
    }
  }

  #order(job: number, what: Order['what']): Order {
    const rollout = this.#fates[job]!.rollout;
    const written = rollout === null ? 0 : readRollout(this.#ground.store, rollout).length;
    return { job, rollout, written, what, sandbox: this.#sandboxes[job % this.#sandboxes.length]! };
  }

  #rotate(): void {
    const { top, servers } = this.#ground;
    const provider = this.#random.pick(Object.keys(STANDINS) as StandinName[]);
    if (servers.key(provider) === '') return;
    this.#rotations += 1;
    const key = `rotated-key-${this.#rotations}-0123456789`;
    writeFileSync(join(top, 'keys', provider), key);
    servers.rotate(provider, key);
  }

  #report(seconds: number, kills: number): SoakReport {
    const { store, servers, top } = this.#ground;
    const journals = new Map<number, Recorded[]>();
    const outcomes = new Map<string, number>();
    const sandboxes = new Map<string, number>();
    const count = (map: Map<string, number>, name: string) => map.set(name, (map.get(name) ?? 0) + 1);
    for (const [job, { rollout, ended }] of this.#fates.entries()) {
      if (rollout === null || ended === null) {
        this.#faults.push(`job ${job} has no end`);
        continue;
      }
      const events = readRollout(store, rollout);
      journals.set(job, events);
      count(outcomes, `${ended.status} (exit ${ended.exitCode})`);
      count(sandboxes, stateOf(events).config.sandbox);
      if (events.some(({ position }, i) => position !== i))
        this.#faults.push(`job ${job}: a position of its journal is missing`);
      const read = resultOf(store, rollout);
      if (read.status !== ended.status || read.usage.inputTokens !== ended.usage.inputTokens)
        this.#faults.push(`job ${job}: its journal tells another end than its process did`);
      if (ended.status === 'failed' || ended.status === 'interrupted')
        this.#faults.push(`job ${job}: ended ${ended.status}: ${ended.reason}`);
    }
    // As every start of Heddle does. The copy of a paused rollout stays for whoever takes it up.
    const finished = (rollout: string) => stateOf(readRollout(store, rollout)).completed !== null;
    sweepLeftovers(join(top, 'home'), finished);
    const left = readdirSync(join(top, 'home', 'work')).filter(finished);
    if (left.length > 0)
      this.#faults.push(`${left.length} working copies are left: ${left.slice(0, 3).join(', ')}`);
    const tokens = reconcile(servers.billed, journals);
    const all = [...journals.values()].flat();
    return {
      outcomes,
      injected: servers.injected,
      stops: this.#stops,
      kills,
      resumed: {
        rollouts: this.#fates.filter(({ resumed }) => resumed > 0).length,
        times: this.#fates.reduce((total, { resumed }) => total + resumed, 0),
      },
      rotations: this.#rotations,
      retries: all.filter(({ event }) => event.type === 'model.retried').length,
      folded: all.filter(({ event }) => event.type === 'memory.folded').length,
      consulted: all.filter(({ event }) => event.type === 'model.consulted').length,
      requests: servers.requests,
      events: all.length,
      tokens,
      replayed: this.#fates.filter(({ replayed }) => replayed).length,
      seconds,
      peakWorkerMb: this.#peakMb,
      sandboxes,
      faults: [...this.#faults, ...tokens.faults],
    };
  }
}
