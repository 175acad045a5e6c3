import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, lstatSync, readlinkSync } from 'node:fs';
import type { Socket } from 'node:net';
import { dirname } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { kill } from '../../src/box/processes.ts';
import { outerNamespace } from '../../src/sandbox/outer-namespace.ts';
import { findProgram } from '../../src/sandbox/programs.ts';
import { quote } from '../../src/sandbox/sandbox.ts';

/** What Heddle asks of an engine, as far as the stand-in follows it. */
export interface Asked {
  readonly Image: string;
  readonly Entrypoint?: readonly string[];
  readonly Cmd: readonly string[];
  readonly Env?: readonly string[];
  readonly Labels?: Readonly<Record<string, string>>;
  readonly StdinOnce?: boolean;
  readonly HostConfig?: {
    readonly AutoRemove?: boolean;
    readonly NetworkMode?: string;
    readonly Binds?: readonly string[];
    readonly Mounts?: readonly Mount[];
    readonly [more: string]: unknown;
  };
}

interface Mount {
  readonly Type: string;
  readonly Source: string;
  readonly Target: string;
  readonly ReadOnly?: boolean;
  readonly VolumeOptions?: { readonly DriverConfig: { readonly Options: Readonly<Record<string, string>> } };
}

const STDOUT = 1;
const STDERR = 2;

/** A container of the stand-in: a local process behind bubblewrap, with its folders mounted as asked. */
export class StandInContainer {
  readonly id: string;
  readonly asked: Asked;
  pid = 0;
  readonly #attached = new Set<Socket>();
  #child: ChildProcess | null = null;
  readonly #ended = Promise.withResolvers<void>();

  /** Folders of this machine that are in the image, by their paths there. */
  readonly #folders: Readonly<Record<string, string>>;

  constructor(id: string, asked: Asked, folders: Readonly<Record<string, string>>) {
    this.id = id;
    this.#folders = folders;
    this.asked = asked;
  }

  get running(): boolean {
    return this.pid !== 0;
  }

  get ended(): Promise<void> {
    return this.#ended.promise;
  }

  attach(socket: Socket): void {
    this.#attached.add(socket);
    socket.on('data', (chunk) => this.#child?.stdin?.write(chunk));
    socket.on('error', () => {});
    socket.on('close', () => {
      this.#attached.delete(socket);
      if (this.asked.StdinOnce) this.#child?.stdin?.end();
    });
  }

  /** Null, or why not. */
  async start(): Promise<string | null> {
    const { mounts, folders } = this.#mounts();
    const own = Object.entries(this.#folders).flatMap(([path, from]) => ['--ro-bind', from, path]);
    const walls = [...commonWalls(this.asked.HostConfig?.NetworkMode !== 'none'), ...own, ...folders];
    const program = [...(this.asked.Entrypoint ?? []), ...this.asked.Cmd];
    const { unshare } = outerNamespace();
    const script = `set -e\n${mounts}\nexec "$@"`;
    const bwrap = ['bwrap', '--info-fd', '3', '--as-pid-1', ...walls, '--', ...program];
    const child = spawn(
      findProgram('unshare') ?? 'unshare',
      [...unshare, 'sh', '-c', script, 'sh', ...bwrap],
      {
        env: Object.fromEntries((this.asked.Env ?? []).map((entry) => entry.split(/=(.*)/s).slice(0, 2))),
        stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
      },
    );
    this.#child = child;
    child.stdin!.on('error', () => {});
    let said = '';
    child.stderr!.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      this.#send(STDERR, chunk);
    });
    child.stdout!.on('data', (chunk: Buffer) => this.#send(STDOUT, chunk));
    const closed = once(child, 'close').then(() => this.#closed());
    let info = '';
    (child.stdio[3] as Socket).on('data', (chunk: Buffer) => {
      info += chunk.toString();
    });
    // As with an engine, `start` has an answer when the program is about to run.
    while (child.exitCode === null) {
      const pid = Number(/"child-pid": (\d+)/.exec(info)?.[1] ?? 0);
      if (pid !== 0) {
        this.pid = pid;
        return null;
      }
      await setTimeout(2);
    }
    await closed;
    if (info !== '') return null;
    return said.trim() || 'mount: it did not start';
  }

  kill(): void {
    kill(this.pid);
  }

  #send(kind: number, chunk: Buffer): void {
    const header = Buffer.alloc(8);
    header.writeUInt8(kind, 0);
    header.writeUInt32BE(chunk.length, 4);
    // In pieces that are none of the frames: who reads them has to put them together.
    for (const socket of this.#attached) {
      socket.write(header.subarray(0, 3));
      socket.write(Buffer.concat([header.subarray(3), chunk]));
    }
  }

  #closed(): void {
    this.pid = 0;
    for (const socket of this.#attached) socket.end();
    this.#ended.resolve();
  }

  /** Overlays are mounted on this side, in a namespace of their own; the rest is bubblewrap's. */
  #mounts(): { readonly mounts: string; readonly folders: string[] } {
    const { Binds: binds = [], Mounts: all = [] } = this.asked.HostConfig ?? {};
    const plain = all.filter(({ Type }) => Type === 'bind').sort((a, b) => a.Target.length - b.Target.length);
    const outside = (target: string) => {
      const under = plain.findLast((one) => target.startsWith(`${one.Target}/`));
      return under === undefined ? target : under.Source + target.slice(under.Target.length);
    };
    const overlay = (target: string, options: string) =>
      `mount -t overlay overlay -o ${quote(outerNamespace().overlay + options)} ${quote(outside(target))}`;
    const lines = [
      ...binds.map((text) => {
        const [source = '', target = '', options = ''] = text.split(':');
        return overlay(target, `lowerdir=${source},${options.replace(/^O,/, '')}`);
      }),
      ...all
        .filter(({ Type }) => Type === 'volume')
        .map((one) => overlay(one.Target, one.VolumeOptions!.DriverConfig.Options.o!)),
    ];
    const folders = plain.flatMap((one) => [one.ReadOnly ? '--ro-bind' : '--bind', one.Source, one.Target]);
    return { mounts: lines.join('\n'), folders };
  }
}

/** The image: this machine's programs. */
function commonWalls(network: boolean): string[] {
  const shown: string[] = [];
  for (const path of ['/usr', '/bin', '/sbin', '/lib', '/lib32', '/lib64', '/etc', '/opt']) {
    const stat = lstatSync(path, { throwIfNoEntry: false });
    if (stat?.isSymbolicLink()) shown.push('--symlink', readlinkSync(path), path);
    else if (stat !== undefined) shown.push('--ro-bind', path, path);
  }
  const node = dirname(process.execPath);
  if (existsSync(node) && !node.startsWith('/usr/')) shown.push('--ro-bind', node, node);
  return [
    '--unshare-all',
    ...(network ? ['--share-net'] : []),
    '--die-with-parent',
    '--new-session',
    '--cap-drop',
    'ALL',
    '--proc',
    '/proc',
    '--dev',
    '/dev',
    ...shown,
  ];
}
