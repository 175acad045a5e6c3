import type { NodeKind } from './version.ts';

/** Each has a content digest and, under its name, a number. */
export type VersionKind = NodeKind | 'prompt' | 'configuration';

/** One version of one thing. */
export interface VersionName {
  readonly kind: VersionKind;
  readonly name: string;
  readonly digest: string;
}

export interface VersionRow extends VersionName {
  /** Counts up from 1 per kind and name, in the order of first recording. */
  readonly number: number;
  /** When it was first recorded, milliseconds since 1970. */
  readonly at: number;
  /** How many rollouts ran with it, as a whole or as a part. */
  readonly rollouts: number;
}

/** What is registered at once: a tree, everything in it, and the texts behind it. */
export interface Recording {
  readonly whole: VersionName;
  readonly parts: readonly VersionName[];
  readonly texts: Iterable<string>;
  readonly at: number;
  /** Who ran with it. */
  readonly rollout?: string;
}

export interface VersionFilter {
  readonly kind?: VersionKind;
  readonly name?: string;
  readonly number?: number;
  /** The beginning of a digest. */
  readonly digest?: string;
  /** What a rollout ran with, parts included. */
  readonly rollout?: string;
}

/**
 * The register of versions. Append-only, like the journal: a version keeps its number for ever, whoever records it
 * again. Numbers are of one store: two stores may count the same digests differently.
 */
export interface VersionRegister {
  /** Texts, versions and their use in one transaction. What is known already stays as it is. */
  record(recording: Recording): void;
  /** By kind and name, then number. */
  list(filter?: VersionFilter): VersionRow[];
  has(version: VersionName): boolean;
  /**
   * Where a version was used, as a whole or as a part: the rollouts that ran with it, newest first and at most `limit`,
   * and the experiments that any of them is a trial of.
   */
  usesOf(
    version: VersionName,
    limit: number,
  ): { readonly rollouts: readonly string[]; readonly experiments: readonly string[] };
  /** The trees a rollout ran with, in that order; several where it was taken up by another version of its agent. */
  of(rollout: string): VersionRow[];
}
