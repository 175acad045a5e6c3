import type { Workspace } from '@heddle/workspace';

/** Enough to know what kind of project it is and where to look; the rest is a call away. */
const MAX_LINES = 40;
/** Names judged by git's rules; a folder with more of them is cut anyway. */
const MAX_JUDGED = 5_000;
const CHECK_IGNORE_SECONDS = 10;

interface Folder {
  readonly name: string;
  readonly children: readonly string[];
}

/** The upper two levels of the files, without what git ignores; folders share the room for their contents. */
export async function fileTree(workspace: Workspace): Promise<string> {
  const { files } = workspace;
  const seen = (await files.list('.')).filter(isShown);
  const folders: Folder[] = [];
  for (const name of seen.filter(isFolder)) {
    folders.push({ name, children: (await files.list(name.slice(0, -1))).filter(isShown) });
  }
  const below = folders.flatMap(({ name, children }) => children.map((child) => name + child));
  const paths = [...seen, ...below];
  const ruled = paths.some((path) => path.endsWith('.gitignore'));
  const ignored = ruled ? await ignoredOf(paths, workspace) : new Set<string>();
  const top = seen.filter((name) => !ignored.has(name));
  const contents = new Map(
    folders.map(({ name, children }) => [name, children.filter((child) => !ignored.has(name + child))]),
  );
  return lines(top, contents).join('\n');
}

function lines(top: readonly string[], contents: ReadonlyMap<string, readonly string[]>): string[] {
  if (top.length > MAX_LINES) return [...top.slice(0, MAX_LINES - 1), more(top.length - MAX_LINES + 1)];
  let room = MAX_LINES - top.length;
  let waiting = top.filter(isFolder).length;
  const out: string[] = [];
  for (const name of top) {
    out.push(name);
    const children = contents.get(name);
    if (children === undefined) continue;
    const share = Math.floor(room / waiting);
    waiting -= 1;
    const shown = children.length <= share ? [...children] : children.slice(0, Math.max(0, share - 1));
    if (shown.length < children.length && share > 0) shown.push(more(children.length - shown.length));
    room -= shown.length;
    out.push(...shown.map((child) => `  ${child}`));
  }
  return out;
}

/** Which of these paths git ignores; none where it can't be asked. */
export async function ignoredOf(paths: readonly string[], workspace: Workspace): Promise<Set<string>> {
  const result = await workspace.exec('git check-ignore --stdin -z', {
    stdin: paths.slice(0, MAX_JUDGED).join('\0'),
    timeoutSeconds: CHECK_IGNORE_SECONDS,
  });
  return new Set(result.output.split('\0'));
}

function more(count: number): string {
  return `… ${count} more`;
}

function isFolder(name: string): boolean {
  return name.endsWith('/');
}

function isShown(name: string): boolean {
  return name !== '.git/' && name !== '.git' && name !== 'node_modules/';
}
