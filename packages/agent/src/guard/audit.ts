import { isTestFile } from '@heddle/code';
import { messageOf, type Recorded, type Store } from '@heddle/core';
import { type Effect, type EffectKind, openSnapshots } from '@heddle/workspace';
import { fitArguments, readArguments } from '../arguments.ts';
import { rewrittenInput } from '../hooks/hook.ts';
import { refusePeer } from '../peer/refuse-peer.ts';
import { readRollout, stateOf } from '../result.ts';
import type { RolloutState } from '../state.ts';
import type { Tool } from '../tool.ts';
import { toolsOf } from '../tools/of-rollout.ts';
import { type GuardDetails, guardDetailsOf, subjectsOf } from './guard.ts';
import { judgeSubjects } from './subject.ts';
import { detectTampering } from './tampering/detect.ts';
import type { Finding } from './tampering/finding.ts';

/** One action of the trajectory as the guard sees it afterwards. */
export interface AuditedAction {
  readonly step: number;
  readonly call: string;
  readonly tool: string;
  readonly input: unknown;
  readonly outcome: 'ok' | 'error' | 'interrupted' | 'never ended';
  readonly effects: readonly Effect[];
  /** What was decided before it ran, where somebody or a rule did. */
  readonly guard: GuardDetails | null;
}

/** An effect that is worth a look, of an action that ran. */
export interface AuditedEffect extends Effect {
  readonly step: number;
}

export interface AuditReport {
  readonly rollout: string;
  readonly actions: readonly AuditedAction[];
  readonly refusals: readonly AuditedAction[];
  readonly tampering: readonly Finding[];
  /** What left the sandbox or tried to, wrote outside, destroyed, or looked past the current branch. */
  readonly risky: readonly AuditedEffect[];
  /** Requests that went through the allow-list. */
  readonly requests: readonly { readonly step: number; readonly host: string; readonly allowed: boolean }[];
  /** What could not be looked at, and why. */
  readonly gaps: readonly string[];
  /** Of an agent made of agents: what its rollouts did, in the order in which they were begun. */
  readonly parts?: readonly AuditReport[];
  /** No risky effect, no refused request, no sign of tampering above a note. What was refused did not happen. */
  readonly clean: boolean;
}

/** Kinds that an audit counts; `unknown` and the milder ones stand with their actions. */
const COUNTED: ReadonlySet<EffectKind> = new Set([
  'peek',
  'outside',
  'network',
  'credentials',
  'history',
  'publish',
  'delete-tests',
]);
/** Test files compared with what the patch brought. */
const MAX_TEST_FILES = 2_000;

/**
 * The whole trajectory judged afterwards, from the journal and the snapshots alone: the same whichever mode it ran
 * in, and whatever the model said of it. Throws OperatorError for a journal that cannot be read.
 */
export async function audit(store: Store, rollout: string, home: string): Promise<AuditReport> {
  const events = readRollout(store, rollout);
  const state = stateOf(events);
  refusePeer(rollout, state.config);
  const gaps: string[] = [];
  const actions = await actionsOf(events, await toolsOf(state.config, null));
  const tampering = await tamperingOf(state, home).catch((error: unknown) => {
    gaps.push(`the change could not be read: ${messageOf(error)}`);
    return [];
  });
  const ran = actions.filter(({ guard }) => guard?.decision !== 'refused');
  const risky = ran.flatMap(({ step, effects }) =>
    effects.filter(({ kind }) => COUNTED.has(kind)).map((effect) => ({ ...effect, step })),
  );
  const requests = actions.flatMap(({ step, guard }) =>
    (guard?.requests ?? []).map((request) => ({ step, ...request })),
  );
  const signs = tampering.filter(({ severity }) => severity !== 'note');
  const parts: AuditReport[] = [];
  for (const { begun } of state.composition.delegated.values())
    if (readRollout(store, begun.rollout).length > 0) parts.push(await audit(store, begun.rollout, home));
  const found = risky.length + signs.length + requests.filter(({ allowed }) => !allowed).length;
  return {
    rollout,
    actions,
    refusals: actions.filter(({ guard }) => guard?.decision === 'refused'),
    tampering,
    risky,
    requests,
    gaps,
    ...(parts.length === 0 ? {} : { parts }),
    clean: found === 0 && parts.every(({ clean }) => clean),
  };
}

async function actionsOf(
  events: readonly Recorded[],
  tools: ReadonlyMap<string, Tool>,
): Promise<AuditedAction[]> {
  const ends = new Map(
    events.flatMap(({ event }) =>
      event.type === 'action.completed' ? [[`${event.step} ${event.call}`, event] as const] : [],
    ),
  );
  const actions: AuditedAction[] = [];
  let root = '';
  let cwd: string | null = null;
  for (const { event } of events) {
    if (event.type === 'workspace.prepared') root = event.root;
    if (event.type === 'workspace.restored') cwd = root;
    if (event.type !== 'action.started') continue;
    const end = ends.get(`${event.step} ${event.call}`);
    const tool = tools.get(event.tool);
    const asked = rewrittenInput(end?.details)?.input ?? event.input;
    const input = typeof asked === 'string' ? readArguments(asked) : asked;
    // As the hands that ran it took them.
    const fit = isRecord(input) && tool !== undefined ? fitArguments(tool.schema, input) : null;
    const subjects = tool === undefined || !fit?.mended ? [] : (subjectsOf(tool, fit.data) ?? []);
    const { effects } = await judgeSubjects(subjects, { root, cwd: cwd ?? root, isTest: isTestFile });
    actions.push({
      step: event.step,
      call: event.call,
      tool: event.tool,
      input: event.input,
      outcome: end?.outcome ?? 'never ended',
      effects,
      guard: guardDetailsOf(end?.details),
    });
    const after = (end?.details as { cwd?: unknown } | null | undefined)?.cwd;
    if (typeof after === 'string') cwd = after;
  }
  return actions;
}

async function tamperingOf(state: RolloutState, home: string): Promise<Finding[]> {
  const { workspace, task, config, checks } = state;
  if (workspace === null || workspace.base === workspace.snapshot) return [];
  const snapshots = openSnapshots(home, task.repo, workspace.base);
  try {
    const runs = [...checks.values()].flatMap(({ before }) => (before === null ? [] : [before.outcome]));
    const unnamed =
      runs.length === 0 || runs.some(({ status, failing }) => status !== 'passed' && failing.length === 0);
    return await detectTampering({
      changes: await snapshots.changes(workspace.base, workspace.snapshot),
      checks: config.checks.map(({ command }) => command),
      failing: unnamed ? null : new Set(runs.flatMap(({ failing }) => failing)),
      tests: () => snapshots.texts(workspace.base, isTestFile, MAX_TEST_FILES),
    });
  } finally {
    snapshots.close();
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
