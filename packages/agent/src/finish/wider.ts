import type { CheckOutcome, CheckSpec } from '@heddle/core';
import type { Workspace } from '@heddle/workspace';
import { runCheck } from '../check-run.ts';
import { checkLine } from '../report.ts';

/** The repository's own tests where the user named narrower ones. */
export interface Wider {
  readonly check: CheckSpec;
  readonly base: CheckOutcome;
  readonly head: CheckOutcome;
  /** Pass without the work and fail with it. */
  readonly broken: readonly string[];
}

/** Each run may take so long: it is a look beyond what the user asked for. */
const MAX_SECONDS = 60;
const MAX_NAMES = 12;

export interface Widening {
  readonly workspace: Workspace;
  readonly base: string;
  readonly head: string;
  readonly secondsLeft: number;
  readonly signal: AbortSignal;
  /** For people who watch. */
  onOutput(chunk: string): void;
}

/** Runs a check in forks, on the files as they are and, if it fails there, as they were. */
export async function runWider(check: CheckSpec, widening: Widening): Promise<Wider> {
  const head = await outcomeAt(widening.head, check, widening);
  const base = head.status !== 'failed' ? head : await outcomeAt(widening.base, check, widening);
  const were = new Set(base.failing);
  return { check, base, head, broken: head.failing.filter((name) => !were.has(name)) };
}

async function outcomeAt(
  snapshot: string,
  check: CheckSpec,
  { workspace, secondsLeft, signal, onOutput }: Widening,
) {
  const fork = await workspace.fork(snapshot);
  try {
    const timeoutSeconds = Math.min(check.timeoutSeconds, MAX_SECONDS);
    const options = { secondsLeft: secondsLeft / 2, signal, onOutput };
    return (await runCheck(fork, { ...check, timeoutSeconds }, options)).outcome;
  } finally {
    await fork.dispose();
  }
}

/** Nothing to say where it passes; else what the work has broken, or that it was broken before. */
export function widerText({ check, base, head, broken }: Wider): string {
  const line = `the repository's own \`${check.command}\`: ${checkLine(check, head)}`;
  if (head.status !== 'failed') return `Also run, ${line}.`;
  if (broken.length > 0) {
    const more = broken.length > MAX_NAMES ? ` and ${broken.length - MAX_NAMES} more` : '';
    const names = broken.slice(0, MAX_NAMES).map((name) => `"${name}"`);
    return `Also run, ${line}. Newly failing with your change: ${names.join(', ')}${more}.`;
  }
  return base.status === 'passed'
    ? `Also run, ${line}; it passes without your change.`
    : `Also run, ${line}, as without your change.`;
}
