import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { prepareCovers } from './covers.ts';
import { outerNamespace } from './outer-namespace.ts';
import { findProgram, tryProgram } from './programs.ts';
import { type BoxPlan, type Launch, type Sandbox, WALLED_INSIDE } from './sandbox.ts';
import { SEAL } from './seal.ts';
import { mountShared, prepareShared } from './shared-mounts.ts';

/** The walls every box has. Nothing of the machine exists inside but what is bound afterwards. */
function walls(nested: 'no-nested' | 'nested'): string[] {
  return [
    '--unshare-all',
    '--unshare-user',
    '--uid',
    `${process.getuid!()}`,
    '--gid',
    `${process.getgid!()}`,
    '--die-with-parent',
    '--new-session',
    '--cap-drop',
    'ALL',
    '--hostname',
    'heddle',
    ...(nested === 'no-nested' ? ['--disable-userns'] : []),
  ];
}

/** What of it works here; asked once per process. */
interface Ability {
  readonly refusal: string | null;
  readonly nested: 'no-nested' | 'nested';
}

/** The `bwrap` program: https://github.com/containers/bubblewrap. */
export class Bubblewrap implements Sandbox {
  readonly kind = 'bubblewrap';
  readonly walled = true;
  #ability: Promise<Ability> | undefined;

  async probe(): Promise<string | null> {
    return (await this.#able()).refusal;
  }

  async launch(plan: BoxPlan): Promise<Launch> {
    const { nested } = await this.#able();
    const bwrap = [findProgram('bwrap') ?? 'bwrap', ...walls(nested), ...view(plan), '--'];
    const alone = { command: bwrap[0]!, args: bwrap.slice(1) };
    if (plan.overlay !== null) return plan.overlay.launch(alone, plan.shared, 'stays-outside');
    if (plan.shared.length === 0) return alone;
    for (const mount of plan.shared) prepareShared(mount);
    const { unshare, overlay } = outerNamespace();
    const script = `set -e\n${SEAL}${mountShared(plan.shared, overlay)}\nexec "$@"`;
    return {
      command: findProgram('unshare') ?? 'unshare',
      args: [...unshare, 'sh', '-c', script, 'heddle', ...bwrap],
    };
  }

  inside() {
    return WALLED_INSIDE;
  }

  #able(): Promise<Ability> {
    this.#ability ??= tryBubblewrap();
    return this.#ability;
  }
}

async function tryBubblewrap(): Promise<Ability> {
  const bwrap = process.platform === 'linux' ? findProgram('bwrap') : null;
  if (bwrap === null) return { refusal: 'bubblewrap (bwrap) is not installed', nested: 'nested' };
  const attempt = (nested: Ability['nested']) =>
    tryProgram(
      bwrap,
      [...walls(nested), '--ro-bind', '/', '/', '--proc', '/proc', '--dev', '/dev', 'true'],
      {},
    );
  const strict = await attempt('no-nested');
  if (strict === null) return { refusal: null, nested: 'no-nested' };
  // Versions before 0.8 don't know --disable-userns.
  return { refusal: await attempt('nested'), nested: 'nested' };
}

function view(plan: BoxPlan): string[] {
  const { system, scratch } = plan;
  const empty = join(scratch, 'empty');
  const memory = join(scratch, 'shm');
  for (const folder of [empty, memory, join(plan.tmp, 'home')]) mkdirSync(folder, { recursive: true });
  return [
    '--bind',
    plan.tmp,
    '/tmp',
    // No link: what is shown or worked on may itself be below it.
    '--bind',
    plan.tmp,
    '/var/tmp',
    ...system.bindings.flatMap(({ from, to }) => ['--ro-bind', from, to]),
    ...system.links.flatMap(({ path, target }) => ['--symlink', target, path]),
    ...prepareCovers(plan).flatMap(({ from, to }) => ['--ro-bind', from, to]),
    ...system.uncovered.flatMap(({ from, to }) => ['--ro-bind', from, to]),
    ...system.hidden.files.flatMap((path) => ['--ro-bind', '/dev/null', path]),
    ...system.hidden.folders.flatMap((path) => ['--ro-bind', empty, path]),
    '--proc',
    '/proc',
    // The kernel's settings belong to the machine's root by number, and programs of a sandboxed root have that
    // number, capabilities or not; bwrap alone leaves /proc/sys writable to them.
    '--remount-ro',
    '/proc',
    '--dev',
    '/dev',
    // On disk: a program must not fill the machine's memory through a file system.
    '--bind',
    memory,
    '/dev/shm',
    '--bind',
    plan.files,
    plan.root,
    ...plan.visible.flatMap(({ from, to }) => ['--ro-bind', from, to]),
    ...plan.kept.flatMap(({ from, to }) => ['--bind', from, to]),
    '--bind',
    plan.pipes,
    WALLED_INSIDE.pipes,
    '--remount-ro',
    '/',
    '--remount-ro',
    '/dev',
    ...(plan.network ? ['--share-net'] : []),
    '--chdir',
    plan.root,
  ];
}
