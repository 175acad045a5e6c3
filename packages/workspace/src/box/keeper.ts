import { mkdirSync } from 'node:fs';
import type { WorkspaceLimits } from '../limits.ts';
import { removeTree } from '../remove-tree.ts';
import type { BoxPlan, Sandbox } from '../sandbox/sandbox.ts';
import { Box } from './box.ts';

/** The box of a workspace: started when first needed, again after it was killed. */
export class BoxKeeper {
  readonly #sandbox: Sandbox;
  readonly #plan: BoxPlan;
  readonly #limits: WorkspaceLimits;
  #box: Promise<Box> | null = null;
  #disposed = false;

  constructor(sandbox: Sandbox, plan: BoxPlan, limits: WorkspaceLimits) {
    this.#sandbox = sandbox;
    this.#plan = plan;
    this.#limits = limits;
  }

  /** Throws OperatorError `sandbox-failed`. */
  async running(): Promise<Box> {
    if (this.#disposed) throw new Error('the workspace was disposed of');
    this.#box ??= this.#start();
    const box = await this.#box;
    if (box.end === null) return box;
    this.#box = this.#replace(box);
    return this.#box;
  }

  async dispose(): Promise<void> {
    this.#disposed = true;
    const box = await this.#box?.catch(() => null);
    await box?.dispose();
  }

  /** Overlays of the old box must be gone before the same folders are mounted again. */
  async #replace(old: Box): Promise<Box> {
    await old.dispose();
    return this.#start();
  }

  #start(): Promise<Box> {
    removeTree(this.#plan.pipes);
    mkdirSync(this.#plan.pipes, { recursive: true });
    const started = Box.start(this.#sandbox, this.#plan, this.#limits);
    started.catch(() => {
      this.#box = null;
    });
    return started;
  }
}
