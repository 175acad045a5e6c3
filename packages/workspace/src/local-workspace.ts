import { setTimeout } from 'node:timers/promises';
import { execInBox } from './box/exec.ts';
import type { BoxKeeper } from './box/keeper.ts';
import { BoxShell } from './box/shell.ts';
import { spawnInBox } from './box/spawn.ts';
import { namingDiskFaults } from './disk-fault.ts';
import { LayeredTree } from './files/layers.ts';
import { ConfinedFiles } from './files/workspace-files.ts';
import { removeTree } from './remove-tree.ts';
import { changedFile, compareTrees } from './snapshot/compare.ts';
import { CLOCK_TICK_MS } from './snapshot/file-tree.ts';
import { patchBetween } from './snapshot/patch.ts';
import { restoreFiles } from './snapshot/restore.ts';
import { type Scanned, scan } from './snapshot/scan.ts';
import type {
  ChangedFile,
  ExecOptions,
  ExecResult,
  SandboxKind,
  Shell,
  SpawnedProcess,
  Workspace,
} from './workspace.ts';
import type { Sharing, WorkspaceFolder } from './workspace-folder.ts';

export interface LocalParts {
  readonly root: string;
  readonly sandbox: SandboxKind;
  readonly folder: WorkspaceFolder;
  readonly sharing: Sharing;
  readonly scanned: Scanned;
  readonly boxes: BoxKeeper;
  /** When the last file was copied, in milliseconds since 1970. */
  readonly copiedAt: number;
  /** Submodules and nested repositories: left out of patches. */
  readonly nested: readonly string[];
  /** Makes a workspace with the files of a snapshot; the parent is at rest meanwhile. */
  readonly fork: (parent: LocalWorkspace, snapshot: string) => Promise<Workspace>;
}

/** A working copy in a plain folder of this machine, with a box round its programs. */
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
  #last: Promise<unknown> = Promise.resolve();
  #disposed: Promise<void> | null = null;

  constructor(parts: LocalParts) {
    this.parts = parts;
    this.#calmAt = parts.copiedAt + CLOCK_TICK_MS;
    this.root = parts.root;
    this.sandbox = parts.sandbox;
    this.files = new ConfinedFiles({
      tree: new LayeredTree(parts.folder.files, parts.sharing.layers),
      root: parts.root,
      trash: parts.folder.trash,
      beforeChange: () => this.#calm(),
    });
  }

  /** Starts a terminal's shell before anyone asks for it. */
  warm(): void {
    this.#warm = this.#newShell(true);
    this.#warm.warm();
  }

  async exec(command: string, options: ExecOptions = {}): Promise<ExecResult> {
    await this.#calm();
    return execInBox(await this.parts.boxes.running(), command, options);
  }

  async spawn(command: string, options: Pick<ExecOptions, 'cwd' | 'env'> = {}): Promise<SpawnedProcess> {
    await this.#calm();
    return spawnInBox(await this.parts.boxes.running(), command, options);
  }

  async shell({ terminal = false }: { readonly terminal?: boolean } = {}): Promise<Shell> {
    await this.#calm();
    if (!terminal || this.#warm === null) return this.#newShell(terminal);
    const shell = this.#warm;
    this.#warm = null;
    return shell;
  }

  snapshot(): Promise<string> {
    return this.#alone(() => scan(this.parts.scanned));
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
    const inNested = (path: string) => this.parts.nested.some((folder) => path.startsWith(`${folder}/`));
    const differences = await compareTrees(this.parts.scanned.store, from, to);
    return differences.filter(({ path }) => !inNested(path)).map(changedFile);
  }

  fork(snapshot?: string): Promise<Workspace> {
    return this.#alone(async () => this.parts.fork(this, snapshot ?? (await scan(this.parts.scanned))));
  }

  dispose(): Promise<void> {
    this.#disposed ??= this.#dispose();
    return this.#disposed;
  }

  async #dispose(): Promise<void> {
    await this.parts.boxes.dispose();
    for (const shell of this.#shells) await shell.dispose();
    await this.#last;
    this.parts.scanned.rules.close();
    removeTree(this.parts.folder.top);
  }

  #newShell(terminal: boolean): BoxShell {
    const shell = new BoxShell(() => this.parts.boxes.running(), this.root, terminal);
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
