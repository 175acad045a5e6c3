/** Words of a git patch's header that change places when it is taken back. */
const SWAPPED: readonly (readonly [string, string])[] = [
  ['new file mode ', 'deleted file mode '],
  ['rename from ', 'rename to '],
  ['old mode ', 'new mode '],
];

/** A text patch that takes another one back. Of binary patches nothing is known. */
export function reversedPatch(patch: string): string {
  let inHunk = false;
  const lines = patch.split('\n').map((line) => {
    if (line.startsWith('diff --git ')) inHunk = false;
    const hunk = /^@@ -(\S+) \+(\S+) @@(.*)$/s.exec(line);
    if (hunk) {
      inHunk = true;
      return `@@ -${hunk[2]} +${hunk[1]} @@${hunk[3]}`;
    }
    return inHunk ? reversedLine(line) : reversedHeader(line);
  });
  return inOrder(lines).join('\n');
}

function reversedLine(line: string): string {
  if (line.startsWith('+')) return `-${line.slice(1)}`;
  if (line.startsWith('-')) return `+${line.slice(1)}`;
  return line;
}

function reversedHeader(line: string): string {
  for (const [one, other] of SWAPPED) {
    if (line.startsWith(one)) return other + line.slice(one.length);
    if (line.startsWith(other)) return one + line.slice(other.length);
  }
  const names = /^diff --git "?a\/(.*?)"? "?b\/(.*?)"?$/.exec(line);
  if (names) return `diff --git a/${names[2]} b/${names[1]}`;
  const index = /^index (\w+)\.\.(\w+)(.*)$/s.exec(line);
  if (index) return `index ${index[2]}..${index[1]}${index[3]}`;
  if (line.startsWith('--- ')) return `+++ ${side(line.slice(4), 'b')}`;
  if (line.startsWith('+++ ')) return `--- ${side(line.slice(4), 'a')}`;
  return line;
}

const side = (name: string, letter: 'a' | 'b') => name.replace(/^("?)[ab]\//, `$1${letter}/`);

/** `---` and `old mode` stand first, as they did. */
function inOrder(lines: readonly string[]): string[] {
  const ordered = [...lines];
  for (let at = 0; at + 1 < ordered.length; at++) {
    const [one, two] = [ordered[at]!, ordered[at + 1]!];
    const swapped =
      (one.startsWith('+++ ') && two.startsWith('--- ')) ||
      (one.startsWith('rename to ') && two.startsWith('rename from ')) ||
      (one.startsWith('new mode ') && two.startsWith('old mode '));
    if (swapped) [ordered[at], ordered[at + 1]] = [two, one];
  }
  return ordered;
}
