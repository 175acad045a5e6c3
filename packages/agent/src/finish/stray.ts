/** Names that scratch work has, and leftovers of programs. */
const STRAY: readonly RegExp[] = [
  /^(?:repro(?:duce|duction)?|debug|scratch|tmp|temp|foo|try|check_?fix|verify_?fix)(?:[_-][\w-]*|\d*)\.\w+$/i,
  /\.(?:orig|rej|bak|swp|tmp|log|pyc|pid|core)$/i,
  /^(?:nohup\.out|core|a\.out|\.DS_Store)$/,
];

/** Of the files that the work adds, those that look as if they were not meant to be handed in. */
export function strayFiles(added: readonly string[]): string[] {
  return added.filter((path) => {
    const name = path.slice(path.lastIndexOf('/') + 1);
    return STRAY.some((pattern) => pattern.test(name));
  });
}
