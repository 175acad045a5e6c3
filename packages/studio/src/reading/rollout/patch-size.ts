/** How many lines a git patch adds and removes, and in how many files. */
export function patchSize(patch: string): {
  readonly added: number;
  readonly removed: number;
  readonly files: number;
} {
  let [added, removed, files] = [0, 0, 0];
  for (const line of patch.split('\n')) {
    if (line.startsWith('diff --git ')) files += 1;
    else if (line.startsWith('+') && !line.startsWith('+++ ')) added += 1;
    else if (line.startsWith('-') && !line.startsWith('--- ')) removed += 1;
  }
  return { added, removed, files };
}
