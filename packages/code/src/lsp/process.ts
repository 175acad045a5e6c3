import type { Readable, Writable } from 'node:stream';

/** Starts a program that stays, at the repository's root; structurally a part of a workspace's `spawn`. */
export type Spawn = (
  command: string,
  options?: { env?: Readonly<Record<string, string>> },
) => Promise<ServerProcess>;

/** A running language server. Everything about it ends with `exited`, which never rejects. */
export interface ServerProcess {
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  readonly exited: Promise<{ readonly ended: string; readonly exitCode: number | null }>;
  /** Private memory of it and all it started. */
  memoryBytes(): number;
  kill(): Promise<void>;
}
