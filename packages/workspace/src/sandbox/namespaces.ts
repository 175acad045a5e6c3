import { closeSync, mkdirSync, openSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { release } from 'node:os';
import { dirname, join } from 'node:path';
import { removeTree } from '../remove-tree.ts';
import { prepareCovers } from './covers.ts';
import { flagsAt, type Mounted, mounted } from './mounts.ts';
import { findProgram, tryProgram } from './programs.ts';
import { type BoxPlan, type Launch, quote, type Sandbox, WALLED_INSIDE } from './sandbox.ts';
import { SEAL } from './seal.ts';
import { mountShared, prepareShared } from './shared-mounts.ts';
import type { SystemView } from './system-view.ts';

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
    const args = [...unshareArgs(plan.network), 'sh', '-c', setUp(plan), 'heddle'];
    const alone = { command: findProgram('unshare') ?? 'unshare', args };
    if (plan.overlay !== null) return plan.overlay.launch(alone, plan.shared, 'goes-inside');
    for (const mount of plan.shared) prepareShared(mount);
    return alone;
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

/** The same folder; no link, since what is shown or worked on may itself be below either. */
const TMP = ['/tmp', '/var/tmp'] as const;

const DEVICES = ['null', 'zero', 'full', 'random', 'urandom', 'tty'].map((name) => `/dev/${name}`);

/**
 * Kernel settings belong to the machine's root by number, and programs of a sandboxed root have that number,
 * capabilities or not: for them /proc is read-only. An ordinary user must write there to be mapped back.
 */
const isRoot = (): boolean => process.getuid?.() === 0;

/** Read-only all through, whatever is mounted below: sealed when they are mounted. */
function shownMounts(plan: BoxPlan, places: Places): Mount[] {
  return [
    // The new root: everything below has its mount point in it already, so that it can be read-only at once.
    readOnly(places.top, '/'),
    ...TMP.map((path) => bound(plan.tmp, path)),
    ...[...plan.system.bindings, ...plan.visible].map(({ from, to }) => readOnly(from, to)),
  ];
}

/** Over the former: what hides parts of them, and what programs may write to. */
function innerMounts(plan: BoxPlan, places: Places): Mount[] {
  const { system } = plan;
  return [
    ...[...prepareCovers(plan), ...system.uncovered].map(({ from, to }) => readOnly(from, to)),
    ...system.hidden.files.map((path) => readOnly('/dev/null', path)),
    ...system.hidden.folders.map((path) => readOnly(places.empty, path)),
    { what: 'proc', at: '/proc', type: 'proc', options: `${isRoot() ? 'ro' : 'rw'},nosuid,nodev,noexec` },
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
    ...plan.kept.map(({ from, to }) => bound(from, to)),
    bound(plan.pipes, WALLED_INSIDE.pipes),
  ];
}

interface Places {
  /** Skeleton of the new root: empty folders and files to mount on, and links. */
  readonly top: string;
  readonly empty: string;
  readonly memory: string;
}

/** The script that mounts everything by two calls of `mount`, enters the new root and runs its arguments there. */
function setUp(plan: BoxPlan): string {
  const at = (name: string) => join(plan.scratch, name);
  const places: Places = { top: at('top'), empty: at('empty'), memory: at('shm') };
  const [shown, inner] = [shownMounts(plan, places), innerMounts(plan, places)];
  makeSkeleton(plan, places, [...shown, ...inner]);
  const machine = mounted();
  const table = (name: string, mounts: readonly Mount[]) => {
    writeFileSync(at(name), mounts.map((mount) => tableLine(mount, places.top, machine)).join(''));
    return quote(at(name));
  };
  const pidLimit = Math.max(plan.processes * THREADS_PER_PROCESS, LEAST_PID_LIMIT);
  return `set -e
${SEARCH_SBIN}
${SEAL}
${plan.overlay === null ? mountShared(plan.shared, 'userxattr,') : ''}
mount -a -T ${table('shown', shown)}
seal ${[places.top, ...TMP.map((path) => places.top + path)].map(quote).join(' ')}
mount -a -T ${table('inner', inner)}
${plan.system.uncovered.map(({ to }) => `seal ${quote(places.top + to)}`).join('\n')}
${plan.network ? '' : LOOPBACK_UP}
{
${perNamespacePidLimit() ? `echo ${pidLimit} >/proc/sys/kernel/pid_max` : ':'}
echo ${isRoot() ? 0 : 1} >/proc/sys/user/max_user_namespaces
echo heddle >/proc/sys/kernel/hostname
} 2>/dev/null || true
cd ${quote(places.top)}
pivot_root . .
umount -l .
cd ${quote(plan.root)}
exec ${dropPowers()} "$@"
`;
}

const LINKS: SystemView['links'] = [
  { path: '/dev/fd', target: '/proc/self/fd' },
  { path: '/dev/stdin', target: '/proc/self/fd/0' },
  { path: '/dev/stdout', target: '/proc/self/fd/1' },
  { path: '/dev/stderr', target: '/proc/self/fd/2' },
  { path: '/dev/ptmx', target: 'pts/ptmx' },
];

function makeSkeleton(plan: BoxPlan, places: Places, mounts: readonly Mount[]): void {
  removeTree(places.top);
  for (const folder of [...Object.values(places), join(plan.tmp, 'home')])
    mkdirSync(folder, { recursive: true });
  for (const { at, what, type } of mounts) {
    const tmp = TMP.find((path) => at.startsWith(`${path}/`));
    // A point below /tmp is in the folder bound there.
    const point = tmp === undefined ? places.top + at : plan.tmp + at.slice(tmp.length);
    if (type === 'none' && isFile(what)) touch(point);
    else mkdirSync(point, { recursive: true });
  }
  for (const { path, target } of [...plan.system.links, ...LINKS]) {
    mkdirSync(dirname(places.top + path), { recursive: true });
    symlinkSync(target, places.top + path);
  }
}

function touch(path: string): void {
  mkdirSync(dirname(path), { recursive: true });
  closeSync(openSync(path, 'a'));
}

function tableLine({ what, at, type, options }: Mount, top: string, machine: readonly Mounted[]): string {
  // An ordinary user may not take that flag away by making a binding read-only.
  const kept = options.includes('ro,') && type === 'none' && flagsAt(machine, what).includes('noexec');
  return `${escaped(what)} ${escaped(at === '/' ? top : top + at)} ${type} ${options}${kept ? ',noexec' : ''} 0 0\n`;
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
