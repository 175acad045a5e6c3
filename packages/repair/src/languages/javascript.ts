import type { Kind } from '../kinds.ts';
import type { LanguageTable } from '../language-table.ts';
import type { Syntax } from '../syntax.ts';

const KINDS: Readonly<Record<string, Kind>> = {
  program: 'root',
  comment: 'comment',
  identifier: 'name',
  shorthand_property_identifier: 'name',
  property_identifier: 'property',
  private_property_identifier: 'property',
  number: 'number',
  string: 'string',
  template_string: 'template',
  regex: 'regex',
  true: 'true',
  false: 'false',
  null: 'null',
  undefined: 'null',
  array: 'list',
  object: 'map',
  pair: 'pair',
  spread_element: 'spread',
  update_expression: 'update',
  parenthesized_expression: 'group',
  ternary_expression: 'ternary',
  call_expression: 'call',
  new_expression: 'new',
  arguments: 'arguments',
  member_expression: 'member',
  subscript_expression: 'index',
  await_expression: 'await',
  yield_expression: 'yield',
  assignment_expression: 'assign',
  augmented_assignment_expression: 'augment',
  variable_declarator: 'bind',
  lexical_declaration: 'declare',
  variable_declaration: 'declare',
  expression_statement: 'expression',
  statement_block: 'block',
  if_statement: 'if',
  else_clause: 'else',
  while_statement: 'while',
  do_statement: 'while',
  for_statement: 'for',
  for_in_statement: 'for-each',
  switch_statement: 'switch',
  switch_case: 'case',
  switch_default: 'case',
  try_statement: 'try',
  catch_clause: 'catch',
  return_statement: 'return',
  throw_statement: 'throw',
  break_statement: 'break',
  continue_statement: 'continue',
  function_declaration: 'function',
  generator_function_declaration: 'function',
  function_expression: 'function',
  generator_function: 'function',
  arrow_function: 'function',
  method_definition: 'function',
  formal_parameters: 'parameters',
  assignment_pattern: 'default-parameter',
  class_declaration: 'class',
  class: 'class',
  import_statement: 'import',
};

const COMPARISON = /^(?:[<>]=?|[!=]==?|in|instanceof)$/;
const LOGIC = /^(?:&&|\|\||\?\?)$/;

function kindOf(node: Syntax): Kind | null {
  if (node.type === 'binary_expression') {
    const operator = node.at('operator')?.text ?? '';
    return COMPARISON.test(operator) ? 'compare' : LOGIC.test(operator) ? 'logic' : 'arithmetic';
  }
  if (node.type === 'unary_expression') {
    const operator = node.at('operator')?.text;
    return operator === '!' ? 'not' : operator === '-' ? 'negative' : null;
  }
  return KINDS[node.type] ?? null;
}

const BUILTINS = `
  undefined NaN Infinity globalThis window self document global
  process console require module exports __dirname __filename Object
  Function Array Number String Boolean Symbol BigInt Math
  Date RegExp Map Set WeakMap WeakSet WeakRef Promise
  Proxy Reflect JSON Intl Error AggregateError EvalError RangeError
  ReferenceError SyntaxError TypeError URIError ArrayBuffer SharedArrayBuffer DataView Atomics
  Int8Array Uint8Array Uint8ClampedArray Int16Array Uint16Array Int32Array Uint32Array Float32Array
  Float64Array BigInt64Array BigUint64Array parseInt parseFloat isNaN isFinite encodeURIComponent
  decodeURIComponent encodeURI decodeURI escape unescape setTimeout clearTimeout setInterval
  clearInterval setImmediate clearImmediate queueMicrotask structuredClone fetch URL URLSearchParams
  TextEncoder TextDecoder Buffer AbortController AbortSignal Event EventTarget performance
  crypto arguments Iterator FinalizationRegistry ReadableStream WritableStream TransformStream Response
  Request Headers Blob File FormData atob btoa describe
  it test expect
`;

export const JAVASCRIPT: LanguageTable = {
  kindOf,
  comparisons: {
    '<': [
      ['<=', 1],
      ['>', 0.6],
      ['>=', 0.4],
    ],
    '<=': [
      ['<', 1],
      ['>=', 0.6],
      ['>', 0.4],
    ],
    '>': [
      ['>=', 1],
      ['<', 0.6],
      ['<=', 0.4],
    ],
    '>=': [
      ['>', 1],
      ['<=', 0.6],
      ['<', 0.4],
    ],
    '==': [
      ['!=', 0.8],
      ['===', 0.4],
      ['<=', 0.2],
      ['>=', 0.2],
    ],
    '!=': [
      ['==', 0.8],
      ['!==', 0.4],
      ['<', 0.2],
      ['>', 0.2],
    ],
    '===': [
      ['!==', 0.8],
      ['==', 0.4],
      ['<=', 0.25],
      ['>=', 0.25],
      ['<', 0.1],
      ['>', 0.1],
    ],
    '!==': [
      ['===', 0.8],
      ['!=', 0.4],
      ['<', 0.25],
      ['>', 0.25],
    ],
    in: [['instanceof', 0.05]],
    instanceof: [['in', 0.05]],
  },
  arithmetic: {
    '+': [
      ['-', 1],
      ['*', 0.3],
    ],
    '-': [
      ['+', 1],
      ['/', 0.1],
    ],
    '*': [
      ['/', 0.7],
      ['+', 0.4],
      ['**', 0.3],
    ],
    '/': [
      ['*', 0.7],
      ['%', 0.5],
      ['-', 0.1],
    ],
    '%': [
      ['/', 0.6],
      ['*', 0.2],
    ],
    '**': [['*', 0.6]],
    '&': [
      ['|', 0.7],
      ['&&', 0.3],
      ['^', 0.4],
    ],
    '|': [
      ['&', 0.7],
      ['||', 0.3],
      ['^', 0.4],
    ],
    '^': [
      ['&', 0.5],
      ['|', 0.5],
      ['**', 0.3],
    ],
    '<<': [['>>', 0.7]],
    '>>': [
      ['>>>', 0.7],
      ['<<', 0.6],
    ],
    '>>>': [
      ['>>', 0.7],
      ['<<', 0.5],
    ],
  },
  augmented: {
    '+=': [
      ['-=', 0.8],
      ['=', 0.6],
      ['*=', 0.2],
    ],
    '-=': [
      ['+=', 0.8],
      ['=', 0.5],
    ],
    '*=': [
      ['/=', 0.6],
      ['+=', 0.4],
      ['=', 0.3],
    ],
    '/=': [
      ['*=', 0.6],
      ['=', 0.3],
    ],
    '%=': [['/=', 0.5]],
    '&=': [
      ['|=', 0.7],
      ['^=', 0.3],
    ],
    '|=': [
      ['&=', 0.7],
      ['^=', 0.3],
    ],
    '^=': [
      ['|=', 0.4],
      ['&=', 0.4],
    ],
    '<<=': [['>>=', 0.7]],
    '>>=': [
      ['<<=', 0.6],
      ['>>>=', 0.6],
    ],
    '||=': [
      ['??=', 0.8],
      ['&&=', 0.2],
    ],
    '??=': [
      ['||=', 0.8],
      ['=', 0.3],
    ],
    '=': [
      ['+=', 0.4],
      ['-=', 0.15],
      ['||=', 0.05],
      ['??=', 0.1],
    ],
  },
  logic: {
    '&&': [
      ['||', 1],
      ['??', 0.05],
    ],
    '||': [
      ['&&', 0.8],
      ['??', 0.8],
    ],
    '??': [
      ['||', 0.8],
      ['&&', 0.2],
    ],
  },
  builtins: BUILTINS.trim().split(/\s+/),
  siblings: [
    ['floor', 'ceil', 'round', 'trunc'],
    ['min', 'max'],
    ['find', 'filter', 'findLast', 'some'],
    ['findIndex', 'findLastIndex', 'indexOf', 'lastIndexOf'],
    ['some', 'every'],
    ['map', 'flatMap', 'forEach', 'filter'],
    ['slice', 'splice', 'toSpliced'],
    ['substring', 'substr', 'slice'],
    ['startsWith', 'endsWith', 'includes'],
    ['push', 'unshift', 'concat'],
    ['pop', 'shift', 'at'],
    ['reduce', 'reduceRight'],
    ['keys', 'values', 'entries'],
    ['padStart', 'padEnd'],
    ['trim', 'trimStart', 'trimEnd'],
    ['toLowerCase', 'toUpperCase'],
    ['replace', 'replaceAll'],
    ['sort', 'toSorted', 'reverse'],
    ['reverse', 'toReversed'],
    ['has', 'get', 'delete'],
    ['set', 'add'],
    ['match', 'matchAll', 'test', 'exec'],
    ['parseInt', 'parseFloat', 'Number'],
    ['isNaN', 'isFinite', 'isInteger', 'isSafeInteger'],
    ['charAt', 'charCodeAt', 'codePointAt', 'at'],
    ['all', 'allSettled', 'any', 'race'],
    ['then', 'catch', 'finally'],
    ['setTimeout', 'setInterval'],
    ['clearTimeout', 'clearInterval'],
    ['getDate', 'getDay', 'getUTCDate', 'getUTCDay'],
    ['getMonth', 'getUTCMonth'],
    ['getFullYear', 'getUTCFullYear', 'getYear'],
    ['getHours', 'getUTCHours'],
    ['getMinutes', 'getUTCMinutes'],
    ['setDate', 'setUTCDate'],
    ['setMonth', 'setUTCMonth'],
    ['setHours', 'setUTCHours'],
    ['length', 'size'],
    ['call', 'apply', 'bind'],
    ['on', 'once'],
    ['encodeURIComponent', 'encodeURI'],
    ['decodeURIComponent', 'decodeURI'],
    ['first', 'last'],
    ['start', 'end'],
    ['left', 'right'],
    ['width', 'height'],
    ['row', 'column'],
    ['rows', 'columns', 'cols'],
    ['prev', 'next'],
    ['previous', 'next'],
    ['head', 'tail'],
    ['key', 'value'],
    ['x', 'y'],
    ['from', 'to'],
    ['lower', 'upper'],
    ['begin', 'end'],
  ],
  usual: {
    1: ['String', 'Number', 'Boolean', 'Array.isArray', 'Object.keys', 'parseInt', 'isNaN', 'Math.abs'],
    2: ['parseInt', 'Math.min', 'Math.max', 'Object.assign'],
  },
  wrappers: [
    { form: 'Math.floor(@)', weight: 0.35, on: ['arithmetic'] },
    { form: 'Math.round(@)', weight: 0.25, on: ['arithmetic'] },
    { form: 'Math.ceil(@)', weight: 0.25, on: ['arithmetic'] },
    { form: 'Math.trunc(@)', weight: 0.2, on: ['arithmetic'] },
    { form: 'Math.abs(@)', weight: 0.2, on: ['arithmetic', 'name'], wants: 'number' },
    { form: 'Math.max(0, @)', weight: 0.12, on: ['arithmetic'] },
    { form: 'Number(@)', weight: 0.2, on: ['name', 'member', 'index', 'call'] },
    { form: 'String(@)', weight: 0.2, on: ['name', 'member', 'index', 'call'] },
    { form: 'Boolean(@)', weight: 0.1, on: ['name', 'member', 'call', 'logic'] },
    { form: '@.length', weight: 0.15, on: ['name', 'member'], wants: 'collection' },
    { form: '@.trim()', weight: 0.15, on: ['name', 'member', 'index', 'call'], wants: 'text' },
    { form: '@.toLowerCase()', weight: 0.12, on: ['name', 'member', 'index', 'call'], wants: 'text' },
    { form: 'Object.keys(@)', weight: 0.08, on: ['name', 'member'], wants: 'collection' },
    { form: 'Object.values(@)', weight: 0.06, on: ['name', 'member'], wants: 'collection' },
    { form: 'Object.entries(@)', weight: 0.08, on: ['name', 'member'], wants: 'collection' },
    { form: '@.reverse()', weight: 0.06, on: ['name', 'call'], wants: 'collection' },
    { form: '@ || []', weight: 0.08, on: ['name', 'member', 'index'], wants: 'collection' },
    { form: '@ ?? 0', weight: 0.08, on: ['name', 'member', 'index', 'call'] },
    { form: "@ ?? ''", weight: 0.06, on: ['name', 'member', 'index', 'call'] },
  ],
  say: {
    not: (expression) => `!${expression}`,
    and: '&&',
    or: '||',
    true: 'true',
    false: 'false',
    nothing: 'null',
    isNothing: (expression) => `${expression} == null`,
    isSomething: (expression) => `${expression} != null`,
    isEmpty: (expression) => `${expression}.length === 0`,
    statement: (expression) => `${expression};`,
    equals: '===',
    differs: '!==',
    holds: (holder, item) => `${holder}.has(${item})`,
    put: (holder, item) => `${holder}.push(${item});`,
    results: ['[...@]', 'String(@)', '@.length', "@.join('')"],
    define: (name, value) => `let ${name} = ${value};`,
    guard: (condition, statement, indent, step) =>
      `if (${condition}) {\n${indent}${step}${statement}\n${indent}}`,
    own: (name) => `this.${name}`,
    copies: [
      { form: '[...@]', weight: 0.3, wants: 'collection' },
      { form: '{ ...@ }', weight: 0.25, wants: 'collection' },
      { form: '@.slice()', weight: 0.15, wants: 'collection' },
      { form: 'structuredClone(@)', weight: 0.08, wants: 'collection' },
      { form: 'new Map(@)', weight: 0.1, wants: 'collection' },
      { form: 'new Set(@)', weight: 0.1, wants: 'collection' },
    ],
    idle: null,
  },
};
