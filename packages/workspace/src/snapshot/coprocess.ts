import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import type { Socket } from 'node:net';
import { missingGit, spawnGit } from '../repository/git.ts';

/** A question waits for as many bytes as its reader wants: it returns the answer and how many bytes it took, or null for "more". */
type Reader<T> = (bytes: Buffer) => { answer: T; taken: number } | null;

interface Pending {
  readonly read: Reader<unknown>;
  readonly resolve: (answer: never) => void;
  readonly reject: (error: Error) => void;
}

/** An idle helper is ended after this long: a thousand rollouts must not hold a thousand of them. */
const IDLE_MS = 5_000;

/** A git command that answers questions over its standard input for as long as it is used. Started at the first question. */
export class Coprocess {
  readonly #args: readonly string[];
  readonly #where: { cwd: string; env: Readonly<Record<string, string>> };
  #child: ChildProcessWithoutNullStreams | null = null;
  #pending: Pending[] = [];
  #received: Buffer = Buffer.alloc(0);
  #idle: NodeJS.Timeout | null = null;

  constructor(args: readonly string[], where: { cwd: string; env: Readonly<Record<string, string>> }) {
    this.#args = args;
    this.#where = where;
  }

  ask<T>(question: string, read: Reader<T>): Promise<T> {
    this.#child ??= this.#start();
    const child = this.#child;
    if (this.#idle !== null) clearTimeout(this.#idle);
    return new Promise<T>((resolve, reject) => {
      this.#pending.push({ read, resolve, reject });
      hold(child, 'ref');
      child.stdin.write(question);
    });
  }

  close(): void {
    if (this.#idle !== null) clearTimeout(this.#idle);
    this.#child?.kill('SIGKILL');
    this.#child = null;
  }

  #start(): ChildProcessWithoutNullStreams {
    const child = spawnGit(this.#args, this.#where);
    let said = '';
    child.stdout.on('data', (chunk: Buffer) => this.#take(chunk));
    child.stderr.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
    child.stdin.on('error', () => {}); // its end is reported by `close`
    const lost = (error: Error) => {
      if (this.#child === child) this.#child = null;
      this.#received = Buffer.alloc(0);
      for (const { reject } of this.#pending.splice(0)) reject(error);
    };
    child.on('error', (error) => lost(missingGit(error)));
    child.on('close', () => lost(new Error(`git ${this.#args[0]} ended: ${said.trim()}`)));
    return child;
  }

  #take(chunk: Buffer): void {
    this.#received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk]);
    for (let first = this.#pending[0]; first !== undefined; first = this.#pending[0]) {
      const result = first.read(this.#received);
      if (result === null) return;
      this.#received = this.#received.subarray(result.taken);
      this.#pending.shift();
      first.resolve(result.answer as never);
    }
    if (this.#child !== null) hold(this.#child, 'unref');
    this.#idle = setTimeout(() => this.close(), IDLE_MS).unref();
  }
}

/** An idle helper must not keep Heddle from ending. */
function hold(child: ChildProcessWithoutNullStreams, how: 'ref' | 'unref'): void {
  child[how]();
  for (const stream of [child.stdin, child.stdout, child.stderr]) (stream as Socket)[how]();
}
