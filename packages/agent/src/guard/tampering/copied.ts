import { languageOf, namedNodes, parse, type SyntaxNode } from '@heddle/code';
import type { FileChange, Finding } from './finding.ts';
import { addedLines } from './runner.ts';

/** A condition on a literal whose consequence gives a literal: `if (n === 12) return 144`. */
export interface SpecialCase {
  readonly line: number;
  readonly when: string;
  readonly gives: string;
}

/** Literals that stand in too many tests to be anybody's copy. */
const COMMON = new Set([
  '0',
  '1',
  '-1',
  "''",
  '""',
  'true',
  'false',
  'null',
  'undefined',
  'None',
  'True',
  'False',
  '[]',
  '{}',
  '()',
  '2',
]);
const LITERALS: ReadonlySet<string> = new Set([
  'string',
  'number',
  'integer',
  'float',
  'template_string',
  'true',
  'false',
  'null',
  'none',
  'array',
  'list',
  'tuple',
  'object',
  'dictionary',
  'unary_expression',
  'unary_operator',
]);

/** Special cases that a change brought into a source file. */
export async function newSpecialCases({ path, before, after }: FileChange): Promise<SpecialCase[]> {
  if (after === null) return [];
  const added = new Set(addedLines(before ?? '', after).map(({ line }) => line));
  const cases = languageOf(path) === null ? casesByLines(after) : await casesByTree(path, after);
  return cases.filter(({ line, when, gives }) => added.has(line) && !(COMMON.has(when) && COMMON.has(gives)));
}

async function casesByTree(path: string, text: string): Promise<SpecialCase[]> {
  const language = languageOf(path)!;
  if (!['javascript', 'typescript', 'tsx', 'python'].includes(language)) return casesByLines(text);
  using tree = await parse(language, text);
  const cases: SpecialCase[] = [];
  for (const node of namedNodes(tree.root)) {
    const found = caseOf(node);
    if (found !== null) cases.push({ ...found, line: node.startPosition.row + 1 });
  }
  return cases;
}

function caseOf(node: SyntaxNode): Omit<SpecialCase, 'line'> | null {
  switch (node.type) {
    case 'if_statement':
    case 'elif_clause':
    case 'ternary_expression': {
      const condition = node.childForFieldName('condition');
      const consequence = node.childForFieldName('consequence');
      return pair(comparedLiteral(condition), givenLiteral(consequence));
    }
    case 'conditional_expression': {
      const [value, condition] = node.namedChildren;
      return pair(comparedLiteral(condition ?? null), literalText(value ?? null));
    }
    case 'switch_case':
      return pair(literalText(node.childForFieldName('value')), givenLiteral(node));
    case 'case_clause':
      return pair(
        literalText(node.firstNamedChild?.firstNamedChild ?? null),
        givenLiteral(node.childForFieldName('consequence')),
      );
    case 'pair':
      return pair(literalText(node.childForFieldName('key')), literalText(node.childForFieldName('value')));
    default:
      return null;
  }
}

function pair(when: string | null, gives: string | null): Omit<SpecialCase, 'line'> | null {
  return when === null || gives === null ? null : { when, gives };
}

/** The literal an equality compares with, also inside `&&`, `and` and calls such as `isEqual(x, [1, 2])`. */
function comparedLiteral(condition: SyntaxNode | null): string | null {
  if (condition === null) return null;
  for (const node of namedNodes(condition)) {
    if (!/^(?:binary_expression|comparison_operator|call_expression|call)$/.test(node.type)) continue;
    if (
      /^(?:binary_expression|comparison_operator)$/.test(node.type) &&
      !/[=!]=|\bin\b|\bis\b/.test(node.text)
    )
      continue;
    const operands = /call/.test(node.type)
      ? (node.childForFieldName('arguments')?.namedChildren ?? [])
      : node.namedChildren;
    const found = operands
      .map(literalText)
      .find((text) => text !== null && !(COMMON.has(text) && operands.length > 2));
    if (found) return found;
  }
  return null;
}

function givenLiteral(consequence: SyntaxNode | null): string | null {
  if (consequence === null) return null;
  const literal = literalText(consequence);
  if (literal !== null) return literal;
  for (const node of namedNodes(consequence)) {
    if (node.type === 'return_statement') return literalText(node.firstNamedChild);
    if (/^assignment/.test(node.type)) return literalText(node.childForFieldName('right'));
  }
  return null;
}

function literalText(node: SyntaxNode | null): string | null {
  if (node === null || !LITERALS.has(node.type)) return null;
  if (/unary/.test(node.type) && !/^-\s*[\d.]+$/.test(node.text)) return null;
  // Names inside it make it more than a constant.
  if (
    node.descendantsOfType([
      'identifier',
      'call',
      'call_expression',
      'interpolation',
      'template_substitution',
    ]).length > 0
  )
    return null;
  return normal(node.text);
}

function casesByLines(text: string): SpecialCase[] {
  const literal = String.raw`(-?\d[\d._]*|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')`;
  const test = new RegExp(
    String.raw`\b(?:if|when|case|match|elsif|elif)\b[^\n]*?(?:==|case|when)\s*${literal}`,
  );
  const give = new RegExp(
    String.raw`(?:\breturn\b|=>|->|\bthen\b|[:{]\s*)\s*${literal}\s*[;,}]?\s*(?:end)?\s*\}?\s*$`,
  );
  const lines = text.split('\n');
  return lines.flatMap((line, index) => {
    const when = test.exec(line)?.[1];
    if (when === undefined) return [];
    const gives = [line.slice(line.indexOf(when) + when.length), lines[index + 1] ?? '']
      .map((each) => give.exec(each)?.[1])
      .find(Boolean);
    return gives === undefined ? [] : [{ line: index + 1, when: normal(when), gives: normal(gives) }];
  });
}

/** Quotes and blanks alike, so that a test's literal and a source's can be compared. */
function normal(text: string): string {
  return text.replaceAll(/\s+/g, '').replaceAll(/["`]/g, "'");
}

/** Which special cases stand as input and expectation close together in a test. */
export function copiedFindings(
  path: string,
  cases: readonly SpecialCase[],
  tests: readonly { readonly path: string; readonly text: string }[],
): Finding[] {
  const findings: Finding[] = [];
  for (const { line, when, gives } of cases) {
    const source = tests.find(({ text }) => standTogether(text, when, gives));
    if (source === undefined) continue;
    findings.push({
      kind: 'expectation-copied',
      path,
      line,
      reason: `the case ${when} -> ${gives} is one that ${source.path} tests`,
      severity: 'warning',
    });
  }
  return findings;
}

/** An assertion is seldom longer than that. */
const NEAR_LINES = 3;

function standTogether(text: string, when: string, gives: string): boolean {
  const lines = text.split('\n').map(normal);
  const has = (line: string, literal: string) =>
    new RegExp(`(?<![\\w.])${literal.replaceAll(/[.*+?^$()|[\]{}\\]/g, '\\$&')}(?![\\w.])`).test(line);
  return lines.some((_, index) => {
    const near = lines.slice(index, index + NEAR_LINES).join('');
    return has(lines[index]!, when) && has(near, gives);
  });
}
