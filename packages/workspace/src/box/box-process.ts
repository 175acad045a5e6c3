import type { WorkspaceLimits } from '../limits.ts';

/** The outermost process of a box, whoever started it. Its input and output are the supervisor's. */
export interface BoxProcess {
  /** In this machine's numbers; everything in the box is below it. 0: it could not be started. */
  readonly pid: number;
  /** Its programs are not this machine's: what they can do has to be asked there. */
  readonly foreign: boolean;
  /** To be called once, before anything else. */
  listen(listener: BoxListener): void;
  write(text: string): void;
  /** Hands its limits to the kernel, once it is up; null where that cannot be done. */
  limit(limits: WorkspaceLimits): KernelLimits | null;
  /** Resolves when nothing of it is left; it has been killed by its number before. */
  gone(): Promise<void>;
}

export interface BoxListener {
  output(chunk: Buffer): void;
  /** What is said on standard error. */
  complaint(chunk: Buffer): void;
  /** It has ended, or could not be started. Called once. */
  closed(why: string): void;
}

export interface KernelLimits {
  /** The kernel ended something in it for want of memory since last asked. */
  newKills(): boolean;
  remove(): Promise<void>;
}
