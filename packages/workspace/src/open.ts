import { OperatorError } from '@heddle/core';
import { build } from './build.ts';
import { type Ground, type OpenOptions, survey } from './ground.ts';
import type { LocalWorkspace } from './local-workspace.ts';
import { noteOf } from './repository/ignored.ts';
import { populateFromRepository, populateFromSnapshot, repositoryDonor } from './snapshot/populate.ts';
import type { Workspace } from './workspace.ts';

/** A larger copy is made only when somebody forks: it takes seconds and as much disk again. */
const PREPARED_FILES = 20_000;

export interface OpenedWorkspace {
  readonly workspace: Workspace;
  /** Snapshot of the files as the user had them. */
  readonly base: string;
  /** What a person should know: uncommitted files carried over, large files left out… */
  readonly notes: readonly string[];
  /** The commit the repository was at; null before the first one. */
  readonly commit: string | null;
  /** Its files as of the base, relative to the root; links among them, what git ignores not. */
  readonly paths: readonly string[];
  /** Where programs find the folders of `OpenOptions.shown`, in the same order. */
  readonly shown: readonly string[];
  /** The same of `OpenOptions.kept`. */
  readonly kept: readonly string[];
  /** The workspace's root as actions see it. */
  readonly root: string;
}

/**
 * An isolated copy of a repository as it is now, uncommitted changes and untracked files included.
 * Throws OperatorError `no-such-folder`, `not-a-repository`, `unsuitable-repository`, `repository-refused`,
 * `empty-repository`, `git-missing`, `no-sandbox`, `sandbox-unusable`, `setup-failed`. The sandbox is still starting when it resolves:
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
  const isSetUp = await setUp(ground, workspace);
  workspace.warm();
  if (state.files.length <= PREPARED_FILES) workspace.prepareForks();
  return {
    workspace,
    base: isSetUp ? await workspace.snapshot() : populated.snapshot,
    notes: [
      ...state.notes,
      ...noteOf('not readable, left out', populated.unreadable),
      ...noteOf('links that leave the repository, unreachable from inside', populated.leaving),
      ...built.notes,
    ],
    commit: state.commit,
    paths: state.files.map(({ path }) => path),
    shown: built.shown,
    kept: built.kept,
    root: workspace.root,
  };
}

/**
 * A workspace with the files of an earlier snapshot of the repository (resume, or a fork of another rollout).
 * An older copy of that name is replaced. `base` is the snapshot whose ignore rules count; default `snapshot`.
 * Throws what {@link openWorkspace} throws, and OperatorError `snapshot-missing`.
 */
export async function reopenWorkspace(options: ReopenOptions): Promise<Workspace> {
  return (await reopenWithPlaces(options)).workspace;
}

export interface ReopenOptions extends OpenOptions {
  readonly snapshot: string;
  readonly base?: string;
}

/** {@link reopenWorkspace}, with where programs find what they are shown. */
export async function reopenWithPlaces(
  options: ReopenOptions,
): Promise<Pick<OpenedWorkspace, 'workspace' | 'shown' | 'kept'>> {
  const ground = await survey(options);
  const { snapshot, base = snapshot } = options;
  const donor = repositoryDonor(ground.repository.root, ground.state);
  const built = await build(ground, {
    id: options.id,
    rules: base,
    populate: (to) => populateFromSnapshot(ground.store, snapshot, { donor, to }),
  });
  if (await setUp(ground, built.workspace)) await built.workspace.restore(snapshot);
  built.workspace.warm();
  if (ground.state.files.length <= PREPARED_FILES) built.workspace.prepareForks();
  const { workspace, shown, kept } = built;
  return { workspace, shown, kept };
}

/** A build of a large project fits. */
const SETUP_SECONDS = 1_800;
/** Characters of a failed command's output that are told: its last line or two. */
const MAX_TOLD = 300;

/** Runs what the environment asks for. Whether there was anything. */
async function setUp({ environment: { setup = [] } }: Ground, workspace: LocalWorkspace): Promise<boolean> {
  for (const command of setup) {
    const { exitCode, output } = await workspace.exec(command, { timeoutSeconds: SETUP_SECONDS });
    if (exitCode === 0) continue;
    await workspace.dispose();
    throw new OperatorError(
      'setup-failed',
      `setting up the copy failed: \`${command}\` ended with ${exitCode ?? 'a signal'}: ${output.trim().slice(-MAX_TOLD)}`,
      { hint: 'run it by hand in a copy of the files; the environment may be incomplete' },
    );
  }
  return setup.length > 0;
}
