const STRINGS = /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`(?:[^`\\]|\\.)*`/g;
const COMMENT = /(?:^|\s)(?:#|\/\/).*$/;
/** What a line gets wrong: comparisons, logic, arithmetic, constants, arguments that could be others. */
const DECISIONS =
  /[<>=!]=|[<>]|&&|\|\||[-+*/%]|\b(?:and|or|not|in|is)\b|\d+|\b(?:True|False|true|false|None|null)\b|\(.*,/g;
const MOST = 2;

/**
 * How much a line decides, 0 to 2: of lines that the same tests ran, the fault is more often in one that compares or
 * calculates than in one that only hands on (the statements of bug fixes: Pan et al. 2009).
 */
export function decisionsOf(line: string): number {
  const bare = line.replaceAll(STRINGS, 's').replace(COMMENT, '').replaceAll('=>', '');
  return Math.min(MOST, bare.match(DECISIONS)?.length ?? 0);
}
