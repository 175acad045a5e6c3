import { closeSync, constants, mkdirSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { withPinned } from '../files/confine.ts';
import type { Box } from './box.ts';

const { O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW, O_APPEND } = constants;

/** Shorter output is shown whole; a file would only be in the way. */
const WORTH_KEEPING_BYTES = 12_000;
const FOLDER = 'output';

/**
 * The whole output of one command, kept as a file below the box's temporary folder once it is long: programs in the
 * box can read and search it. A full disk ends it and nothing else.
 */
export class Transcript {
  readonly #box: Box;
  readonly #name: string;
  #early: Buffer[] | null = [];
  #earlyBytes = 0;
  #descriptor: number | null = null;
  #path: string | null = null;

  constructor(box: Box) {
    this.#box = box;
    this.#name = `${box.nextCall('output')}.txt`;
  }

  /** As programs in the box see it; null: the output is short, or could not be kept. */
  get path(): string | null {
    return this.#path;
  }

  push(chunk: Buffer): void {
    if (this.#early !== null) {
      this.#early.push(chunk);
      this.#earlyBytes += chunk.length;
      if (this.#earlyBytes <= WORTH_KEEPING_BYTES) return;
      const early = Buffer.concat(this.#early);
      this.#early = null;
      this.#open();
      this.#write(early);
    } else this.#write(chunk);
  }

  close(): void {
    this.#early = null;
    if (this.#descriptor !== null) closeSync(this.#descriptor);
    this.#descriptor = null;
  }

  #open(): void {
    const { plan, tmpInside } = this.#box;
    const folder = join(plan.tmp, FOLDER);
    try {
      mkdirSync(folder);
    } catch {
      // It is there; or what is there instead fails below.
    }
    try {
      // Programs in the box may have put a link there at any moment.
      const flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_APPEND;
      const opened = withPinned(plan.tmp, folder, (pinned) =>
        openSync(join(pinned, this.#name), flags, 0o644),
      );
      this.#descriptor = opened ?? null;
      if (this.#descriptor !== null) this.#path = `${tmpInside}/${FOLDER}/${this.#name}`;
    } catch {
      this.#descriptor = null;
    }
  }

  #write(bytes: Buffer): void {
    if (this.#descriptor === null) return;
    try {
      for (let at = 0; at < bytes.length; ) at += writeSync(this.#descriptor, bytes, at);
    } catch {
      closeSync(this.#descriptor);
      this.#descriptor = null;
      this.#path = null;
    }
  }
}
