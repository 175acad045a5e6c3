import { mkdirSync, realpathSync } from 'node:fs';
import { DEFAULT_WORKSPACE_LIMITS, type WorkspaceLimits } from './limits.ts';
import { allowedHosts } from './network/allowed-hosts.ts';
import type { GateOptions } from './network/gate.ts';
import { findRepository, type Repository } from './repository/discover.ts';
import { type RepositoryState, readState } from './repository/state.ts';
import { chooseSandbox, sandboxOf } from './sandbox/choose.ts';
import type { Sandbox } from './sandbox/sandbox.ts';
import { type SystemView, systemView } from './sandbox/system-view.ts';
import { ShadowStore } from './snapshot/shadow-store.ts';
import type { SandboxKind } from './workspace.ts';

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
  /** Folders of this machine that programs may read, wherever they are. Default: none. */
  readonly shown?: readonly string[];
  /** Folders of this machine that programs may read and write, and that outlast the workspace. Default: none. */
  readonly kept?: readonly string[];
  /** What programs need that is not among the files. */
  readonly environment?: ProgramEnvironment;
  /** How forks are made. Default `overlay`, which becomes `copy` where no overlay can be mounted. */
  readonly forks?: 'overlay' | 'copy';
}

/** Set for every program in a workspace. Paths below folders of `OpenOptions.shown` are those where these are shown. */
export interface ProgramEnvironment {
  /** Put before the search path. */
  readonly path?: readonly string[];
  readonly variables?: Readonly<Record<string, string>>;
  /** Shell commands run at the root of each fresh copy before anything else: to link dependencies, to build. */
  readonly setup?: readonly string[];
}

/** What all workspaces of one repository and one sandbox have in common. */
export interface Ground {
  readonly repository: Repository;
  readonly state: RepositoryState;
  readonly store: ShadowStore;
  readonly sandbox: Sandbox;
  readonly home: string;
  readonly network: boolean;
  readonly limits: WorkspaceLimits;
  /** What of this machine programs see. */
  readonly system: SystemView;
  readonly forks: 'overlay' | 'copy';
  readonly environment: ProgramEnvironment;
  readonly allow: GateOptions | null;
  /** Real paths. */
  readonly shown: readonly string[];
  readonly kept: readonly string[];
}

export async function survey(options: OpenOptions): Promise<Ground> {
  const repository = findRepository(options.repo);
  mkdirSync(options.home, { recursive: true, mode: 0o700 });
  const home = realpathSync(options.home);
  const [state, kind] = await Promise.all([
    readState(repository, home),
    chooseSandbox(options.sandbox ?? 'auto'),
  ]);
  const { network = false } = options;
  const algorithm = state.config.get('extensions.objectformat') === 'sha256' ? 'sha256' : 'sha1';
  const sandbox = await sandboxOf(kind);
  await sandbox.image?.prepare();
  return {
    repository,
    state,
    store: ShadowStore.open(home, repository, algorithm),
    sandbox,
    home,
    network,
    system: systemView([repository.root, home], network),
    limits: { ...DEFAULT_WORKSPACE_LIMITS, ...options.limits },
    // An overlay's base knows nothing of what setting up has made.
    forks: options.forks ?? ((options.environment?.setup ?? []).length > 0 ? 'copy' : 'overlay'),
    environment: options.environment ?? {},
    allow: allowedHosts(options, sandbox),
    shown: (options.shown ?? []).map((folder) => realpathSync(folder)),
    kept: (options.kept ?? []).map((folder) => realpathSync(folder)),
  };
}
