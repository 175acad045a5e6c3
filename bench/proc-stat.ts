/** What Linux counts in, on every machine Node runs on. */
const PAGE_BYTES = 4096;
export const TICKS_PER_SECOND = 100;

/** A line of /proc/pid/stat, as far as it is used. */
export interface Stat {
  readonly pid: number;
  /** `Z`: it has ended and nobody has waited for it. */
  readonly state: string;
  readonly parent: number;
  readonly ownTicks: number;
  /** Of ended children it has waited for, with theirs. */
  readonly waitedTicks: number;
  readonly residentBytes: number;
}

/**
 * Fields as proc(5) numbers them: 4 parent, 14 and 15 own time, 16 and 17 time of waited-for children, 24 memory.
 * The name may hold spaces and brackets.
 */
export function parseStat(line: string): Stat {
  const end = line.lastIndexOf(')');
  const fields = line.slice(end + 2).split(' ');
  const field = (number: number) => Number(fields[number - 3]);
  return {
    pid: Number.parseInt(line, 10),
    state: fields[0]!,
    parent: field(4),
    ownTicks: field(14) + field(15),
    waitedTicks: field(16) + field(17),
    residentBytes: field(24) * PAGE_BYTES,
  };
}
