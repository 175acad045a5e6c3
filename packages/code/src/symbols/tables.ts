import type { Language } from '../syntax/languages.ts';

/**
 * How a language says what it defines. `definitions` is a tree-sitter query: `@name` is the name, the capture round it
 * the kind; of several patterns for one name the first counts. `@in` names the container where it is not the
 * enclosing definition (a Go receiver), `@scope` is a container that defines nothing itself (a Rust `impl`).
 * `identifiers` are the node types that use a name.
 */
export interface SymbolTable {
  readonly definitions: string;
  readonly identifiers: readonly string[];
  /** Statements that bring in names from other files, where nothing else does. `optional`: a file may go without them. */
  readonly imports?: { readonly statements: readonly string[]; readonly optional: boolean };
}

const JAVASCRIPT = `
(function_declaration name: (_) @name) @function
(generator_function_declaration name: (_) @name) @function
(class_declaration name: (_) @name) @class
(method_definition name: (_) @name) @method
(program (lexical_declaration (variable_declarator name: (identifier) @name value: [(arrow_function) (function_expression)]) @function))
(program (export_statement (lexical_declaration (variable_declarator name: (identifier) @name value: [(arrow_function) (function_expression)]) @function)))
(program (variable_declaration (variable_declarator name: (identifier) @name value: [(arrow_function) (function_expression)]) @function))
(program (lexical_declaration (variable_declarator name: (identifier) @name) @constant))
(program (export_statement (lexical_declaration (variable_declarator name: (identifier) @name) @constant)))
(program (variable_declaration (variable_declarator name: (identifier) @name) @variable))
`;
const JAVASCRIPT_IDENTIFIERS = [
  'identifier',
  'property_identifier',
  'private_property_identifier',
  'shorthand_property_identifier',
  'shorthand_property_identifier_pattern',
];

/** A file with neither is a script or CommonJS, where names come in by other ways. */
const MODULE_IMPORTS = { statements: ['import_statement', 'export_statement'], optional: true };

const TYPESCRIPT: SymbolTable = {
  definitions: `${JAVASCRIPT}
(abstract_class_declaration name: (_) @name) @class
(interface_declaration name: (_) @name) @interface
(type_alias_declaration name: (_) @name) @type
(enum_declaration name: (_) @name) @enum
(enum_body (property_identifier) @name @constant)
(enum_assignment name: (_) @name) @constant
(internal_module name: (_) @name) @namespace
(module name: (identifier) @name) @namespace
(function_signature name: (_) @name) @function
(method_signature name: (_) @name) @method
(abstract_method_signature name: (_) @name) @method
(public_field_definition name: (_) @name) @field
(interface_body (property_signature name: (_) @name) @field)
`,
  identifiers: [...JAVASCRIPT_IDENTIFIERS, 'type_identifier'],
  imports: MODULE_IMPORTS,
};

/** Declarators wrap a name in what its type does with it: these are the wrappings met in practice. */
const cFunctions = (name: string) => `
(function_definition declarator: (function_declarator declarator: ${name})) @function
(function_definition declarator: (pointer_declarator declarator: (function_declarator declarator: ${name}))) @function
(function_definition declarator: (pointer_declarator declarator: (pointer_declarator declarator: (function_declarator declarator: ${name})))) @function
`;

const C = `
${cFunctions('(identifier) @name')}
(declaration declarator: (function_declarator declarator: (identifier) @name)) @function
(declaration declarator: (pointer_declarator declarator: (function_declarator declarator: (identifier) @name))) @function
(struct_specifier name: (_) @name body: (_)) @struct
(union_specifier name: (_) @name body: (_)) @struct
(enum_specifier name: (_) @name body: (_)) @enum
(enumerator name: (_) @name) @constant
(type_definition declarator: (type_identifier) @name) @type
(preproc_def name: (_) @name) @constant
(preproc_function_def name: (_) @name) @macro
(translation_unit (declaration declarator: (init_declarator declarator: (identifier) @name)) @variable)
(translation_unit (declaration declarator: (identifier) @name) @variable)
(field_declaration declarator: (field_identifier) @name) @field
(field_declaration declarator: (pointer_declarator declarator: (field_identifier) @name)) @field
(field_declaration declarator: (array_declarator declarator: (field_identifier) @name)) @field
`;

/** Adding a language is one entry here. */
export const SYMBOL_TABLES: Readonly<Record<Language, SymbolTable>> = {
  javascript: {
    definitions: `${JAVASCRIPT}\n(field_definition property: (_) @name) @field`,
    identifiers: JAVASCRIPT_IDENTIFIERS,
    imports: MODULE_IMPORTS,
  },
  typescript: TYPESCRIPT,
  tsx: TYPESCRIPT,
  python: {
    definitions: `
(class_definition name: (_) @name) @class
(function_definition name: (_) @name) @function
(module (expression_statement (assignment left: (identifier) @name)) @constant)
(module (expression_statement (assignment left: (pattern_list (identifier) @name)) @constant))
(class_definition body: (block (expression_statement (assignment left: (identifier) @name)) @field))
`,
    identifiers: ['identifier'],
    imports: { statements: ['import_statement', 'import_from_statement'], optional: false },
  },
  go: {
    definitions: `
(function_declaration name: (_) @name) @function
(method_declaration receiver: (parameter_list (parameter_declaration type: [
  (type_identifier) @in
  (pointer_type (type_identifier) @in)
  (generic_type type: (type_identifier) @in)
  (pointer_type (generic_type type: (type_identifier) @in))
])) name: (_) @name) @method
(type_spec name: (_) @name type: (struct_type)) @struct
(type_spec name: (_) @name type: (interface_type)) @interface
(type_spec name: (_) @name) @type
(type_alias name: (_) @name) @type
(field_declaration name: (_) @name) @field
(method_elem name: (_) @name) @method
(source_file (const_declaration (const_spec name: (_) @name) @constant))
(source_file (var_declaration (var_spec name: (_) @name) @variable))
(source_file (var_declaration (var_spec_list (var_spec name: (_) @name) @variable)))
`,
    identifiers: ['identifier', 'type_identifier', 'field_identifier', 'package_identifier'],
  },
  rust: {
    definitions: `
(impl_item type: [
  (type_identifier) @in
  (generic_type type: (type_identifier) @in)
  (scoped_type_identifier name: (_) @in)
]) @scope
(function_item name: (_) @name) @function
(function_signature_item name: (_) @name) @function
(struct_item name: (_) @name) @struct
(union_item name: (_) @name) @struct
(enum_item name: (_) @name) @enum
(enum_variant name: (_) @name) @constant
(trait_item name: (_) @name) @interface
(mod_item name: (_) @name) @namespace
(type_item name: (_) @name) @type
(associated_type name: (_) @name) @type
(const_item name: (_) @name) @constant
(static_item name: (_) @name) @variable
(macro_definition name: (_) @name) @macro
(field_declaration name: (_) @name) @field
`,
    identifiers: ['identifier', 'type_identifier', 'field_identifier', 'shorthand_field_identifier'],
  },
  java: {
    definitions: `
(class_declaration name: (_) @name) @class
(record_declaration name: (_) @name) @class
(interface_declaration name: (_) @name) @interface
(annotation_type_declaration name: (_) @name) @interface
(enum_declaration name: (_) @name) @enum
(enum_constant name: (_) @name) @constant
(method_declaration name: (_) @name) @method
(constructor_declaration name: (_) @name) @method
(field_declaration declarator: (variable_declarator name: (_) @name)) @field
(constant_declaration declarator: (variable_declarator name: (_) @name)) @constant
`,
    identifiers: ['identifier', 'type_identifier'],
  },
  c: { definitions: C, identifiers: ['identifier', 'type_identifier', 'field_identifier'] },
  cpp: {
    definitions: `${C}
${cFunctions('(field_identifier) @name')}
${cFunctions('(destructor_name) @name')}
${cFunctions('(operator_name) @name')}
${cFunctions('(qualified_identifier scope: (_) @in name: (_) @name)')}
(function_definition declarator: (reference_declarator (function_declarator declarator: [(identifier) (field_identifier) (operator_name)] @name))) @function
(function_definition declarator: (reference_declarator (function_declarator declarator: (qualified_identifier scope: (_) @in name: (_) @name)))) @function
(field_declaration declarator: (function_declarator declarator: (_) @name)) @method
(field_declaration declarator: (pointer_declarator declarator: (function_declarator declarator: (_) @name))) @method
(field_declaration declarator: (reference_declarator (function_declarator declarator: (_) @name))) @method
(declaration declarator: (function_declarator declarator: (destructor_name) @name)) @method
(class_specifier name: (_) @name body: (_)) @class
(namespace_definition name: (_) @name) @namespace
(alias_declaration name: (_) @name) @type
(concept_definition name: (_) @name) @type
`,
    identifiers: ['identifier', 'type_identifier', 'field_identifier', 'namespace_identifier'],
  },
  csharp: {
    definitions: `
(namespace_declaration name: (_) @name) @namespace
(file_scoped_namespace_declaration name: (_) @name) @namespace
(class_declaration name: (_) @name) @class
(record_declaration name: (_) @name) @class
(interface_declaration name: (_) @name) @interface
(struct_declaration name: (_) @name) @struct
(enum_declaration name: (_) @name) @enum
(enum_member_declaration name: (_) @name) @constant
(delegate_declaration name: (_) @name) @type
(method_declaration name: (_) @name) @method
(constructor_declaration name: (_) @name) @method
(local_function_statement name: (_) @name) @function
(property_declaration name: (_) @name) @field
(field_declaration (variable_declaration (variable_declarator name: (_) @name))) @field
(event_field_declaration (variable_declaration (variable_declarator name: (_) @name))) @field
`,
    identifiers: ['identifier'],
  },
  ruby: {
    definitions: `
(class name: (_) @name) @class
(module name: (_) @name) @namespace
(method name: (_) @name) @function
(singleton_method name: (_) @name) @function
(assignment left: (constant) @name) @constant
`,
    identifiers: ['identifier', 'constant'],
  },
  php: {
    definitions: `
(namespace_definition name: (_) @name) @namespace
(class_declaration name: (_) @name) @class
(interface_declaration name: (_) @name) @interface
(trait_declaration name: (_) @name) @class
(enum_declaration name: (_) @name) @enum
(enum_case name: (_) @name) @constant
(function_definition name: (_) @name) @function
(method_declaration name: (_) @name) @method
(property_element (variable_name (name) @name)) @field
(const_element (name) @name) @constant
`,
    identifiers: ['name'],
  },
  bash: {
    definitions: '(function_definition name: (_) @name) @function',
    identifiers: ['command_name'],
  },
};
