import type { Environment } from '../instance.ts';

/** Quoted for a POSIX shell. */
export const quote = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/**
 * Shell text that sets up an environment before a command: its search path and variables. `shown`: where programs find
 * the environment's folders, in their order; names in path and variables are translated to that.
 */
export function preamble(environment: Environment | null, shown: readonly string[]): string {
  if (environment === null) return '';
  const moved = (environment.shown ?? []).map((from, at) => [from, shown[at] ?? from] as const);
  const placed = (text: string) =>
    moved.reduce((before, [from, to]) => (from === to ? before : before.replaceAll(from, to)), text);
  const path = (environment.path ?? []).map(placed).join(':');
  const lines = [
    ...(path === '' ? [] : [`export PATH=${quote(path)}:"$PATH"`]),
    ...Object.entries(environment.variables ?? {}).map(
      ([name, value]) => `export ${name}=${quote(placed(value))}`,
    ),
  ];
  return lines.map((line) => `${line}\n`).join('');
}
