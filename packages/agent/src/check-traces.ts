import type { Workspace } from '@heddle/workspace';

/**
 * Takes back what checks write (coverage, caches, snapshots): it is none of the work. Where a background job of the
 * model's may have written too, only what a check was seen to write by itself is taken back.
 */
export class CheckTraces {
  /** Paths that changed while a check ran and nothing else did. */
  readonly #known = new Set<string>();

  /** `alone`: whether nothing but the check can have written since `snapshot`; asked only if something did. */
  async putBack(workspace: Workspace, snapshot: string, alone: () => Promise<boolean>): Promise<void> {
    const after = await workspace.snapshot();
    if (after === snapshot) return;
    const written = await workspace.changed(snapshot, after);
    if (await alone()) {
      for (const { path } of written) this.#known.add(path);
      return workspace.restore(snapshot);
    }
    const traces = written.filter(({ path }) => this.#known.has(path));
    for (const { path } of traces.filter(({ status }) => status === 'added'))
      await workspace.files.remove(path);
    const spoilt = traces.filter(({ status }) => status !== 'added');
    if (spoilt.length === 0) return;
    const original = await workspace.fork(snapshot);
    try {
      for (const { path } of spoilt) await workspace.files.write(path, await original.files.read(path));
    } finally {
      await original.dispose();
    }
  }
}
