/** One assertion, as text with white space collapsed. */
export interface Assertion {
  readonly text: string;
  readonly line: number;
  /** 0: it can never fail. 1: something is there. 2: a property of the value. 3: the value itself. */
  readonly strength: 0 | 1 | 2 | 3;
  /** What is looked at. */
  readonly subject: string;
  /** It stands where its failure is caught. */
  readonly swallowed: boolean;
}

const EXACT =
  /^(?:toBe|toEqual|toStrictEqual|toMatchInlineSnapshot|toMatchSnapshot|toThrowErrorMatching\w*|toHaveBeenCalledWith|toHaveBeenCalledTimes|(?:not)?(?:deep|strict|deepStrict)?[eE]quals?|deepStrictEqual|strictEqual|deepEqual|eql?|is|same|strictSame|toHaveReturnedWith|assert(?:Equal|Equals|ListEqual|DictEqual|SetEqual|TupleEqual|CountEqual|MultiLineEqual|SequenceEqual|Is|StrictEquals|Same)|assert_eq|assertThat|Equal|EqualValues|JSONEq)!?$/;
const PROPERTY =
  /^(?:toContain\w*|toMatch\w*|match|toHaveLength|toHaveProperty|toBeGreater\w*|toBeLess\w*|toBeCloseTo|throws\w*|toThrow\w*|rejects|doesNotMatch|includes?|contain\w*|lengthOf|above|below|least|most|within|property|keys|members|regex|like|closeTo|assert(?:In|NotIn|AlmostEqual|Raises\w*|Greater\w*|Less\w*|Regex|Throws|NotEqual\w*|ArrayEquals)|raises|warns|ErrorIs|Contains|Len|ElementsMatch|notEqual|notStrictEqual|notDeepEqual|assert_ne)!?$/;

/** From a call: `callee` is what is called, `args` the texts of its arguments. */
export function assertionOfCall(call: {
  readonly text: string;
  readonly line: number;
  readonly callee: string;
  readonly args: readonly string[];
  /** Arguments of `expect(…)` where the call hangs on one. */
  readonly expected?: readonly string[] | undefined;
  readonly swallowed: boolean;
}): Assertion {
  const { callee, args, expected, swallowed } = call;
  const text = collapse(call.text);
  const matcher = /([\w]+!?)$/.exec(callee)?.[1] ?? callee;
  const subject = collapse(expected?.[0] ?? args[0] ?? '');
  const values = expected === undefined ? args.slice(0, 2) : [expected[0] ?? '', ...args];
  const negated = /\.not\.|\bnot\./.test(callee);
  let strength: Assertion['strength'] = EXACT.test(matcher) ? 3 : PROPERTY.test(matcher) ? 2 : 1;
  if (strength === 1 && /(?<![=!<>])===?(?!=)/.test(args[0] ?? '')) strength = 3;
  if (negated) strength = Math.min(strength, 2) as Assertion['strength'];
  if (expected !== undefined && /expect\.any(?:thing)?\(/.test(args[0] ?? '')) strength = 1;
  if (isVacuous(values, matcher)) strength = 0;
  return { text, line: call.line, strength, subject, swallowed };
}

/** From Python's `assert` statement. */
export function assertionOfStatement(expression: string, line: number, swallowed: boolean): Assertion {
  const text = collapse(expression);
  const [subject = '', expected] = text.split(/\s(?:==|in|not in|is not|is|!=|>=|<=|>|<)\s/);
  let strength: Assertion['strength'] = 1;
  if (/\s==\s|\bis (?:True|False|None)\b/.test(text)) strength = 3;
  else if (/\s(?:in|not in|!=|>=|<=|>|<)\s/.test(text)) strength = 2;
  const never =
    /^(?:True|1|not False|".*"|'.*'|\(.*,\s*["'].*\))$/.test(text) ||
    /\bor (?:True|1|not False)\b/.test(text);
  if (never || (expected !== undefined && / (?:==|is) /.test(text) && collapse(expected) === subject))
    strength = 0;
  return { text: `assert ${text}`, line, strength, subject, swallowed };
}

/** The same on both sides, constants alone, or saved by `|| true`. */
function isVacuous(values: readonly string[], matcher: string): boolean {
  const [first = '', second] = values.map(collapse);
  if (/\|\|\s*true\b|\bor True\b/.test(first)) return true;
  const constant = /^(?:true|false|True|False|null|None|-?\d+|'[^']*'|"[^"]*")$/;
  if (second === undefined) return /^(?:true|True|1|!0|!false)$/.test(first) && first !== '';
  return (
    (first === second && first !== '' && !/not/i.test(matcher)) ||
    (constant.test(first) && constant.test(second))
  );
}

export function collapse(text: string): string {
  return text.trim().replaceAll(/\s+/g, ' ');
}
