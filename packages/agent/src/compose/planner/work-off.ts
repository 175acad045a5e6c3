import type { EventOf } from '@heddle/core';
import type { AgentState, AnyAgent } from '../agent.ts';
import { acceptanceChecks, type Contract, contractSchema, delegate, type Report } from '../delegate.ts';
import { measure } from '../measure.ts';
import type { Run } from '../run.ts';
import { Slots } from '../slots.ts';
import { type Part, type Plan, wavesOf } from './plan.ts';
import type { Finished } from './report.ts';

export interface Working {
  readonly start: AgentState;
  readonly plan: Plan;
  /** From 1. */
  readonly round: number;
  /** The files all parts begin with. */
  readonly files: string;
  readonly worker: AnyAgent;
  readonly parallel: number;
  /** No plan is made after this one. */
  readonly last: boolean;
  /** Of the rounds before. */
  readonly finished: readonly (readonly Finished[])[];
}

/** Of what is left, kept for a plan that mends what fails in this one. */
const RESERVE = 0.2;

/** Parts wave by wave: each wave side by side on the merged files of those before it. */
export async function workOff(run: Run, working: Working): Promise<{ files: string; finished: Finished[] }> {
  const waves = wavesOf(working.plan.parts);
  const finished = new Map<string, Finished>();
  let { files } = working;
  for (const [index, wave] of waves.entries()) {
    const place = `${working.round}.${index + 1}`;
    const begun = wave.filter((part) => waitsFor(part, finished).length === 0);
    for (const part of wave.filter((each) => !begun.includes(each))) {
      const missing = waitsFor(part, finished).map((name) => `"${name}"`);
      const why = `it builds on ${missing.join(', ')}, which ${missing.length === 1 ? 'is' : 'are'} not done`;
      finished.set(part.name, { part, outcome: 'skipped', why, report: null });
    }
    const budget = await shareOf(run, place, waves.slice(index), working);
    const ends = await delegateAll(run, begun, { ...working, files, budget, before: [...finished.values()] });
    const merged = await merge(run, place, files, ends);
    files = merged.snapshot;
    const broken = await brokenTogether(run, place, merged);
    for (const end of ends) finished.set(end.part.name, outcomeOf(end, merged, broken));
    for (const part of wave) tellPart(run, working.round, finished.get(part.name)!);
  }
  return { files, finished: [...finished.values()] };
}

function waitsFor({ after = [] }: Part, finished: ReadonlyMap<string, Finished>): string[] {
  return after.filter((name) => finished.get(name)?.outcome !== 'done');
}

type Budget = Contract['budget'];

/** Parts that are left share money and tokens; those of a wave have its time together. Fixed when it is first given. */
function shareOf(run: Run, place: string, waves: readonly Part[][], { last }: Working): Promise<Budget> {
  return run.once(`budget-${place}`, contractSchema.shape.budget, async () => {
    const { usd, tokens, seconds } = run.remaining();
    const share = last ? 1 : 1 - RESERVE;
    const of = (left: number, count: number) => (Number.isFinite(left) ? (left * share) / count : undefined);
    const parts = waves.flat().length;
    const given = { usd: of(usd, parts), tokens: of(tokens, parts), seconds: of(seconds, waves.length) };
    return Object.fromEntries(Object.entries(given).filter(([, amount]) => amount !== undefined));
  });
}

interface End {
  readonly part: Part;
  readonly snapshot: string;
  readonly report: Report;
}

interface Delegating extends Working {
  readonly budget: Budget;
  /** Parts of this round that have ended. */
  readonly before: readonly Finished[];
}

/** Waits for all of them, whatever becomes of one. */
async function delegateAll(run: Run, parts: readonly Part[], delegating: Delegating): Promise<End[]> {
  const { start, files, worker, parallel } = delegating;
  const slots = new Slots(parallel);
  const delegated = delegate(worker);
  const ends = await Promise.allSettled(
    parts.map(async (part): Promise<End> => {
      const state = { ...start, snapshot: files, work: null, value: contractFor(part, delegating) };
      const end = await slots.with(() => run.call(delegated, state, { key: part.name }));
      return { part, snapshot: end.snapshot, report: end.value };
    }),
  );
  return ends.map((end) => {
    if (end.status === 'rejected') throw end.reason;
    return end.value;
  });
}

function contractFor(part: Part, { start, plan, round, budget, before, finished }: Delegating): Contract {
  const { name, task, accept, files = [] } = part;
  const contract = { name, accept, files, budget };
  const told = [...finished.flat(), ...before]
    .filter(({ outcome, report }) => outcome === 'done' && report?.known)
    .map((each) => `From "${each.part.name}", which is done: ${each.report!.known}`);
  const known = [plan.known, ...told];
  // The user's own words are better than what a planner makes of them.
  if (round === 1 && plan.parts.length === 1) {
    const found = task === start.task ? [] : [task];
    return {
      ...contract,
      task: start.task,
      whole: '',
      known: [...found, ...known].filter(Boolean).join('\n'),
    };
  }
  return { ...contract, task, whole: start.task, known: known.filter(Boolean).join('\n') };
}

interface Merging {
  readonly snapshot: string;
  readonly parts: readonly End[];
  readonly conflicts: ReadonlyMap<string, readonly string[]>;
}

/** Work that failed is left out. */
async function merge(run: Run, place: string, files: string, ends: readonly End[]): Promise<Merging> {
  const { ground, emit } = run;
  const done = ends.filter(({ report }) => report.outcome === 'done');
  if (done.length === 0) return { snapshot: files, parts: [], conflicts: new Map() };
  const path = `${run.path}/merge-${place}`;
  let event = ground.past.merges.get(path);
  if (event === undefined) {
    const { snapshot, conflicts } = await ground.workspace.merge(
      files,
      done.map((end) => end.snapshot),
    );
    const parts = done.map((end, index): EventOf<'patches.merged'>['parts'][number] => {
      const conflict = conflicts.find((each) => each.index === index);
      const name = end.part.name;
      if (conflict !== undefined) return { name, outcome: 'conflict', paths: [...conflict.paths] };
      return { name, outcome: end.snapshot === files ? 'empty' : 'merged', paths: [] };
    });
    event = { type: 'patches.merged', path, snapshot, parts };
    emit(event);
  }
  const conflicts = new Map(
    event.parts.flatMap(({ name, outcome, paths }) =>
      outcome === 'conflict' ? [[name, paths] as const] : [],
    ),
  );
  return { snapshot: event.snapshot, conflicts, parts: done.filter(({ part }) => !conflicts.has(part.name)) };
}

/** Acceptance commands that pass with a part alone and not with all that were merged, by part. */
async function brokenTogether(
  run: Run,
  place: string,
  { snapshot, parts }: Merging,
): Promise<ReadonlyMap<string, readonly string[]>> {
  if (parts.length < 2) return new Map();
  const commands = parts.flatMap(({ part }) => part.accept);
  const checks = await acceptanceChecks({ accept: commands }, run.ground.task.repo);
  const measured = await measure(run, `accept-${place}`, snapshot, checks);
  const failing = new Set(commands.filter((_, index) => measured[index]!.status !== 'passed'));
  return new Map(
    parts.map(({ part }) => [part.name, part.accept.filter((command) => failing.has(command))] as const),
  );
}

function outcomeOf(
  { part, report }: End,
  { conflicts, parts }: Merging,
  broken: ReadonlyMap<string, readonly string[]>,
): Finished {
  if (report.outcome === 'failed') return { part, outcome: 'failed', why: report.why, report };
  const paths = conflicts.get(part.name);
  if (paths !== undefined) {
    const others = parts.map((other) => `"${other.part.name}"`).join(', ');
    const why = `its work cannot be merged with that of ${others}: the same places changed in ${paths.join(', ')}`;
    return { part, outcome: 'conflict', why, report };
  }
  const commands = broken.get(part.name) ?? [];
  if (commands.length === 0) return { part, outcome: 'done', why: '', report };
  const list = commands.map((command) => `\`${command}\``).join(', ');
  const why = `${list} passes with it alone and not on the merged files, where its work is`;
  return { part, outcome: 'failed', why, report };
}

function tellPart(
  { path, ground, emit }: Run,
  round: number,
  { part, outcome, why, report }: Finished,
): void {
  const { name } = part;
  const told = ground.past.parts.some(
    (each) => each.path === path && each.round === round && each.part === name,
  );
  if (told) return;
  emit({ type: 'part.completed', path, round, part: name, outcome, why, rollout: report?.rollout ?? null });
}
