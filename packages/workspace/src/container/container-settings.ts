import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type Docker from 'dockerode';
import type { WorkspaceLimits } from '../limits.ts';
import { readOr } from '../repository/discover.ts';
import { type BoxPlan, type SharedMount, WALLED_INSIDE } from '../sandbox/sandbox.ts';
import type { Engine } from './engine.ts';
import type { Image } from './image.ts';

/** Says in a container's labels that it is Heddle's, and of which process: see `sweepContainers`. */
export const OWNER_LABEL = 'heddle.owner';
/** Marks the first process of a container, so that its number can be verified. */
export const BOX_VARIABLE = 'HEDDLE_BOX';

/** The watchdog stops a program at the limit; the kernel, which is rougher but never late, somewhat above it. */
const HEADROOM = 1.25;
/** The kernel counts threads; a Node process has about a dozen. */
const THREADS_PER_PROCESS = 16;
/** Open files per process: more than any build needs. */
const OPEN_FILES = 65_536;
/** One processor. */
const NANO_CPUS = 1e9;
/** Some programs (a browser) want more than the engines' 64 MB; it counts as memory of the container. */
const SHARED_MEMORY_BYTES = 256 * 2 ** 20;

export interface Walled {
  readonly engine: Engine;
  readonly image: Image;
  readonly limits: WorkspaceLimits;
  readonly program: readonly string[];
  readonly owner: string;
  readonly env: Readonly<Record<string, string>>;
  readonly network: boolean;
}

export interface Asking extends Omit<Walled, 'env' | 'network'> {
  readonly plan: BoxPlan;
  /** Value of {@link BOX_VARIABLE}. */
  readonly box: string;
  /** Shared folders under a writable layer; otherwise they are read-only. */
  readonly overlays: boolean;
}

/** What an engine is asked for: a container with the folders of a workspace. */
export function containerSettings(asking: Asking): Docker.ContainerCreateOptions {
  const { plan, box } = asking;
  const shared = sharedMounts(asking);
  const walls = wallSettings({ ...asking, env: { ...plan.env, [BOX_VARIABLE]: box }, network: plan.network });
  return {
    ...walls,
    HostConfig: {
      ...walls.HostConfig,
      Binds: shared.binds,
      Mounts: [
        bind(plan.files, plan.root),
        bind(plan.tmp, WALLED_INSIDE.tmp),
        bind(plan.pipes, WALLED_INSIDE.pipes),
        ...plan.visible.map(({ from, to }) => bind(from, to, true)),
        ...plan.kept.map(({ from, to }) => bind(from, to)),
        ...shared.mounts,
      ],
    },
  };
}

/** The walls of every container, which sees nothing but its image. */
export function wallSettings(of: Walled): Docker.ContainerCreateOptions {
  const { engine, image, limits, program, env, network } = of;
  const processes = limits.processes * THREADS_PER_PROCESS;
  return {
    Image: image.id,
    // The image's own start-up program is somebody else's idea.
    Entrypoint: [program[0]!],
    Cmd: program.slice(1),
    Env: Object.entries(env).map(([name, value]) => `${name}=${value}`),
    Labels: { [OWNER_LABEL]: of.owner },
    Hostname: 'heddle',
    User: userOf(engine),
    WorkingDir: '/',
    Tty: false,
    OpenStdin: true,
    // Its input ends when Heddle is gone, and then so does the supervisor.
    StdinOnce: true,
    AttachStdin: true,
    AttachStdout: true,
    AttachStderr: true,
    NetworkDisabled: !network,
    HostConfig: {
      AutoRemove: true,
      NetworkMode: network ? 'host' : 'none',
      ...(engine.remapped && { UsernsMode: 'host' }),
      CapDrop: ['ALL'],
      // SELinux would hide the copy from programs, and relabelling it would change the user's git objects.
      SecurityOpt: ['no-new-privileges', 'label=disable'],
      PidsLimit: processes,
      Memory: Math.ceil(limits.memoryBytes * HEADROOM),
      MemorySwap: Math.ceil(limits.memoryBytes * HEADROOM),
      // Ordinary users are seldom given the right to share out processors, and asking for it would fail.
      ...(!engine.rootless && { NanoCpus: availableParallelism() * NANO_CPUS }),
      ShmSize: SHARED_MEMORY_BYTES,
      Ulimits: [
        ulimit('nofile', Math.min(OPEN_FILES, hardLimit('Max open files'))),
        ulimit('nproc', Math.min(processes, hardLimit('Max processes'))),
        ulimit('core', 0),
      ],
      LogConfig: { Type: 'none', Config: {} },
    },
  };
}

/**
 * Files in the copy must belong to whoever runs Heddle: root of a rootless engine's containers is that user already.
 * The same number outside also lets Heddle end the processes.
 */
function userOf({ rootless }: Engine): string {
  return rootless ? '0:0' : `${process.getuid?.() ?? 0}:${process.getgid?.() ?? 0}`;
}

const ulimit = (Name: string, most: number): Docker.Ulimit => ({ Name, Soft: most, Hard: most });

/**
 * What this process may have at most. An engine is often under the same limit, which it cannot raise without the
 * power to; left out, it would try to.
 */
function hardLimit(name: string): number {
  const line = readOr('/proc/self/limits', '')
    .split('\n')
    .find((one) => one.startsWith(name));
  const hard = Number(line?.slice(name.length).trim().split(/\s+/)[1]);
  return Number.isNaN(hard) ? Number.POSITIVE_INFINITY : hard;
}

const bind = (from: string, to: string, readOnly = false): Docker.MountSettings => ({
  Type: 'bind',
  Source: from,
  Target: to,
  ReadOnly: readOnly,
});

/** Podman lays an overlay over a folder itself; Docker's local volumes can be one. */
function sharedMounts({ engine, plan, overlays }: Asking): {
  readonly binds: string[];
  readonly mounts: Docker.MountSettings[];
} {
  const inside = ({ target }: SharedMount) => plan.root + target.slice(plan.files.length);
  if (!overlays) return { binds: [], mounts: plan.shared.map((one) => bind(one.source, inside(one), true)) };
  if (engine.flavour === 'podman') {
    const option = ({ layer }: SharedMount) =>
      `O,upperdir=${join(layer, 'upper')},workdir=${join(layer, 'work')}`;
    return { binds: plan.shared.map((one) => `${one.source}:${inside(one)}:${option(one)}`), mounts: [] };
  }
  return { binds: [], mounts: plan.shared.map((one) => overlayVolume(one, inside(one))) };
}

function overlayVolume({ source, layer }: SharedMount, target: string): Docker.MountSettings {
  const folders = `lowerdir=${source},upperdir=${join(layer, 'upper')},workdir=${join(layer, 'work')}`;
  return {
    Type: 'volume',
    Source: '',
    Target: target,
    VolumeOptions: {
      NoCopy: true,
      Labels: {},
      DriverConfig: { Name: 'local', Options: { type: 'overlay', device: 'overlay', o: folders } },
    },
  };
}

/** Whether a path can be named in a mount's options, where some characters have a meaning. */
export function overlaysCanName(plan: BoxPlan): boolean {
  return !plan.shared.some(({ source, layer, target }) => /[:,\\]/.test(source + layer + target));
}
