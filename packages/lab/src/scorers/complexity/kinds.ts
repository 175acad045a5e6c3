import type { Language } from '@heddle/code';

/**
 * Node types of the grammars by what they are to the two measures. The grammars name alike what is alike, so most
 * languages share a line; a language without its own meaning of a type never has a node of it.
 */
export const BRANCHES: ReadonlySet<string> = new Set([
  'if_statement',
  'if_expression',
  'if', // Ruby
  'unless',
  'if_modifier',
  'unless_modifier',
  'conditional', // Ruby's ? :
  'conditional_expression',
  'ternary_expression',
]);

export const LOOPS: ReadonlySet<string> = new Set([
  'for_statement',
  'for_in_statement',
  'enhanced_for_statement',
  'for_range_loop',
  'for_each_statement',
  'foreach_statement',
  'for_expression',
  'for', // Ruby
  'while_statement',
  'while_expression',
  'while',
  'until',
  'while_modifier',
  'until_modifier',
  'do_statement',
  'loop_expression',
]);

export const HANDLERS: ReadonlySet<string> = new Set([
  'catch_clause',
  'except_clause',
  'except_group_clause',
  'rescue',
]);

/** A choice between many: one for cognition, one a case for paths. */
export const SWITCHES: ReadonlySet<string> = new Set([
  'switch_statement',
  'switch_expression',
  'expression_switch_statement',
  'type_switch_statement',
  'select_statement',
  'match_statement',
  'match_expression',
  'case', // Ruby
  'case_match',
]);

/** One way through a switch; those for everything else have types or texts of their own. */
export const CASES: ReadonlySet<string> = new Set([
  'switch_case',
  'case_clause',
  'expression_case',
  'type_case',
  'communication_case',
  'switch_block_statement_group',
  'switch_rule',
  'switch_section',
  'switch_expression_arm',
  'match_arm',
  'match_conditional_expression',
  'case_statement',
  'when',
  'in_clause',
]);
export const DEFAULT_CASE = /^\s*(?:default\b|case\s+_\s*(?:if\b.*)?:|_\s*=>)/;

/** What follows an `if` that did not hold; `else if` is one of these with an `if` in it, or of its own. */
export const ELSE_IFS: ReadonlySet<string> = new Set(['elif_clause', 'else_if_clause', 'elsif']);
export const ELSES: ReadonlySet<string> = new Set(['else_clause', 'else']);

export const NESTED_FUNCTIONS: ReadonlySet<string> = new Set([
  'arrow_function',
  'function_expression',
  'function_declaration',
  'generator_function',
  'lambda',
  'lambda_expression',
  'closure_expression',
  'func_literal',
  'function_definition',
  'anonymous_function',
  'anonymous_method_expression',
  'local_function_statement',
  'block', // Ruby's { |x| … }; elsewhere a block of statements, see `isFunction`
  'do_block',
]);

export const LOGICAL: ReadonlySet<string> = new Set(['&&', '||', 'and', 'or', '??']);
export const LOGICAL_NODES: ReadonlySet<string> = new Set([
  'binary_expression',
  'boolean_operator',
  'binary',
]);

/** Languages whose functions, branches and loops the table covers. */
export const MEASURED: ReadonlySet<Language> = new Set([
  'javascript',
  'typescript',
  'tsx',
  'python',
  'go',
  'rust',
  'java',
  'c',
  'cpp',
  'csharp',
  'ruby',
  'php',
]);
