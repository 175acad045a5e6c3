import type { CheckSpec } from '@heddle/core';
import type { Workspace } from '@heddle/workspace';
import type { CheckEnd } from '../hands.ts';
import type { Session } from '../loop.ts';
import { readRollout, stateOf } from '../result.ts';
import type { Runtime } from '../rollout.ts';
import type { RolloutState } from '../state.ts';
import type { Ground } from './run.ts';

export interface GroundParts {
  readonly session: Session;
  readonly workspace: Workspace;
  readonly runtime: Runtime;
}

/** What all agents of a rollout share. */
export function groundOf({ session, workspace, runtime }: GroundParts): Ground {
  const { state, objects, mask } = session;
  const delegated = new DelegatedChecks(state, runtime);
  return {
    task: state.task,
    checks: state.config.checks,
    base: state.workspace!.base,
    workspace,
    past: state.composition,
    put: (text) => objects.put(mask(text)),
    text: (digest) => Buffer.from(objects.get(digest)).toString('utf8'),
    known: (check, snapshot) => knownCheck(session, check, snapshot) ?? delegated.known(check, snapshot),
    before: (check) => state.checks.get(check)?.before ?? null,
    events: (rollout) => readRollout(runtime.store, rollout),
    mask,
  };
}

/** Checks that rollouts of the whole have run on the files they ended with. */
class DelegatedChecks {
  readonly #state: RolloutState;
  readonly #runtime: Runtime;
  readonly #ends = new Map<string, RolloutState>();

  constructor(state: RolloutState, runtime: Runtime) {
    this.#state = state;
    this.#runtime = runtime;
  }

  known(check: CheckSpec, snapshot: string): CheckEnd | null {
    for (const { returned, open } of this.#state.composition.delegated.values()) {
      if (returned?.snapshot !== snapshot || open) continue;
      const { config, checks } = this.#endOf(returned.rollout);
      const own = config.checks.find(({ name }) => name === check.name);
      const last = checks.get(check.name)?.last;
      if (own?.command !== check.command || last?.snapshot !== snapshot) continue;
      const { outcome, output, seconds } = last;
      return { outcome, output, snapshot, seconds };
    }
    return null;
  }

  #endOf(rollout: string): RolloutState {
    let end = this.#ends.get(rollout);
    if (end === undefined) {
      end = stateOf(readRollout(this.#runtime.store, rollout));
      this.#ends.set(rollout, end);
    }
    return end;
  }
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
