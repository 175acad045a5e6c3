/** Pairs of lines that are the same but for white space: as the model wrote it, as the file has it. */
export type LinePair = readonly [written: string, present: string];

/**
 * New text as the file would indent it. What each indentation of the model's old lines is in the file is read off the
 * pairs; a deeper one keeps what it has beyond the longest that is known.
 */
export function reindent(text: string, pairs: readonly LinePair[]): string {
  const known = new Map<string, string>();
  for (const [written, present] of pairs) {
    if (written.trim() === '') continue;
    const from = indentOf(written);
    if (!known.has(from)) known.set(from, indentOf(present));
  }
  if ([...known].every(([from, to]) => from === to)) return text;
  const longestFirst = [...known].sort(([left], [right]) => right.length - left.length);
  const unit = steps(known);
  return text
    .split('\n')
    .map((line) => {
      if (line.trim() === '') return line;
      const indent = indentOf(line);
      const base = longestFirst.find(([from]) => indent.startsWith(from));
      if (base !== undefined) {
        const beyond = indent.slice(base[0].length);
        const kept = unit === null ? beyond : unit(beyond);
        return base[1] + kept + line.slice(indent.length);
      }
      // Shallower than anything known: as much shallower in the file, where that leaves something.
      const [from, to] = longestFirst.at(-1)!;
      const less = from.length - indent.length;
      return to.slice(0, Math.max(0, to.length - less)) + line.slice(indent.length);
    })
    .join('\n');
}

export function indentOf(line: string): string {
  return /^[ \t]*/.exec(line)![0];
}

/** How deeper steps are written where the file has tabs for the model's spaces or the other way round. */
function steps(known: ReadonlyMap<string, string>): ((beyond: string) => string) | null {
  const entries = [...known].filter(([from, to]) => from !== '' && to !== '');
  const tabs = entries.find(([from, to]) => /^ +$/.test(from) && /^\t+$/.test(to));
  if (tabs !== undefined) {
    const width = Math.max(1, Math.round(tabs[0].length / tabs[1].length));
    return (beyond) => (/^ +$/.test(beyond) ? '\t'.repeat(Math.round(beyond.length / width)) : beyond);
  }
  const spaces = entries.find(([from, to]) => /^\t+$/.test(from) && /^ +$/.test(to));
  if (spaces !== undefined) {
    const width = Math.max(1, Math.round(spaces[1].length / spaces[0].length));
    return (beyond) => beyond.replaceAll('\t', ' '.repeat(width));
  }
  return null;
}
