import { realpathSync } from 'node:fs';
import { findRepository } from '../repository/discover.ts';
import { compareTrees } from './compare.ts';
import { patchBetween } from './patch.ts';
import { ShadowStore } from './shadow-store.ts';

/** The files of kept snapshots, without a workspace: for whoever looks at a rollout afterwards. */
export interface Snapshots {
  /** What differs between two snapshots, with both texts; null: not there, binary, or larger than `maxBytes`. */
  changes(from: string, to: string): Promise<{ path: string; before: string | null; after: string | null }[]>;
  /** Texts of the files of a snapshot whose path is wanted, at most `most` of them. */
  texts(
    snapshot: string,
    wanted: (path: string) => boolean,
    most: number,
  ): Promise<{ path: string; text: string }[]>;
  /** The git patch that makes the second of the first. */
  patch(from: string, to: string): Promise<string>;
  close(): void;
}

/** Larger files are data or generated. */
const MAX_BYTES = 1_000_000;

/** Throws what finding the repository throws; its methods throw OperatorError `snapshot-missing`. */
export function openSnapshots(home: string, repo: string, snapshot: string): Snapshots {
  const repository = findRepository(repo);
  // A SHA-256 repository's names are longer.
  const store = ShadowStore.open(realpathSync(home), repository, snapshot.length === 64 ? 'sha256' : 'sha1');
  const read = async (entry: { readonly id: string } | null) => {
    if (entry === null) return null;
    const bytes = await store.readBlob(entry.id);
    return bytes.length > MAX_BYTES || bytes.subarray(0, 8_000).includes(0) ? null : bytes.toString('utf8');
  };
  return {
    async changes(from, to) {
      const differences = await compareTrees(store, from, to);
      const texts = differences.map(async ({ path, from: a, to: b }) => ({
        path,
        before: await read(a),
        after: await read(b),
      }));
      return Promise.all(texts);
    },
    async texts(tree, wanted, most) {
      const files = (await compareTrees(store, null, tree)).filter(({ path }) => wanted(path)).slice(0, most);
      const texts = await Promise.all(files.map(async ({ path, to }) => ({ path, text: await read(to) })));
      return texts.flatMap(({ path, text }) => (text === null ? [] : [{ path, text }]));
    },
    patch: (from, to) => patchBetween(store, { from, to, without: [] }),
    close: () => store.close(),
  };
}
