import { openWorkspace, prepareImage, type SandboxKind, type Workspace } from '@heddle/workspace';
import { applyPatch } from '../harness/apply-patch.ts';
import { preamble } from '../harness/placed.ts';
import { seal } from '../harness/seal.ts';
import type { Instance } from '../instance.ts';
import { Unscored } from '../trial-scorer.ts';

/** As grading allows for it: a build of a large project fits. */
const SETUP_SECONDS = 1_800;

export interface PlaceOptions {
  /** Heddle's data folder. */
  readonly home: string;
  /** Names the working copy: unique among those open at a time. */
  readonly id: string;
  readonly sandbox: SandboxKind | 'auto';
  readonly signal: AbortSignal;
}

/**
 * Where the work on one instance can be looked at afterwards: its sealed files in its environment, without the network.
 * Opened at the first question; each workspace handed out is a fork of its own. Everything ends with {@link close}.
 */
export class PatchPlace {
  readonly #instance: Instance;
  readonly #patch: string;
  readonly #options: PlaceOptions;
  #before: Promise<Workspace> | null = null;
  /** A snapshot with the patch. */
  #after: Promise<string> | null = null;
  readonly #handedOut: Workspace[] = [];

  constructor(instance: Instance, patch: string, options: PlaceOptions) {
    this.#instance = instance;
    this.#patch = patch;
    this.#options = options;
  }

  /** Throws {@link Unscored} where the patch does not apply or the environment cannot be set up, and what opening throws. */
  async open(which: 'before' | 'after'): Promise<Workspace> {
    this.#before ??= this.#opened();
    const before = await this.#before;
    this.#after ??= which === 'after' ? this.#patched(before) : null;
    const fork = which === 'before' ? await before.fork() : await before.fork(await this.#after!);
    this.#handedOut.push(fork);
    return placed(fork, this.#preamble);
  }

  async close(): Promise<void> {
    for (const workspace of this.#handedOut.splice(0)) await workspace.dispose();
    const before = await this.#before?.catch(() => null);
    await before?.dispose();
    this.#before = null;
    this.#after = null;
  }

  #preamble = '';

  async #opened(): Promise<Workspace> {
    const { environment, files } = this.#instance;
    const { home, id, sandbox, signal } = this.#options;
    const sealed = await seal(files, home);
    const opened = await openWorkspace({
      repo: sealed.folder,
      home,
      id,
      sandbox: environment?.image === undefined ? sandbox : await prepareImage(environment.image),
      network: false,
      shown: [...(environment?.shown ?? [])],
    });
    this.#preamble = preamble(environment, opened.shown);
    try {
      for (const command of environment?.setup ?? []) {
        const { exitCode } = await opened.workspace.exec(`${this.#preamble}${command}`, {
          timeoutSeconds: SETUP_SECONDS,
          signal,
        });
        signal.throwIfAborted();
        if (exitCode !== 0) throw new Unscored(`the environment's set-up failed: ${command}`);
      }
    } catch (error) {
      await opened.workspace.dispose();
      throw error;
    }
    return opened.workspace;
  }

  async #patched(before: Workspace): Promise<string> {
    const base = await before.snapshot();
    const exact = await before.patched(base, this.#patch);
    if (exact !== null) return exact;
    const fork = await before.fork();
    try {
      const { applied } = await applyPatch(fork, this.#patch, { before: base, signal: this.#options.signal });
      if (!applied) throw new Unscored('the patch does not apply');
      return await fork.snapshot();
    } finally {
      await fork.dispose();
    }
  }
}

/** The same workspace, whose programs have the instance's search path and variables. */
function placed(workspace: Workspace, before: string): Workspace {
  if (before === '') return workspace;
  return {
    root: workspace.root,
    sandbox: workspace.sandbox,
    files: workspace.files,
    exec: (command, options) => workspace.exec(`${before}${command}`, options),
    spawn: (command, options) => workspace.spawn(`${before}${command}`, options),
    shell: (options) => workspace.shell(options),
    snapshot: () => workspace.snapshot(),
    restore: (snapshot) => workspace.restore(snapshot),
    diff: (from, to) => workspace.diff(from, to),
    changed: (from, to) => workspace.changed(from, to),
    contents: (from, to) => workspace.contents(from, to),
    merge: (base, snapshots) => workspace.merge(base, snapshots),
    patched: (snapshot, patch) => workspace.patched(snapshot, patch),
    fork: async (snapshot) => placed(await workspace.fork(snapshot), before),
    dispose: () => workspace.dispose(),
  };
}
