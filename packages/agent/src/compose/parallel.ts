import type { EventOf, Work } from '@heddle/core';
import { messageOf } from '@heddle/core';
import { type Agent, type AgentState, type AnyAgent, agent } from './agent.ts';
import { Stopped } from './endings.ts';
import type { Run } from './run.ts';

export interface ParallelOptions {
  /** Default true: their patches are put together, in the order of the names. False: the files stay as they were. */
  readonly merge?: boolean;
}

type Named = Readonly<Record<string, AnyAgent>>;
type Takes<Agents extends Named> = Agents[keyof Agents] extends Agent<infer In, unknown> ? In : unknown;

/** By name what each gave; null: it threw, or its work could not be merged. */
export type Values<Agents extends Named> = {
  readonly [Name in keyof Agents]: Awaited<ReturnType<Agents[Name]['body']>>['value'] | null;
};

/**
 * Agents side by side from the same state, each in a fork of its own; their patches are merged in order (git's three-way
 * merge). A part that conflicts with those before it is left out whole, and so is one that threw; the reason says which
 * and why, and its value is null. If all throw, so does this, what the first of them threw.
 */
export function parallel<const Agents extends Named>(
  agents: Agents,
  { merge = true }: ParallelOptions = {},
): Agent<Takes<Agents>, Values<Agents>> {
  const names = Object.keys(agents);
  return agent<Takes<Agents>, Values<Agents>>(
    {
      name: 'parallel',
      source: import.meta.url,
      config: { merge, names },
      uses: Object.values(agents),
    },
    async (start, run) => {
      const parts = await Promise.all(names.map((name) => partOf(name, agents[name]!, start, run)));
      const done = parts.filter((part) => 'end' in part);
      if (done.length === 0) throw parts.find((part) => 'error' in part)?.error;
      const merged = merge ? await mergedOf(done, start, run) : null;
      const conflicts = (merged?.parts ?? []).filter(({ outcome }) => outcome === 'conflict');
      const out = new Set(conflicts.map(({ name }) => name));
      const values = parts.map((part) => [
        part.name,
        'end' in part && !out.has(part.name) ? part.end.value : null,
      ]);
      const snapshot = merged?.snapshot ?? start.snapshot;
      const reasons = [
        ...parts.flatMap((part) =>
          'end' in part ? said(part) : [`${part.name} failed: ${messageOf(part.error)}`],
        ),
        ...conflicts.map(({ name, paths }) => `${name} is left out, it conflicts in ${paths.join(', ')}`),
      ];
      return {
        ...start,
        snapshot,
        work: { ...workOf(done, out, snapshot), reason: reasons.join('\n') },
        value: Object.fromEntries(values) as Values<Agents>,
      };
    },
  );
}

interface Done {
  readonly name: string;
  readonly end: AgentState;
}

async function partOf(
  name: string,
  each: AnyAgent,
  start: AgentState,
  run: Run,
): Promise<Done | { readonly name: string; readonly error: unknown }> {
  try {
    return { name, end: await run.call(each, start, { key: name }) };
  } catch (error) {
    if (error instanceof Stopped) throw error;
    return { name, error };
  }
}

async function mergedOf(
  done: readonly Done[],
  { snapshot: base }: AgentState,
  { ground, path, emit }: Run,
): Promise<EventOf<'patches.merged'>> {
  const past = ground.past.merges.get(path);
  if (past !== undefined) return past;
  const snapshots = done.map(({ end }) => end.snapshot);
  const { snapshot, conflicts } = await ground.workspace.merge(base, snapshots);
  const parts = done.map(({ name, end }, index) => {
    const conflict = conflicts.find((each) => each.index === index);
    if (conflict !== undefined) return { name, outcome: 'conflict' as const, paths: [...conflict.paths] };
    return { name, outcome: end.snapshot === base ? ('empty' as const) : ('merged' as const), paths: [] };
  });
  const event = { type: 'patches.merged' as const, path, snapshot, parts };
  emit(event);
  return event;
}

/**
 * Handed in if any part that is in it was. What was verified part by part need not hold together, so it is verified only
 * where the files are those that one of them ended with.
 */
function workOf(done: readonly Done[], out: ReadonlySet<string>, snapshot: string): Omit<Work, 'reason'> {
  const works = done.flatMap(({ name, end: { work } }) => (work === null || out.has(name) ? [] : [work]));
  const same = done.find(({ name, end }) => !out.has(name) && end.snapshot === snapshot)?.end.work;
  const handedIn = works.some(({ status }) => status === 'solved' || status === 'unverified');
  const stopped = works.find(({ status }) => status === 'interrupted' || status === 'limit')?.status;
  const status = handedIn || works.length === 0 ? 'unverified' : (stopped ?? 'gave-up');
  return {
    status: same?.verified === true ? same.status : status,
    verified: same?.verified ?? false,
    probability: same?.probability ?? null,
    rollout: same?.rollout ?? null,
  };
}

function said({ name, end: { work } }: Done): string[] {
  return work === null || work.reason === '' ? [] : [`${name}: ${work.reason}`];
}
