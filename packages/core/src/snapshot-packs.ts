/** Git objects that make a snapshot present, with those of the packs before it. */
export interface SnapshotPack {
  /** Whose snapshots: the repository as the journals name it. */
  readonly repository: string;
  /** Id of the git tree. */
  readonly snapshot: string;
  /** A git pack file. */
  readonly bytes: Uint8Array;
}

/**
 * Files of snapshots, kept where every machine can read them: what a machine's own snapshot store lacks is made there from
 * these. A pack holds what no earlier pack of its repository held when it was made.
 */
export interface SnapshotPacks {
  has(repository: string, snapshot: string): boolean;
  /** What is there already stays as it is. */
  put(pack: SnapshotPack): void;
  /** Snapshots with a pack, in the order in which they came; `after`: only later ones than that row. */
  list(repository: string, after?: number): { readonly row: number; readonly snapshot: string }[];
  /** Null: there is none. */
  get(repository: string, snapshot: string): SnapshotPack | null;
}
