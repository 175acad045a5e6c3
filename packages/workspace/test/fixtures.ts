import { mkdirSync, mkdtempSync, realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { OpenOptions } from '../src/ground.ts';
import { type OpenedWorkspace, openWorkspace, reopenWorkspace } from '../src/open.ts';
import { removeTree } from '../src/remove-tree.ts';
import { type Content, commit, git, put } from './files.ts';

/** A folder that goes when the test ends. */
export function temporaryFolder(name = 'heddle-test-', within = tmpdir()): string {
  const folder = realpathSync(mkdtempSync(join(within, name)));
  onTestFinished(() => removeTree(folder));
  return folder;
}

/** A repository with one commit of these files. */
export function repository(
  files: Readonly<Record<string, Content>>,
  name = 'repo',
  top = temporaryFolder(),
): string {
  const folder = join(top, name);
  mkdirSync(folder);
  git(folder, 'init', '--quiet');
  put(folder, files);
  commit(folder);
  return folder;
}

/** Opens a workspace that is disposed of when the test ends. */
export async function open(
  options: Partial<OpenOptions> & { readonly repo: string },
): Promise<OpenedWorkspace> {
  const opened = await openWorkspace({
    home: temporaryFolder('heddle-home-'),
    id: 'one',
    sandbox: 'host',
    ...options,
  });
  onTestFinished(() => opened.workspace.dispose());
  return opened;
}

export async function reopen(options: Parameters<typeof reopenWorkspace>[0]) {
  const workspace = await reopenWorkspace(options);
  onTestFinished(() => workspace.dispose());
  return workspace;
}
