/** Modes a snapshot knows, as git writes them. */
const FILE_MODES = ['100644', '100755', '120000'] as const;
export type FileMode = (typeof FILE_MODES)[number];

/** Whether a tree git wrote holds a file there, not a submodule. */
export const isFileMode = (mode: string): mode is FileMode => FILE_MODES.some((known) => known === mode);

export interface TreeEntry {
  readonly name: string;
  readonly mode: FileMode | '40000';
  readonly id: string;
}

export const isFolder = (entry: TreeEntry): boolean => entry.mode === '40000';

/** The bytes of a git tree object. Git sorts by bytes, a folder's name as if it ended in `/`. */
export function encodeTree(entries: readonly TreeEntry[]): Buffer {
  const sorted = entries.map((entry) => ({
    entry,
    key: Buffer.from(isFolder(entry) ? `${entry.name}/` : entry.name),
  }));
  sorted.sort((a, b) => Buffer.compare(a.key, b.key));
  const parts: Buffer[] = [];
  for (const { entry } of sorted) {
    parts.push(Buffer.from(`${entry.mode} ${entry.name}\0`), Buffer.from(entry.id, 'hex'));
  }
  return Buffer.concat(parts);
}

export function decodeTree(body: Buffer, idBytes: number): TreeEntry[] {
  const entries: TreeEntry[] = [];
  for (let at = 0; at < body.length; ) {
    const space = body.indexOf(0x20, at);
    const end = body.indexOf(0, space);
    entries.push({
      mode: body.toString('latin1', at, space) as TreeEntry['mode'],
      name: body.toString('utf8', space + 1, end),
      id: body.toString('hex', end + 1, end + 1 + idBytes),
    });
    at = end + 1 + idBytes;
  }
  return entries;
}
