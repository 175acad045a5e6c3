import type { Workspace } from '@heddle/workspace';

/** Where a long output can be read to its end, as commands see it; null: there is no room for it. */
export async function keepWhole(workspace: Workspace, name: string, text: string): Promise<string | null> {
  const fill = `file=\${TMPDIR:-/tmp}/${name}; cat > "$file" && printf %s "$file"`;
  const { ended, exitCode, output } = await workspace.exec(fill, { stdin: text });
  return ended === 'exited' && exitCode === 0 ? output : null;
}
