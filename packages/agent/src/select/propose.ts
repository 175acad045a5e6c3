import { normalPatch } from '@heddle/code';
import { digestOf, messageOf } from '@heddle/core';
import type { AgentState } from '../compose/agent.ts';
import type { Run } from '../compose/run.ts';
import type { Candidate } from './selector.ts';

/** What became of one attempt. */
export interface Attempt<Value = unknown> {
  /** From 1. */
  readonly attempt: number;
  /** Null: it threw. */
  readonly end: AgentState<Value> | null;
  readonly error?: unknown;
}

interface Looked {
  readonly attempt: number;
  readonly end: AgentState | null;
  readonly patch: string;
  /** Why it is out of the question. */
  readonly out: string | null;
  /** The same for attempts that come to the same fix. */
  readonly key: string;
  readonly tests: boolean;
}

/**
 * Makes candidates of attempts: those that changed nothing or whose patch does not apply are out, and those that come to
 * the same fix (formatting, comments, names of new variables and their own tests aside) are one, with a vote each. Each
 * attempt is journaled with what became of it.
 */
export async function propose(
  attempts: readonly Attempt[],
  start: AgentState,
  run: Run,
): Promise<Candidate[]> {
  const { ground, path } = run;
  const told = new Set(ground.past.selections.get(path)?.candidates.map(({ candidate }) => candidate));
  const looked = await Promise.all(attempts.map((attempt) => look(attempt, start, run)));
  const groups = Map.groupBy(
    looked.filter(({ out }) => out === null),
    ({ key }) => key,
  );
  const chosen = new Map([...groups].map(([key, members]) => [key, representative(members)]));
  for (const { attempt, end, patch, out, key } of looked) {
    if (told.has(attempt)) continue;
    const { rollout = null, probability = null } = end?.work ?? {};
    const same = out === null && chosen.get(key)!.attempt !== attempt ? chosen.get(key)!.attempt : null;
    run.emit({
      type: 'candidate.proposed',
      path,
      candidate: attempt,
      rollout,
      snapshot: end?.snapshot ?? start.snapshot,
      patch: ground.put(patch),
      probability,
      same,
      out,
      ...(isStopped(end) ? { stopped: true } : {}),
    });
  }
  return [...groups]
    .map(([key, members]) => {
      const { attempt, end, patch } = chosen.get(key)!;
      return { candidate: attempt, end: end!, patch, ends: members.map((each) => each.end!) };
    })
    .sort((a, b) => a.candidate - b.candidate);
}

async function look({ attempt, end, error }: Attempt, start: AgentState, run: Run): Promise<Looked> {
  const { workspace, mask } = run.ground;
  const nothing = { attempt, end, patch: '', key: '', tests: false };
  if (end === null) return { ...nothing, out: `it failed: ${messageOf(error)}` };
  if (isStopped(end)) return { ...nothing, out: end.work!.reason };
  const patch = mask(await workspace.diff(start.snapshot, end.snapshot));
  if (patch === '')
    return {
      ...nothing,
      out: end.work?.reason ? `it changed nothing: ${end.work.reason}` : 'it changed nothing',
    };
  const applies = (await workspace.patched(start.snapshot, patch)) !== null;
  const normal = await normalPatch(await workspace.contents(start.snapshot, end.snapshot));
  return {
    attempt,
    end,
    patch,
    out: applies ? null : 'its patch does not apply',
    key: keyOf(normal, patch),
    tests: normal.tests.length > 0,
  };
}

/** What is half done was not offered by anybody. */
function isStopped(end: AgentState | null): boolean {
  return end?.work?.status === 'interrupted';
}

/** Where only tests or only comments were asked for, they are the work. */
function keyOf({ sources, shape, tests, digest }: Awaited<ReturnType<typeof normalPatch>>, patch: string) {
  if (sources.length > 0) return shape;
  return tests.length > 0 ? digest : digestOf(patch);
}

/** Of those with the same fix, one that is verified and brings tests for it; among such the shortest. */
function representative(members: readonly Looked[]): Looked {
  const worth = ({ end, tests }: Looked) => (end?.work?.verified === true ? 2 : 0) + (tests ? 1 : 0);
  return members.reduce((best, each) => {
    const more = worth(each) - worth(best);
    return more > 0 || (more === 0 && each.patch.length < best.patch.length) ? each : best;
  });
}
