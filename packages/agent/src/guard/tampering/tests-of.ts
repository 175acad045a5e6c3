import { languageOf, namedNodes, parse, type SyntaxNode } from '@heddle/code';
import { type Assertion, assertionOfCall, assertionOfStatement, collapse } from './assertion.ts';

/** One test of a file, found in its syntax tree (or by lines, for languages without a grammar). */
export interface TestCase {
  /** With the names of the groups round it. */
  readonly name: string;
  readonly line: number;
  /** Why it does not run, or null. `only`: it keeps the others from running. */
  readonly skipped: string | null;
  readonly assertions: readonly Assertion[];
  /** Rows of a table it runs for; null: no table. */
  readonly rows: number | null;
}

export async function testsOf(path: string, text: string): Promise<TestCase[]> {
  const language = languageOf(path);
  if (language === null) return byLines(text);
  if (!['javascript', 'typescript', 'tsx', 'python'].includes(language)) return byLines(text);
  using tree = await parse(language, text);
  return language === 'python' ? pythonTests(tree.root) : scriptTests(tree.root);
}

const CASE = /^(?:it|test|specify|bench|fit|xit|xtest|xspecify|Deno\.test|QUnit\.test)(?:\.|$)/;
const GROUP = /^(?:describe|suite|context|fdescribe|xdescribe|xcontext|QUnit\.module)(?:\.|$)/;
const SKIP = /\.(?:skip|todo|skipIf|failing|fails|fixme)\b|^x(?:it|test|describe|specify|context)\b/;
const ONLY = /\.only\b|^f(?:it|describe)\b/;
const ASSERTS =
  /^(?:assert|chai\.assert|expect|t\.(?:is\w*|not\w*|deep\w*|equal\w*|strict\w*|same\w*|true|false|truthy|falsy|throws\w*|ok|match|regex|like|rejects|assert\.\w+)|should)\b/;

function scriptTests(root: SyntaxNode): TestCase[] {
  const tests: TestCase[] = [];
  for (const node of namedNodes(root)) {
    if (node.type !== 'call_expression') continue;
    const callee = calleeText(node);
    const args = node.childForFieldName('arguments');
    const body = args?.namedChildren.find((child) => child !== null && /function/.test(child.type));
    if (!CASE.test(callee) || !args || args.type === 'template_string') continue;
    const pending = /\.(?:todo|skip)\b|^x/.test(callee);
    if (!body && !pending) continue;
    const name = groupsOf(node).concat(nameOf(args)).join(' > ');
    tests.push({
      name,
      line: node.startPosition.row + 1,
      skipped: skippedScript(node, callee, args, body ?? null),
      assertions: body ? scriptAssertions(body) : [],
      rows: tableRows(node),
    });
  }
  return tests;
}

/** `it.each([…])('…')` is a call of a call: the words before the first parenthesis. */
function calleeText(node: SyntaxNode): string {
  const text = node.childForFieldName('function')?.text ?? '';
  return text.replace(/\s*[(`][\s\S]*$/, '').replaceAll(/\s+/g, '');
}

function nameOf(args: SyntaxNode): string {
  const first = args.firstNamedChild;
  return first === null || /function/.test(first.type)
    ? '(unnamed)'
    : collapse(first.text.replaceAll(/^['"`]|['"`]$/g, ''));
}

function* groupCalls(node: SyntaxNode): Generator<SyntaxNode> {
  for (let parent = node.parent; parent !== null; parent = parent.parent)
    if (parent.type === 'call_expression' && GROUP.test(calleeText(parent))) yield parent;
}

function groupsOf(node: SyntaxNode): string[] {
  return [...groupCalls(node)]
    .toReversed()
    .map((call) => nameOf(call.childForFieldName('arguments') ?? call));
}

function skippedScript(
  node: SyntaxNode,
  callee: string,
  args: SyntaxNode,
  body: SyntaxNode | null,
): string | null {
  for (const call of [node, ...groupCalls(node)]) {
    const text = call === node ? callee : calleeText(call);
    if (SKIP.test(text)) return text;
    if (ONLY.test(text)) return `only: ${text}`;
  }
  const options = args.namedChildren.find((child) => child?.type === 'object')?.text ?? '';
  const option = /\b(?:skip|todo)\s*:\s*(?!false|undefined)/.exec(options);
  if (option) return `{ ${option[0].trim()} … }`;
  if (body === null) return null;
  const inside = /\b(?:t|this|ctx|context)\.skip\(|\bpending\(/.exec(body.text);
  if (inside) return `${inside[0]})`;
  const statements = body.childForFieldName('body');
  const first = statements?.namedChildren.find((child) => child !== null && child.type !== 'comment');
  return first?.type === 'return_statement' && first.namedChildCount === 0 ? 'it returns at once' : null;
}

function tableRows(node: SyntaxNode): number | null {
  const inner = node.childForFieldName('function');
  if (
    inner?.type !== 'call_expression' ||
    !/\.(?:each|for)$/.test(inner.childForFieldName('function')?.text ?? '')
  )
    return null;
  const list = inner.childForFieldName('arguments')?.firstNamedChild;
  return list?.type === 'array' ? list.namedChildCount : null;
}

function scriptAssertions(body: SyntaxNode): Assertion[] {
  const found: Assertion[] = [];
  for (const node of namedNodes(body)) {
    if (node.type !== 'call_expression' || !isOutermost(node)) continue;
    const fn = node.childForFieldName('function');
    if (fn === null || !ASSERTS.test(fn.text)) continue;
    const expectCall = node
      .descendantsOfType('call_expression')
      .find(
        (inner) =>
          inner !== null && /^expect(?:\.\w+)?$/.test(inner.childForFieldName('function')?.text ?? ''),
      );
    if (expectCall && expectCall.id === node.id) continue; // `expect(x)` with nothing asked of it
    found.push(
      assertionOfCall({
        text: node.text,
        line: node.startPosition.row + 1,
        callee: expectCall ? fn.text.slice(expectCall.text.length) : fn.text,
        args: argumentTexts(node),
        expected: expectCall ? argumentTexts(expectCall) : undefined,
        swallowed: isSwallowed(node, body),
      }),
    );
  }
  return found;
}

function isOutermost(node: SyntaxNode): boolean {
  const { parent } = node;
  return !(parent?.type === 'member_expression' && parent.parent?.type === 'call_expression');
}

function argumentTexts(node: SyntaxNode): string[] {
  return (node.childForFieldName('arguments')?.namedChildren ?? []).flatMap((child) =>
    child === null || child.type === 'comment' ? [] : [child.text],
  );
}

/** In a `try` that catches and does not throw again, or under a condition that never holds. */
function isSwallowed(node: SyntaxNode, within: SyntaxNode): boolean {
  for (
    let child = node, parent = node.parent;
    parent !== null && child.id !== within.id;
    child = parent, parent = parent.parent
  ) {
    if (parent.type === 'try_statement') {
      const handlers = parent.namedChildren.filter(
        (each) => each !== null && /^(?:catch_clause|except_clause)$/.test(each.type),
      );
      const inTry = child.id === parent.childForFieldName('body')?.id;
      if (inTry && handlers.some((each) => !/\b(?:throw|raise|fail|assert|expect)\b/.test(each!.text)))
        return true;
    }
    if (
      /^if_statement$/.test(parent.type) &&
      /^\(?\s*(?:false|False|0)\s*\)?$/.test(parent.childForFieldName('condition')?.text ?? '')
    )
      return true;
  }
  return false;
}

const PYTHON_SKIP = /\b(?:skip|skipif|skipIf|skipUnless|xfail|expectedFailure|SkipTest|skipTest)\b/;

function pythonTests(root: SyntaxNode): TestCase[] {
  const tests: TestCase[] = [];
  const whole =
    /^pytestmark\s*=.*\b(skip\w*|xfail)\b/m.exec(root.text)?.[1] ??
    /^pytest\.skip\(|^\s*allow_module_level/m.exec(root.text)?.[0] ??
    null;
  for (const node of namedNodes(root)) {
    if (node.type !== 'function_definition') continue;
    const name = node.childForFieldName('name')?.text ?? '';
    const body = node.childForFieldName('body');
    if (!/^test/.test(name) || body === null) continue;
    const groups: string[] = [];
    let skipped = whole === null ? null : `pytestmark ${whole}`;
    let rows: number | null = null;
    for (let at: SyntaxNode | null = node; at !== null; at = at.parent) {
      if (at.type === 'class_definition') {
        groups.unshift(at.childForFieldName('name')?.text ?? '');
        if (/__test__\s*=\s*False/.test(at.text)) skipped ??= '__test__ = False';
      }
      if (at.type !== 'decorated_definition') continue;
      for (const decorator of at.namedChildren) {
        if (decorator?.type !== 'decorator') continue;
        if (PYTHON_SKIP.test(decorator.text)) skipped ??= collapse(decorator.text);
        if (/parametrize/.test(decorator.text))
          rows = decorator.descendantsOfType(['list', 'tuple'])[0]?.namedChildCount ?? rows;
      }
    }
    const inside = /\bpytest\.(?:skip|xfail)\(|\bself\.skipTest\(|\braise (?:unittest\.)?SkipTest/.exec(
      body.text,
    )?.[0];
    const first = body.namedChildren.find(
      (child) => child !== null && child.type !== 'comment' && !/^["']/.test(child.text),
    );
    const returns = first?.type === 'return_statement' ? 'it returns at once' : null;
    tests.push({
      name: [...groups, name].join(' > '),
      line: node.startPosition.row + 1,
      skipped: skipped ?? inside ?? returns,
      assertions: pythonAssertions(body),
      rows,
    });
  }
  return tests;
}

function pythonAssertions(body: SyntaxNode): Assertion[] {
  const found: Assertion[] = [];
  for (const node of namedNodes(body)) {
    const line = node.startPosition.row + 1;
    const swallowed = isSwallowed(node, body);
    if (node.type === 'assert_statement') {
      found.push(assertionOfStatement(node.firstNamedChild?.text ?? '', line, swallowed));
    } else if (node.type === 'call') {
      const callee = node.childForFieldName('function')?.text ?? '';
      if (
        /^(?:self\.(?:assert\w+|fail\w*)|pytest\.(?:raises|warns)|np\.testing\.\w+|assert_\w+)$/.test(callee)
      )
        found.push(assertionOfCall({ text: node.text, line, callee, args: argumentTexts(node), swallowed }));
    }
  }
  return found;
}

const LINE_TEST =
  /^\s*(?:func (?:\(\w+ \*?\w+\) )?(Test\w+)|(?:pub )?(?:async )?fn (\w+)\s*\(\s*\)|(?:public |private )?(?:async )?(?:void|fun|Task) (\w+)\s*\(|(?:it|test|specify|describe|context)\s*\(?\s*["'](.+?)["']|def (test_\w+)|public function (test\w+))/;
const LINE_SKIP =
  /\b[tb]\.Skip(?:f|Now)?\(|#\[ignore|@(?:Disabled|Ignore)\b|^\s*(?:skip|pending)\b|\bxit\b|\bmarkTest(?:Skipped|Incomplete)\(|\[(?:Fact|Theory)\(Skip|\bAssume\.|GTEST_SKIP/;
const LINE_ASSERT =
  /(?:\b(assert\w*!?|require\.\w+|expect\w*|should\w*|Assert\.\w+|refute\w*|t\.(?:Error|Fatal|Fail)\w*|EXPECT_\w+|ASSERT_\w+))\b/;

/** Go, Rust, Java, Ruby, PHP, C#…: line by line, which sees less than a tree does. */
function byLines(text: string): TestCase[] {
  const tests: { name: string; line: number; skipped: string | null; assertions: Assertion[]; rows: null }[] =
    [];
  let skipNext: string | null = null;
  for (const [index, line] of text.split('\n').entries()) {
    if (/^\s*(?:\/\/|#(?!\[)|\*|--)/.test(line)) continue;
    const skip = LINE_SKIP.exec(line)?.[0] ?? null;
    const match = LINE_TEST.exec(line);
    const name = match?.slice(1).find((each) => each !== undefined);
    if (name !== undefined) {
      tests.push({
        name,
        line: index + 1,
        skipped: skipNext ?? (skip && /^\s*x/.test(line) ? skip : null),
        assertions: [],
        rows: null,
      });
      skipNext = null;
      continue;
    }
    const current = tests.at(-1);
    if (skip !== null) {
      // An attribute stands before its test, a call inside it.
      if (/[@#[]/.test(skip)) skipNext = skip.trim();
      else if (current) current.skipped ??= skip.trim();
    }
    const assertion = LINE_ASSERT.exec(line)?.[1];
    if (assertion !== undefined && current) {
      const args = /\((.*)\)/.exec(line)?.[1]?.split(/,\s*/) ?? [];
      current.assertions.push(
        assertionOfCall({ text: line, line: index + 1, callee: assertion, args, swallowed: false }),
      );
    }
  }
  return tests;
}
