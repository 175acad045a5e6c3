import {
  Journal,
  type Limits,
  newRolloutId,
  OperatorError,
  type Recorded,
  type RolloutConfig,
  type RolloutEvent,
  type Within,
} from '@heddle/core';
import type { Model } from '@heddle/models';
import {
  chooseSandbox,
  openWorkspace,
  reopenWorkspace,
  type SandboxKind,
  type Workspace,
} from '@heddle/workspace';
import { fileTree } from './file-tree.ts';
import { NetworkLog } from './guard/network-log.ts';
import { knowledgeOf, shownFolders } from './knowledge/knowledge.ts';
import { poolOf } from './mcp/pool-of.ts';
import { refusePeer } from './peer/refuse-peer.ts';
import { limitsLine } from './prompts/introduction.ts';
import type { RealHandsOptions } from './real-hands.ts';
import { readRollout, resultOfState, stateOf } from './result.ts';
import type { RolloutResult, Runtime } from './rollout.ts';
import { openSession } from './session.ts';
import { solo } from './solo.ts';
import type { NestedCall, RolloutState } from './state.ts';
import { harmless } from './tell-observer.ts';
import type { Tool } from './tool.ts';
import { toolsOf } from './tools/of-rollout.ts';
import { recordRun } from './versions/record-run.ts';
import { comparedResult } from './versions/same-setup.ts';

const INTERRUPTED =
  'interrupted: the process died while this ran. The files of the repository are as they were before it. Run it again if it is still needed.';
const INTERRUPTED_OUTSIDE =
  'interrupted: the process died before the server answered. It may have done it all the same: look before you call it again.';
/** Of a program's tool calls told after an interruption, the last ones; and characters of one. */
const MAX_TOLD_CALLS = 20;
const MAX_TOLD_CHARACTERS = 120;

export interface ResumeOptions {
  readonly rollout: string;
  /** The rollout's own model, opened anew, or another to go on with. */
  readonly model: Model;
  /** Instead of those it had; one that ended at a limit goes on when that is raised, one that failed in any case. */
  readonly limits?: Partial<Limits>;
}

/** Where a rollout goes on: by default in a workspace of its own, with the tools its configuration names. */
export interface Place extends AsyncDisposable {
  readonly requests: NetworkLog;
  readonly tools: ReadonlyMap<string, Tool>;
  /** The workspace of one that had been prepared, with its last files. */
  at(workspace: NonNullable<RolloutState['workspace']>): Promise<Workspace>;
  readonly open: RealHandsOptions['open'];
  readonly known?: RealHandsOptions['known'];
  readonly hints?: readonly string[];
}

/**
 * Goes on where the journal ends. Throws OperatorError `no-such-rollout`, `rollout-finished`, `rollout-running`.
 */
export async function resume(
  { rollout, model, limits }: ResumeOptions,
  runtime: Runtime,
  place?: Place,
): Promise<RolloutResult> {
  const events = existing(rollout, runtime);
  const state = stateOf(events);
  if (!mayGoOn(state, limits)) {
    throw new OperatorError(
      'rollout-finished',
      `rollout ${rollout} is finished (${state.completed!.status})`,
      {
        hint: `look at it with \`heddle show ${rollout}\`, or go another way with \`heddle fork ${rollout}@STEP\``,
      },
    );
  }
  const journal = Journal.reopen(runtime.store, rollout, events);
  return proceed({ journal, state, model, runtime, place }, (emit) => {
    emit({
      type: 'rollout.resumed',
      config: configWith(state, { model, ...(limits === undefined ? {} : { limits }) }, runtime),
    });
    if (state.workspace === null) return;
    emit({ type: 'workspace.restored', snapshot: state.workspace.snapshot });
    tellOfTheChange(state, Object.keys(limits ?? {}).length > 0, emit);
    const [call] = state.pending;
    if (call?.started !== true) return;
    emit({
      type: 'action.completed',
      step: state.step,
      call: call.id,
      outcome: 'interrupted',
      content: interrupted(state),
      details: null,
      output: null,
      snapshot: state.workspace.snapshot,
      changed: [],
      seconds: 0,
    });
  });
}

/** What the model is told of the action that was under way; of a program, how far it had come. */
function interrupted({ nested, pending, config }: RolloutState): string {
  const ofServer = config.foreignTools?.some(({ name }) => name === pending[0]?.tool) === true;
  if (ofServer) return INTERRUPTED_OUTSIDE;
  if (nested === null) return INTERRUPTED;
  const tell = ({ tool, input }: NestedCall) => clip(`${tool} ${JSON.stringify(input)}`);
  const ended = nested.ended.map((call) => `- ended: ${tell(call)}`);
  const running = nested.running === null ? [] : [`- cut off: ${tell(nested.running)}`];
  const calls = [...ended, ...running];
  const left = calls.length - MAX_TOLD_CALLS;
  return [
    INTERRUPTED,
    'Tools it had called (what they changed in the repository is undone too; what they did elsewhere is not):',
    ...(left > 0 ? [`- ${left} earlier ones, all ended`] : []),
    ...calls.slice(-MAX_TOLD_CALLS),
  ].join('\n');
}

function clip(text: string): string {
  return text.length <= MAX_TOLD_CHARACTERS ? text : `${text.slice(0, MAX_TOLD_CHARACTERS)}…`;
}

export interface ForkOptions {
  readonly rollout: string;
  /** The fork goes on after this step; 0 is before the first. */
  readonly step: number;
  /** An instruction the model sees first. */
  readonly say?: string;
  readonly model: Model;
  readonly limits?: Partial<Limits>;
  readonly seed?: number;
  /** Default: a new one. */
  readonly id?: string;
  readonly within?: Within;
}

/** A new rollout with another's past: same prompt prefix, same files. Throws OperatorError `no-such-step`. */
export async function forkRollout(
  options: ForkOptions,
  runtime: Runtime,
  place?: Place,
): Promise<RolloutResult> {
  const { rollout, step, say, model, within } = options;
  const past = upToStep(existing(rollout, runtime), rollout, step);
  const state = stateOf(past);
  const position = past.length - 1;
  const journal = Journal.create(runtime.store, options.id ?? newRolloutId(), {
    parent: { rollout, position },
  });
  return proceed({ journal, state, model, runtime, place }, (emit) => {
    emit({
      type: 'rollout.forked',
      parent: { rollout, position, step },
      config: configWith(state, options, runtime),
      ...(within === undefined ? {} : { within }),
    });
    if (state.workspace !== null) emit({ type: 'workspace.restored', snapshot: state.workspace.snapshot });
    tellOfTheChange(state, state.step > 0 || Object.keys(options.limits ?? {}).length > 0, emit);
    if (say !== undefined) emit({ type: 'note.added', from: 'user', about: 'instruction', text: say });
  });
}

function existing(rollout: string, { store }: Runtime): Recorded[] {
  const events = readRollout(store, rollout);
  if (events.length > 0) {
    refusePeer(rollout, stateOf(events).config);
    return events;
  }
  throw new OperatorError('no-such-rollout', `there is no rollout ${rollout}`, {
    hint: '`heddle list` shows those there are',
  });
}

/** Events up to the end of a step: all of its actions observed, checks run and reported. */
function upToStep(events: readonly Recorded[], rollout: string, step: number): Recorded[] {
  const next = events.findIndex(({ event }) => event.type === 'model.requested' && event.step === step + 1);
  const whole = stateOf(events);
  // A rollout that was paused or died after the step goes on from all there is.
  const end =
    whole.completed === null
      ? events.length
      : events.findLastIndex(({ event }) => event.type === 'rollout.completed');
  const past = events.slice(0, next === -1 ? end : next);
  const reached = Math.max(
    0,
    ...past.map(({ event }) => (event.type === 'model.completed' ? event.step : 0)),
  );
  if (reached !== step || stateOf(past).pending.length > 0) {
    const last = whole.pending.length > 0 ? whole.step - 1 : whole.step;
    throw new OperatorError('no-such-step', `rollout ${rollout} has no finished step ${step}`, {
      hint: `give a step from 0 to ${last}; \`heddle show ${rollout}\` lists them`,
    });
  }
  return past;
}

/** The configuration a rollout goes on with. Tools are only ever added: what the prompt mentions stays there. */
function configWith(
  { config }: RolloutState,
  { model, limits, seed }: { model: Model; limits?: Partial<Limits>; seed?: number },
  { memory }: Runtime,
): RolloutConfig {
  return {
    ...config,
    model: model.id,
    seed: seed ?? config.seed,
    contextTokens: model.contextTokens,
    ...(memory === undefined ? {} : { memory: memory.id }),
    limits: { ...config.limits, ...limits },
    tools: [...new Set([...config.tools, ...(model.tools ?? [])])],
  };
}

const NEW_SHELL =
  'This rollout was taken up anew. The files of the repository are as they were; the shell is a new one in the root: its variables and background jobs are gone, and so are the variables of code and whatever was outside the repository or is ignored by git.';

/** What is no longer as the model was told. */
function tellOfTheChange(
  { step, ledger }: RolloutState,
  limits: boolean,
  emit: (event: RolloutEvent) => void,
): void {
  const lines = [
    ...(step > 0 ? [NEW_SHELL] : []),
    ...(limits ? [limitsLine(ledger.limits, ledger.inherited.steps)] : []),
  ];
  if (lines.length > 0) emit({ type: 'note.added', from: 'harness', about: 'hint', text: lines.join('\n') });
}

/**
 * One of ours that is not finished, that a bug of ours ended (Heddle may be a newer one by now), that a context was too small
 * for (another model may have more), or a limit that is now higher.
 */
export function mayGoOn(
  { completed, failure, ledger, config }: RolloutState,
  limits: Partial<Limits> = {},
): boolean {
  if (config.peer !== undefined) return false;
  if (completed === null || completed.status === 'failed') return true;
  if (failure?.code === 'context-too-long') return true;
  if (completed.status !== 'limit') return false;
  const { spent } = ledger;
  const raised = { ...config.limits, ...limits };
  return (
    Object.keys(limits).length > 0 &&
    (Object.keys(raised) as (keyof Limits)[]).every((name) => spent[name] < raised[name])
  );
}

interface Taken {
  readonly journal: Journal;
  readonly state: RolloutState;
  readonly model: Model;
  readonly runtime: Runtime;
  readonly place: Place | undefined;
}

async function proceed(
  taken: Taken,
  takeUp: (emit: ReturnType<typeof openSession>['emit']) => void,
): Promise<RolloutResult> {
  const { journal, state, model, runtime } = taken;
  const isPart = taken.place !== undefined;
  try {
    await using place = taken.place ?? (await ownPlace(taken));
    const workspace = state.workspace === null ? undefined : await place.at(state.workspace);
    const session = openSession({
      runtime,
      journal,
      state,
      model,
      ...place,
      ...(workspace === undefined ? {} : { workspace }),
    });
    const record = recordRun(solo.op, journal.rollout, session, model, runtime.store);
    try {
      takeUp(session.emit);
      await solo(session);
    } finally {
      record();
      await session.hands.dispose();
    }
  } finally {
    journal.release(); // last: who takes it up next opens a workspace in the place of this one
  }
  const result = isPart ? resultOfState : comparedResult;
  return result(runtime.store, journal.rollout, state);
}

async function ownPlace({ journal, state, model, runtime }: Taken): Promise<Place> {
  const { config, task } = state;
  const sandbox = await chooseSandbox(config.sandbox as SandboxKind);
  const requests = new NetworkLog(runtime.guard, harmless(runtime.observer));
  const where = {
    repo: task.repo,
    home: runtime.home,
    id: journal.rollout,
    sandbox,
    network: config.network,
    ...requests.option,
    ...shownFolders(runtime),
  };
  const names = [...new Set([...config.tools, ...(model.tools ?? [])])];
  const servers = await poolOf(config.foreignTools === undefined ? {} : runtime.mcp, runtime.home);
  return {
    requests,
    tools: await toolsOf({ ...config, tools: names }, servers),
    at: ({ snapshot, base }) => reopenWorkspace({ ...where, snapshot, base }),
    open: async () => {
      const opened = await openWorkspace(where);
      const { workspace, base, notes } = opened;
      const tree = await fileTree(workspace);
      const knowledge = await knowledgeOf(opened, runtime);
      return {
        workspace,
        prepared: { snapshot: base, sandbox, root: workspace.root, notes: [...notes], tree, ...knowledge },
      };
    },
    async [Symbol.asyncDispose]() {
      await servers?.dispose();
    },
  };
}
