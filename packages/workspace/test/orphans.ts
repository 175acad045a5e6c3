import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { sandboxOf } from '../src/sandbox/choose.ts';
import type { SandboxKind } from '../src/workspace.ts';
import { repository, temporaryFolder } from './fixtures.ts';

const SCRIPT = join(import.meta.dirname, 'orphan/run.ts');
const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** What every sandbox promises of its programs when Heddle is gone. */
export async function orphans(kind: SandboxKind): Promise<void> {
  const refusal = await (await sandboxOf(kind)).probe();
  describe.skipIf(refusal !== null)(
    `programs in ${kind}${refusal === null ? '' : ` (skipped: ${refusal})`}`,
    () => {
      it.each(['killed', 'done'])('end when Heddle is %s', async (how) => {
        const home = temporaryFolder();
        const repo = repository({ 'a.txt': 'x' });
        const heddle = spawn(
          process.execPath,
          [SCRIPT, kind, repo, home, how === 'killed' ? 'wait' : 'end'],
          {
            stdio: ['ignore', 'pipe', 'inherit'],
          },
        );
        const ended = once(heddle, 'exit');
        await once(heddle.stdout, 'data');
        if (how === 'killed') heddle.kill('SIGKILL');
        await ended;
        const alive = join(home, 'work/orphan/files/alive');
        await pause(300);
        expect(existsSync(alive)).toBe(true);
        const before = readFileSync(alive, 'utf8');
        await pause(300);
        expect(readFileSync(alive, 'utf8')).toBe(before);
      });
    },
  );
}
