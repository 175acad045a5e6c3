import { isUtf8 } from 'node:buffer';
import type { ChangedContent } from '../workspace.ts';
import type { Difference } from './compare.ts';
import type { ShadowStore } from './shadow-store.ts';
import type { TreeEntry } from './tree.ts';

/** Larger files are data or generated. */
const MAX_TEXT_BYTES = 1_000_000;

/** What differs with both its texts; what is no text, or changes its mode too, with its mode and the digests of its bytes. */
export async function changedContent(
  store: ShadowStore,
  { path, from, to }: Difference,
): Promise<ChangedContent> {
  const sameMode = from === null || to === null || from.mode === to.mode;
  const texts = sameMode ? await Promise.all([from, to].map((entry) => textOf(store, entry))) : [];
  const [before, after] = texts;
  if (before !== undefined && after !== undefined) return { path, before, after, binary: false };
  return { path, before: markOf(from), after: markOf(to), binary: true };
}

/** Null: nothing is there. Undefined: it is no ordinary text. */
async function textOf(store: ShadowStore, entry: TreeEntry | null): Promise<string | null | undefined> {
  if (entry === null) return null;
  if (entry.mode !== '100644' && entry.mode !== '100755') return undefined;
  const bytes = await store.readBlob(entry.id);
  return bytes.length > MAX_TEXT_BYTES || bytes.includes(0) || !isUtf8(bytes) ? undefined : bytes.toString();
}

const markOf = (entry: TreeEntry | null): string | null => entry && `${entry.mode} ${entry.id}`;
