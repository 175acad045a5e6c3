/** The lines a git patch adds, and all others that it quotes. Headers are neither. */
export function addedIn(patch: string): { readonly added: string[]; readonly others: string[] } {
  const added: string[] = [];
  const others: string[] = [];
  let left = { minus: 0, plus: 0 };
  for (const line of patch.split('\n')) {
    const hunk = /^@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@/.exec(line);
    if (hunk !== null && left.minus <= 0 && left.plus <= 0)
      left = { minus: Number(hunk[1] ?? 1), plus: Number(hunk[2] ?? 1) };
    else if (left.minus <= 0 && left.plus <= 0) continue;
    else if (line.startsWith('+')) {
      added.push(line.slice(1));
      left.plus -= 1;
    } else if (line.startsWith('-')) {
      others.push(line.slice(1));
      left.minus -= 1;
    } else if (!line.startsWith('\\')) {
      others.push(line.slice(1));
      left.minus -= 1;
      left.plus -= 1;
    }
  }
  return { added, others };
}
