import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { removeTree } from '../src/remove-tree.ts';
import { sandboxOf } from '../src/sandbox/choose.ts';
import type { SandboxKind } from '../src/workspace.ts';
import { ATTEMPTS } from './escape/attempts.ts';
import { NOBODY, people } from './ordinary-user.ts';

const SCRIPT = join(import.meta.dirname, 'escape/run.ts');

for (const kind of ['bubblewrap', 'namespaces'] as const) {
  const refusal = await sandboxOf(kind).probe();
  for (const { name, become, refusal: impossible } of people(SCRIPT)) {
    const reason = refusal ?? impossible;
    const title = `escapes from ${kind} as ${name}${reason === null ? '' : ` (skipped: ${reason})`}`;
    describe.skipIf(reason !== null)(title, () => {
      let results: ReadonlyMap<string, string | null>;
      beforeAll(async () => {
        results = await makeAttempts(kind, become);
      }, 300_000);
      it.each(ATTEMPTS.map((attempt) => attempt.name))('%s', (attempt) => {
        expect(results.get(attempt)).toBeNull();
      });
    });
  }
}

/** What came of each attempt, by name; null: nothing. */
async function makeAttempts(
  kind: SandboxKind,
  become: readonly string[],
): Promise<ReadonlyMap<string, string | null>> {
  const home = realpathSync(mkdtempSync(join(tmpdir(), 'heddle-escape-')));
  if (become.length > 0) execFileSync('chown', [`${NOBODY}:${NOBODY}`, home]);
  const [command = '', ...args] = [...become, process.execPath, SCRIPT, kind];
  try {
    const { stdout } = await promisify(execFile)(command, args, {
      cwd: home,
      env: {
        PATH: `${home}/.local/bin:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin`,
        HOME: home,
        GITHUB_TOKEN: 'heddle-test-token',
        MY_API_KEY: 'heddle-test-token',
      },
    });
    const lines = stdout.trim().split('\n');
    return new Map(lines.map((line) => Object.values(JSON.parse(line)) as [string, string | null]));
  } finally {
    removeTree(home);
  }
}
