import { existsSync, lstatSync, readdirSync, readFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import type { Workspace } from '../../src/workspace.ts';
import { SECRET, type World } from './world.ts';

/** Resolves to null if nothing came of it, else to what did. `world.harm()` is asked after each anyway. */
export interface Attempt {
  readonly name: string;
  readonly try: (workspace: Workspace, world: World) => Promise<string | null>;
}

/** A command whose output must not contain something. */
function command(name: string, text: (world: World) => string, forbidden: string | RegExp = SECRET): Attempt {
  return {
    name,
    async try(workspace, world) {
      const { output } = await workspace.exec(text(world), { timeoutSeconds: 20 });
      const found = typeof forbidden === 'string' ? output.includes(forbidden) : forbidden.test(output);
      return found ? output.trim().slice(0, 300) : null;
    },
  };
}

const succeeds = /^DONE$/m;
const connect = (target: string) =>
  `node -e 'const s = require("net").connect(${target}, () => { console.log("DONE"); process.exit() });
   s.on("error", (e) => { console.log(e.code); process.exit() }); setTimeout(() => process.exit(), 1500)'`;

async function refuses(what: Promise<unknown>): Promise<string | null> {
  return what.then(
    () => 'it was let through',
    (error: { code?: string }) => (error.code === undefined ? String(error) : null),
  );
}

export const ATTEMPTS: readonly Attempt[] = [
  {
    name: 'none: ordinary work, with dependencies and git',
    async try(workspace) {
      const { output } = await workspace.exec(
        `id -u; node -p 'require("dep")'; mkdir node_modules/.cache && echo 3 > node_modules/.cache/x && cat node_modules/.cache/x
         tool; rm -r node_modules/dep; ls -A node_modules; git status --porcelain; touch /tmp/t ~/t && stat -c %U "$PWD" | head -1`,
      );
      const who = userInfo().username;
      return output === `${process.getuid?.()}\n1\n3\ntool\n.cache\n${who}\n` ? null : output;
    },
  },
  {
    name: 'none: a restore through folders made read-only',
    async try(workspace) {
      const before = await workspace.snapshot();
      await workspace.exec(
        'mkdir -p made/deep; echo x > made/deep/x; chmod 444 a.txt; chmod 500 made/deep made src',
      );
      const locked = await workspace.snapshot();
      await workspace.exec('chmod 700 src; echo more >> src/b.txt; chmod 500 src');
      await workspace.restore(locked);
      await workspace.restore(before);
      return (await workspace.snapshot()) === before ? null : 'the files differ';
    },
  },
  command('write a file outside', ({ outside }) => `echo x > ${outside}/target && echo DONE`, succeeds),
  command(
    'make a file in the home folder',
    ({ home }) => `echo x > ${home}/.bashrc && echo DONE; mkdir -p ${home}/.config/x`,
    /never/,
  ),
  command(
    'read keys and credentials',
    ({ home }) =>
      `cat ${home}/.ssh/* ${home}/.aws/* ${home}/.config/gh/* ${home}/.npmrc ${home}/.netrc ${home}/.git-credentials ${home}/.cargo/credentials.toml ${home}/.local/share/keyrings/*`,
  ),
  command(
    'find the secret anywhere in the file system',
    () => `grep -rIls ${SECRET} / --exclude-dir=proc --exclude-dir=sys --exclude-dir=usr | head`,
    /\//,
  ),
  command(
    'read another user’s home',
    () => 'ls -A /root /home/* 2>/dev/null | grep -v -e : -e "^$" | head -3',
    /\./,
  ),
  command(
    'read the user’s files beside the repository',
    ({ outside, repo }) => `cat ${outside}/secret ${repo}/../../documents/secret`,
  ),
  command('read an ignored secret of the repository', ({ repo }) => `cat ${repo}/.env node_modules/../.env`),
  command('read Heddle’s data and other workspaces', ({ heddle }) => `ls ${heddle} && echo DONE`, succeeds),
  command('read password hashes', () => 'cut -d: -f2 /etc/shadow /etc/gshadow 2>/dev/null', /[^*!\n]/),
  command('see secrets in environments', () => 'cat /proc/*/environ; env', /heddle-test-token/),
  command('reach the internet', () => connect('{ host: "1.1.1.1", port: 80 }'), succeeds),
  command('see another network interface', () => 'tail -n +3 /proc/net/dev | grep -v " lo:"', /:/),
  command(
    'reach a server on the machine’s loopback',
    ({ port }) => connect(`{ host: "127.0.0.1", port: ${port} }`),
    succeeds,
  ),
  command('reach an abstract socket', ({ abstractName }) => connect(`"\\0${abstractName}"`), succeeds),
  command('kill a process outside', ({ victim }) => `kill -9 ${victim.pid} && echo DONE`, succeeds),
  command(
    'see processes outside',
    ({ victim }) =>
      `cat /proc/${victim.pid}/cmdline; ls /proc | grep -c '^[0-9]' | awk '$1 > 30 { print "sleep" }'`,
    /sleep/,
  ),
  command(
    'trace a process outside',
    ({ victim }) =>
      `python3 -c 'import ctypes; print("DONE" if ctypes.CDLL(None).ptrace(16, ${victim.pid}, 0, 0) == 0 else "no")'`,
    succeeds,
  ),
  command('have a capability', () => 'grep -E "^Cap(Eff|Prm|Inh|Amb)" /proc/self/status', /[1-9a-f]$/m),
  command('gain privileges by a set-uid program', () => 'grep NoNewPrivs /proc/self/status', /0$/m),
  command(
    'remount the system writable',
    () => 'mount -o remount,rw /usr && echo DONE; mount -o remount,rw,bind / && echo DONE',
    succeeds,
  ),
  command(
    'mount or unmount anything',
    () =>
      'mount -t tmpfs x /mnt && echo DONE; mount --bind /tmp /etc && echo DONE; umount -l /usr && echo DONE',
    succeeds,
  ),
  command(
    'get a user namespace and mount there',
    () => 'unshare -Urm sh -c "mount -t tmpfs x /tmp && echo DONE"',
    succeeds,
  ),
  command(
    'write into the system',
    () => 'for d in / /usr /etc /opt /dev /proc /run; do touch $d/heddle-escape && echo DONE; done',
    succeeds,
  ),
  command(
    'make a device',
    () => 'mknod /tmp/disk b 254 0 && echo DONE; mknod /tmp/mem c 1 1 && echo DONE',
    succeeds,
  ),
  command(
    'find a disk or memory device',
    () => 'ls /dev | grep -E "^(sd|vd|nvme|mem|kmsg|port|fuse|kvm)"',
    /./,
  ),
  command(
    'write kernel settings',
    // The value it has: should it succeed, the machine is none the worse.
    () => `for f in kernel/core_pattern kernel/panic vm/swappiness; do
      old=$(cat /proc/sys/$f) && echo "$old" > /proc/sys/$f && echo DONE; done; echo h > /proc/sysrq-trigger && echo DONE`,
    succeeds,
  ),
  command('write to /sys', () => 'find /sys -maxdepth 2 -writable 2>/dev/null | head -3', /\/sys\//),
  command(
    'go out through /proc/1/root',
    ({ outside, home }) =>
      `cat /proc/1/root${outside}/secret /proc/*/root${home}/.ssh/id_ed25519 /proc/*/cwd/../../documents/secret`,
  ),
  command(
    'go out through an inherited descriptor',
    () =>
      `for p in /proc/[0-9]*; do ls -l $p/fd 2>/dev/null; done | sed 's/.* -> //' | grep -v -E "^(pipe|socket|anon_inode|/dev/null|/dev/pts|/run/heddle/pipes|/proc)" | grep ^/`,
    /\//,
  ),
  command('have a terminal to type into', () => 'sh -c "echo x > /dev/tty" && echo DONE', succeeds),
  command(
    'change the user’s repository through its own path',
    ({ repo }) => `echo x >> ${repo}/a.txt; rm -rf ${repo}/src; git -C ${repo} commit -qam x`,
    /never/,
  ),
  command(
    'change the user’s dependencies',
    ({ repo }) =>
      `echo x > ${repo}/node_modules/dep/index.js; rm -rf node_modules/dep; mkdir node_modules/made`,
    /never/,
  ),
  command(
    'write or remove the user’s git objects',
    () =>
      `for d in $(cat .git/objects/info/alternates); do rm -rf $d/?? && echo DONE; touch $d/made && echo DONE; done`,
    succeeds,
  ),
  command(
    'hard-link a file of the system into the copy',
    () => 'ln /etc/passwd linked && echo DONE',
    succeeds,
  ),
  {
    name: 'write a file larger than allowed',
    async try(workspace) {
      await workspace.exec('head -c 200000000 /dev/zero > large; true');
      const bytes = (await workspace.files.stat('large'))?.bytes ?? 0;
      await workspace.exec('rm -f large');
      return bytes > FILE_BYTES ? `${bytes} bytes` : null;
    },
  },
  {
    name: 'fill the memory',
    async try(workspace) {
      const { ended } = await workspace.exec(
        `node -e 'const a = []; for (;;) a.push(Buffer.alloc(20e6, 1))'`,
      );
      return ended === 'memory' ? null : ended;
    },
  },
  {
    name: 'fill the memory through /dev/shm and the root',
    async try(workspace) {
      const { output } = await workspace.exec(
        'df --output=fstype / /dev/shm /tmp 2>/dev/null | tail -n +2; touch /x /dev/x && echo DONE',
      );
      const [, memory = '', temporary = ''] = output.split('\n');
      return [memory, temporary].some((type) => type.includes('tmpfs')) || output.includes('DONE')
        ? output
        : null;
    },
  },
  {
    name: 'a fork bomb',
    async try(workspace) {
      const { ended } = await workspace.exec('bomb() { bomb | bomb & }; bomb; sleep 30', {
        timeoutSeconds: 60,
      });
      return ended === 'processes' ? null : ended;
    },
  },
  {
    name: 'a fork bomb left in the background',
    async try(workspace) {
      const shell = await workspace.shell();
      await shell.run('bomb() { bomb | bomb & }; bomb');
      const { restarted } = await untilReplaced(shell);
      // Between two looks of the watchdog it can die of the sandbox's own limit: what can't fork ends.
      const left = restarted ? '0' : (await shell.run('ls -d /proc/[0-9]* | wc -l')).output;
      await shell.dispose();
      return Number(left) < FEW_PROCESSES ? null : `it went on: ${left.trim()} processes`;
    },
  },
  {
    name: 'links planted against reads from outside',
    async try(workspace, { outside, home }) {
      await workspace.exec(
        `ln -s ${outside}/secret l1; ln -s ${home} l2; ln -s /proc/self/root${outside} l3; ln -s l1 l4; mkdir d; ln -s ../../../documents d/l5`,
      );
      const paths = [
        'l1',
        'l2/.ssh/id_ed25519',
        'l3/secret',
        'l4',
        'd/l5/secret',
        `../../documents/secret`,
        `${outside}/secret`,
      ];
      for (const path of paths) {
        const through = await refuses(workspace.files.read(path));
        if (through !== null) return `${path}: ${through}`;
      }
      return null;
    },
  },
  {
    name: 'links planted against writes from outside',
    async try(workspace, { outside }) {
      await workspace.exec(
        `ln -s ${outside}/target w1; ln -s ${outside} w2; ln -s ${outside}/new w3; mkdir -p w4/in; rm -rf w4/in; ln -s ${outside} w4/in`,
      );
      for (const path of ['w1', 'w2/target', 'w3', 'w4/in/deep/file', 'w4/in/target']) {
        const through = await refuses(workspace.files.write(path, 'harm'));
        if (through !== null) return `${path}: ${through}`;
      }
      for (const path of ['w2/target', 'w4/in/target']) {
        const through = await refuses(workspace.files.remove(path));
        if (through !== null) return `${path}: ${through}`;
      }
      return existsSync(join(outside, 'new')) ? 'a file was made outside' : null;
    },
  },
  {
    name: 'a folder swapped for a link while files are written from outside',
    async try(workspace, { outside }) {
      const swapping = new AbortController();
      const swap = workspace.exec(
        `mkdir -p race/real; ln -s ${outside} race/link; while :; do mv -T race/real race/dir; mv -T race/dir race/real; mv -T race/link race/dir; mv -T race/dir race/link; done 2>/dev/null`,
        { signal: swapping.signal, timeoutSeconds: 60 },
      );
      for (let round = 0; round < 2_000; round++) {
        await workspace.files.write('race/dir/target', 'harm').catch(() => {});
        await workspace.files.remove('race/dir/target').catch(() => {});
        const read = await workspace.files.read('race/dir/secret').catch(() => '');
        if (read.includes(SECRET)) return 'the secret was read';
      }
      swapping.abort();
      await swap;
      return null;
    },
  },
  {
    name: 'links planted against snapshots and restore',
    async try(workspace, { outside }) {
      const before = await workspace.snapshot();
      await workspace.exec(`mv src src2; ln -s ${outside} src; rm a.txt; ln -s ${outside}/target a.txt`);
      const planted = await workspace.snapshot();
      const patch = await workspace.diff(before, planted);
      await workspace.restore(before);
      await workspace.restore(planted);
      await workspace.restore(before);
      return patch.includes(SECRET) ? 'the secret is in the patch' : null;
    },
  },
  {
    name: 'a pipe and a device name where a file is read from outside',
    async try(workspace) {
      await workspace.exec('mkfifo pipe');
      return (
        (await refuses(workspace.files.read('pipe'))) ?? (await refuses(workspace.files.write('pipe', 'x')))
      );
    },
  },
  {
    name: 'Heddle’s own pipes swapped for links',
    async try(workspace, { outside }) {
      const trap = `while :; do for p in /run/heddle/pipes/*.out; do ln -sfn ${outside}/target "$p"; done; done 2>/dev/null`;
      const { ended } = await workspace.exec(`(${trap}) & sleep 0.3; echo x`, { timeoutSeconds: 5 });
      await Promise.all(
        [1, 2, 3].map(() => workspace.exec('echo harm', { timeoutSeconds: 5 }).catch(() => null)),
      );
      return ended === 'lost' ? 'the box was lost' : null;
    },
  },
  {
    name: 'links planted against a fork',
    async try(workspace, { outside }) {
      await workspace.exec(
        `mv .git git2; mkdir .git; ln -s ${outside} .git/refs; ln -s ${outside}/secret .git/config`,
      );
      const fork = await workspace.fork();
      const { output } = await fork.exec('cat .git/config .git/refs/secret');
      await fork.dispose();
      await workspace.exec('rm -rf .git; mv git2 .git');
      return output.includes(SECRET) ? 'the secret was copied' : null;
    },
  },
  {
    name: 'a program that survives its workspace',
    async try(workspace, { heddle }) {
      await workspace.exec('true');
      const shell = await workspace.shell();
      await shell.run(
        'setsid nohup sh -c "trap : TERM HUP INT; while :; do sleep 0.05; done" >/dev/null 2>&1 &',
      );
      await workspace.dispose();
      const left = readdirSync('/proc')
        .filter(
          (pid) =>
            /^\d+$/.test(pid) &&
            lstatSync(`/proc/${pid}`, { throwIfNoEntry: false })?.uid === process.getuid?.(),
        )
        .filter((pid) => commandLine(pid).includes('trap : TERM HUP INT'));
      return left.length > 0 || readdirSync(join(heddle, 'work')).length > 0
        ? `${left.length} processes`
        : null;
    },
  },
];

/** Limits of the workspaces the attempts are made in. */
export const FILE_BYTES = 20 * 2 ** 20;

/** A shell, what it runs, and what the sandbox itself needs. */
const FEW_PROCESSES = 12;

async function untilReplaced(
  shell: Awaited<ReturnType<Workspace['shell']>>,
): Promise<{ restarted: boolean }> {
  for (let round = 0; round < 200; round++) {
    const { restarted, ended } = await shell.run('sleep 0.1', { timeoutSeconds: 20 });
    if (restarted || ended === 'processes') return { restarted: true };
  }
  return { restarted: false };
}

function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}
