import { messageOf, OperatorError } from '@heddle/core';
import { openSnapshots } from '@heddle/workspace';
import type { StudioContext } from '../../server/context.ts';
import type { DiffTold } from '../../told/step.ts';
import type { RolloutIndex } from './rollout-index.ts';

/** Of a patch that is told: more than a person reads, less than a page can bear. */
const MOST_CHARACTERS = 1_500_000;

/** `step`: what that step changed. `upto`: all until its end. Neither: all of it. */
export interface DiffWanted {
  readonly step?: number;
  readonly upto?: number;
}

/** A git patch, or why there is none. Throws OperatorError `no-such-step`. */
export async function diffOf(
  context: StudioContext,
  index: RolloutIndex,
  wanted: DiffWanted,
): Promise<DiffTold> {
  const { facts } = index;
  const base = facts.prepared?.snapshot ?? null;
  if (wanted.step === undefined && wanted.upto === undefined) {
    const over = facts.completed ?? facts.paused;
    if (over !== null) return cut(Buffer.from(context.store.objects.get(over.patch)).toString('utf8'));
    return between(context, index, base, facts.snapshot);
  }
  const { before, after } = index.steps[index.placeOf(wanted.step ?? wanted.upto!)]!;
  return between(context, index, wanted.step === undefined ? base : before, after);
}

async function between(
  { home }: StudioContext,
  { facts }: RolloutIndex,
  from: string | null,
  to: string | null,
): Promise<DiffTold> {
  if (from === null || to === null || from === to) return cut('');
  try {
    const snapshots = openSnapshots(home, facts.task!.repo, from);
    try {
      return cut(await snapshots.patch(from, to));
    } finally {
      snapshots.close();
    }
  } catch (error) {
    // Another machine's, or cleaned up since: the rest of the rollout can still be looked at.
    const what = error instanceof OperatorError ? error.message : messageOf(error).split('\n', 1)[0];
    return { patch: null, why: `the files of this step are not on this machine any more: ${what}`, left: 0 };
  }
}

/** Whole files only: half of one is no patch. */
function cut(patch: string): DiffTold {
  if (patch.length <= MOST_CHARACTERS) return { patch, why: null, left: 0 };
  const end = patch.lastIndexOf('\ndiff --git ', MOST_CHARACTERS);
  const kept = end <= 0 ? '' : patch.slice(0, end + 1);
  const left = patch.slice(kept.length).split(/^diff --git /m).length - 1;
  return { patch: kept, why: null, left };
}
