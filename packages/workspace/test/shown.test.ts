import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { sandboxOf } from '../src/sandbox/choose.ts';
import { findProgram } from '../src/sandbox/programs.ts';
import { SEAL } from '../src/sandbox/seal.ts';
import { mountShared, prepareShared } from '../src/sandbox/shared-mounts.ts';
import { commit, git, put } from './files.ts';
import { temporaryFolder } from './fixtures.ts';

const SCRIPT = join(import.meta.dirname, 'shown/run.ts');
const SECRET = 'not-for-programs';

/** What a command says in a sandbox on a machine that `prepare`, shell text, has changed for it alone. */
function inside(kind: string, of: { prepare: string; command: string; home?: string; path?: string }) {
  const top = temporaryFolder();
  const repo = join(top, 'repo');
  mkdirSync(repo);
  git(repo, 'init', '--quiet');
  put(repo, { 'a.txt': 'one\n' });
  commit(repo);
  const home = of.home ?? join(top, 'home');
  const script = `set -e\nPATH=$PATH:/usr/sbin:/sbin\n${of.prepare}\nexec env "HOME=${home}" "PATH=${of.path ?? ''}:$PATH" "$@"`;
  const run = [process.execPath, SCRIPT, kind, repo, join(top, 'heddle'), of.command];
  const alone = ['--user', '--map-root-user', '--mount', '--propagation', 'private'];
  return execFileSync(findProgram('unshare')!, [...alone, 'sh', '-c', script, 'sh', ...run], {
    encoding: 'utf8',
    env: { ...process.env, TOP: top },
  });
}

for (const kind of ['bubblewrap', 'namespaces'] as const) {
  const refusal = await (await sandboxOf(kind)).probe();
  const title = `what ${kind} shows${refusal === null ? '' : ` (skipped: ${refusal})`}`;
  describe.skipIf(refusal !== null)(title, () => {
    it('is read-only also where something else is mounted in it', () => {
      const tools = join(temporaryFolder(), 'tools');
      put(tools, { 'bin/tool': { run: '#!/bin/sh\necho tool runs\n' } });
      const said = inside(kind, {
        prepare: `mkdir "${tools}/one dir" ${tools}/two
mount -t tmpfs one "${tools}/one dir"; mount -t tmpfs -o nosuid,nodev,noexec two ${tools}/two
mkdir ${tools}/two/three; mount -t tmpfs three ${tools}/two/three
for folder in "one dir" two two/three; do echo "file in $folder" >"${tools}/$folder/file"; done`,
        path: `${tools}/bin`,
        command: `tool; cd ${tools}; cat "one dir/file" two/file two/three/file
for folder in . "one dir" two two/three; do touch "$folder/made" 2>/dev/null && echo "wrote to $folder"; done; cd - >/dev/null; touch a.txt /tmp/x && echo done`,
      });
      expect(said.trim()).toBe('tool runs\nfile in one dir\nfile in two\nfile in two/three\ndone');
    });

    it('can be a mount without permission to run programs', () => {
      const data = temporaryFolder();
      const said = inside(kind, {
        prepare: `mount -t tmpfs -o nosuid,nodev,noexec data ${data}; echo data >${data}/file`,
        path: data,
        command: `cat ${data}/file; touch ${data}/made 2>/dev/null || echo kept`,
      });
      expect(said.trim()).toBe('data\nkept');
    });

    it('is not a home folder that is in a system folder, but for its toolchains', () => {
      const said = inside(kind, {
        prepare: `mount -t tmpfs opt /opt; mkdir -p /opt/me/.ssh /opt/me/.nvm/x /opt/other /opt/me/.cargo/bin
echo ${SECRET} >/opt/me/.ssh/id; echo ${SECRET} >/opt/me/.cargo/credentials.toml; echo tool >/opt/me/.nvm/x/tool; echo program >/opt/other/file`,
        home: '/opt/me',
        command: 'cat /opt/other/file /opt/me/.nvm/x/tool; ls -A /opt/me /opt/me/.cargo; grep -rs . /opt/me',
      });
      expect(said.trim().split('\n')).toEqual([
        'program',
        'tool',
        '/opt/me:',
        '.cargo',
        '.nvm',
        '',
        '/opt/me/.cargo:',
        'bin',
        '/opt/me/.nvm/x/tool:tool',
      ]);
    });

    it('are of toolchains in the home folder only the programs', () => {
      const home = temporaryFolder();
      put(home, {
        '.local/share/uv/python/p': 'shown',
        '.local/share/uv/tools/t': 'shown',
        '.local/share/uv/credentials/c': SECRET,
        '.rye/shims/s': 'shown',
        '.rye/credentials': SECRET,
        '.cargo/bin/c': 'shown',
        '.cargo/credentials.toml': SECRET,
        '.local/share/pipx/venvs/v': 'shown',
        '.local/share/pipx/pipx_metadata.json': SECRET,
        'miniconda3/bin/python3': 'shown',
        'miniconda3/.condarc': SECRET,
      });
      const said = inside(kind, { prepare: '', home, command: `cd ${home}; grep -rs . | sort` });
      expect(said.trim().split('\n')).toEqual([
        '.cargo/bin/c:shown',
        '.local/share/pipx/venvs/v:shown',
        '.local/share/uv/python/p:shown',
        '.local/share/uv/tools/t:shown',
        '.rye/shims/s:shown',
        'miniconda3/bin/python3:shown',
      ]);
    });

    it('are found though PATH does not name them, with the packages they keep', () => {
      const home = temporaryFolder();
      put(home, {
        '.cargo/bin/only-here': { run: '#!/bin/sh\necho it runs; cat $CARGO_HOME/registry/crate' },
        '.cargo/registry/crate': 'a crate\n',
        '.cargo/credentials.toml': SECRET,
      });
      const command = 'only-here; ls -A $CARGO_HOME; touch $CARGO_HOME/registry/x 2>/dev/null || echo kept';
      const said = inside(kind, { prepare: ':', home, command });
      expect(said.trim().split('\n')).toEqual(['it runs', 'a crate', 'bin', 'registry', 'kept']);
    });

    it('are not the secrets of root', () => {
      const secrets = [
        'letsencrypt/archive/site/key.pem',
        'pki/tls/private/key',
        'ssl/private/key',
        'kubernetes/admin.conf',
        'krb5.keytab',
        'shadow',
        'shadow-',
        'gshadow',
        'sudoers',
        'sudoers.d/admins',
      ];
      const etc = join(temporaryFolder(), 'etc');
      put(etc, Object.fromEntries(secrets.map((name) => [name, `user:${SECRET}:\n`])));
      const said = inside(kind, {
        prepare: `cp /etc/passwd /etc/group ${etc}; mount --bind ${etc} /etc`,
        command: 'cat /etc/passwd | head -1; grep -rs . /etc | grep -v passwd: | grep -v group:',
      });
      expect(said).not.toContain(SECRET);
      expect(said).toContain('root:');
    });
  });
}

const noUnshare = await (await sandboxOf('namespaces')).probe();

it.skipIf(noUnshare !== null)(
  `a shared folder that no layer can be laid over is read-only, also what is mounted in it${noUnshare === null ? '' : ` (skipped: ${noUnshare})`}`,
  () => {
    const top = temporaryFolder();
    const mount = { source: join(top, 'source'), target: join(top, 'target'), layer: join(top, 'layer') };
    put(mount.source, { 'inner/file': 'below', file: 'shared' });
    prepareShared(mount);
    const real = findProgram('mount');
    // A machine without overlays: nothing but bindings.
    put(top, {
      'bin/mount': { run: `#!/bin/sh\n[ "$1" != -t ] || exit 32\nexec ${real} "$@"\n` },
    });
    const script = `set -e; ${real} -t tmpfs inner ${mount.source}/inner; echo mounted >${mount.source}/inner/file
${SEAL}${mountShared([mount], '')}
set +e; cd ${mount.target}; cat file inner/file ../layer/mounted; touch made inner/made 2>/dev/null; ls inner`;
    const alone = ['--user', '--map-root-user', '--mount', '--propagation', 'private'];
    const said = execFileSync(findProgram('unshare')!, [...alone, 'sh', '-c', script], {
      encoding: 'utf8',
      env: { ...process.env, PATH: `${top}/bin:${process.env.PATH}:/usr/sbin:/sbin` },
    });
    expect(said).toBe('sharedmounted\nread-only\nfile\n');
  },
);
