/** What a git patch says of one file. */
export interface PatchFile {
  /** After the patch; of a deleted file, before it. */
  readonly path: string;
  readonly status: 'added' | 'modified' | 'deleted';
  readonly binary: boolean;
  readonly hunks: number;
  /** 1-based lines of the file after the patch. */
  readonly added: readonly number[];
  /** 1-based lines of the file before it. */
  readonly removed: readonly number[];
}

interface Draft {
  path: string;
  status: PatchFile['status'];
  binary: boolean;
  hunks: number;
  readonly added: number[];
  readonly removed: number[];
}

/** Reads a git patch. What is no patch has no files. */
export function patchFiles(patch: string): PatchFile[] {
  const files: Draft[] = [];
  let at = { old: 0, now: 0, oldLeft: 0, nowLeft: 0 };
  for (const line of patch.split('\n')) {
    const file = files.at(-1);
    if (file !== undefined && (at.oldLeft > 0 || at.nowLeft > 0)) {
      const [sign] = line;
      if (sign === '\\') continue;
      if (sign === '+') {
        file.added.push(at.now);
        at = { ...at, now: at.now + 1, nowLeft: at.nowLeft - 1 };
      } else if (sign === '-') {
        file.removed.push(at.old);
        at = { ...at, old: at.old + 1, oldLeft: at.oldLeft - 1 };
      } else at = { old: at.old + 1, now: at.now + 1, oldLeft: at.oldLeft - 1, nowLeft: at.nowLeft - 1 };
      continue;
    }
    const [, before, after] = /^diff --git (?:"?a\/(.*?)"?) (?:"?b\/(.*?)"?)$/.exec(line) ?? [];
    if (after !== undefined && before !== undefined)
      files.push({ path: after, status: 'modified', binary: false, hunks: 0, added: [], removed: [] });
    else if (file === undefined) continue;
    else if (line.startsWith('new file mode')) file.status = 'added';
    else if (line.startsWith('deleted file mode')) file.status = 'deleted';
    else if (line.startsWith('GIT binary patch') || line.startsWith('Binary files')) file.binary = true;
    else {
      const hunk = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/.exec(line);
      if (hunk === null) continue;
      const [, old, oldLeft = '1', now, nowLeft = '1'] = hunk;
      file.hunks += 1;
      at = { old: Number(old), now: Number(now), oldLeft: Number(oldLeft), nowLeft: Number(nowLeft) };
    }
  }
  return files;
}
