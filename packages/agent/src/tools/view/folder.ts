import { ignoredOf } from '../../file-tree.ts';
import type { ToolContext } from '../../tool.ts';

/** Entries of a folder listing. */
const MAX_ENTRIES = 300;
/** Ignored entries named; they are the usual ones (node_modules, dist). */
const MAX_NAMED = 5;

/** A folder two levels deep; hidden entries and what git ignores are only counted. */
export async function viewFolder({ workspace }: ToolContext, path: string): Promise<string> {
  const { files } = workspace;
  const inside = (name: string) => (path === '.' ? name : `${path.replace(/\/+$/, '')}/${name}`);
  const names = (await files.list(path)).filter((name) => name !== '.git/' && name !== '.git');
  const visible = (list: readonly string[]) => list.filter((name) => !name.startsWith('.'));
  let hidden = names.length - visible(names).length;
  const below = new Map<string, string[]>();
  for (const name of visible(names)) {
    if (!name.endsWith('/') || name === 'node_modules/') continue;
    const children = await files.list(inside(name.slice(0, -1)));
    below.set(name, visible(children));
    hidden += children.length - visible(children).length;
  }
  const children = [...below].flatMap(([folder, list]) => list.map((child) => folder + child));
  const ignored = await ignoredOf(
    [...visible(names), ...children].map((name) => inside(name)),
    workspace,
  );
  const out: string[] = [];
  const left: string[] = [];
  for (const name of visible(names)) {
    if (ignored.has(inside(name))) {
      left.push(name);
      continue;
    }
    out.push(name);
    for (const child of below.get(name) ?? []) {
      if (ignored.has(inside(name + child))) left.push(name + child);
      else out.push(`  ${child}`);
    }
  }
  const notes: string[] = [];
  if (out.length > MAX_ENTRIES)
    notes.push(`[${out.length - MAX_ENTRIES} more entries left out; view a subfolder]`);
  if (left.length > 0) {
    const more = left.length > MAX_NAMED ? ` and ${left.length - MAX_NAMED} more` : '';
    notes.push(`[ignored by git, not shown: ${left.slice(0, MAX_NAMED).join(', ')}${more}]`);
  }
  if (hidden > 0) notes.push(`[hidden entries not shown: ${hidden}]`);
  return [out.length === 0 ? '(no entries)' : out.slice(0, MAX_ENTRIES).join('\n'), ...notes].join('\n');
}
