import type { Tool } from '../tool.ts';

interface Issue {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

/** Says which argument is wrong, what was expected and what was given. */
export function describeInputFault(
  tool: Tool,
  issues: readonly Issue[],
  input: Record<string, unknown>,
): string {
  const faults = issues.map(({ path, message }) => {
    const value = path.reduce<unknown>(
      (inner, key) => (inner as Record<PropertyKey, unknown> | undefined)?.[key],
      input,
    );
    const given = value === undefined ? 'missing' : `got ${JSON.stringify(value).slice(0, 120)}`;
    return `"${path.join('.')}": ${message} (${given})`;
  });
  return `The arguments of ${tool.name} do not fit, so nothing was run. ${faults.join('; ')}.`;
}
