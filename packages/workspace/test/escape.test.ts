import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { removeTree } from '../src/remove-tree.ts';
import { sandboxOf } from '../src/sandbox/choose.ts';
import { ATTEMPTS } from './escape/attempts.ts';
import { NOBODY, people } from './ordinary-user.ts';

const SCRIPT = join(import.meta.dirname, 'escape/run.ts');

for (const kind of ['bubblewrap', 'namespaces'] as const) {
  const refusal = await (await sandboxOf(kind)).probe();
  for (const { name, become, refusal: impossible } of people(SCRIPT)) {
    for (const where of ['original', 'fork']) {
      const reason = refusal ?? impossible;
      const who = `escapes from ${kind}, ${where}, as ${name}`;
      describe.skipIf(reason !== null)(`${who}${reason === null ? '' : ` (skipped: ${reason})`}`, () => {
        let results: ReadonlyMap<string, string | null>;
        beforeAll(async () => {
          results = await makeAttempts(become, [kind, where]);
        }, 300_000);
        it.each(ATTEMPTS.map((attempt) => attempt.name))('%s', (attempt) => {
          expect(results.get(attempt)).toBeNull();
        });
      });
    }
  }
}

/** What came of each attempt, by name; null: nothing. */
async function makeAttempts(
  become: readonly string[],
  how: readonly string[],
): Promise<ReadonlyMap<string, string | null>> {
  const home = realpathSync(mkdtempSync(join(tmpdir(), 'heddle-escape-')));
  if (become.length > 0) execFileSync('chown', [`${NOBODY}:${NOBODY}`, home]);
  const [command = '', ...args] = [...become, process.execPath, SCRIPT, ...how];
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
