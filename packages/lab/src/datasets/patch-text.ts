import { createTwoFilesPatch } from 'diff';

/** Texts by path; null: not there. */
type Texts = Readonly<Record<string, string | null>>;

/**
 * The git patch from some texts to others, as `git apply` takes it: new and deleted files, a missing last line end. No
 * renames, modes or binary files. Empty where nothing differs.
 */
export function patchOf(before: Texts, after: Texts): string {
  const paths = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return paths.map((path) => filePatch(path, before[path] ?? null, after[path] ?? null)).join('');
}

function filePatch(path: string, before: string | null, after: string | null): string {
  if (before === after) return '';
  const mode =
    before === null ? 'new file mode 100644\n' : after === null ? 'deleted file mode 100644\n' : '';
  const head = `diff --git a/${path} b/${path}\n${mode}`;
  const names = [
    before === null ? '/dev/null' : `a/${path}`,
    after === null ? '/dev/null' : `b/${path}`,
  ] as const;
  const text = createTwoFilesPatch(names[0], names[1], before ?? '', after ?? '', '', '');
  const hunks = text.indexOf('\n@@');
  if (hunks < 0) return head;
  return `${head}--- ${names[0]}\n+++ ${names[1]}${text.slice(hunks)}`;
}
