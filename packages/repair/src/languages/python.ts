import type { Kind } from '../kinds.ts';
import type { LanguageTable } from '../language-table.ts';
import type { Syntax } from '../syntax.ts';

const KINDS: Readonly<Record<string, Kind>> = {
  module: 'root',
  comment: 'comment',
  identifier: 'name',
  integer: 'number',
  float: 'number',
  string: 'string',
  true: 'true',
  false: 'false',
  none: 'null',
  list: 'list',
  dictionary: 'map',
  set: 'list',
  tuple: 'tuple',
  expression_list: 'tuple',
  pair: 'pair',
  list_splat: 'spread',
  dictionary_splat: 'spread',
  binary_operator: 'arithmetic',
  comparison_operator: 'compare',
  boolean_operator: 'logic',
  not_operator: 'not',
  parenthesized_expression: 'group',
  conditional_expression: 'ternary',
  call: 'call',
  argument_list: 'arguments',
  keyword_argument: 'keyword-argument',
  attribute: 'member',
  subscript: 'index',
  slice: 'slice',
  await: 'await',
  yield: 'yield',
  list_comprehension: 'comprehension',
  set_comprehension: 'comprehension',
  dictionary_comprehension: 'comprehension',
  generator_expression: 'comprehension',
  for_in_clause: 'each',
  if_clause: 'filter',
  assignment: 'assign',
  augmented_assignment: 'augment',
  expression_statement: 'expression',
  block: 'block',
  if_statement: 'if',
  elif_clause: 'elif',
  else_clause: 'else',
  while_statement: 'while',
  for_statement: 'for-each',
  try_statement: 'try',
  except_clause: 'catch',
  return_statement: 'return',
  raise_statement: 'throw',
  break_statement: 'break',
  continue_statement: 'continue',
  function_definition: 'function',
  lambda: 'function',
  parameters: 'parameters',
  lambda_parameters: 'parameters',
  default_parameter: 'default-parameter',
  typed_default_parameter: 'default-parameter',
  class_definition: 'class',
  import_statement: 'import',
  import_from_statement: 'import',
  future_import_statement: 'import',
};

function kindOf(node: Syntax): Kind | null {
  if (node.type === 'unary_operator') return node.at('operator')?.text === '-' ? 'negative' : null;
  // The name after a dot and a keyword argument's name are identifiers to this grammar, but no variables.
  if (node.type === 'identifier' && node.field === 'attribute') return 'property';
  if (node.type === 'identifier' && node.parent?.type === 'keyword_argument' && node.field === 'name') {
    return 'property';
  }
  return KINDS[node.type] ?? null;
}

const BUILTINS = `
  abs all any ascii bin bool breakpoint bytearray
  bytes callable chr classmethod compile complex delattr dict
  dir divmod enumerate eval exec filter float format
  frozenset getattr globals hasattr hash help hex id
  input int isinstance issubclass iter len list locals
  map max memoryview min next object oct open
  ord pow print property range repr reversed round
  set setattr slice sorted staticmethod str sum super
  tuple type vars zip __import__ __name__ __file__ __doc__
  __debug__ __spec__ __path__ __package__ __class__ NotImplemented Ellipsis BaseException
  Exception ArithmeticError AssertionError AttributeError BufferError EOFError FileExistsError FileNotFoundError
  FloatingPointError ImportError IndexError KeyError KeyboardInterrupt LookupError MemoryError ModuleNotFoundError
  NameError NotImplementedError OSError IOError OverflowError PermissionError RecursionError ReferenceError
  RuntimeError StopIteration StopAsyncIteration SyntaxError SystemExit TimeoutError TypeError UnicodeDecodeError
  UnicodeEncodeError UnicodeError ValueError ZeroDivisionError Warning DeprecationWarning UserWarning RuntimeWarning
  BlockingIOError BrokenPipeError ChildProcessError ConnectionError ConnectionResetError InterruptedError IsADirectoryError NotADirectoryError
  ProcessLookupError GeneratorExit self cls _
`;

export const PYTHON: LanguageTable = {
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
      ['is', 0.1],
      ['<=', 0.25],
      ['>=', 0.25],
      ['in', 0.2],
      ['<', 0.1],
      ['>', 0.1],
    ],
    '!=': [
      ['==', 0.8],
      ['is not', 0.1],
      ['<', 0.25],
      ['>', 0.25],
      ['not in', 0.15],
    ],
    is: [
      ['is not', 0.8],
      ['==', 0.5],
    ],
    'is not': [
      ['is', 0.8],
      ['!=', 0.4],
    ],
    in: [
      ['not in', 0.8],
      ['==', 0.15],
    ],
    'not in': [
      ['in', 0.8],
      ['!=', 0.15],
    ],
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
      ['/', 0.5],
      ['//', 0.4],
      ['+', 0.4],
      ['**', 0.3],
    ],
    '/': [
      ['//', 0.9],
      ['*', 0.6],
      ['%', 0.3],
    ],
    '//': [
      ['/', 0.9],
      ['%', 0.6],
      ['*', 0.3],
    ],
    '%': [
      ['//', 0.7],
      ['/', 0.3],
      ['*', 0.1],
    ],
    '**': [['*', 0.6]],
    '&': [
      ['|', 0.7],
      ['^', 0.4],
      ['-', 0.3],
    ],
    '|': [
      ['&', 0.7],
      ['^', 0.4],
      ['-', 0.2],
    ],
    '^': [
      ['&', 0.6],
      ['|', 0.5],
      ['**', 0.4],
    ],
    '<<': [['>>', 0.7]],
    '>>': [['<<', 0.7]],
    '@': [['*', 0.5]],
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
      ['//=', 0.5],
      ['/=', 0.5],
      ['+=', 0.4],
      ['=', 0.3],
    ],
    '/=': [
      ['//=', 0.8],
      ['*=', 0.6],
      ['=', 0.3],
    ],
    '//=': [
      ['/=', 0.8],
      ['*=', 0.4],
      ['%=', 0.3],
      ['=', 0.3],
    ],
    '%=': [
      ['//=', 0.6],
      ['/=', 0.3],
    ],
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
    '>>=': [['<<=', 0.7]],
    '=': [
      ['+=', 0.4],
      ['-=', 0.15],
      ['|=', 0.05],
    ],
  },
  logic: {
    and: [['or', 1]],
    or: [['and', 1]],
  },
  builtins: BUILTINS.trim().split(/\s+/),
  siblings: [
    ['floor', 'ceil', 'trunc'],
    ['int', 'float', 'round', 'str'],
    ['min', 'max'],
    ['any', 'all'],
    ['append', 'extend', 'add', 'appendleft'],
    ['append', 'insert'],
    ['pop', 'popleft'],
    ['update', 'add', 'extend'],
    ['remove', 'discard', 'pop'],
    ['sort', 'reverse'],
    ['sorted', 'reversed', 'list', 'set', 'tuple', 'iter'],
    ['keys', 'values', 'items'],
    ['startswith', 'endswith'],
    ['strip', 'lstrip', 'rstrip'],
    ['removeprefix', 'removesuffix'],
    ['lower', 'upper', 'casefold', 'title', 'capitalize'],
    ['find', 'index', 'rfind', 'rindex'],
    ['split', 'rsplit', 'splitlines', 'partition'],
    ['partition', 'rpartition'],
    ['ljust', 'rjust', 'center', 'zfill'],
    ['isdigit', 'isdecimal', 'isnumeric', 'isalnum', 'isalpha'],
    ['islower', 'isupper'],
    ['get', 'pop', 'setdefault'],
    ['match', 'search', 'fullmatch', 'findall', 'finditer'],
    ['read', 'readline', 'readlines'],
    ['write', 'writelines'],
    ['copy', 'deepcopy'],
    ['union', 'intersection', 'difference', 'symmetric_difference'],
    ['issubset', 'issuperset', 'isdisjoint'],
    ['bisect_left', 'bisect_right', 'bisect'],
    ['insort_left', 'insort_right', 'insort'],
    ['heappush', 'heappop', 'heappushpop', 'heapreplace'],
    ['zip', 'zip_longest'],
    ['isinstance', 'issubclass'],
    ['weekday', 'isoweekday'],
    ['days', 'seconds', 'total_seconds'],
    ['log', 'log2', 'log10', 'log1p'],
    ['ValueError', 'TypeError', 'KeyError', 'IndexError', 'AttributeError', 'LookupError', 'Exception'],
    ['first', 'last'],
    ['start', 'end', 'stop'],
    ['left', 'right'],
    ['width', 'height'],
    ['row', 'col', 'column'],
    ['rows', 'cols', 'columns'],
    ['prev', 'next'],
    ['previous', 'next'],
    ['head', 'tail'],
    ['key', 'value'],
    ['x', 'y'],
    ['lower', 'upper'],
    ['begin', 'end'],
  ],
  usual: {
    1: 'len str int list tuple set dict bool type iter next repr sum any all sorted abs'.split(' '),
    2: 'isinstance hasattr getattr min max range issubclass zip map'.split(' '),
    3: 'getattr setattr range min max'.split(' '),
  },
  wrappers: [
    { form: 'int(@)', weight: 0.25, on: ['arithmetic', 'name', 'member', 'index', 'call'] },
    { form: 'float(@)', weight: 0.12, on: ['name', 'member', 'index', 'call'] },
    { form: 'str(@)', weight: 0.2, on: ['name', 'member', 'index', 'call'] },
    { form: 'len(@)', weight: 0.2, on: ['name', 'member'], wants: 'collection' },
    { form: 'abs(@)', weight: 0.2, on: ['arithmetic', 'name'], wants: 'number' },
    { form: 'round(@)', weight: 0.15, on: ['arithmetic'] },
    { form: 'bool(@)', weight: 0.1, on: ['name', 'member', 'logic', 'call'] },
    { form: 'max(0, @)', weight: 0.1, on: ['arithmetic'] },
    {
      form: 'sorted(@)',
      weight: 0.15,
      on: ['name', 'member', 'call', 'comprehension', 'list'],
      wants: 'collection',
    },
    { form: 'reversed(@)', weight: 0.12, on: ['name', 'member', 'call'], wants: 'collection' },
    { form: 'set(@)', weight: 0.1, on: ['name', 'member', 'call', 'comprehension'], wants: 'collection' },
    { form: 'enumerate(@)', weight: 0.08, on: ['name', 'member', 'call'], wants: 'collection' },
    { form: '@.strip()', weight: 0.15, on: ['name', 'member', 'index', 'call'], wants: 'text' },
    { form: '@.lower()', weight: 0.12, on: ['name', 'member', 'index', 'call'], wants: 'text' },
    { form: '@.items()', weight: 0.12, on: ['name', 'member'], wants: 'collection' },
    { form: '@.values()', weight: 0.08, on: ['name', 'member'], wants: 'collection' },
    { form: '[@]', weight: 0.12, on: ['name', 'member', 'call', 'index', 'arithmetic'] },
    { form: '(@ or [])', weight: 0.06, on: ['name', 'member'], wants: 'collection' },
    { form: '@[::-1]', weight: 0.08, on: ['name', 'member', 'call'], wants: 'collection' },
    { form: '@[0]', weight: 0.06, on: ['name', 'call'], wants: 'collection' },
  ],
  say: {
    not: (expression) => `not ${expression}`,
    and: 'and',
    or: 'or',
    true: 'True',
    false: 'False',
    nothing: 'None',
    isNothing: (expression) => `${expression} is None`,
    isSomething: (expression) => `${expression} is not None`,
    isEmpty: (expression) => `not ${expression}`,
    statement: (expression) => expression,
    equals: '==',
    differs: '!=',
    holds: (holder, item) => `${item} in ${holder}`,
    put: (holder, item) => `${holder}.append(${item})`,
    results: 'list(@) tuple(@) str(@) bytes(@) len(@) dict(@) int(@)'.split(' '),
    define: (name, value) => `${name} = ${value}`,
    guard: (condition, statement, indent, step) => `if ${condition}:\n${indent}${step}${statement}`,
    own: (name) => `self.${name}`,
    copies: [
      { form: 'list(@)', weight: 0.25, wants: 'collection' },
      { form: 'dict(@)', weight: 0.2, wants: 'collection' },
      { form: '@.copy()', weight: 0.25, wants: 'collection' },
      { form: '@[:]', weight: 0.1, wants: 'collection' },
      { form: 'set(@)', weight: 0.1 },
      { form: 'tuple(@)', weight: 0.04, wants: 'collection' },
    ],
    idle: 'pass',
  },
};
