import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Order, Word } from './orders.ts';

const WORKER = fileURLToPath(new URL('worker.ts', import.meta.url));

export interface CrewOptions {
  /** File that tells a worker where everything is. */
  readonly bench: string;
  readonly workers: number;
  /** Orders that one worker has at a time. */
  readonly each: number;
  /** The next thing to do; null: nothing just now. */
  next(): Order | null;
  heard(word: Word): void;
  /** These were under way when their worker was killed. */
  died(orders: readonly Order[]): void;
}

/** Worker processes that are killed at any moment and replaced. */
export class Crew {
  readonly #options: CrewOptions;
  readonly #members = new Set<Member>();
  #closed = false;
  kills = 0;

  constructor(options: CrewOptions) {
    this.#options = options;
    for (let n = 0; n < options.workers; n += 1) this.#hire();
  }

  /** Hands out what there is to do. */
  feed(): void {
    for (const member of this.#members) {
      while (member.orders.size < this.#options.each) {
        const order = this.#options.next();
        if (order === null) return;
        member.orders.set(order.job, order);
        member.child.send(order);
      }
    }
  }

  /** `pick`: 0 to 1, which of them. */
  kill(pick: number): void {
    const member = [...this.#members][Math.floor(pick * this.#members.size)];
    if (member?.child.kill('SIGKILL')) this.kills += 1;
  }

  /** Resolves when all of them are gone; to be called when nothing is left to do. */
  async close(): Promise<void> {
    this.#closed = true;
    const gone = [...this.#members].map(({ child }) => once(child, 'exit'));
    for (const { child } of this.#members) child.kill();
    await Promise.all(gone);
  }

  #hire(): void {
    const child = fork(WORKER, [this.#options.bench], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    const member: Member = { child, orders: new Map() };
    this.#members.add(member);
    child.on('message', (word: Word) => {
      if (word.kind !== 'memory') member.orders.delete(word.job);
      this.#options.heard(word);
      this.feed();
    });
    child.once('exit', () => {
      this.#members.delete(member);
      if (this.#closed) return;
      this.#hire();
      this.#options.died([...member.orders.values()]);
      this.feed();
    });
  }
}

interface Member {
  readonly child: ChildProcess;
  readonly orders: Map<number, Order>;
}
