import {
  agentTreeOf,
  childEvents,
  DeskPerson,
  exitCodeOf,
  knownCost,
  type LaterEmbedder,
  listenForStop,
  modelAuditor,
  type Observer,
  type RolloutResult,
  type Runtime,
  readRollout,
} from '@heddle/agent';
import { OperatorError, type Recorded, type Store } from '@heddle/core';
import { hasKnownPrice, memoryModel, openEmbedder } from '@heddle/models';
import type { GuardChoice } from '../commands/run-options.ts';
import type { EffectiveConfig } from '../config/load.ts';
import { type HandOverOptions, handOver } from '../hand-over/hand-over.ts';
import { agentsReport } from '../render/agents/agents-report.ts';
import { deskText } from '../render/desk-text.ts';
import { type Report, reportText } from '../render/final-report.ts';
import { openView } from '../render/view.ts';
import { type Terminal, terminalOf } from '../terminal.ts';
import { openGuard } from './guard.ts';
import { hooksOf } from './hooks.ts';
import { listenForInterrupt } from './interrupt.ts';
import type { JsonLines } from './json-lines.ts';
import { openChosenModel } from './open-chosen-model.ts';
import { serversOf } from './servers.ts';
import { userGuides, userSkills } from './user-knowledge.ts';

/** How a run is shown and where its patch goes. */
export interface RunOptions extends HandOverOptions, GuardChoice {
  readonly json?: boolean;
  readonly stream?: boolean;
  readonly quiet?: boolean;
  readonly fallback?: string;
  readonly rival?: string;
}

export interface Run {
  readonly home: string;
  readonly store: Store;
  readonly config: EffectiveConfig;
  /** As journaled: for the price. */
  readonly model: string;
  /** Others that its agents ask. */
  readonly models?: readonly string[];
  readonly task: string;
  readonly root: string;
  readonly options: RunOptions;
  /** What happened before, of a rollout that goes on. */
  readonly past?: readonly Recorded[];
  start(runtime: Runtime): Promise<RolloutResult>;
}

/**
 * Runs a rollout before the user's eyes: live view on standard error, result on standard output, patch to where it is
 * wanted. Gives the exit code.
 */
export async function conduct(run: Run): Promise<number> {
  const { home, store, options } = run;
  const second = options.fallback ?? run.config.fallback;
  const fallback = second === undefined ? null : await openChosenModel(second, { home, config: run.config });
  const memory = memoryModel(run.model, run.config);
  const { embedding, comparator } = run.config;
  const rival = options.rival ?? run.config.rival;
  if (!options.quiet)
    tellUnknownPrices(
      [run.model, ...(run.models ?? []), ...(rival === undefined ? [] : [rival])],
      run.config,
    );
  const later = (id: string) => ({ id, open: () => openChosenModel(id, { home, config: run.config }) });
  let stop = () => {};
  const shared = options.desk ?? run.config.guard?.desk ?? false;
  const stream = options.stream === true ? await openStream(() => stop(), shared) : null;
  const desk = new DeskPerson(store.desk);
  const { guard, asks, answerer, close, onAsking } = await openGuard(options, run.config, {
    ...(stream === null ? {} : { stream }),
    desk,
    stdin: process.stdin,
    stderr: process.stderr,
    env: process.env,
    auditor: async (spec) => modelAuditor(await openChosenModel(spec, { home, config: run.config })),
  });
  const { hooks, remark } = hooksOf(run.config);
  if (remark !== '' && !options.quiet) process.stderr.write(`heddle: ${remark}\n`);
  const known = { guides: userGuides(home), skills: userSkills(home) };
  const view = await openView(process.stderr, {
    quiet: options.quiet === true,
    plain: asks,
    past: { events: run.past ?? [], children: childEvents(store, run.past ?? []) },
  });
  onAsking?.((asking) => view.still(asking));
  if (onAsking === undefined && stream === null && !options.quiet)
    desk.onAsking = (row) => {
      view.still(true);
      process.stderr.write(deskText(row));
      view.still(false);
    };
  const interrupt = listenForInterrupt(() => view.stopping());
  stop = interrupt.stop;
  const deaf = listenForStop(
    store.desk,
    () => desk.whole,
    () => stop(),
  );
  let result: RolloutResult;
  try {
    result = await run.start({
      home,
      store,
      observer: watchers(view, desk.observer, stream),
      signal: interrupt.signal,
      guard,
      ...known,
      hooks,
      ...(run.config.mcp === undefined ? {} : { mcp: serversOf(run.config.mcp) }),
      ...(fallback === null ? {} : { fallback }),
      ...(rival === undefined ? {} : { rival: later(rival) }),
      ...(comparator === undefined ? {} : { comparator: later(comparator) }),
      ...(memory === null ? {} : { memory: later(memory) }),
      ...(embedding === undefined ? {} : { embedder: laterEmbedder(embedding, run) }),
      ...(answerer === undefined ? {} : { answerer }),
    });
  } finally {
    deaf();
    close();
    view.end();
    interrupt.dispose();
  }
  const { outcome, failure } = await delivered(run, result);
  const costUsd = knownCost(result, run.model, run.config);
  if (stream !== null) stream.result({ ...result, costUsd });
  else if (options.json) process.stdout.write(`${JSON.stringify({ ...result, costUsd }, null, 2)}\n`);
  else {
    const report = options.patch === '-' ? process.stderr : process.stdout;
    const terminal = terminalOf(report);
    const agents = agentsOf(store, result.rollout, terminal);
    report.write(reportText({ ...result, costUsd, outcome, delivery: options, ...agents }, terminal));
  }
  if (failure !== undefined) throw failure;
  return exitCodeOf(result);
}

function tellUnknownPrices(models: readonly string[], config: EffectiveConfig): void {
  for (const model of new Set(models.filter((each) => !hasKnownPrice(each, config))))
    process.stderr.write(
      `heddle: the price of ${model} is unknown, so the budget cannot stop it\n  hint: name one under "prices" in the configuration\n`,
    );
}

/** A patch that cannot be delivered must not cost the report of how it came to be. */
async function delivered(
  { task, root, options }: Run,
  result: RolloutResult,
): Promise<{ outcome: string[]; failure?: OperatorError }> {
  try {
    return { outcome: await handOver({ result, task, root }, options) };
  } catch (error) {
    if (error instanceof OperatorError) return { outcome: [], failure: error };
    throw error;
  }
}

function agentsOf(store: Store, rollout: string, { columns, palette }: Terminal): Pick<Report, 'agents'> {
  const tree = agentTreeOf(store, readRollout(store, rollout));
  if (tree.isEmpty) return {};
  const chosen = [...tree.composition.selections.values()].some((each) => each.chosen?.candidate != null);
  return { agents: { text: agentsReport(tree, { columns, palette, objects: store.objects }), chosen } };
}

function laterEmbedder(id: string, { home, config }: Run): LaterEmbedder {
  return { id, open: () => openEmbedder(id, { home, env: process.env, config }) };
}

/** Answers come on standard input, which keeps nobody waiting at the end. */
async function openStream(onStop: () => void, shared: boolean): Promise<JsonLines> {
  const { JsonLines } = await import('./json-lines.ts');
  const lines = new JsonLines({ input: process.stdin, output: process.stdout, onStop, shared });
  (process.stdin as { unref?(): unknown }).unref?.();
  return lines;
}

function watchers(view: Observer, desk: Observer, stream: JsonLines | null): Observer {
  return {
    ...(view.delta === undefined ? {} : { delta: (text) => view.delta?.(text) }),
    ...(view.output === undefined ? {} : { output: (chunk) => view.output?.(chunk) }),
    ...(view.network === undefined ? {} : { network: (request) => view.network?.(request) }),
    event(recorded) {
      desk.event?.(recorded);
      stream?.event(recorded);
      view.event?.(recorded);
    },
    child(recorded) {
      desk.child?.(recorded);
      stream?.event(recorded);
      view.child?.(recorded);
    },
  };
}
