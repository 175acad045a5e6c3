import type { CheckOutcome, CheckSpec } from '@heddle/core';
import { runCheck } from '../check-run.ts';
import type { AgentState } from '../compose/agent.ts';
import type { Run } from '../compose/run.ts';
import { checkLine } from '../report.ts';
import { scorer } from './scorer.ts';

/** Names of failing tests that are told. */
const MAX_NAMES = 10;

/**
 * Whether all checks of the task pass on the state's files; one that hangs does not. Runs what has not been run on these
 * very files, in a fork. Unscored where there is no check, and where one could not run. That checks pass does not show
 * that they failed before: for that, accept work that is `verified`.
 */
export const checksPass = scorer({ name: 'checksPass', source: import.meta.url }, async (state, run) => {
  const { checks } = run.ground;
  if (checks.length === 0) return { unscored: 'no check is known for this repository' };
  const failed: string[] = [];
  for (const check of checks) {
    const outcome = await outcomeOf(check, state, run);
    if (outcome.status === 'broken') return { unscored: `check ${checkLine(check, outcome)}` };
    if (outcome.status !== 'passed') failed.push(failedLine(check, outcome));
  }
  return failed.length === 0 ? { value: true } : { value: false, why: failed.join('; ') };
});

function failedLine(check: CheckSpec, outcome: CheckOutcome): string {
  const names = outcome.failing.slice(0, MAX_NAMES).join(', ');
  return `check ${checkLine(check, outcome)}${names === '' ? '' : `, failing: ${names}`}`;
}

async function outcomeOf(check: CheckSpec, { snapshot }: AgentState, run: Run): Promise<CheckOutcome> {
  const { ground, signal } = run;
  const known = ground.known(check, snapshot);
  if (known !== null) return known.outcome;
  const fork = await ground.workspace.fork(snapshot);
  try {
    const { outcome } = await runCheck(fork, check, {
      secondsLeft: run.remaining().seconds,
      signal,
      onOutput: () => {},
    });
    return outcome;
  } finally {
    await fork.dispose();
  }
}
