import type { WorkspaceLimits } from '../limits.ts';
import { descendants, privateBytes } from './processes.ts';

/** Short commands end before the first look and cost nothing. */
const FIRST_LOOK_MS = 50;
const LOOK_MS = 100;
/** Nothing runs but background jobs. */
const BACKGROUND_LOOK_MS = 500;

export interface Watched {
  readonly limits: Pick<WorkspaceLimits, 'memoryBytes' | 'processes'>;
  /** Outermost process. */
  readonly root: () => number;
  readonly breach: (end: 'memory' | 'processes') => void;
}

/** Counts processes and memory of a box while something runs in it: the one limit that works everywhere. */
export class Watchdog {
  /** Processes of the box at rest. */
  baseline = 0;
  readonly #watched: Watched;
  #running = 0;
  #timer: NodeJS.Timeout | null = null;

  constructor(watched: Watched) {
    this.#watched = watched;
  }

  /** The returned function says that what was begun has ended. */
  begin(): () => void {
    this.#running++;
    if (this.#timer === null) this.#schedule(FIRST_LOOK_MS);
    let ended = false;
    return () => {
      if (!ended) this.#running--;
      ended = true;
    };
  }

  stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#running = 0;
  }

  #schedule(milliseconds: number): void {
    this.#timer = setTimeout(() => this.#look(), milliseconds).unref();
  }

  #look(): void {
    this.#timer = null;
    const { limits, root, breach } = this.#watched;
    const most = limits.processes + this.baseline;
    const processes = descendants(root(), most);
    if (processes.length > most) {
      breach('processes');
      return;
    }
    if (this.#running === 0 && processes.length <= this.baseline) return;
    let bytes = 0;
    for (const { pid } of processes) bytes += privateBytes(pid);
    if (bytes > limits.memoryBytes) breach('memory');
    else this.#schedule(this.#running > 0 ? LOOK_MS : BACKGROUND_LOOK_MS);
  }
}
