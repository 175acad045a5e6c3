import { frameworkOf } from '@heddle/code';
import type { CheckSpec } from '@heddle/core';
import type { Workspace } from '@heddle/workspace';
import * as z from 'zod/mini';
import { runCheck } from '../check-run.ts';
import type { Run } from './run.ts';

const measuredSchema = z.object({
  status: z.enum(['passed', 'failed', 'hung', 'broken']),
  exitCode: z.nullable(z.number()),
  failing: z.array(z.string()),
  /** Object with its whole output. */
  output: z.string(),
  seconds: z.number(),
});
/** What a command came to on some files. */
export type Measured = z.infer<typeof measuredSchema>;

/** Of a command that a model names: as long as a test run that is meant to be run often. */
const COMMAND_SECONDS = 120;

/** A command of a model's own as a check, so that its output is read. */
export async function checkOf(name: string, command: string, repository: string): Promise<CheckSpec> {
  return {
    name,
    command,
    framework: await frameworkOf(command, repository),
    timeoutSeconds: COMMAND_SECONDS,
  };
}

/** Runs checks one after the other in a fork with these files. Once and for all, under `key`. */
export function measure(
  run: Run,
  key: string,
  snapshot: string,
  checks: readonly CheckSpec[],
): Promise<Measured[]> {
  if (checks.length === 0) return Promise.resolve([]);
  return run.once(key, z.array(measuredSchema), async () => {
    const fork = await run.ground.workspace.fork(snapshot);
    try {
      const measured: Measured[] = [];
      for (const check of checks) measured.push(await measureIn(run, fork, check, snapshot));
      return measured;
    } finally {
      await fork.dispose();
    }
  });
}

/** What one leaves behind the next one finds: as it is for who works there. */
async function measureIn(
  run: Run,
  workspace: Workspace,
  check: CheckSpec,
  snapshot: string,
): Promise<Measured> {
  const { ground, signal } = run;
  const known = ground.known(check, snapshot);
  if (known !== null) {
    const { outcome, output, seconds } = known;
    const { status, exitCode, failing } = outcome;
    return { status, exitCode, failing, output, seconds };
  }
  const secondsLeft = run.remaining().seconds;
  const { outcome, output, seconds } = await runCheck(workspace, check, {
    secondsLeft,
    signal,
    onOutput: () => {},
  });
  const { status, exitCode, failing } = outcome;
  return { status, exitCode, failing, output: ground.put(ground.mask(output)), seconds };
}
