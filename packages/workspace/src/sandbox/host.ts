import { mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { BoxPlan, Launch, Sandbox } from './sandbox.ts';

/** No walls: commands run as the user, in the copy. Only for code the user trusts, and only when asked for by name. */
export class Host implements Sandbox {
  readonly kind = 'host';
  readonly walled = false;

  probe(): Promise<null> {
    return Promise.resolve(null);
  }

  async launch(plan: BoxPlan): Promise<Launch> {
    mkdirSync(plan.tmp, { recursive: true });
    // `env` only passes its arguments on, so that all sandboxes have a program in front.
    return { command: 'env', args: ['--chdir', plan.root] };
  }

  inside({ pipes, tmp }: Pick<BoxPlan, 'pipes' | 'tmp'>) {
    return { pipes, tmp: join(tmp), home: homedir(), objects: null, shown: null, kept: null };
  }
}
