import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { chooseSandbox, sandboxOf } from '../src/sandbox/choose.ts';
import { probeSandboxes } from '../src/sandbox/doctor.ts';
import { SANDBOX_KINDS } from '../src/workspace.ts';
import { temporaryFolder } from './fixtures.ts';

const refusals = await Promise.all(SANDBOX_KINDS.map(async (kind) => (await sandboxOf(kind)).probe()));
const usable = SANDBOX_KINDS.filter((kind, at) => refusals[at] === null && kind !== 'host');

describe('the sandbox', () => {
  it('by name is that one, or an error that says why not', async () => {
    expect(await chooseSandbox('host')).toBe('host');
    for (const kind of SANDBOX_KINDS) {
      const chosen = chooseSandbox(kind);
      if (kind === 'host' || usable.includes(kind)) expect(await chosen).toBe(kind);
      else await expect(chosen).rejects.toMatchObject({ code: 'sandbox-unusable' });
    }
  });

  it.skipIf(usable.length === 0)('by default is the strongest that works, as the report says', async () => {
    const report = await probeSandboxes(temporaryFolder());
    expect(await chooseSandbox('auto')).toBe(usable[0]);
    expect(report.sandboxes.map(({ kind }) => kind)).toEqual(SANDBOX_KINDS);
    expect(report.sandboxes.filter(({ chosen }) => chosen).map(({ kind }) => kind)).toEqual([usable[0]]);
    expect(report.limits).toContain('watchdog');
    expect(['disk', 'memory', 'read-only']).toContain(report.dependencies);
  });

  it.skipIf(refusals[1] !== null)(
    'is refused where the kernel permits none, unless host is allowed',
    async () => {
      const script = `
      import { chooseSandbox } from ${JSON.stringify(join(import.meta.dirname, '../src/sandbox/choose.ts'))};
      await chooseSandbox('auto').catch((error) => console.log(error.code, '|', error.hint));
      console.log(await chooseSandbox('auto', { allowHost: true }));`;
      const inside =
        'echo 0 >/proc/sys/user/max_user_namespaces && exec "$1" --input-type=module-typescript -e "$2"';
      const drop = ['setpriv', '--bounding-set=-all', '--inh-caps=-all'];
      const { stdout } = await promisify(execFile)('unshare', [
        '--user',
        '--map-root-user',
        'sh',
        '-c',
        inside.replace('exec', `exec ${drop.join(' ')}`),
        'sh',
        process.execPath,
        script,
      ]);
      expect(stdout).toMatch(/^no-sandbox \| .*--sandbox host\nhost\n$/);
    },
  );
});
