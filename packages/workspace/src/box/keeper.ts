import { mkdirSync } from 'node:fs';
import type { WorkspaceLimits } from '../limits.ts';
import type { NetworkGate } from '../network/gate.ts';
import { removeTree } from '../remove-tree.ts';
import type { BoxPlan, Sandbox } from '../sandbox/sandbox.ts';
import { Box } from './box.ts';

/** The box of a workspace: started when first needed, again after it was killed. */
export class BoxKeeper {
  readonly #sandbox: Sandbox;
  readonly #plan: BoxPlan;
  readonly #limits: WorkspaceLimits;
  readonly #gate: NetworkGate | null;
  #box: Promise<Box> | null = null;
  #disposed = false;

  constructor(sandbox: Sandbox, plan: BoxPlan, limits: WorkspaceLimits, gate: NetworkGate | null = null) {
    this.#sandbox = sandbox;
    this.#plan = plan;
    this.#limits = limits;
    this.#gate = gate;
  }

  /** Throws OperatorError `sandbox-failed`. */
  async running(): Promise<Box> {
    if (this.#disposed) throw new Error('the workspace was disposed of');
    this.#box ??= this.#start();
    const box = await this.#box;
    if (box.end === null && this.#gate?.open === false) await this.#gate.openIn(box);
    if (box.end === null) return box;
    this.#box = this.#replace(box);
    return this.#box;
  }

  async dispose(): Promise<void> {
    this.#disposed = true;
    const box = await this.#box?.catch(() => null);
    await box?.dispose();
    this.#gate?.close();
  }

  /** Overlays of the old box must be gone before the same folders are mounted again. */
  async #replace(old: Box): Promise<Box> {
    await old.dispose();
    return this.#start();
  }

  #start(): Promise<Box> {
    removeTree(this.#plan.pipes);
    mkdirSync(this.#plan.pipes, { recursive: true });
    const started = this.#gate === null ? this.#launch() : this.#launchWith(this.#gate);
    started.catch(() => {
      this.#box = null;
    });
    return started;
  }

  #launch(): Promise<Box> {
    return Box.start(this.#sandbox, this.#plan, this.#limits);
  }

  async #launchWith(gate: NetworkGate): Promise<Box> {
    await gate.listen(this.#plan.pipes);
    const box = await this.#launch();
    try {
      await gate.openIn(box);
    } catch (error) {
      await box.dispose();
      throw error;
    }
    return box;
  }
}
