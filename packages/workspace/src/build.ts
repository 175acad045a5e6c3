import { randomBytes } from 'node:crypto';
import { basename } from 'node:path';
import { type Base, BaseShare, baseKey, inheritGit, makeBase } from './base.ts';
import { namingDiskFaults } from './disk-fault.ts';
import { placeAt } from './files/place.ts';
import type { Ground } from './ground.ts';
import { type LaidOut, layOut, undo } from './lay-out.ts';
import { type Forking, LocalWorkspace } from './local-workspace.ts';
import { makeGitFolder } from './repository/dot-git.ts';
import { overlaysWork } from './sandbox/try-overlay.ts';
import { compareTrees } from './snapshot/compare.ts';
import { copyFiles } from './snapshot/copy.ts';
import { cloneFolder, type FolderNode } from './snapshot/file-tree.ts';
import { IgnoreRules } from './snapshot/ignore-rules.ts';
import { copyDonor, type Populated, populateFromSnapshot } from './snapshot/populate.ts';
import { applyDifferences } from './snapshot/restore.ts';
import { scan } from './snapshot/scan.ts';

export interface Building {
  readonly id: string;
  /** Fills the empty copy. */
  readonly populate: (files: string) => Promise<Populated>;
  /** Whose ignore rules count; default: the files it is filled with. */
  readonly rules?: string;
  readonly parent?: LocalWorkspace;
}

export interface Built {
  readonly workspace: LocalWorkspace;
  readonly populated: Populated;
  readonly shown: readonly string[];
  readonly kept: readonly string[];
  readonly notes: readonly string[];
}

/** A workspace whose files are copied. */
export function build(ground: Ground, building: Building): Promise<Built> {
  return namingDiskFaults(() => buildUp(ground, building));
}

async function buildUp(ground: Ground, { id, populate, parent, rules }: Building): Promise<Built> {
  const { repository, state } = ground;
  const laid = await layOut(ground, id, { parent });
  const { files } = laid.folder;
  try {
    const populated = await populate(files);
    const copiedAt = Date.now();
    await copyFiles({ from: repository.root, to: files }, state.ignored.carried, () => {});
    if (parent === undefined || !inheritGit(parent.parts.scanned.place, files)) {
      makeGitFolder(repository, { copy: files, config: state.config, objects: laid.objects });
    }
    const { tree, snapshot } = populated;
    const of = { laid, tree, snapshot, rules: rules ?? snapshot, copiedAt, parent, base: null };
    return {
      workspace: workspaceOf(ground, of),
      populated,
      shown: laid.shown,
      kept: laid.kept,
      notes: laid.sharing.notes,
    };
  } catch (error) {
    await undo(laid);
    throw error;
  }
}

interface Parts {
  readonly laid: LaidOut;
  readonly tree: FolderNode;
  /** What it begins with. */
  readonly snapshot: string;
  /** Snapshot whose ignore rules count. */
  readonly rules: string;
  readonly copiedAt: number;
  readonly parent: LocalWorkspace | undefined;
  /** What its files are laid over; null: they are a folder. */
  readonly base: Base | null;
}

function workspaceOf(
  ground: Ground,
  { laid, tree, snapshot, rules, copiedAt, parent, base }: Parts,
): LocalWorkspace {
  const { repository, state, store, sandbox } = ground;
  return new LocalWorkspace({
    ...laid,
    sandbox: sandbox.kind,
    scanned: {
      place: laid.overlay?.place ?? placeAt(laid.folder.files),
      store,
      rules: new IgnoreRules(store, repository, { base: rules, config: state.config }),
      over: base && { base: base.files, tree: base.tree, changes: laid.folder.changes },
      tree,
      belonging: new Set(),
    },
    opened: snapshot,
    baseShare: parent?.parts.baseShare.another() ?? new BaseShare(),
    copiedAt,
    nested: state.nested,
    base: (workspace) => baseOf(ground, workspace),
    fork: (forking) =>
      namingDiskFaults(async () => {
        const base = await baseOf(ground, forking.parent);
        return base === null ? copied(ground, forking, rules) : laidOver(ground, { base, ...forking, rules });
      }),
  });
}

/** What forks of a workspace are laid over; null: this machine or sandbox has no overlays, they are copied. */
async function baseOf(ground: Ground, { parts }: LocalWorkspace): Promise<Base | null> {
  const { forks, sandbox, home } = ground;
  // A container mounts for itself and knows nothing of our overlays.
  if (forks === 'copy' || !sandbox.walled || sandbox.image !== undefined) return null;
  if (!(await overlaysWork(home))) return null;
  const { opened, scanned, folder, baseShare } = parts;
  const original = { id: basename(folder.top), place: scanned.place, tree: scanned.tree };
  return baseShare.get(
    () => baseKey(ground, opened),
    (signal) => makeBase(ground, original, { snapshot: opened, signal }),
  );
}

const forkId = (parent: LocalWorkspace): string =>
  `${basename(parent.parts.folder.top)}.${randomBytes(4).toString('hex')}`;

/** The slower way that works everywhere. */
async function copied(ground: Ground, forking: Forking, rules: string): Promise<LocalWorkspace> {
  const { parent, snapshot, alone } = forking;
  const { scanned } = parent.parts;
  return alone(async () => {
    const wanted = snapshot ?? (await scan(scanned));
    const donor = copyDonor(scanned.place.path, scanned.tree);
    const built = await buildUp(ground, {
      id: forkId(parent),
      rules,
      parent,
      populate: (to) => populateFromSnapshot(ground.store, wanted, { donor, to }),
    });
    return built.workspace;
  });
}

/** Only what differs from the base is written, through the mount, while the box is still on its way up. */
async function laidOver(
  ground: Ground,
  of: Forking & { readonly base: Base; readonly rules: string },
): Promise<LocalWorkspace> {
  const { parent, base, snapshot, rules, alone } = of;
  const { scanned } = parent.parts;
  const { laid, wanted } = await alone(async () => {
    const begun = await layOut(ground, forkId(parent), { parent, base });
    try {
      return { laid: begun, wanted: snapshot ?? (await scan(scanned)) };
    } catch (error) {
      await undo(begun);
      throw error;
    }
  });
  let fork: LocalWorkspace | null = null;
  try {
    await Promise.race([laid.overlay?.mounted, laid.boxes.running()]);
    fork = workspaceOf(ground, {
      laid,
      tree: cloneFolder(base.tree),
      snapshot: base.snapshot,
      rules,
      copiedAt: 0, // What is written below is not taken as known.
      parent,
      base,
    });
    inheritGit(scanned.place, fork.parts.scanned.place.path);
    const differences = await compareTrees(ground.store, base.snapshot, wanted);
    await applyDifferences(fork.parts.scanned, fork.files, differences);
    return fork;
  } catch (error) {
    await (fork?.dispose() ?? undo(laid));
    throw error;
  }
}
