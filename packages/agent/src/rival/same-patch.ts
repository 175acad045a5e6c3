/**
 * Whether two patches make the same edit: white space at line ends is no difference. What else is none (formatting,
 * comments) would be told by {@link normalised} alone.
 */
export function samePatch(one: string, other: string): boolean {
  return normalised(one) === normalised(other);
}

function normalised(patch: string): string {
  return patch
    .split('\n')
    .filter((line) => !line.startsWith('index '))
    .map((line) => line.trimEnd())
    .join('\n');
}
