import type { Exec } from '../exec.ts';
import { quoted } from '../quoted.ts';

/** How old a line is: 0 not committed yet, then a rank by its last commit, youngest first; infinite if unknown. */
export type Recency = (path: string, line: number) => number;

/** Files whose history is read: beyond the first few suspects a tie decides nothing. */
const MAX_FILES = 4;
const SECONDS = 5;
const UNCOMMITTED = /^0+$/;

/**
 * When lines were last changed, by `git blame`: faults sit in young code more often than in old. Knows nothing where
 * there is no history, where all is of one commit, or where reading it takes too long.
 */
export async function recencyOf(
  exec: Exec,
  files: readonly string[],
  signal?: AbortSignal,
): Promise<Recency> {
  const times = new Map<string, Map<number, number>>();
  for (const path of files.slice(0, MAX_FILES)) {
    const result = await exec(`git blame -w --incremental -- ${quoted(path)} 2>/dev/null`, {
      timeoutSeconds: SECONDS,
      ...(signal && { signal }),
    });
    times.set(path, linesOf(result.output));
  }
  const ages = [...new Set([...times.values()].flatMap((lines) => [...lines.values()]))].sort(
    (a, b) => b - a,
  );
  const ranks = new Map(ages.map((time, rank) => [time, rank]));
  return (path, line) => ranks.get(times.get(path)?.get(line) ?? Number.NaN) ?? Number.POSITIVE_INFINITY;
}

/** Reads `git blame --incremental`: stretches of lines with their commit, whose time is told once. */
function linesOf(output: string): Map<number, number> {
  const lines = new Map<number, number>();
  const commits = new Map<string, number>();
  const stretches: { commit: string; from: number; count: number }[] = [];
  let commit = '';
  for (const line of output.split('\n')) {
    const head = /^([\da-f]{40,64}) \d+ (\d+) (\d+)$/.exec(line);
    const time = /^committer-time (\d+)$/.exec(line);
    if (head) {
      commit = head[1]!;
      stretches.push({ commit, from: Number(head[2]), count: Number(head[3]) });
    } else if (time) commits.set(commit, Number(time[1]));
  }
  for (const { commit, from, count } of stretches) {
    const time = UNCOMMITTED.test(commit) ? Number.POSITIVE_INFINITY : commits.get(commit);
    if (time === undefined) continue;
    for (let n = from; n < from + count; n++) lines.set(n, time);
  }
  return lines;
}
