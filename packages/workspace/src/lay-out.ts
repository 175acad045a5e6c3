import { mkdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Base } from './base.ts';
import { BoxKeeper } from './box/keeper.ts';
import { copyLayer } from './files/copy-layer.ts';
import type { Ground } from './ground.ts';
import { ownFolder, removeOwned } from './leftovers.ts';
import type { LocalWorkspace } from './local-workspace.ts';
import { boxEnvironment } from './sandbox/environment.ts';
import { FilesOverlay } from './sandbox/files-overlay.ts';
import { searchPath } from './sandbox/system-view.ts';
import {
  hasChanges,
  type Sharing,
  shareByLinks,
  shareByOverlay,
  type WorkspaceFolder,
  workspaceFolder,
} from './workspace-folder.ts';

/** Folders made and the box on its way up, while the files are still to come. */
export interface LaidOut {
  readonly folder: WorkspaceFolder;
  readonly sharing: Sharing;
  /** The files are an overlay over a base; null: to be copied. */
  readonly overlay: FilesOverlay | null;
  readonly boxes: BoxKeeper;
  readonly root: string;
  /** Where programs find the user's git objects. */
  readonly objects: readonly string[];
  /** Where they find the folders of this machine that they may read, in the order of `Ground.shown`. */
  readonly shown: readonly string[];
  /** The same of those that they may write to. */
  readonly kept: readonly string[];
}

/** `base`: what the files are laid over; `parent`: whose changes in shared folders go along. */
export async function layOut(
  ground: Ground,
  id: string,
  { parent, base }: { readonly parent?: LocalWorkspace | undefined; readonly base?: Base } = {},
): Promise<LaidOut> {
  const { repository, sandbox, state, home, network, limits, system, allow } = ground;
  const folder = workspaceFolder(home, id);
  removeOwned(folder.top);
  mkdirSync(folder.top, { recursive: true, mode: 0o700 });
  ownFolder(folder.top);
  for (const path of [folder.files, folder.tmp, folder.scratch])
    mkdirSync(path, { recursive: true, mode: 0o700 });
  const sharing = (sandbox.walled ? shareByOverlay : shareByLinks)(folder, state.ignored.shared);
  if (parent !== undefined) await carryChanges(parent.parts.sharing, sharing);
  const overlay = base === undefined ? null : new FilesOverlay(folder.top, base.files);
  const inside = sandbox.inside(folder);
  const objects = repository.objectDirs.map((dir, at) =>
    inside.objects === null ? dir : `${inside.objects}/${at}`,
  );
  const shown = placesOf(ground.shown, inside.shown);
  const kept = placesOf(ground.kept, inside.kept);
  const { image } = sandbox;
  const own = ownEnvironment(ground, shown);
  // Few have a way out, and it takes all that Node knows of HTTP.
  const gates = allow === null ? null : await import('./network/gate.ts');
  const gate = allow && gates && new gates.NetworkGate(allow);
  const root = image?.rootOf(repository.root) ?? (sandbox.walled ? repository.root : folder.files);
  const plan = {
    root,
    files: folder.files,
    tmp: folder.tmp,
    pipes: folder.pipes,
    scratch: folder.scratch,
    shared: sharing.mounts,
    overlay,
    system,
    visible: [
      ...repository.objectDirs.map((from, at) => ({ from, to: objects[at]! })),
      ...ground.shown.map((from, at) => ({ from, to: shown[at]! })),
    ],
    kept: ground.kept.map((from, at) => ({ from, to: kept[at]! })),
    network,
    env: boxEnvironment({
      home: inside.home,
      tmp: inside.tmp,
      path: [...own.path, image?.path ?? (sandbox.walled ? system.path : searchPath().join(':'))].join(':'),
      more: {
        ...(image?.env ?? (sandbox.walled ? system.env : {})),
        ...(gates !== null && sandbox.walled ? gates.PROXY_VARIABLES : {}),
        ...own.variables,
      },
      foreign: image !== undefined,
    }),
    processes: limits.processes,
  };
  const boxes = new BoxKeeper(sandbox, plan, limits, gate);
  boxes.running().catch(() => {}); // told to whoever runs the first command
  return { folder, sharing, overlay, boxes, root, objects, shown, kept };
}

/** The environment asked for, its paths those where the shown folders are inside. */
function ownEnvironment({ environment, shown: folders }: Ground, shown: readonly string[]) {
  const moved = folders.flatMap((from, at) => (from === shown[at] ? [] : [[from, shown[at]!] as const]));
  const placed = (text: string) => moved.reduce((before, [from, to]) => before.replaceAll(from, to), text);
  const { path = [], variables = {} } = environment;
  return {
    path: path.map(placed),
    variables: Object.fromEntries(Object.entries(variables).map(([name, text]) => [name, placed(text)])),
  };
}

/** By their own names, which nobody else has: those of two folders with one name are told apart. */
function placesOf(folders: readonly string[], below: string | null): string[] {
  if (below === null) return [...folders];
  const names = folders.map((folder) => basename(folder));
  return names.map((name, at) => `${below}/${names.indexOf(name) === at ? name : `${name}.${at}`}`);
}

/** What programs changed in shared folders (packages installed) goes with a fork. */
async function carryChanges(parent: Sharing, child: Sharing): Promise<void> {
  for (const [at, { layer }] of parent.mounts.entries()) {
    const to = child.mounts[at]?.layer;
    if (to === undefined || !hasChanges(layer)) continue;
    mkdirSync(to, { recursive: true });
    await copyLayer(join(layer, 'upper'), to);
  }
}

/** Ends and removes what was laid out. */
export async function undo({ boxes, overlay, folder }: LaidOut): Promise<void> {
  await boxes.dispose();
  overlay?.close();
  removeOwned(folder.top);
}
