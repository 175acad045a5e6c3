import type { CheckSpec } from '@heddle/core';
import type { Workspace } from '@heddle/workspace';
import { Guard } from '../guard/guard.ts';
import type { CheckEnd } from '../hands.ts';
import type { Session } from '../loop.ts';
import { readRollout } from '../result.ts';
import type { Runtime } from '../rollout.ts';
import type { Ground } from './run.ts';

export interface GroundParts {
  readonly session: Session;
  readonly workspace: Workspace;
  readonly runtime: Runtime;
}

/** What all agents of a rollout share. */
export function groundOf({ session, workspace, runtime }: GroundParts): Ground {
  const { state, objects } = session;
  const { mask } = new Guard(runtime.guard);
  return {
    task: state.task,
    checks: state.config.checks,
    base: state.workspace!.base,
    workspace,
    past: state.composition,
    put: (text) => objects.put(text),
    text: (digest) => Buffer.from(objects.get(digest)).toString('utf8'),
    known: (check, snapshot) => knownCheck(session, check, snapshot),
    before: (check) => state.checks.get(check)?.before ?? null,
    events: (rollout) => readRollout(runtime.store, rollout),
    mask: (text) => mask.text(text),
  };
}

/** On the base it was run before anyone began; on a candidate when candidates were compared. */
function knownCheck({ state }: Session, check: CheckSpec, snapshot: string): CheckEnd | null {
  const own = state.config.checks.find(({ name }) => name === check.name);
  if (own?.command !== check.command) return null;
  const { before } = state.checks.get(check.name)!;
  if (before?.snapshot === snapshot) {
    const { outcome, output, seconds } = before;
    return { outcome, output, snapshot, seconds };
  }
  for (const { evidence } of state.composition.selections.values()) {
    const found = evidence.findLast(
      (each) => each.kind === 'check' && each.test === check.name && each.snapshot === snapshot,
    );
    if (found === undefined) continue;
    const { outcome: status, exitCode, counts, failing, output, seconds } = found;
    return { outcome: { status, exitCode, counts, failing }, output, snapshot, seconds };
  }
  return null;
}
