import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { openWorkspace, type Workspace } from '../../packages/workspace/src/index.ts';
import { type MapTimes, measureMap } from './map-times.ts';
import { measureServer, pythonProject, type ServerTimes, typescriptProject } from './server-times.ts';
import { syntheticRepository } from './synthetic.ts';

const THIS_REPOSITORY = dirname(dirname(import.meta.dirname));
const SEED = 1;

/**
 * What understanding code costs: the repository map on this repository and on a made one, and the language servers
 * over many edits. Everything goes through a sandboxed workspace, as in a rollout. Tables.
 */
export async function benchCode(of: { readonly files: number; readonly edits: number }): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'heddle-bench-code-'));
  try {
    const made = join(folder, 'made');
    mkdirSync(made);
    syntheticRepository(made, of.files, SEED);
    const maps: MapTimes[] = [];
    for (const [name, repo] of [
      ['this repository', THIS_REPOSITORY],
      [`${of.files} made files`, made],
    ] as const) {
      const home = join(folder, `home of ${name}`);
      maps.push(await inWorkspace(repo, home, (workspace) => measureMap(name, workspace, home)));
    }
    rmSync(made, { recursive: true, force: true });
    const servers: ServerTimes[] = [];
    for (const project of [typescriptProject(join(folder, 'ts')), pythonProject(join(folder, 'py'))]) {
      const home = join(folder, `home of ${project.name}`);
      servers.push(
        await inWorkspace(project.repo, home, (workspace) => measureServer(project, workspace, of.edits)),
      );
    }
    return `${table(maps)}\n${table(servers)}`;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function inWorkspace<T>(
  repo: string,
  home: string,
  run: (workspace: Workspace) => Promise<T>,
): Promise<T> {
  const { workspace } = await openWorkspace({ repo, home, id: 'bench' });
  try {
    return await run(workspace);
  } finally {
    await workspace.dispose();
  }
}

function table(rows: readonly object[]): string {
  const names = Object.keys(rows[0]!);
  const lines = rows.map((row) => `| ${Object.values(row).join(' | ')} |`);
  return `${[`| ${names.join(' | ')} |`, `|${names.map(() => '---').join('|')}|`, ...lines].join('\n')}\n`;
}
