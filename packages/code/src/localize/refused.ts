/** Python's words for a call that does not fit: it fails where it is made, and nothing of the function runs. */
const REFUSED =
  /([\w.<>]+)\(\) (?:missing \d+ required|takes (?:no|from|at (?:most|least)|\d+)|got an unexpected|got multiple)/g;

/** Names, qualified where Python does it (`Class.method`), of functions that were called with what they do not take. */
export function refusedCalls(messages: readonly string[]): string[] {
  return [...new Set(messages.flatMap((message) => [...message.matchAll(REFUSED)].map(([, name]) => name!)))];
}

/** Lines (1-based) at which a Python file defines the functions named. */
export function definitions(
  lines: readonly string[],
  names: readonly string[],
): { name: string; line: number }[] {
  const found: { name: string; line: number }[] = [];
  const around: { indent: number; name: string }[] = [];
  for (const [index, text] of lines.entries()) {
    const [, space, keyword, name] = /^(\s*)(?:async )?(def|class) (\w+)/.exec(text) ?? [];
    if (space === undefined || name === undefined) continue;
    while (around.length > 0 && around.at(-1)!.indent >= space.length) around.pop();
    const owner = around.at(-1)?.name;
    const fits = names.some((each) => {
      const parts = each.split('.');
      return (
        parts.at(-1) === name && (parts.length === 1 || parts.at(-2) === '<locals>' || parts.at(-2) === owner)
      );
    });
    if (keyword === 'def' && fits) found.push({ name, line: index + 1 });
    around.push({ indent: space.length, name });
  }
  return found;
}
