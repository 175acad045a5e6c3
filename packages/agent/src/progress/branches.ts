/** A part of an agent made of agents, and the parts of it that are worth a line of their own. */
export interface Branch {
  readonly path: string;
  /** `#2` for an attempt, else its name. */
  readonly label: string;
  /** Path of its only rollout, however deep. */
  readonly end: string | null;
  readonly parts: readonly Branch[];
}

const ATTEMPT = /^\d+$/;

/**
 * What agents were called, as a tree of those that are worth a line: one that only passes on to another, or to one
 * rollout, is one line with it. `top`: the outermost that has parts; the branches are those parts. With a single
 * rollout at the outermost, that is the only branch.
 */
export function branchesOf(paths: readonly string[]): {
  readonly top: string | null;
  readonly branches: readonly Branch[];
} {
  const below = new Map<string, string[]>();
  for (const path of paths) {
    for (let each = path; ; each = outer(each)) {
      const siblings = below.get(outer(each)) ?? [];
      if (!siblings.includes(each)) below.set(outer(each), [...siblings, each]);
      if (!each.includes('/')) break;
    }
  }
  const partsOf = (path: string) => (below.get(path) ?? []).toSorted(byNumber);
  const branch = (path: string): Branch => {
    const inner = through(path, partsOf);
    const parts = partsOf(inner);
    return {
      path,
      label: labelOf(path),
      end: isRollout(inner) ? inner : null,
      parts: parts.map(branch),
    };
  };
  const roots = partsOf('');
  if (roots.length !== 1) return { top: null, branches: roots.map(branch) };
  const [root] = roots;
  const inner = through(root!, partsOf);
  if (isRollout(inner) || partsOf(inner).length === 0)
    return { top: root!, branches: partsOf(root!).map(branch) };
  return { top: inner, branches: partsOf(inner).map(branch) };
}

/** Down to where it parts, or to its only rollout. An attempt is one of several, also while it is the only one. */
function through(path: string, partsOf: (path: string) => readonly string[]): string {
  const parts = partsOf(path);
  return parts.length === 1 && !ATTEMPT.test(lastName(parts[0]!)) ? through(parts[0]!, partsOf) : path;
}

/** Attempts begin when there is room for them; other parts stay in the order in which they were called. */
function byNumber(a: string, b: string): number {
  const [first, second] = [lastName(a), lastName(b)];
  return ATTEMPT.test(first) && ATTEMPT.test(second) ? Number(first) - Number(second) : 0;
}

function isRollout(path: string): boolean {
  return /^rollout(#\d+)?$/.test(lastName(path));
}

export function labelOf(path: string): string {
  const name = lastName(path);
  return ATTEMPT.test(name) ? `#${name}` : name.replace('#', ' ');
}

/** What an agent was called, without its number where it is not the first of that name. */
export function nameOf(path: string): string {
  return lastName(path).replace(/#\d+$/, '');
}

function lastName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** '' of an outermost one. */
function outer(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}
