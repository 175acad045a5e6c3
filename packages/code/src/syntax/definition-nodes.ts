import type { Language } from './languages.ts';

export type DefinitionKind =
  | 'function'
  | 'method'
  | 'class'
  | 'interface'
  | 'enum'
  | 'type'
  | 'module'
  | 'variable'
  | 'macro';

/** How one kind of node defines something. */
export interface DefinitionNode {
  readonly kind: DefinitionKind;
  /** Field that holds its name. Default `name`; `declarator` is followed inwards to the name, as in C. */
  readonly name?: string;
  /** Field that holds its body. Default `body`. */
  readonly body?: string;
  /** It only lends its name to what is inside (Rust's `impl`): several may have the same one. */
  readonly container?: true;
  /** Defines something for the file only outside functions: elsewhere it is a local. */
  readonly global?: true;
}

type Nodes = Readonly<Record<string, DefinitionNode>>;

const JAVASCRIPT: Nodes = {
  function_declaration: { kind: 'function' },
  generator_function_declaration: { kind: 'function' },
  class_declaration: { kind: 'class' },
  method_definition: { kind: 'method' },
  field_definition: { kind: 'variable', name: 'property', body: 'value' },
  variable_declarator: { kind: 'variable', body: 'value', global: true },
  pair: { kind: 'variable', name: 'key', body: 'value', global: true },
};

const TYPESCRIPT: Nodes = {
  ...JAVASCRIPT,
  abstract_class_declaration: { kind: 'class' },
  function_signature: { kind: 'function' },
  method_signature: { kind: 'method' },
  abstract_method_signature: { kind: 'method' },
  public_field_definition: { kind: 'variable', body: 'value' },
  interface_declaration: { kind: 'interface' },
  type_alias_declaration: { kind: 'type', body: 'value' },
  enum_declaration: { kind: 'enum' },
  internal_module: { kind: 'module' },
  module: { kind: 'module' },
};

const C: Nodes = {
  function_definition: { kind: 'function', name: 'declarator' },
  struct_specifier: { kind: 'class' },
  union_specifier: { kind: 'class' },
  enum_specifier: { kind: 'enum' },
  type_definition: { kind: 'type', name: 'declarator', body: 'type' },
  preproc_function_def: { kind: 'macro', body: 'value' },
  preproc_def: { kind: 'macro', body: 'value' },
};

/** The nodes that define something, by language. */
export const DEFINITION_NODES: Readonly<Record<Language, Nodes>> = {
  javascript: JAVASCRIPT,
  typescript: TYPESCRIPT,
  tsx: TYPESCRIPT,
  python: {
    function_definition: { kind: 'function' },
    class_definition: { kind: 'class' },
    assignment: { kind: 'variable', name: 'left', body: 'right', global: true },
  },
  go: {
    function_declaration: { kind: 'function' },
    method_declaration: { kind: 'method' },
    type_spec: { kind: 'type', body: 'type' },
    type_alias: { kind: 'type', body: 'type' },
    const_spec: { kind: 'variable', body: 'value', global: true },
    var_spec: { kind: 'variable', body: 'value', global: true },
  },
  rust: {
    function_item: { kind: 'function' },
    function_signature_item: { kind: 'function' },
    struct_item: { kind: 'class' },
    enum_item: { kind: 'enum' },
    union_item: { kind: 'class' },
    trait_item: { kind: 'interface' },
    impl_item: { kind: 'class', name: 'type', container: true },
    mod_item: { kind: 'module' },
    type_item: { kind: 'type', body: 'type' },
    const_item: { kind: 'variable', body: 'value', global: true },
    static_item: { kind: 'variable', body: 'value', global: true },
    macro_definition: { kind: 'macro' },
  },
  java: {
    class_declaration: { kind: 'class' },
    interface_declaration: { kind: 'interface' },
    enum_declaration: { kind: 'enum' },
    record_declaration: { kind: 'class' },
    annotation_type_declaration: { kind: 'interface' },
    method_declaration: { kind: 'method' },
    constructor_declaration: { kind: 'method' },
    compact_constructor_declaration: { kind: 'method' },
    field_declaration: { kind: 'variable', name: 'declarator', body: 'value' },
  },
  c: C,
  cpp: {
    ...C,
    class_specifier: { kind: 'class' },
    concept_definition: { kind: 'type' },
    alias_declaration: { kind: 'type', body: 'type' },
    namespace_definition: { kind: 'module' },
  },
  csharp: {
    class_declaration: { kind: 'class' },
    struct_declaration: { kind: 'class' },
    record_declaration: { kind: 'class' },
    interface_declaration: { kind: 'interface' },
    enum_declaration: { kind: 'enum' },
    delegate_declaration: { kind: 'type' },
    namespace_declaration: { kind: 'module' },
    method_declaration: { kind: 'method' },
    constructor_declaration: { kind: 'method' },
    destructor_declaration: { kind: 'method' },
    local_function_statement: { kind: 'function' },
    property_declaration: { kind: 'variable', body: 'accessors' },
  },
  ruby: {
    class: { kind: 'class' },
    module: { kind: 'module' },
    method: { kind: 'method' },
    singleton_method: { kind: 'method' },
  },
  php: {
    function_definition: { kind: 'function' },
    class_declaration: { kind: 'class' },
    interface_declaration: { kind: 'interface' },
    trait_declaration: { kind: 'class' },
    enum_declaration: { kind: 'enum' },
    method_declaration: { kind: 'method' },
    namespace_definition: { kind: 'module' },
  },
  bash: { function_definition: { kind: 'function' } },
};

/** Nodes that hold nothing but a definition: one that is alone in them extends over them. */
export const WRAPPERS: ReadonlySet<string> = new Set([
  'export_statement',
  'decorated_definition',
  'template_declaration',
  'lexical_declaration',
  'variable_declaration',
  'type_declaration',
  'const_declaration',
  'var_declaration',
  'expression_statement',
  'ambient_declaration',
]);

/** Nodes before a definition that belong to it. */
export const LEADING: ReadonlySet<string> = new Set(['decorator', 'attribute_item']);

/** Values that make a variable a function. */
export const FUNCTION_VALUES: ReadonlySet<string> = new Set([
  'arrow_function',
  'function_expression',
  'function',
  'generator_function',
  'lambda',
]);
