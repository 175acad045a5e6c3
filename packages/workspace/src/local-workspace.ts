import { lstatSync } from 'node:fs';
import { setTimeout as setLater } from 'node:timers';
import { setTimeout } from 'node:timers/promises';
import { OperatorError } from '@heddle/core';
import type { Base, BaseShare } from './base.ts';
import type { Box } from './box/box.ts';
import { execInBox } from './box/exec.ts';
import { BoxShell } from './box/shell.ts';
import { spawnInBox } from './box/spawn.ts';
import { namingDiskFaults } from './disk-fault.ts';
import { LayeredTree } from './files/layers.ts';
import { ConfinedFiles } from './files/workspace-files.ts';
import type { LaidOut } from './lay-out.ts';
import { removeOwned } from './leftovers.ts';
import { changedFile, compareTrees, type Difference } from './snapshot/compare.ts';
import { changedContent } from './snapshot/contents.ts';
import { CLOCK_TICK_MS } from './snapshot/file-tree.ts';
import { mergeSnapshots } from './snapshot/merge.ts';
import { patchBetween } from './snapshot/patch.ts';
import { patchSnapshot } from './snapshot/patched.ts';
import { restoreFiles } from './snapshot/restore.ts';
import { type Scanned, scan } from './snapshot/scan.ts';
import type {
  ChangedContent,
  ChangedFile,
  ExecOptions,
  ExecResult,
  Merged,
  SandboxKind,
  Shell,
  SpawnedProcess,
  Workspace,
} from './workspace.ts';

/** Copying competes with the start of a workspace; many are disposed of sooner. */
const PREPARE_MS = 2_000;

export interface Forking {
  readonly parent: LocalWorkspace;
  /** Default: its files as they are. */
  readonly snapshot: string | undefined;
  /** Runs with the parent at rest. */
  readonly alone: <T>(run: () => Promise<T>) => Promise<T>;
}

export interface LocalParts extends LaidOut {
  readonly sandbox: SandboxKind;
  readonly scanned: Scanned;
  /** Snapshot the base of its forks is of. */
  readonly opened: string;
  readonly baseShare: BaseShare;
  /** When the last file was copied, in milliseconds since 1970. */
  readonly copiedAt: number;
  /** Submodules and nested repositories: left out of patches. */
  readonly nested: readonly string[];
  /** What its forks are laid over; null: they are copied. */
  readonly base: (workspace: LocalWorkspace) => Promise<Base | null>;
  readonly fork: (forking: Forking) => Promise<Workspace>;
}

/** A working copy on this machine, a folder or an overlay, with a box round its programs. */
export class LocalWorkspace implements Workspace {
  readonly root: string;
  readonly sandbox: SandboxKind;
  readonly files: ConfinedFiles;
  readonly parts: LocalParts;
  readonly #shells = new Set<BoxShell>();
  /** A shell started before anyone asked. */
  #warm: BoxShell | null = null;
  /** From then on a change shows in a file's times: within a tick of the clock it would look like none. */
  readonly #calmAt: number;
  readonly #forking = new Set<Promise<void>>();
  #preparing: NodeJS.Timeout | null = null;
  #last: Promise<unknown> = Promise.resolve();
  #disposed: Promise<void> | null = null;

  constructor(parts: LocalParts) {
    this.parts = parts;
    this.#calmAt = parts.copiedAt + CLOCK_TICK_MS;
    this.root = parts.root;
    this.sandbox = parts.sandbox;
    this.files = new ConfinedFiles({
      tree: new LayeredTree(parts.scanned.place, parts.sharing.layers),
      root: parts.root,
      trash: parts.overlay === null ? parts.folder.trash : null,
      beforeChange: () => this.#calm(),
    });
  }

  /** Starts a terminal's shell before anyone asks for it. */
  warm(): void {
    this.#warm = this.#newShell(true);
    this.#warm.warm();
  }

  /** Makes what forks are laid over before anyone asks for one, once the start is over. */
  prepareForks(): void {
    const prepare = () => this.parts.base(this).catch(() => {}); // told to whoever forks
    this.#preparing = setLater(prepare, PREPARE_MS).unref();
  }

  async exec(command: string, options: ExecOptions = {}): Promise<ExecResult> {
    await this.#calm();
    return execInBox(await this.#box(), command, options);
  }

  async spawn(command: string, options: Pick<ExecOptions, 'cwd' | 'env'> = {}): Promise<SpawnedProcess> {
    await this.#calm();
    return spawnInBox(await this.#box(), command, options);
  }

  async shell({ terminal = false }: { readonly terminal?: boolean } = {}): Promise<Shell> {
    await this.#calm();
    if (!terminal || this.#warm === null) return this.#newShell(terminal);
    const shell = this.#warm;
    this.#warm = null;
    return shell;
  }

  snapshot(): Promise<string> {
    return this.#alone(async () => {
      this.#assertThere();
      return scan(this.parts.scanned);
    });
  }

  restore(snapshot: string): Promise<void> {
    return this.#alone(async () => {
      await this.#calm();
      await restoreFiles(this.parts.scanned, this.files, snapshot);
    });
  }

  diff(from: string, to: string): Promise<string> {
    return patchBetween(this.parts.scanned.store, { from, to, without: this.parts.nested });
  }

  async changed(from: string, to: string): Promise<ChangedFile[]> {
    return (await this.#differences(from, to)).map(changedFile);
  }

  async contents(from: string, to: string): Promise<ChangedContent[]> {
    const { store } = this.parts.scanned;
    const contents: ChangedContent[] = [];
    for (const difference of await this.#differences(from, to))
      contents.push(await changedContent(store, difference));
    return contents;
  }

  merge(base: string, snapshots: readonly string[]): Promise<Merged> {
    return namingDiskFaults(() => mergeSnapshots(this.parts.scanned.store, base, snapshots));
  }

  patched(snapshot: string, patch: string): Promise<string | null> {
    return namingDiskFaults(() => patchSnapshot(this.parts.scanned.store, snapshot, patch));
  }

  fork(snapshot?: string): Promise<Workspace> {
    const alone = <T>(run: () => Promise<T>) => this.#alone(run);
    const forking = this.parts.fork({ parent: this, snapshot, alone });
    const ended = forking.then(
      () => {},
      () => {}, // told to whoever asked
    );
    this.#forking.add(ended);
    void ended.then(() => this.#forking.delete(ended));
    return forking;
  }

  dispose(): Promise<void> {
    this.#disposed ??= this.#dispose();
    return this.#disposed;
  }

  async #dispose(): Promise<void> {
    if (this.#preparing !== null) clearTimeout(this.#preparing);
    await this.parts.boxes.dispose();
    for (const shell of this.#shells) await shell.dispose();
    await Promise.all([this.#last, ...this.#forking]);
    this.parts.scanned.rules.close();
    // A base being made from this copy is given up first.
    await this.parts.baseShare.release();
    this.parts.overlay?.close();
    removeOwned(this.parts.folder.top);
  }

  async #differences(from: string, to: string): Promise<Difference[]> {
    const inNested = (path: string) => this.parts.nested.some((folder) => path.startsWith(`${folder}/`));
    return (await compareTrees(this.parts.scanned.store, from, to)).filter(({ path }) => !inNested(path));
  }

  async #box(): Promise<Box> {
    this.#assertThere();
    return this.parts.boxes.running();
  }

  /** A copy that somebody deleted is not one whose files the agent has removed. */
  #assertThere(): void {
    const { path } = this.parts.scanned.place;
    if (lstatSync(path, { throwIfNoEntry: false }) !== undefined) return;
    throw new OperatorError('workspace-gone', `the working copy ${this.root} was deleted`, {
      hint: '`heddle resume` makes it anew from the last snapshot',
    });
  }

  #newShell(terminal: boolean): BoxShell {
    const shell = new BoxShell(() => this.#box(), this.root, terminal);
    this.#shells.add(shell);
    return shell;
  }

  /** What reads or changes the stat cache, one after the other. */
  #alone<T>(run: () => Promise<T>): Promise<T> {
    const result = this.#last.then(() => namingDiskFaults(run));
    this.#last = result.catch(() => {}); // told to whoever asked
    return result;
  }

  async #calm(): Promise<void> {
    const wait = this.#calmAt - Date.now();
    // A clock that was set back must not hold anyone up.
    if (wait > 0) await setTimeout(Math.min(wait, CLOCK_TICK_MS));
  }
}
