import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { openStore } from '@heddle/core';
import { type ExperimentReport, findExperiment, gradedOf, reportOf } from '@heddle/lab';
import { type Billed, type Provider, startProvider } from './provider.ts';
import { writeTasks } from './tasks.ts';

const HEDDLE = fileURLToPath(new URL('../../packages/cli/src/main.ts', import.meta.url));
const MODELS = ['alpha', 'beta'] as const;

export interface KillsOptions {
  /** Each by two agents. */
  readonly instances: number;
  readonly kills: number;
  readonly parallel: number;
  readonly progress?: (line: string) => void;
}

interface Tokens {
  readonly replies: number;
  readonly input: number;
  readonly output: number;
}

export interface KillsReport {
  readonly rollouts: number;
  readonly kills: number;
  /** Kills that met at least one trial under way. */
  readonly inTheMiddle: number;
  readonly server: Tokens;
  /** By the results that were booked. */
  readonly ledger: Omit<Tokens, 'replies'>;
  /** Replies that were sent and whose process died before they were journaled. */
  readonly lost: Tokens;
  readonly seconds: { readonly undisturbed: number; readonly killed: number };
  readonly solved: readonly number[];
  /** What does not add up. */
  readonly faults: readonly string[];
}

/** Alpha solves two of three, beta every second one. */
function solves(model: string, instance: number): boolean {
  return model.includes('alpha') ? instance % 3 !== 0 : instance % 2 === 0;
}

/**
 * One experiment twice: undisturbed, and with its process killed at moments spread over the whole of it and started again
 * each time. The tables must be the same, and the model server's books must be those of the ledger and of what kills lost.
 */
export async function kills({
  instances,
  kills: wanted,
  parallel,
  progress = () => {},
}: KillsOptions): Promise<KillsReport> {
  const top = mkdtempSync(join(tmpdir(), 'heddle-kills-'));
  const provider = await startProvider(solves);
  try {
    const dataset = join(top, 'tasks.jsonl');
    writeTasks(dataset, instances);
    const place = (name: string) => new Evaluation(join(top, name), dataset, provider, parallel);
    const calm = place('undisturbed');
    let began = performance.now();
    await calm.run();
    const undisturbed = (performance.now() - began) / 1000;
    progress(`undisturbed: ${undisturbed.toFixed(0)} s`);
    const before = provider.billed.length;
    const struck = place('killed');
    began = performance.now();
    const rollouts = instances * MODELS.length;
    let inTheMiddle = 0;
    for (let kill = 1; kill <= wanted; kill++) {
      const finished = Math.floor((rollouts * kill) / (wanted + 1));
      const running = await struck.runUntil(finished, (kill * STRIDE_MS) % SPREAD_MS);
      if (running > 0) inTheMiddle += 1;
      progress(`killed ${kill} of ${wanted}: ${finished} of ${rollouts} were done, ${running} under way`);
    }
    await struck.run();
    const killed = (performance.now() - began) / 1000;
    const [calmTable, table] = [calm.table(), struck.table()];
    const billed = provider.billed.slice(before);
    const books = booksOf(billed);
    const faults = [
      ...(JSON.stringify(calmTable.rows) === JSON.stringify(table.rows) ? [] : ['the tables differ']),
      ...(JSON.stringify(calmTable.figures) === JSON.stringify(table.figures)
        ? []
        : ['the statistics differ']),
      ...compare('input tokens', books.once.input, table.tokens.input),
      ...compare('output tokens', books.once.output, table.tokens.output),
      ...(books.lost.replies > wanted * parallel
        ? [`${books.lost.replies} replies were asked for twice, more than could be in flight`]
        : []),
    ];
    return {
      ...{ rollouts, kills: wanted, inTheMiddle },
      ...{ server: tokensOf(billed), ledger: table.tokens, lost: books.lost },
      ...{ seconds: { undisturbed, killed }, solved: table.figures.map(({ solved }) => solved), faults },
    };
  } finally {
    await provider.close();
    rmSync(top, { recursive: true, force: true });
  }
}

function compare(what: string, server: number, ledger: number): string[] {
  return server === ledger ? [] : [`${what}: ${server} by the server, ${ledger} by the ledger`];
}

/**
 * Each reply once, and those whose process died with them: of several replies to one turn the last is the one that was
 * journaled. (A turn that was journaled and yet asked for again would be in the ledger twice, and not agree.)
 */
function booksOf(billed: readonly Billed[]): { readonly once: Tokens; readonly lost: Tokens } {
  const last = new Map(billed.map((reply) => [`${reply.trial} ${reply.turn}`, reply]));
  const kept = new Set(last.values());
  return { once: tokensOf([...kept]), lost: tokensOf(billed.filter((reply) => !kept.has(reply))) };
}

function tokensOf(billed: readonly Billed[]): Tokens {
  const sum = (of: (reply: Billed) => number) => billed.reduce((total, reply) => total + of(reply), 0);
  return {
    replies: billed.length,
    input: sum(({ inputTokens }) => inputTokens),
    output: sum(({ outputTokens }) => outputTokens),
  };
}

/** An experiment in a home of its own, run by processes of the real command line. */
class Evaluation {
  readonly #home: string;
  readonly #args: readonly string[];
  readonly #env: NodeJS.ProcessEnv;

  constructor(home: string, dataset: string, { env }: Provider, parallel: number) {
    const config = join(home, 'config');
    mkdirSync(join(config, 'heddle'), { recursive: true });
    const prices = Object.fromEntries(
      MODELS.map((model) => [`openrouter/${model}`, { input: 1, output: 5, contextTokens: 200_000 }]),
    );
    writeFileSync(join(config, 'heddle', 'heddle.config.jsonc'), JSON.stringify({ prices, memory: 'none' }));
    this.#home = join(home, 'data');
    this.#env = { ...process.env, ...env, HEDDLE_HOME: this.#home, XDG_CONFIG_HOME: config };
    this.#args = [
      ...['eval', dataset, '--name', 'kills', '--sandbox', 'host', '--quiet', '--json'],
      ...['--parallel', String(parallel)],
      ...MODELS.flatMap((model) => ['--agent', `solo model=openrouter/${model} name=${model}`]),
    ];
  }

  /** To its end. The very same words go on where a killed process left off. */
  async run(): Promise<void> {
    const child = this.#start();
    const [code] = (await once(child, 'exit')) as [number | null];
    if (code !== 0) throw new Error(`heddle eval ended with ${code}: ${this.#said}`);
  }

  /** Kills it once so many trials are done, and so many milliseconds later. Gives how many were under way. */
  async runUntil(finished: number, later: number): Promise<number> {
    const child = this.#start();
    const ended = once(child, 'exit');
    while (child.exitCode === null && this.#counts().finished < finished) await delay(POLL_MS);
    await delay(later);
    child.kill('SIGKILL');
    await ended;
    return this.#counts().running;
  }

  #said = '';

  #start(): ChildProcess {
    this.#said = '';
    const child = spawn(process.execPath, [HEDDLE, ...this.#args], {
      env: this.#env,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    child.stderr.on('data', (chunk: Buffer) => {
      this.#said += chunk.toString();
    });
    return child;
  }

  #counts(): { readonly finished: number; readonly running: number } {
    const { trials } = this.#read((report) => report) ?? { trials: { finished: 0, running: 0 } };
    return trials;
  }

  #read<T>(use: (report: ExperimentReport, store: ReturnType<typeof openStore>) => T): T | null {
    const store = openStore(join(this.#home, 'journal.db'));
    try {
      if (store.experiments.list().length === 0) return null;
      return use(reportOf(store, findExperiment(store, 'last')), store);
    } finally {
      store.close();
    }
  }

  /**
   * What must be the same however often the process died. Not what it cost: a model that is told of an interruption reads
   * a little more, and does again what was broken off.
   */
  table() {
    return this.#read((report, store) => {
      const graded = gradedOf(store.experiments.trials(report.experiment));
      const rows = graded.map(({ agent, instance, attempt, tries, result, outcome }) => ({
        ...{ agent, instance, attempt, tries, outcome, status: result.status, patch: result.patchDigest },
        ...{ probability: result.probability, flags: result.flags, infra: result.infra },
      }));
      const figures = report.agents.map(({ agent, counts, description, calibration }) => ({
        ...{ name: agent.name, solved: counts.solved, counts, description, calibration },
      }));
      const sum = (of: (row: (typeof graded)[number]['result']) => number) =>
        graded.reduce((total, { result }) => total + of(result), 0);
      const tokens = {
        input: sum(({ inputTokens }) => inputTokens),
        output: sum(({ outputTokens }) => outputTokens),
      };
      return { rows, figures, tokens };
    })!;
  }
}

/** Kills meet trials at every moment of theirs: before, between and in the middle of requests. */
const [STRIDE_MS, SPREAD_MS] = [137, 500];
/** Often enough to strike at the trial that was meant. */
const POLL_MS = 20;
