import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { release } from 'node:os';
import { dirname, join } from 'node:path';
import { findProgram, tryProgram } from './programs.ts';
import { type BoxPlan, type Launch, quote, type Sandbox, WALLED_INSIDE } from './sandbox.ts';
import { mountShared, prepareShared } from './shared-mounts.ts';

const TOOLS = ['unshare', 'mount', 'umount', 'pivot_root', 'setpriv', 'sh'] as const;

/** Root inside a user namespace of its own, also when started by root: the same way for everybody. */
function unshareArgs(network: boolean): string[] {
  return [
    '--user',
    '--map-root-user',
    '--mount',
    '--propagation',
    'private',
    '--pid',
    '--ipc',
    '--uts',
    ...(network ? [] : ['--net']),
    '--fork',
    '--kill-child=KILL',
  ];
}

/**
 * The walls of bubblewrap, made with what every Linux system carries (util-linux and a shell): new namespaces,
 * a new root of read-only bindings, no capabilities. Runs as pid 1 of its own process namespace.
 */
export class Namespaces implements Sandbox {
  readonly kind = 'namespaces';
  readonly walled = true;
  #refusal: Promise<string | null> | undefined;

  probe(): Promise<string | null> {
    this.#refusal ??= tryNamespaces();
    return this.#refusal;
  }

  async launch(plan: BoxPlan): Promise<Launch> {
    for (const mount of plan.shared) prepareShared(mount);
    const args = [...unshareArgs(plan.network), 'sh', '-c', setUp(plan), 'heddle'];
    return { command: findProgram('unshare') ?? 'unshare', args };
  }

  inside() {
    return WALLED_INSIDE;
  }
}

async function tryNamespaces(): Promise<string | null> {
  if (process.platform !== 'linux') return 'namespaces are a Linux matter';
  const missing = TOOLS.filter((name) => findProgram(name) === null);
  if (missing.length > 0) return `missing programs: ${missing.join(', ')}`;
  const script = `${SEARCH_SBIN}
mount -t tmpfs heddle /mnt && mkdir /mnt/proc && mount -t proc proc /mnt/proc && ${dropPowers()} true`;
  const refusal = await tryProgram(findProgram('unshare')!, [...unshareArgs(false), 'sh', '-c', script], {});
  return refusal === null ? null : `the kernel permits no user namespaces here (${refusal})`;
}

/** mount, pivot_root and ip are often below /sbin only. */
const SEARCH_SBIN = 'PATH="$PATH:/usr/sbin:/sbin:/usr/bin:/bin"';

/**
 * Gives up every capability for good. An ordinary user is first mapped back to itself in a second user namespace,
 * so that programs see the right owner; root stays root by name.
 */
function dropPowers(): string {
  const [uid, gid] = [process.getuid?.() ?? 0, process.getgid?.() ?? 0];
  return uid === 0
    ? 'setpriv --no-new-privs --bounding-set=-all --inh-caps=-all --ambient-caps=-all'
    : `unshare --user --map-user=${uid} --map-group=${gid} setpriv --no-new-privs`;
}

interface Mount {
  readonly what: string;
  /** Inside. */
  readonly at: string;
  readonly type: string;
  readonly options: string;
}

const bound = (what: string, at = what): Mount => ({ what, at, type: 'none', options: 'rbind' });
/** Programs inside gain nothing from set-uid bits or device files of the system. */
const readOnly = (what: string, at = what): Mount => ({
  what,
  at,
  type: 'none',
  options: 'rbind,ro,nosuid,nodev',
});

const DEVICES = ['null', 'zero', 'full', 'random', 'urandom', 'tty'].map((name) => `/dev/${name}`);

function mountsOf(
  plan: BoxPlan,
  places: { readonly empty: string; readonly memory: string; readonly top: string },
): Mount[] {
  const { system } = plan;
  return [
    bound(plan.tmp, '/tmp'),
    ...system.bindings.map(({ from, to }) => readOnly(from, to)),
    ...system.hidden.files.map((path) => readOnly('/dev/null', path)),
    ...system.hidden.folders.map((path) => readOnly(places.empty, path)),
    { what: 'proc', at: '/proc', type: 'proc', options: 'nosuid,nodev,noexec' },
    ...system.kernel.readOnly.map((path) => readOnly(places.top + path, path)),
    ...system.kernel.masked.map((path) => readOnly('/dev/null', path)),
    ...DEVICES.map((path) => bound(path)),
    {
      what: 'devpts',
      at: '/dev/pts',
      type: 'devpts',
      options: 'newinstance,ptmxmode=0666,mode=620,nosuid,noexec',
    },
    // On disk: a program must not fill the machine's memory through a file system.
    bound(places.memory, '/dev/shm'),
    bound(plan.files, plan.root),
    ...plan.visible.map(({ from, to }) => readOnly(from, to)),
    bound(plan.pipes, WALLED_INSIDE.pipes),
  ];
}

/** The script that builds the new root, enters it and runs its arguments there. Everything is mounted by one `mount`. */
function setUp(plan: BoxPlan): string {
  const places = {
    top: join(plan.scratch, 'top'),
    empty: join(plan.scratch, 'empty'),
    memory: join(plan.scratch, 'shm'),
  };
  for (const folder of [...Object.values(places), join(plan.tmp, 'home')])
    mkdirSync(folder, { recursive: true });
  const mounts = mountsOf(plan, places);
  const table = join(plan.scratch, 'mounts');
  writeFileSync(
    table,
    mounts
      .map(
        ({ what, at, type, options }) =>
          `${[what, places.top + at].map(escaped).join(' ')} ${type} ${options} 0 0\n`,
      )
      .join(''),
  );
  // A point below /tmp is in the folder bound there.
  const points = mounts.map(({ at, what, type }) => ({
    at: at.startsWith('/tmp/') ? plan.tmp + at.slice('/tmp'.length) : places.top + at,
    file: type === 'none' && isFile(what),
  }));
  const folders = points.filter(({ file }) => !file).map(({ at }) => at);
  const files = points.filter(({ file }) => file).map(({ at }) => at);
  const made = [...folders, ...files.map((path) => dirname(path)), `${places.top}/var`, `${places.top}/old`];
  const { top } = places;
  return `set -e
${SEARCH_SBIN}
${mountShared(plan.shared, 'userxattr,')}
mount -t tmpfs -o mode=755,size=16m heddle ${quote(top)}
mkdir -p ${[...new Set(made)].map(quote).join(' ')}
for file in ${files.map(quote).join(' ')}; do [ -e "$file" ] || : >"$file"; done
${[...plan.system.links, { path: '/var/tmp', target: '/tmp' }].map(({ path, target }) => `ln -s ${quote(target)} ${quote(top + path)}`).join('\n')}
ln -s /proc/self/fd ${quote(`${top}/dev/fd`)}
ln -s /proc/self/fd/0 ${quote(`${top}/dev/stdin`)}
ln -s /proc/self/fd/1 ${quote(`${top}/dev/stdout`)}
ln -s /proc/self/fd/2 ${quote(`${top}/dev/stderr`)}
ln -s pts/ptmx ${quote(`${top}/dev/ptmx`)}
mount -a -T ${quote(table)}
${plan.network ? '' : LOOPBACK_UP}
${perNamespacePidLimit() ? `echo ${Math.max(plan.processes * THREADS_PER_PROCESS, LEAST_PID_LIMIT)} >/proc/sys/kernel/pid_max 2>/dev/null || true` : ''}
echo ${process.getuid?.() === 0 ? 0 : 1} >/proc/sys/user/max_user_namespaces 2>/dev/null || true
hostname heddle 2>/dev/null || true
cd ${quote(top)}
pivot_root . old
cd /
umount -l /old
rmdir /old
mount -o remount,bind,ro /
cd ${quote(plan.root)}
exec ${dropPowers()} "$@"
`;
}

/** The mount table's own escapes. */
const escaped = (path: string) =>
  path.replace(/[\s\\#]/g, (char) => `\\${char.charCodeAt(0).toString(8).padStart(3, '0')}`);

function isFile(path: string): boolean {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat !== undefined && !stat.isDirectory();
}

/** Tests open servers on the loopback; there is no program in util-linux that brings it up, so whichever is there. */
const LOOPBACK_UP = `ip link set lo up 2>/dev/null || ifconfig lo up 2>/dev/null || python3 -c '
import fcntl, socket, struct
fcntl.ioctl(socket.socket(), 0x8914, struct.pack("16sh14x", b"lo", 0x49))' 2>/dev/null || true`;

/** The limit counts threads; a Node process has about a dozen. */
const THREADS_PER_PROCESS = 16;
/** The kernel takes no lower one. */
const LEAST_PID_LIMIT = 400;

/** Since Linux 6.14 each process namespace has a limit of its own; before, writing it would change the machine's. */
function perNamespacePidLimit(): boolean {
  const [major = 0, minor = 0] = release().split('.').map(Number);
  return major > 6 || (major === 6 && minor >= 14);
}
