import { detectChecks } from '@heddle/code';
import { type CheckSpec, ModelFacingError, type ObjectStore, type Recorded } from '@heddle/core';
import type { Workspace } from '@heddle/workspace';
import { fitArguments, readArguments } from './arguments.ts';
import { excerpt } from './excerpt.ts';
import type { Guard } from './guard/guard.ts';
import type { Handles } from './handles.ts';
import type { Inside } from './hands.ts';
import type { Hooks, Ran } from './hooks/hooks.ts';
import { observationRoom } from './memory/window.ts';
import { IN_PARTS } from './moves.ts';
import type { Answerer, LaterEmbedder, Observer } from './rollout.ts';
import type { PendingCall, RolloutState } from './state.ts';
import { timeLimit } from './time-limit.ts';
import type { RolloutView, Tool, ToolContext } from './tool.ts';
import { describeInputFault } from './tools/input-fault.ts';
import { wellFormed } from './well-formed.ts';

/** A tool cuts for itself, meaningfully; beyond this it is cut whatever it is (one line of a megabyte). */
const MAX_CONTENT_CHARACTERS = 60_000;
const WORTH_CUTTING = 1.1;

export interface ToolRunnerOptions {
  /** Whose actions these are. */
  readonly rollout: string;
  readonly objects: ObjectStore;
  /** Heddle's data folder. */
  readonly home: string;
  readonly tools: ReadonlyMap<string, Tool>;
  readonly observer: Observer;
  readonly guard: Guard;
  /** Asked before and after actions. Absent: nobody is; nor in a replay. */
  readonly hooks?: Hooks;
  readonly answerer?: Answerer;
  readonly embedder?: LaterEmbedder;
  /** The journal so far. */
  events(): readonly Recorded[];
  readonly signal: AbortSignal;
}

/** Where an action happens. */
interface Place {
  readonly state: RolloutState;
  readonly inside: Inside;
  readonly workspace: Workspace;
}

/** From what the model wrote to what it is told: arguments, hooks, guard, the tool itself, masks and caps. */
export class ToolRunner {
  readonly #options: ToolRunnerOptions;
  readonly #handles: Handles;
  /** Where the model's shell is, as it last said; null: in the root. */
  #cwd: string | null = null;

  constructor(options: ToolRunnerOptions, handles: Handles) {
    this.#options = options;
    this.#handles = handles;
  }

  /** Ends what tools keep. */
  async forget(): Promise<void> {
    this.#cwd = null;
    await this.#handles.forget();
  }

  /** Never rejects for what the model can mend: that is its observation. */
  async run(tool: Tool | undefined, call: PendingCall, place: Place): Promise<Ran> {
    const { state, inside, workspace } = place;
    if (tool === undefined) {
      const known = [...this.#options.tools.keys()].join(', ');
      return refuse(`There is no tool "${call.tool}". Nothing was run. The tools are: ${known}.`);
    }
    // What a program imports could call it as well as the program.
    if (tool.touches.outside === true && inside.nested === undefined)
      return refuse(
        `${tool.name} acts outside of the sandbox: call it as a tool of its own. Nothing was run.`,
      );
    const input = readArguments(call.input);
    if (input === null) {
      const why = state.replied?.cutByLength
        ? ` Your reply was cut off by the output limit: ${IN_PARTS}.`
        : '';
      return refuse(
        `The arguments of ${call.tool} are not a JSON object, so nothing was run.${why} You wrote: ${clip(call.input)}`,
      );
    }
    const parsed = fitArguments(tool.schema, input);
    if (parsed.mended === null) return refuse(describeInputFault(tool, parsed.issues, input));
    const run = (input: unknown, asked?: unknown) => this.#perform(tool, input, { ...place, asked });
    const { hooks, signal } = this.#options;
    if (hooks === undefined) return run(parsed.data);
    const { step, files: snapshot, task, ledger } = state;
    const secondsLeft = ledger.remaining('seconds');
    const about = { tool, input: parsed.data, step, snapshot, repository: task.repo };
    const ran = await hooks.round({ ...about, workspace, secondsLeft, signal, run });
    return { ...ran, content: this.#options.guard.mask.text(ran.content) };
  }

  async #perform(tool: Tool, input: unknown, { asked, ...place }: Place & { asked: unknown }): Promise<Ran> {
    const { rollout, guard, observer, signal } = this.#options;
    const { state, inside, workspace } = place;
    const { root } = workspace;
    const { task, step } = state;
    const verdict = await guard.decide({
      rollout,
      tool,
      input,
      ...(asked === undefined ? {} : { asked }),
      root,
      cwd: this.#cwd ?? root,
      task: task.text,
      step,
      signal,
      onConsulted: inside.consulted,
    });
    if (!verdict.allowed) return { ...refuse(verdict.content), details: { guard: verdict.details } };
    const decided = verdict.details === null ? {} : { guard: verdict.details };
    const clock = timeLimit(state);
    const shown = guard.mask.stream((chunk) => observer.output?.(chunk));
    try {
      const given = { ...verdict, output: shown.push };
      const result = await tool.run(input, this.#context(place, clock, given));
      const content = guard.mask.text(result.content);
      const details = withGuard(guard.mask.value(result.details ?? null), decided);
      this.#cwd = cwdOf(details) ?? this.#cwd;
      const room = observationRoom(state, MAX_CONTENT_CHARACTERS);
      // To leave out a little costs more than it saves: the line that says so, and another look.
      const cut = content.length > room * WORTH_CUTTING;
      const images = result.images?.map(({ mediaType, bytes }) => ({
        mediaType,
        object: this.#options.objects.put(bytes),
      }));
      const full = result.full === undefined ? (cut ? content : undefined) : guard.mask.text(result.full);
      return {
        outcome: 'ok',
        content: cut ? cutShort(content, room, state) : content,
        details,
        output: full === undefined ? null : this.#options.objects.put(full),
        ...(images === undefined || images.length === 0 ? {} : { images }),
      };
    } catch (error) {
      if (error instanceof ModelFacingError)
        return { ...refuse(guard.mask.text(error.message)), details: { code: error.code, ...decided } };
      // What a tool stopped for when the rollout's time was over; the next move hands in what there is.
      if (clock.aborted && error === clock.reason) return refuse('Ended: the time limit is reached.');
      throw error;
    } finally {
      shown.end();
    }
  }

  async #embed({ open }: LaterEmbedder, texts: readonly string[], { consulted }: Inside) {
    const model = await this.#handles.get('embedder', open);
    const { vectors, usage, usd, seconds } = await model.embed(wellFormed(texts), this.#options.signal);
    consulted?.({ role: 'memory', model: model.id, usage, usd, seconds });
    return vectors;
  }

  #context(
    { state, inside, workspace }: Place,
    clock: AbortSignal,
    given: Required<Pick<ToolContext, 'env' | 'output'>>,
  ): ToolContext {
    const { rollout, objects, signal, tools, home, answerer, embedder } = this.#options;
    const { nested } = inside;
    const view: RolloutView = {
      base: state.workspace!.base,
      snapshot: state.files,
      undo: state.undo,
      seen: state.seen,
      draft: state.draft,
      summary: state.reviewed?.summary ?? null,
      reviewed: state.reviewed !== null && state.reviewed.step < state.step ? state.reviewed.snapshot : null,
      network: state.config.network,
      room: observationRoom(state, MAX_CONTENT_CHARACTERS),
      plan: state.plan,
      running: state.running,
      views: state.views.names,
      last: state.pending.length <= 1 && state.ledger.exceeded() !== null,
      secondsLeft: state.ledger.remaining('seconds'),
      checkRun: (name) => state.checks.get(name) ?? { before: null, last: null },
    };
    return {
      workspace,
      objects,
      home,
      checks: state.config.checks,
      view,
      events: this.#options.events,
      ...(state.config.checksFrom === 'option' ? { widerChecks: () => widerChecks(state) } : {}),
      ...(embedder === undefined ? {} : { embed: (texts) => this.#embed(embedder, texts, inside) }),
      ...(nested === undefined ? {} : { nested: { tools, run: nested } }),
      signal: AbortSignal.any([signal, clock, ...(inside.signal === undefined ? [] : [inside.signal])]),
      seed: state.config.seed,
      env: given.env,
      output: given.output,
      // A person may take longer than the rollout's clock allows: that time is not the model's.
      ...(answerer === undefined
        ? {}
        : { ask: (question) => answerer.answer({ ...question, rollout }, signal) }),
      handle: (key, make) => this.#handles.get(key, make),
    };
  }
}

/** Of the checks found in the repository, those that the user's own leave out. */
async function widerChecks({ task, config }: RolloutState): Promise<readonly CheckSpec[]> {
  const own = new Set(config.checks.map(({ command }) => command.trim()));
  return (await detectChecks(task.repo)).filter(({ command }) => !own.has(command.trim()));
}

/** What is quoted of broken arguments. */
const MAX_QUOTE_CHARACTERS = 500;

function cutShort(content: string, room: number, { config, step }: RolloutState): string {
  const rest = config.tools.includes('recall')
    ? `recall {"step": ${step}} shows all of it, in parts`
    : 'look at the rest in parts, with bash (grep, head -c, cut -c)';
  return `${excerpt(content, room).text}\n[cut: ${room} of ${content.length} characters are shown; ${rest}]`;
}

function refuse(content: string) {
  return { outcome: 'error' as const, content, details: null, output: null };
}

function clip(text: string): string {
  return text.length <= MAX_QUOTE_CHARACTERS ? text : `${text.slice(0, MAX_QUOTE_CHARACTERS)}…`;
}

/** What was decided about an action stands beside what it says of itself. */
function withGuard(details: unknown, decided: { guard?: unknown }): unknown {
  if (decided.guard === undefined) return details;
  return typeof details === 'object' ? { ...details, ...decided } : { result: details, ...decided };
}

function cwdOf(details: unknown): string | null {
  const cwd = (details as { cwd?: unknown } | null)?.cwd;
  return typeof cwd === 'string' ? cwd : null;
}
