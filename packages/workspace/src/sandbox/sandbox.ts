import type { BoxProcess } from '../box/box-process.ts';
import type { WorkspaceLimits } from '../limits.ts';
import type { SandboxKind } from '../workspace.ts';
import type { FilesOverlay } from './files-overlay.ts';
import type { Binding, SystemView } from './system-view.ts';

/** What a sandbox lets the programs of one workspace see. All paths are absolute. */
export interface BoxPlan {
  /** Where the copy appears to programs: the repository's own path (`host`: the copy's). */
  readonly root: string;
  /** The copy on this machine. */
  readonly files: string;
  /** Private temporary folder, survives a restart of the box. */
  readonly tmp: string;
  /** Named pipes between Heddle and the box. */
  readonly pipes: string;
  /** Scratch folder for the sandbox's own use while it starts. */
  readonly scratch: string;
  readonly shared: readonly SharedMount[];
  /** The copy is an overlay mounted at `files`; null: a plain folder. */
  readonly overlay: FilesOverlay | null;
  readonly system: SystemView;
  /** More folders to show read-only: git objects. */
  readonly visible: readonly Binding[];
  /** Folders of this machine that programs may write to. */
  readonly kept: readonly Binding[];
  readonly network: boolean;
  readonly env: Readonly<Record<string, string>>;
  /** Most processes, for walls the kernel keeps. */
  readonly processes: number;
}

/** A folder of the user laid under a writable layer. */
export interface SharedMount {
  /** Mount point in the copy on this machine; exists. */
  readonly target: string;
  readonly source: string;
  /** Holds `upper`, `work`, `memory` and the link `lower`. */
  readonly layer: string;
}

/** How a box is started: by a program of this machine, or by asking somebody who does it. */
export type Launch = CommandLaunch | AskedLaunch;

/** Program and arguments that start the box; what follows them is run inside. */
export interface CommandLaunch {
  readonly command: string;
  readonly args: readonly string[];
}

/** A container engine starts it. */
export interface AskedLaunch {
  /** `program` is run inside, with its standard input and output. Throws OperatorError. */
  start(program: readonly string[], limits: WorkspaceLimits): Promise<BoxProcess>;
}

export interface Sandbox {
  readonly kind: SandboxKind;
  /** Null: usable here. Otherwise why not, in one line. */
  probe(): Promise<string | null>;
  launch(plan: BoxPlan): Promise<Launch>;
  /** Where programs inside find what Heddle puts there. */
  inside(folders: Pick<BoxPlan, 'pipes' | 'tmp'>): Inside;
  /**
   * It shows programs a file system of its own: the copy at the repository's path, shared folders under a
   * writable layer. Otherwise the copy is where it is and has links to the entries of shared folders.
   */
  readonly walled: boolean;
  /** Its programs come from an image; absent: they are this machine's. */
  readonly image?: ImageSystem;
}

export interface ImageSystem {
  /** Makes sure that it is there and known; the rest holds from then on. Throws OperatorError. */
  prepare(): Promise<void>;
  readonly path: string;
  readonly env: Readonly<Record<string, string>>;
  /** Where a repository of this machine appears inside. */
  rootOf(repository: string): string;
}

export interface Inside {
  readonly pipes: string;
  readonly tmp: string;
  readonly home: string;
  /** Folder below which the user's git objects appear; null: at their own paths. */
  readonly objects: string | null;
  /** Folder below which folders of this machine appear that programs may read; null: at their own paths. */
  readonly shown: string | null;
  /** The same for those that they may write to. */
  readonly kept: string | null;
}

/** The same in every walled box, so that forks print the same paths. */
export const WALLED_INSIDE: Inside = {
  pipes: '/run/heddle/pipes',
  tmp: '/tmp',
  home: '/tmp/home',
  objects: '/run/heddle/objects',
  shown: '/run/heddle/shown',
  kept: '/run/heddle/kept',
};

/** One shell word. */
export function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
