import { closeSync, constants, mkdirSync, openSync, readlinkSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { Place } from '../files/place.ts';
import { type OuterNamespace, outerNamespace } from './outer-namespace.ts';
import { findProgram } from './programs.ts';
import { type CommandLaunch, quote, type SharedMount } from './sandbox.ts';
import { SEAL } from './seal.ts';
import { mountShared, prepareShared } from './shared-mounts.ts';

/** What the launch script tells its box when the files are mounted: the second word of a message. */
export const FILES_MOUNTED = 'mounted';

/**
 * The files of a fork: an overlay over a base that several forks share, in a mount namespace of the fork's own.
 *
 * The first box mounts it. From then on open descriptors hold the namespace, so that the files outlive a box that
 * was killed and the next one enters the same mount; and when Heddle ends, however it does, nothing is left mounted.
 * This side goes through the mount too: what lies in `upper` is the kernel's alone while it is mounted.
 */
export class FilesOverlay {
  readonly #top: string;
  readonly #outer: OuterNamespace;
  /** Where this process sees the files, once they are mounted. */
  readonly place: Place;
  #held: { readonly mounts: number; readonly users: number; readonly files: number; real: string } | null =
    null;
  #closed = false;
  #tellMounted: () => void = () => {};
  /** Resolves when the files are mounted; never, if the first box fails to start. */
  readonly mounted = new Promise<void>((resolve) => {
    this.#tellMounted = resolve;
  });

  /** `top`: the fork's folder, with the mount point `files` in it. */
  constructor(top: string, base: string) {
    this.#top = top;
    this.#outer = outerNamespace();
    for (const name of ['upper', 'work']) mkdirSync(join(top, name), { mode: 0o700 });
    symlinkSync(base, join(top, 'lower'));
    const inUse = () => this.#inUse();
    this.place = {
      get path() {
        // A path to the folder, not to the link that leads to it.
        return `/proc/self/fd/${inUse().files}/.`;
      },
      get real() {
        return inUse().real;
      },
    };
  }

  /**
   * Starts `inner` where the files are mounted. `stays-outside`: its first process never leaves that namespace, so
   * it may take the place of the script.
   */
  launch(
    inner: CommandLaunch,
    shared: readonly SharedMount[],
    how: 'stays-outside' | 'goes-inside',
  ): CommandLaunch {
    if (this.#closed) throw new Error('the workspace was disposed of');
    const command = [inner.command, ...inner.args];
    if (this.#held !== null) {
      return { command: findProgram('nsenter') ?? 'nsenter', args: [...this.#entering(), '--', ...command] };
    }
    for (const mount of shared) prepareShared(mount);
    const { unshare, overlay } = this.#outer;
    const script = `set -e
${SEAL}
${mountFiles(this.#top, this.#outer)}
${mountShared(shared, overlay)}
printf 'files ${FILES_MOUNTED}\\0'
${how === 'stays-outside' ? 'exec "$@"' : '"$@"; exit $?'}`;
    return {
      command: findProgram('unshare') ?? 'unshare',
      args: [...unshare, 'sh', '-c', script, 'heddle', ...command],
    };
  }

  /** `pid`: a process in the namespace. */
  hold(pid: number): void {
    if (this.#held !== null || this.#closed) return;
    const files = openSync(
      `/proc/${pid}/root${join(this.#top, 'files')}`,
      constants.O_RDONLY | constants.O_DIRECTORY,
    );
    this.#held = {
      mounts: openSync(`/proc/${pid}/ns/mnt`, 'r'),
      users: openSync(`/proc/${pid}/ns/user`, 'r'),
      files,
      real: readlinkSync(`/proc/self/fd/${files}`),
    };
    this.#tellMounted();
  }

  /** Unmounts it, when no process of a box is left. */
  close(): void {
    this.#closed = true;
    const held = this.#held;
    this.#held = null;
    if (held !== null) for (const descriptor of [held.files, held.mounts, held.users]) closeSync(descriptor);
  }

  #inUse() {
    if (this.#held === null)
      throw new Error('the workspace was disposed of, or its files are not mounted yet');
    return this.#held;
  }

  /** Options of util-linux `nsenter`. */
  #entering(): string[] {
    const { mounts, users } = this.#inUse();
    const at = (descriptor: number) => `/proc/${process.pid}/fd/${descriptor}`;
    const asUser = this.#outer.user ? [`--user=${at(users)}`, '--preserve-credentials'] : [];
    return [...asUser, `--mount=${at(mounts)}`];
  }
}

/**
 * Shell text that mounts the overlay and leaves the shell in `top`. Nothing of it is of use after a crash of the machine, so the kernel need not
 * write it out when it is unmounted (`volatile`, which kernels before 5.10 don't know).
 */
export function mountFiles(top: string, { overlay, moves }: OuterNamespace): string {
  const layers = 'lowerdir=lower,upperdir=upper,workdir=work files';
  return `cd ${quote(top)}
mount -t overlay heddle -o ${overlay}${moves}volatile,${layers} 2>/dev/null ||
  mount -t overlay heddle -o ${overlay}${moves}${layers}`;
}
