import { localize, readTestOutput } from '@heddle/code';
import type { CheckSpec } from '@heddle/core';
import * as z from 'zod/mini';
import type { Measured } from '../measure.ts';
import type { Run } from '../run.ts';
import type { Span } from './places.ts';

/** Where a check that hangs is then, it is later. */
const HUNG_SECONDS = 5;
/** Beyond these a rank says little. */
const MAX_SUSPECTS = 30;

/** Lines that what fails has run and what passes has not, most suspicious first; one run with coverage. */
export function byExecution(
  run: Run,
  snapshot: string,
  check: CheckSpec,
  { status, output, exitCode }: Measured,
): Promise<Span[]> {
  const suspects = z.array(z.object({ path: z.string(), first: z.number(), last: z.number() }));
  return run.once('by-execution', suspects, async () => {
    const { ground, signal } = run;
    const fork = await ground.workspace.fork(snapshot);
    try {
      const found = await localize({
        exec: fork.exec.bind(fork),
        read: async (path) => (await fork.files.read(path)).toString('utf8'),
        root: fork.root,
        check,
        report: readTestOutput(check.framework, ground.text(output), exitCode, fork.root),
        limit: MAX_SUSPECTS,
        signal,
        ...(status === 'hung' ? { timeoutSeconds: Math.min(HUNG_SECONDS, check.timeoutSeconds) } : {}),
      });
      return found.map(({ path, line }) => ({ path, first: line, last: line }));
    } finally {
      await fork.dispose();
    }
  });
}
