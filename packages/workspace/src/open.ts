import { randomBytes } from 'node:crypto';
import { lstatSync, mkdirSync, realpathSync } from 'node:fs';
import { basename, join } from 'node:path';
import { OperatorError } from '@heddle/core';
import { BoxKeeper } from './box/keeper.ts';
import { namingDiskFaults } from './disk-fault.ts';
import { copyFolderInside } from './files/copy-inside.ts';
import { copyLayer } from './files/copy-layer.ts';
import { ownFolder } from './leftovers.ts';
import { DEFAULT_WORKSPACE_LIMITS, type WorkspaceLimits } from './limits.ts';
import { LocalWorkspace } from './local-workspace.ts';
import { allowedHosts } from './network/allowed-hosts.ts';
import { type GateOptions, NetworkGate, PROXY_VARIABLES } from './network/gate.ts';
import { removeTree } from './remove-tree.ts';
import { findRepository, type Repository } from './repository/discover.ts';
import { makeGitFolder } from './repository/dot-git.ts';
import { noteOf } from './repository/ignored.ts';
import { type RepositoryState, readState } from './repository/state.ts';
import { chooseSandbox, sandboxOf } from './sandbox/choose.ts';
import { boxEnvironment } from './sandbox/environment.ts';
import type { Sandbox } from './sandbox/sandbox.ts';
import { searchPath, systemView } from './sandbox/system-view.ts';
import { copyFiles } from './snapshot/copy.ts';
import { IgnoreRules } from './snapshot/ignore-rules.ts';
import {
  copyDonor,
  type Populated,
  populateFromRepository,
  populateFromSnapshot,
  repositoryDonor,
} from './snapshot/populate.ts';
import { ShadowStore } from './snapshot/shadow-store.ts';
import type { SandboxKind, Workspace } from './workspace.ts';
import {
  hasChanges,
  type Sharing,
  shareByLinks,
  shareByOverlay,
  type WorkspaceFolder,
  workspaceFolder,
} from './workspace-folder.ts';

export interface OpenOptions {
  /** Any folder inside the user's repository, which is only ever read. */
  readonly repo: string;
  /** Heddle's data folder: copies go below `work/`, snapshots below `shadow/`. */
  readonly home: string;
  /** Names the copy: unique among the workspaces open at a time. */
  readonly id: string;
  /** Default `auto`. */
  readonly sandbox?: SandboxKind | 'auto';
  /** Whether programs may use the network. Default false. */
  readonly network?: boolean;
  readonly limits?: Partial<WorkspaceLimits>;
  /** Hosts that programs may reach although the network is closed. Needs a sandbox with walls. */
  readonly allow?: GateOptions;
}

export interface OpenedWorkspace {
  readonly workspace: Workspace;
  /** Snapshot of the files as the user had them. */
  readonly base: string;
  /** What a person should know: uncommitted files carried over, large files left out… */
  readonly notes: readonly string[];
  /** The commit the repository was at; null before the first one. */
  readonly commit: string | null;
  /** The workspace's root as actions see it. */
  readonly root: string;
}

/**
 * An isolated copy of a repository as it is now, uncommitted changes and untracked files included.
 * Throws OperatorError `no-such-folder`, `not-a-repository`, `unsuitable-repository`, `repository-refused`,
 * `empty-repository`, `git-missing`, `no-sandbox`, `sandbox-unusable`. The sandbox is still starting when it resolves:
 * should that fail, the first command throws `sandbox-failed`.
 */
export async function openWorkspace(options: OpenOptions): Promise<OpenedWorkspace> {
  const ground = await survey(options);
  const { state } = ground;
  if (state.files.length === 0) {
    throw new OperatorError('empty-repository', `${ground.repository.root} has no files to work on`, {
      hint: 'add the files the task is about first',
    });
  }
  const from = ground.repository.root;
  const built = await build(ground, {
    id: options.id,
    populate: (to) => populateFromRepository(ground.store, state, { from, to }),
  });
  const { workspace, populated } = built;
  workspace.warm();
  return {
    workspace,
    base: populated.snapshot,
    notes: [
      ...state.notes,
      ...noteOf('not readable, left out', populated.unreadable),
      ...noteOf('links that leave the repository, unreachable from inside', populated.leaving),
      ...built.notes,
    ],
    commit: state.commit,
    root: workspace.root,
  };
}

/**
 * A workspace with the files of an earlier snapshot of the repository (resume, or a fork of another rollout).
 * An older copy of that name is replaced. `base` is the snapshot whose ignore rules count; default `snapshot`.
 * Throws what {@link openWorkspace} throws, and OperatorError `snapshot-missing`.
 */
export async function reopenWorkspace(
  options: OpenOptions & { readonly snapshot: string; readonly base?: string },
): Promise<Workspace> {
  const ground = await survey(options);
  const { snapshot, base = snapshot } = options;
  const donor = repositoryDonor(ground.repository.root, ground.state);
  const built = await build(ground, {
    id: options.id,
    base,
    populate: (to) => populateFromSnapshot(ground.store, snapshot, { donor, to }),
  });
  built.workspace.warm();
  return built.workspace;
}

/** What all workspaces of one repository and one sandbox have in common. */
interface Ground {
  readonly repository: Repository;
  readonly state: RepositoryState;
  readonly store: ShadowStore;
  readonly sandbox: Sandbox;
  readonly home: string;
  readonly network: boolean;
  readonly limits: WorkspaceLimits;
  readonly allow: GateOptions | null;
}

async function survey(options: OpenOptions): Promise<Ground> {
  const repository = findRepository(options.repo);
  mkdirSync(options.home, { recursive: true, mode: 0o700 });
  const home = realpathSync(options.home);
  const [state, kind] = await Promise.all([
    readState(repository, home),
    chooseSandbox(options.sandbox ?? 'auto'),
  ]);
  const algorithm = state.config.get('extensions.objectformat') === 'sha256' ? 'sha256' : 'sha1';
  const sandbox = sandboxOf(kind);
  await sandbox.image?.prepare();
  return {
    repository,
    state,
    store: ShadowStore.open(home, repository, algorithm),
    sandbox,
    home,
    network: options.network ?? false,
    limits: { ...DEFAULT_WORKSPACE_LIMITS, ...options.limits },
    allow: allowedHosts(options, sandboxOf(kind)),
  };
}

/** Folders made and the box on its way up, while the files are still to come. */
interface LaidOut {
  readonly folder: WorkspaceFolder;
  readonly sharing: Sharing;
  readonly boxes: BoxKeeper;
  readonly root: string;
  /** Where programs find the user's git objects. */
  readonly objects: readonly string[];
}

async function layOut(ground: Ground, id: string, parent: LocalWorkspace | undefined): Promise<LaidOut> {
  const { repository, sandbox, state, home, network, limits, allow } = ground;
  const folder = workspaceFolder(home, id);
  removeTree(folder.top);
  for (const path of [folder.files, folder.tmp, folder.scratch])
    mkdirSync(path, { recursive: true, mode: 0o700 });
  ownFolder(folder.top);
  const sharing = (sandbox.walled ? shareByOverlay : shareByLinks)(folder, state.ignored.shared);
  if (parent !== undefined) await carryChanges(parent.parts.sharing, sharing);
  const inside = sandbox.inside(folder);
  const objects = repository.objectDirs.map((dir, at) =>
    inside.objects === null ? dir : `${inside.objects}/${at}`,
  );
  const { image } = sandbox;
  const root = image?.rootOf(repository.root) ?? (sandbox.walled ? repository.root : folder.files);
  const system = systemView([repository.root, home], network);
  const plan = {
    root,
    files: folder.files,
    tmp: folder.tmp,
    pipes: folder.pipes,
    scratch: folder.scratch,
    shared: sharing.mounts,
    system,
    visible: repository.objectDirs.map((from, at) => ({ from, to: objects[at]! })),
    network,
    env: boxEnvironment({
      home: inside.home,
      tmp: inside.tmp,
      path: image?.path ?? (sandbox.walled ? system.path : searchPath().join(':')),
      more: {
        ...(image?.env ?? (sandbox.walled ? system.env : {})),
        ...(allow !== null && sandbox.walled ? PROXY_VARIABLES : {}),
      },
      foreign: image !== undefined,
    }),
    processes: limits.processes,
  };
  const boxes = new BoxKeeper(sandbox, plan, limits, allow === null ? null : new NetworkGate(allow));
  boxes.running().catch(() => {}); // told to whoever runs the first command
  return { folder, sharing, boxes, root, objects };
}

interface Building {
  readonly id: string;
  /** Fills the empty copy. */
  readonly populate: (files: string) => Promise<Populated>;
  /** Whose ignore rules count; default: the files it is filled with. */
  readonly base?: string;
  readonly parent?: LocalWorkspace;
}

interface Built {
  readonly workspace: LocalWorkspace;
  readonly populated: Populated;
  readonly notes: readonly string[];
}

function build(ground: Ground, building: Building): Promise<Built> {
  return namingDiskFaults(() => buildUp(ground, building));
}

async function buildUp(ground: Ground, building: Building): Promise<Built> {
  const { repository, state, store, sandbox } = ground;
  const laid = await layOut(ground, building.id, building.parent);
  const { folder, sharing, boxes } = laid;
  let populated: Populated;
  let copiedAt: number;
  try {
    populated = await building.populate(folder.files);
    copiedAt = Date.now();
    await copyFiles({ from: repository.root, to: folder.files }, state.ignored.carried, () => {});
    if (building.parent === undefined || !inheritGit(building.parent, folder)) {
      makeGitFolder(repository, { copy: folder.files, config: state.config, objects: laid.objects });
    }
  } catch (error) {
    await boxes.dispose();
    removeTree(folder.top);
    throw error;
  }
  const { base = populated.snapshot } = building;
  const rules = new IgnoreRules(store, repository, { base, config: state.config });
  const workspace = new LocalWorkspace({
    root: laid.root,
    sandbox: sandbox.kind,
    folder,
    sharing,
    scanned: { folder: folder.files, store, rules, tree: populated.tree, belonging: new Set() },
    boxes,
    copiedAt,
    nested: state.nested,
    fork: (parent, snapshot) => forkOf(ground, { parent, snapshot, base }),
  });
  return { workspace, populated, notes: sharing.notes };
}

async function forkOf(
  ground: Ground,
  of: { readonly parent: LocalWorkspace; readonly snapshot: string; readonly base: string },
): Promise<Workspace> {
  const { parent, snapshot, base } = of;
  const { folder, scanned } = parent.parts;
  const donor = copyDonor(folder.files, scanned.tree);
  const built = await build(ground, {
    id: `${basename(folder.top)}.${randomBytes(4).toString('hex')}`,
    base,
    parent,
    populate: (to) => populateFromSnapshot(ground.store, snapshot, { donor, to }),
  });
  return built.workspace;
}

/** Commits made in the parent are in the fork too. False: the parent has no git folder any more. */
function inheritGit(parent: LocalWorkspace, folder: WorkspaceFolder): boolean {
  const { files } = parent.parts.folder;
  const git = join(files, '.git');
  if (!lstatSync(git, { throwIfNoEntry: false })?.isDirectory()) return false;
  copyFolderInside(files, git, join(folder.files, '.git'));
  return true;
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
