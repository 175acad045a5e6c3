import { join } from 'node:path';
import type Docker from 'dockerode';
import type { WorkspaceLimits } from '../limits.ts';
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
/** Open files per process: more than any build needs. Named, because some engines may not raise their own. */
const OPEN_FILES = 65_536;
/** Programs use at least this share of a processor, or more where there are fewer programs. */
const NANO_CPUS = 1e9;
/** Some programs (a browser) want more than the engines' 64 MB; it counts as memory of the container. */
const SHARED_MEMORY_BYTES = 256 * 2 ** 20;

export interface Asking {
  readonly engine: Engine;
  readonly image: Image;
  readonly plan: BoxPlan;
  readonly limits: WorkspaceLimits;
  readonly program: readonly string[];
  readonly owner: string;
  /** Value of {@link BOX_VARIABLE}. */
  readonly box: string;
  readonly processors: number;
  /** Shared folders under a writable layer; otherwise they are read-only. */
  readonly overlays: boolean;
}

/** What an engine is asked for: the walls of a container. */
export function containerSettings(asking: Asking): Docker.ContainerCreateOptions {
  const { engine, image, plan, limits, program, processors } = asking;
  const processes = limits.processes * THREADS_PER_PROCESS;
  const limited = { Soft: OPEN_FILES, Hard: OPEN_FILES };
  const shared = sharedMounts(asking);
  return {
    Image: image.id,
    // The image's own start-up program is somebody else's idea.
    Entrypoint: [program[0]!],
    Cmd: program.slice(1),
    Env: Object.entries({ ...plan.env, [BOX_VARIABLE]: asking.box }).map(
      ([name, value]) => `${name}=${value}`,
    ),
    Labels: { [OWNER_LABEL]: asking.owner },
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
    NetworkDisabled: !plan.network,
    HostConfig: {
      AutoRemove: true,
      NetworkMode: plan.network ? 'host' : 'none',
      ...(engine.remapped && { UsernsMode: 'host' }),
      CapDrop: ['ALL'],
      // SELinux would hide the copy from programs, and relabelling it would change the user's git objects.
      SecurityOpt: ['no-new-privileges', 'label=disable'],
      PidsLimit: processes,
      Memory: Math.ceil(limits.memoryBytes * HEADROOM),
      MemorySwap: Math.ceil(limits.memoryBytes * HEADROOM),
      NanoCpus: processors * NANO_CPUS,
      ShmSize: SHARED_MEMORY_BYTES,
      Ulimits: [
        { Name: 'nofile', ...limited },
        { Name: 'nproc', Soft: processes, Hard: processes },
        { Name: 'core', Soft: 0, Hard: 0 },
      ],
      LogConfig: { Type: 'none', Config: {} },
      Binds: shared.binds,
      Mounts: [
        bind(plan.files, plan.root),
        bind(plan.tmp, WALLED_INSIDE.tmp),
        bind(plan.pipes, WALLED_INSIDE.pipes),
        ...plan.visible.map(({ from, to }) => bind(from, to, true)),
        ...shared.mounts,
      ],
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
