import type { ExecOptions, ExecResult, Workspace } from '@heddle/workspace';
import type { InfraFault } from '../verdict.ts';

/** The instance's own preparations failed: nothing is known of the patch. `log` is what was said until then. */
export class Stopped extends Error {
  readonly fault: InfraFault;
  readonly log: string;

  constructor(fault: InfraFault, log: string) {
    super(fault.message);
    this.fault = fault;
    this.log = log;
  }
}

/** Applying, resetting and looking wait for nothing and run no code of the patch's. Seconds. */
const OWN_SECONDS = 300;

/**
 * Runs a command of the harness's own, whose exit code is an answer. Throws {@link Stopped} where it did not come to its
 * end (a lost sandbox, an overloaded machine), and the signal's reason.
 */
export async function runOwn(
  workspace: Workspace,
  command: string,
  options: ExecOptions = {},
): Promise<ExecResult> {
  const result = await workspace.exec(command, { timeoutSeconds: OWN_SECONDS, ...options });
  if (result.ended === 'exited') return result;
  options.signal?.throwIfAborted();
  const message = `the harness's own command was cut short (${result.ended}): ${command}`;
  throw new Stopped({ class: 'machine', code: 'process-lost', message }, result.output);
}
