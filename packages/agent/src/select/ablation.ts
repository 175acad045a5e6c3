import { normalPatch } from '@heddle/code';
import type { Workspace } from '@heddle/workspace';
import type { AgentState } from '../compose/agent.ts';
import type { Run } from '../compose/run.ts';
import type { Row } from './matrix.ts';
import type { Measuring } from './measure.ts';
import { withoutEachPart } from './parts.ts';
import type { Candidate } from './selector.ts';
import type { Test } from './tests.ts';

/** Parts of one candidate taken away in turn: a change of more parts than this is no repair, and each costs a run. */
const MAX_PARTS = 6;

const NAME = /^(?<test>.*) without part (?<part>\d+) of #(?<candidate>\d+)$/s;

/**
 * Runs the checks, and the candidate's own tests, on the candidate without each of its parts: a part without which all
 * comes out the same is asked for by nothing that can be run.
 */
export async function ablate(
  measuring: Measuring,
  { candidate, end, patch }: Candidate,
  tests: readonly Test[],
  { start, run }: { readonly start: AgentState; readonly run: Run },
): Promise<void> {
  const { workspace } = run.ground;
  const rests = withoutEachPart(patch);
  if (rests.length < 2 || rests.length > MAX_PARTS) return;
  for (const [index, rest] of rests.entries()) {
    const snapshot = await workspace.patched(start.snapshot, rest);
    // A part of formatting or comments alone is nothing to ask for.
    if (snapshot === null || (await sameMeaning(workspace, end.snapshot, snapshot))) continue;
    const without = tests.map((test) => ({
      ...test,
      name: `${test.name} without part ${index + 1} of #${candidate}`,
      kind: 'ablation' as const,
      by: candidate,
    }));
    await measuring.all(without, [{ about: candidate, snapshot }]);
  }
}

async function sameMeaning(workspace: Workspace, whole: string, rest: string): Promise<boolean> {
  const { sources, tests } = await normalPatch(await workspace.contents(whole, rest));
  return sources.length + tests.length === 0;
}

/** The share of a candidate's parts that nothing needs; 0 where none was taken away. */
export function needless(candidate: number, rows: readonly Row[]): number {
  const parts = new Map<string, boolean>();
  // What the whole candidate fails anyway asks for none of its parts.
  const anyway = new Set(
    rows.flatMap(({ kind, cells }) => (kind === 'check' ? (cells.get(candidate)?.failing ?? []) : [])),
  );
  for (const { kind, by, test, cells } of rows) {
    if (kind !== 'ablation' || by !== candidate) continue;
    const { test: name, part } = NAME.exec(test)!.groups as { test: string; part: string };
    const whole = rows.find((row) => row.test === name)?.cells.get(candidate);
    const now = cells.get(candidate);
    if (whole === undefined || now === undefined) continue;
    const named = now.outcome === 'failed' && now.failing.length > 0;
    const needed = named
      ? now.failing.some((failing) => !anyway.has(failing) && !whole.failing.includes(failing))
      : now.outcome !== whole.outcome;
    parts.set(part, (parts.get(part) ?? false) || needed);
  }
  return parts.size === 0 ? 0 : [...parts.values()].filter((needed) => !needed).length / parts.size;
}
