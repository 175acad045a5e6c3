/** Git objects that make a snapshot present, together with those of its owner's packs before it. */
export interface SnapshotPack {
  /** Whose snapshots these are: what goes on elsewhere as a whole. A name of the caller's. */
  readonly owner: string;
  /** Id of the git tree. */
  readonly snapshot: string;
  /** A git pack file: what no earlier pack of this owner holds. */
  readonly bytes: Uint8Array;
}

/**
 * Files of snapshots, kept where every machine can read them: what a machine's own snapshot store lacks is made there from
 * these.
 */
export interface SnapshotPacks {
  has(owner: string, snapshot: string): boolean;
  /** What is there already stays as it is. */
  put(pack: SnapshotPack): void;
  /** Snapshots with a pack, in the order in which they came. */
  list(owner: string): string[];
  /** Null: there is none. */
  get(owner: string, snapshot: string): SnapshotPack | null;
}
