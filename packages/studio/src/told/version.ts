/** What changed from one version to another: digests and values; texts are asked for one by one. */
export interface VersionDiffTold {
  readonly equal: boolean;
  readonly prompts: readonly TextChangeTold[];
  readonly files: readonly TextChangeTold[];
  /** Values as they are shown; null: not there. */
  readonly config: readonly ValueChangeTold[];
  readonly data: readonly TextChangeTold[];
  readonly uses: readonly { readonly kind: string; readonly name: string; readonly change: string }[];
}

export interface TextChangeTold {
  readonly name: string;
  /** Its path before, where it has another now. */
  readonly from: string | null;
  /** Digests; null: not there. */
  readonly was: string | null;
  readonly is: string | null;
}

export interface ValueChangeTold {
  readonly key: string;
  readonly was: string | null;
  readonly is: string | null;
}

/** A change as a unified diff, or why there is none. */
export interface TextPatchTold {
  readonly patch: string | null;
  readonly problem: string | null;
}

/** One version of one thing. */
export interface VersionTold {
  readonly kind: string;
  readonly name: string;
  readonly number: number;
  readonly digest: string;
  /** When it was first recorded. */
  readonly at: number;
  readonly rollouts: number;
}

/** The newest version of each name, by kind. */
export interface VersionsTold {
  readonly now: number;
  readonly versions: readonly (VersionTold & { readonly count: number })[];
  /** Datasets of experiments. */
  readonly datasets: readonly DatasetTold[];
}

export interface DatasetTold {
  readonly name: string;
  readonly format: string;
  /** Newest first. */
  readonly versions: readonly {
    readonly version: string;
    /** When it was first used. */
    readonly at: number;
    readonly experiments: readonly UseTold[];
  }[];
}

export interface UseTold {
  readonly experiment: string;
  readonly name: string;
}

/** The versions of one name, newest first, with where each was used. */
export interface VersionHistoryTold {
  readonly now: number;
  readonly kind: string;
  readonly name: string;
  readonly versions: readonly (VersionTold & {
    /** Since the one before; null: it is the first, or cannot be read. */
    readonly since: VersionDiffTold | null;
    readonly experiments: readonly UseTold[];
    /** The newest ones. */
    readonly lately: readonly string[];
  })[];
}

export interface VersionPairTold {
  /** As they can be given: `agent:solo@2`. */
  readonly a: string;
  readonly b: string;
  readonly diff: VersionDiffTold;
}
