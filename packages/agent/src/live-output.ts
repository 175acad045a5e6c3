import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Recorded } from '@heddle/core';
import * as z from 'zod/mini';
import type { Observer } from './rollout.ts';

/** Characters kept: what one looks at while something runs. All of it comes with the action's end. */
const KEPT = 8_000;
const EVERY_MS = 500;

/** What the action that runs now has printed lately. */
export interface Printed {
  /** Id of the call. */
  readonly call: string;
  readonly text: string;
}

const printedSchema = z.object({ call: z.string(), text: z.string() });

/**
 * Lays the last output of the running action into a file of the data folder, at most twice a second, for whoever looks at the
 * rollout from another process of this machine. Secrets are masked before; the file goes when the action ends.
 */
export class LiveOutput implements Observer {
  readonly #file: string;
  #printed: Printed | null = null;
  #timer: NodeJS.Timeout | undefined;
  #written = false;

  constructor(home: string, rollout: string) {
    this.#file = fileOf(home, rollout);
  }

  event({ event }: Recorded): void {
    if (event.type === 'action.started') this.#printed = { call: event.call, text: '' };
    else if (event.type === 'action.completed' || event.type === 'rollout.resumed') this.#forget();
  }

  output(chunk: string): void {
    if (this.#printed === null) return;
    this.#printed = { ...this.#printed, text: `${this.#printed.text}${chunk}`.slice(-KEPT) };
    this.#timer ??= setTimeout(() => this.#write(), EVERY_MS).unref();
  }

  #write(): void {
    this.#timer = undefined;
    this.#written = true;
    try {
      mkdirSync(dirname(this.#file), { recursive: true, mode: 0o700 });
      // Whoever reads finds a whole one.
      writeFileSync(`${this.#file}.new`, JSON.stringify(this.#printed), { mode: 0o600 });
      renameSync(`${this.#file}.new`, this.#file);
    } catch {
      // A full disk ends no rollout for want of something to look at.
    }
  }

  #forget(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#printed = null;
    if (this.#written) rmSync(this.#file, { force: true });
    this.#written = false;
  }
}

/** Null: nothing runs, it has printed nothing yet, or it runs on another machine. */
export function printedLately(home: string, rollout: string): Printed | null {
  try {
    return printedSchema.safeParse(JSON.parse(readFileSync(fileOf(home, rollout), 'utf8'))).data ?? null;
  } catch {
    return null;
  }
}

function fileOf(home: string, rollout: string): string {
  return join(home, 'live', `${rollout}.json`);
}
