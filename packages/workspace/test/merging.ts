import { expect, it } from 'vitest';
import type { SandboxKind, Workspace } from '../src/workspace.ts';
import { git } from './files.ts';
import { open, repository } from './fixtures.ts';

const LINES = Array.from({ length: 12 }, (_, line) => `line ${line}\n`).join('');

/** What a workspace promises of several forks' work put together, whatever its sandbox. */
export function merging(kind: SandboxKind): void {
  it('merges what forks made side by side, and leaves out what conflicts', async () => {
    const repo = repository({ 'a.txt': LINES, 'b.txt': 'b\n' });
    const { workspace, base } = await open({ repo, sandbox: kind });
    const before = git(repo, 'count-objects', '-v');
    const forked = (command: string) => snapshotOf(workspace, command);
    const top = await forked('sed -i "s/line 1$/top/" a.txt');
    const bottom = await forked('sed -i "s/line 10$/bottom/" a.txt; echo new > c.txt');
    const other = await forked('sed -i "s/line 1$/other/" a.txt; echo more >> b.txt');
    const result = await workspace.merge(base, [top, bottom, other, base, top]);
    expect(result).toMatchObject({
      merged: [0, 1, 3, 4],
      conflicts: [{ index: 2, paths: ['a.txt'], with: [0] }],
    });
    const child = await workspace.fork(result.snapshot);
    expect((await child.exec('head -n 2 a.txt; tail -n 2 a.txt; cat b.txt c.txt')).output).toBe(
      'line 0\ntop\nbottom\nline 11\nb\nnew\n',
    );
    await child.dispose();
    expect(await workspace.snapshot()).toBe(base);
    expect(git(repo, 'count-objects', '-v')).toBe(before);
    expect(git(repo, 'status', '--porcelain')).toBe('');
  });

  it('makes a snapshot of a patch, where it applies', async () => {
    const { workspace, base } = await open({ repo: repository({ 'a.txt': LINES }), sandbox: kind });
    const changed = await snapshotOf(
      workspace,
      'sed -i "s/line 3$/three/" a.txt; printf "\\0\\1" > b; rm a.txt',
    );
    const patch = await workspace.diff(base, changed);
    expect(await workspace.patched(base, patch)).toBe(changed);
    expect(await workspace.patched(changed, patch)).toBeNull();
    expect(await workspace.snapshot()).toBe(base);
  });
}

async function snapshotOf(workspace: Workspace, command: string): Promise<string> {
  const fork = await workspace.fork();
  expect(await fork.exec(command)).toMatchObject({ exitCode: 0 });
  const snapshot = await fork.snapshot();
  await fork.dispose();
  return snapshot;
}
