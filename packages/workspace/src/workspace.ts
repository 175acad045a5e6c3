import type { Readable, Writable } from 'node:stream';

/** Where actions run: an isolated copy of a repository with a sandbox round it. */
export interface Workspace {
  /** The copy's root as actions see it (inside the sandbox: the repository's own path). */
  readonly root: string;
  /** The sandbox round it, as journaled and shown. */
  readonly sandbox: SandboxKind;
  /** Runs one command in a process of its own (checks, probes). A non-zero exit is a result, not an error. */
  exec(command: string, options?: ExecOptions): Promise<ExecResult>;
  /**
   * A persistent shell: working directory, variables and background jobs last from call to call. With `terminal` on a
   * pseudo-terminal, where the sandbox has what that needs; without, input is empty and output a pipe.
   */
  shell(options?: { readonly terminal?: boolean }): Promise<Shell>;
  /**
   * Starts a program that stays (a language server) and is talked to over its streams. It ends by itself, by `kill`
   * or with the workspace; it has no time limit and is not ended with anybody's command.
   */
  spawn(command: string, options?: Pick<ExecOptions, 'cwd' | 'env'>): Promise<SpawnedProcess>;
  /** Files, from the harness's side; confined to the copy whatever links it holds. */
  readonly files: WorkspaceFiles;
  /**
   * Snapshot of all files now: a git tree id. Cheap when nothing changed. Same files, same id.
   * Ignored files (by the rules at the base), `.git` and new files above 50 MB are no part of it.
   */
  snapshot(): Promise<string>;
  /** Makes the files exactly those of a snapshot. */
  restore(snapshot: string): Promise<void>;
  /** A patch that `git apply` takes, from one snapshot to another (binary, renames, modes, CRLF). */
  diff(from: string, to: string): Promise<string>;
  /** Which files differ between two snapshots. */
  changed(from: string, to: string): Promise<ChangedFile[]>;
  /** What is in the files that differ between two snapshots. Throws OperatorError `snapshot-missing`. */
  contents(from: string, to: string): Promise<ChangedContent[]>;
  /**
   * Puts together what several made of the files of `base`, in the order given: a snapshot that conflicts with what is
   * merged before it is left out whole. No workspace's files change. Throws OperatorError `snapshot-missing`,
   * `store-failed`, `git-too-old`.
   */
  merge(base: string, snapshots: readonly string[]): Promise<Merged>;
  /**
   * The snapshot that a git patch makes of another one; null: it does not apply as it stands, or is no patch. Throws
   * OperatorError `snapshot-missing`, `store-failed`.
   */
  patched(snapshot: string, patch: string): Promise<string | null>;
  /** An independent workspace with these files (or a snapshot's), in the same kind of sandbox. */
  fork(snapshot?: string): Promise<Workspace>;
  /** Ends every process in it and removes the copy; the snapshots stay. Safe to call twice. */
  dispose(): Promise<void>;
}

export const SANDBOX_KINDS = ['bubblewrap', 'namespaces', 'container', 'host'] as const;
/**
 * `namespaces`: util-linux `unshare`, no installed program needed. `container`: Docker or Podman, with the image behind
 * a colon; by name only. `host`: no sandbox, by name only.
 */
export type SandboxKind = (typeof SANDBOX_KINDS)[number] | `container:${string}`;

export interface ChangedFile {
  readonly path: string;
  readonly status: 'added' | 'modified' | 'deleted';
}

/** A file that differs, with what is in it. */
export interface ChangedContent {
  readonly path: string;
  /** Null: it is not there. */
  readonly before: string | null;
  readonly after: string | null;
  /** No text (or more than 1 MB, a link, another mode): `before` and `after` are the mode and the digest of the bytes. */
  readonly binary: boolean;
}

/** Several snapshots put together. */
export interface Merged {
  /** The base with all that could be merged. */
  readonly snapshot: string;
  /** Indexes of those that are in it, in order; also of those that change nothing. */
  readonly merged: readonly number[];
  readonly conflicts: readonly MergeConflict[];
}

/** A snapshot that was left out. */
export interface MergeConflict {
  readonly index: number;
  /** Where it conflicts, sorted; of a renamed file its new name. */
  readonly paths: readonly string[];
  /** Indexes of the merged ones it conflicts with one by one; empty: only with several together. */
  readonly with: readonly number[];
}

export interface ExecOptions {
  /** Relative to the root. Default: the root. */
  readonly cwd?: string;
  /** Default 120. At the limit the whole process tree is ended and `ended` is `timeout`. */
  readonly timeoutSeconds?: number;
  readonly env?: Readonly<Record<string, string>>;
  /** Bytes given on standard input, which is otherwise empty. */
  readonly stdin?: string | Uint8Array;
  readonly signal?: AbortSignal;
  /** Called with each chunk as it arrives. */
  readonly onOutput?: (chunk: string) => void;
}

/** How a command ended. The first cause wins and is kept. */
export type ExecEnd = 'exited' | 'timeout' | 'aborted' | 'memory' | 'processes' | 'output' | 'lost';

export interface ExecResult {
  readonly ended: ExecEnd;
  /** Null unless it exited by itself; 128 + signal when a signal ended it. */
  readonly exitCode: number | null;
  /** Standard output and error as they came, interleaved; UTF-8, broken bytes replaced. Capped (`truncated`). */
  readonly output: string;
  /** How many bytes it printed in all; more than `output` holds if it was capped. */
  readonly outputBytes: number;
  readonly seconds: number;
}

/** A program that runs in a workspace until it or somebody ends it. */
export interface SpawnedProcess {
  /** Ending it closes the program's standard input. Writes after the program's end go nowhere. */
  readonly stdin: Writable;
  /** Ends with the program, when all it printed has been read. A program whose output nobody reads waits. */
  readonly stdout: Readable;
  /** As `stdout`: read it, or `resume()` it. */
  readonly stderr: Readable;
  /** Never rejects. `aborted`: by `kill`. */
  readonly exited: Promise<SpawnEnd>;
  /** Private memory of it and all it started, in bytes; 0 when it has ended. */
  memoryBytes(): number;
  /** Ends it and all it started. Resolves with `exited`. */
  kill(): Promise<void>;
}

export interface SpawnEnd {
  readonly ended: ExecEnd;
  /** Null unless it exited by itself; 128 + signal when a signal ended it. */
  readonly exitCode: number | null;
}

/** A persistent bash inside the sandbox. One command at a time. */
export interface Shell {
  /** Default limit 120 s. After `timeout` the shell is still usable unless `restarted` says otherwise. */
  run(command: string, options?: RunOptions): Promise<ShellResult>;
  /**
   * Goes on with a command that was still running, after typing or sending what is given: its output since last told,
   * and its end if it has come. Throws ModelFacingError `nothing-running`, `no-input`, `input-too-long`.
   */
  poll(options: PollOptions): Promise<ShellResult>;
  /** What runs now and has not been told of to its end. */
  readonly running: { readonly command: string; readonly seconds: number } | null;
  /** A command that was still running when last told of has ended since: `poll` tells its end. */
  readonly unread: boolean;
  /** Whether it is on a terminal; known once it has started. */
  readonly terminal: boolean;
  /** Working directory as last told. */
  readonly cwd: string;
  dispose(): Promise<void>;
}

export interface RunOptions extends Omit<ExecOptions, 'stdin'> {
  /** Come back after so long, or when the program waits for input, though it still runs. Then it has no time limit but one that is given. */
  readonly yieldSeconds?: number;
}

export interface PollOptions {
  readonly yieldSeconds: number;
  /** Typed as it is: a line needs its `\n`; `\x04` ends the input. */
  readonly input?: string;
  /** Sent to what runs in the foreground, with all it has started. */
  readonly send?: NodeJS.Signals;
  /** Come back at once; the command goes on. */
  readonly signal?: AbortSignal;
  readonly onOutput?: (chunk: string) => void;
}

export interface ShellResult extends Omit<ExecResult, 'ended'> {
  /** `running`: it has not ended yet. */
  readonly ended: ExecEnd | 'running';
  /** It seems to wait for something to be typed. Only with `running`. */
  readonly waitsForInput: boolean;
  /** File inside that holds all the command has printed so far; null: it is short, or there is no room for it. */
  readonly kept: string | null;
  /** Working directory after the command. */
  readonly cwd: string;
  /** The shell had to be replaced: its directory is kept, its variables and jobs are gone. */
  readonly restarted: boolean;
  /** Background jobs the command had begun and that were ended with it, at its time limit or when it was aborted. */
  readonly endedJobs: number;
}

/** Paths are relative to the root or absolute under `root`; anything else throws ModelFacingError `outside-workspace`. */
export interface WorkspaceFiles {
  /** Throws ModelFacingError `no-such-file`, `is-directory`. */
  read(path: string): Promise<Buffer>;
  /** Creates parent directories; keeps the mode of an existing file. */
  write(path: string, bytes: Uint8Array | string): Promise<void>;
  remove(path: string): Promise<void>;
  /** Null when nothing is there. Links are not followed. */
  stat(path: string): Promise<FileStat | null>;
  /** Names in a directory, sorted; directories end in `/`. */
  list(path: string): Promise<string[]>;
}

export interface FileStat {
  readonly kind: 'file' | 'directory' | 'link' | 'other';
  readonly bytes: number;
  readonly mtimeMs: number;
  readonly executable: boolean;
}
