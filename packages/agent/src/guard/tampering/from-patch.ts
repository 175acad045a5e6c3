import type { FileChange } from './finding.ts';

/** One file of a git patch; paths are null where there is none. */
interface FilePatch {
  from: string | null;
  to: string | null;
  readonly hunks: { readonly start: number; readonly lines: string[] }[];
  binary: boolean;
}

/**
 * The whole texts before and after a patch, from the files as they are after it: what stood before is the patch taken
 * back. Binary files are left out. A renamed file is a removed and an added one.
 */
export async function changesFromPatch(
  patch: string,
  read: (path: string) => Promise<string | null>,
): Promise<FileChange[]> {
  const changes: FileChange[] = [];
  for (const file of filesOf(patch)) {
    if (file.binary) continue;
    const after = file.to === null ? null : await read(file.to);
    if (file.to !== null && after === null) continue;
    const before = file.from === null ? null : takenBack(after ?? '', file);
    if (file.from !== null && file.from === file.to) changes.push({ path: file.to, before, after });
    else {
      if (file.from !== null) changes.push({ path: file.from, before, after: null });
      if (file.to !== null) changes.push({ path: file.to, before: null, after });
    }
  }
  return changes;
}

function filesOf(patch: string): FilePatch[] {
  const files: FilePatch[] = [];
  let file: FilePatch | null = null;
  let left = 0;
  for (const line of patch.split('\n')) {
    if (left > 0 && file !== null) {
      file.hunks.at(-1)!.lines.push(line);
      if (!line.startsWith('\\')) left -= line.startsWith(' ') ? 2 : 1;
      continue;
    }
    if (line.startsWith('diff --git ')) {
      const path = headerPath(line.slice('diff --git '.length));
      file = { from: path, to: path, hunks: [], binary: false };
      files.push(file);
    } else if (file === null) continue;
    else if (line.startsWith('new file mode')) file.from = null;
    else if (line.startsWith('deleted file mode')) file.to = null;
    else if (line.startsWith('rename from ')) file.from = unquoted(line.slice(12));
    else if (line.startsWith('rename to ')) file.to = unquoted(line.slice(10));
    else if (line.startsWith('--- ')) file.from = named(line.slice(4));
    else if (line.startsWith('+++ ')) file.to = named(line.slice(4));
    else if (line.startsWith('GIT binary patch') || line.startsWith('Binary files')) file.binary = true;
    else {
      const [, minus = '1', start, plus = '1'] = /^@@ -\d+(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/.exec(line) ?? [];
      if (start === undefined) continue;
      left = Number(minus) + Number(plus);
      // A hunk that adds nothing names the line before it.
      file.hunks.push({ start: Number(start) + (plus === '0' ? 1 : 0), lines: [] });
    }
  }
  return files;
}

/** The path of a header that names it twice; a renamed file's names follow in lines of their own. */
function headerPath(text: string): string | null {
  const quoted = /^("(?:[^"\\]|\\.)*")/.exec(text)?.[1];
  return named(quoted ?? text.slice(0, (text.length - 1) / 2));
}

function takenBack(after: string, { hunks }: FilePatch): string {
  const lines = after.split('\n');
  for (const { start, lines: hunk } of hunks.toReversed()) {
    const body = hunk.filter((line) => !line.startsWith('\\'));
    const now = body.filter((line) => !line.startsWith('-')).length;
    const old = body.filter((line) => !line.startsWith('+')).map((line) => line.slice(1));
    lines.splice(start - 1, now, ...old);
  }
  return lines.join('\n');
}

function named(text: string): string | null {
  const path = unquoted(text.replace(/\t$/, ''));
  return path === '/dev/null' ? null : path.replace(/^[ab]\//, '');
}

/** Git's quoting of unusual names: octal bytes. */
function unquoted(text: string): string {
  if (!text.startsWith('"')) return text;
  const bytes = text
    .slice(1, -1)
    .replaceAll(/\\([0-7]{3}|.)/g, (_, code: string) =>
      /^[0-7]{3}$/.test(code)
        ? String.fromCharCode(Number.parseInt(code, 8))
        : ({ n: '\n', t: '\t' }[code] ?? code),
    );
  return Buffer.from(bytes, 'latin1').toString('utf8');
}
