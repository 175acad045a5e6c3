import { execFile, execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { sandboxOf } from '../src/sandbox/choose.ts';
import { ATTEMPTS } from './escape/attempts.ts';
import { temporaryFolder } from './fixtures.ts';

const NOBODY = 65534;
const SCRIPT = join(import.meta.dirname, 'escape/run.ts');

/** How to become an ordinary user; empty: this is one. A string: why it is impossible. */
function asUser(): readonly string[] | string {
  if (process.getuid?.() !== 0) return [];
  const drop = ['setpriv', `--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups', '--no-new-privs'];
  try {
    execFileSync('setpriv', [...drop.slice(1), process.execPath, '--check', SCRIPT], { stdio: 'ignore' });
    return drop;
  } catch {
    return 'an ordinary user cannot read the checkout';
  }
}

const user = asUser();
const who = [
  { name: process.getuid?.() === 0 ? 'root' : 'this user', become: [] as readonly string[] | string },
  ...(process.getuid?.() === 0 ? [{ name: 'an ordinary user', become: user }] : []),
];

for (const kind of ['bubblewrap', 'namespaces'] as const) {
  const refusal = await sandboxOf(kind).probe();
  for (const { name, become } of who) {
    const reason = refusal ?? (typeof become === 'string' ? become : null);
    const title = `escapes from ${kind} as ${name}${reason === null ? '' : ` (skipped: ${reason})`}`;
    describe.skipIf(reason !== null)(title, () => {
      it('all come to nothing', { timeout: 300_000 }, async () => {
        const home = temporaryFolder('heddle-escape-');
        const [command = '', ...args] = [...(become as readonly string[]), process.execPath, SCRIPT, kind];
        if (become.length > 0) execFileSync('chown', [`${NOBODY}:${NOBODY}`, home]);
        const { stdout } = await promisify(execFile)(command, args, {
          cwd: home,
          env: {
            PATH: process.env.PATH,
            HOME: home,
            GITHUB_TOKEN: 'heddle-test-token',
            MY_API_KEY: 'heddle-test-token',
          },
        });
        const results = stdout
          .trim()
          .split('\n')
          .map((line) => JSON.parse(line) as { name: string; harm: string | null });
        console.log(
          `${title}\n${results.map(({ name: what, harm }) => `  ${harm === null ? 'stopped' : 'HARM   '} ${what}`).join('\n')}`,
        );
        expect(results.filter(({ harm }) => harm !== null)).toEqual([]);
        expect(results.map((one) => one.name)).toEqual(ATTEMPTS.map((one) => one.name));
      });
    });
  }
}
