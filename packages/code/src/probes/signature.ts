import type { Language } from '../syntax/languages.ts';
import { parse, type SyntaxNode } from '../syntax/parse.ts';
import { type Kind, readKind } from './kind.ts';
import { literalsIn } from './literals.ts';

/** A parameter that has to be given. */
export interface Parameter {
  readonly name: string;
  /** Null: nothing tells what it takes. */
  readonly kind: Kind | null;
  /** It has no default. */
  readonly required: boolean;
}

/** `left`: it has a default, and nothing better is known. `mark`: it only parts others. */
type Read = Parameter | 'left' | 'mark' | 'unfit';

/** The grammars whose functions can be read. */
export const READABLE: ReadonlySet<Language> = new Set(['python', 'javascript', 'typescript', 'tsx']);

/**
 * What a function at the top of a module, or a static method of a class there, has to be given, in order. Null: it is
 * not there, is a method of an object, or takes what cannot be written down.
 */
export async function signatureOf(
  language: Language,
  text: string,
  path: readonly string[],
): Promise<readonly Parameter[] | null> {
  using tree = await parse(language, text);
  const found = find(tree.root, path);
  if (found === null) return null;
  const python = language === 'python';
  const list = found.node.childForFieldName('parameters') ?? found.node.childForFieldName('parameter');
  if (list === null) return null;
  const nodes = list.type === 'identifier' ? [list] : list.namedChildren;
  const docs = python ? new Map<string, string>() : documented(text.slice(0, found.node.startIndex));
  const read: Read[] = [];
  let named = false;
  for (const node of nodes) {
    if (node === null || node.type === 'comment') continue;
    // What follows is given by name: its default will do.
    if (node.type === 'keyword_separator' || node.type === 'list_splat_pattern') named = true;
    const parameter = python ? pythonParameter(node) : javascriptParameter(node, docs);
    if (!named) read.push(parameter);
    else if (parameter === 'unfit' || isRequired(parameter)) return null;
  }
  const given = read.slice(found.bound ? 1 : 0).filter((parameter) => parameter !== 'mark');
  const end = given.indexOf('left');
  const [before, after] = end < 0 ? [given, []] : [given.slice(0, end), given.slice(end)];
  if (given.includes('unfit') || after.some(isRequired)) return null;
  return before.filter((parameter) => typeof parameter === 'object');
}

const isRequired = (parameter: Read): boolean => typeof parameter === 'object' && parameter.required;

interface Found {
  readonly node: SyntaxNode;
  /** Its first parameter is the class. */
  readonly bound: boolean;
}

function find(root: SyntaxNode, path: readonly string[]): Found | null {
  const [first, second, ...rest] = path;
  if (first === undefined || rest.length > 0) return null;
  const top = membersOf(root).find(({ name }) => name === first);
  if (top === undefined) return null;
  if (second === undefined) return top.callable === null ? null : { node: top.callable, bound: false };
  const body = top.node.childForFieldName('body');
  if (top.callable !== null || body === null) return null;
  const member = membersOf(body).find(({ name, isStatic }) => name === second && isStatic !== null);
  return member?.callable ? { node: member.callable, bound: member.isStatic === 'class' } : null;
}

interface Member {
  readonly name: string;
  readonly node: SyntaxNode;
  /** Null: a class. */
  readonly callable: SyntaxNode | null;
  readonly isStatic: 'static' | 'class' | null;
}

function membersOf(parent: SyntaxNode): Member[] {
  return parent.namedChildren.flatMap((child) => (child === null ? [] : memberOf(child, null)));
}

function memberOf(node: SyntaxNode, isStatic: Member['isStatic']): Member[] {
  switch (node.type) {
    case 'export_statement': {
      const inner = node.childForFieldName('declaration');
      return inner === null ? [] : memberOf(inner, isStatic);
    }
    case 'decorated_definition': {
      const marks = node.namedChildren
        .filter((child) => child?.type === 'decorator')
        .map((child) => child!.text);
      const inner = node.childForFieldName('definition');
      if (inner === null || marks.some((mark) => /property|overload|fixture/.test(mark))) return [];
      const how = marks.includes('@staticmethod')
        ? 'static'
        : marks.includes('@classmethod')
          ? 'class'
          : null;
      return memberOf(inner, how);
    }
    case 'lexical_declaration':
      return node.namedChildren.flatMap((child) => (child === null ? [] : memberOf(child, isStatic)));
    case 'function_definition':
    case 'function_declaration':
    case 'class_definition':
    case 'class_declaration':
    case 'method_definition':
    case 'variable_declarator': {
      const name = node.childForFieldName('name')?.text;
      if (name === undefined) return [];
      if (node.type.startsWith('class')) return [{ name, node, callable: null, isStatic }];
      const value = node.type === 'variable_declarator' ? node.childForFieldName('value') : node;
      if (value === null || !/function|arrow|method/.test(value.type)) return [];
      const marked = node.children.some((child) => child?.type === 'static') ? 'static' : isStatic;
      return [{ name, node, callable: value, isStatic: marked }];
    }
    default:
      return [];
  }
}

function pythonParameter(node: SyntaxNode): Read {
  switch (node.type) {
    case 'identifier':
      return typed(node.text, undefined);
    case 'typed_parameter': {
      const name = node.namedChild(0);
      if (name?.type !== 'identifier') return 'mark';
      return typed(name.text, annotation(node));
    }
    case 'default_parameter':
    case 'typed_default_parameter': {
      const name = node.childForFieldName('name')?.text ?? '';
      const type = annotation(node);
      return withDefault(name, type === undefined ? null : readKind(type), node.childForFieldName('value'));
    }
    case 'list_splat_pattern':
    case 'dictionary_splat_pattern':
    case 'keyword_separator':
    case 'positional_separator':
      return 'mark';
    default:
      return 'unfit';
  }
}

/** A type may be quoted where it is not known yet. */
const annotation = (node: SyntaxNode): string | undefined =>
  node.childForFieldName('type')?.text.replace(/^(['"])(.*)\1$/s, '$2');

function javascriptParameter(node: SyntaxNode, docs: ReadonlyMap<string, string>): Read {
  if (node.type === 'identifier') return typed(node.text, docs.get(node.text));
  if (node.type === 'rest_pattern') return 'mark';
  if (node.type === 'assignment_pattern') {
    const name = node.childForFieldName('left');
    const doc = docs.get(name?.text ?? '');
    if (name?.type !== 'identifier') return 'left';
    return withDefault(name.text, doc === undefined ? null : readKind(doc), node.childForFieldName('right'));
  }
  if (node.type !== 'required_parameter' && node.type !== 'optional_parameter') return 'unfit';
  const name = node.childForFieldName('pattern');
  const value = node.childForFieldName('value');
  if (name?.type === 'rest_pattern') return 'mark';
  const type = node.childForFieldName('type')?.text.replace(/^\s*:/, '') ?? docs.get(name?.text ?? '');
  const kind = type === undefined ? null : readKind(type);
  if (name?.type === 'this') return 'unfit';
  if (value !== null || node.type === 'optional_parameter') return withDefault(name?.text ?? '', kind, value);
  return name?.type === 'identifier' || kind !== null ? typed(name?.text ?? '', type) : 'unfit';
}

function typed(name: string, type: string | undefined): Read {
  const kind = type === undefined ? null : readKind(type);
  return type !== undefined && kind === null ? 'unfit' : { name, kind, required: true };
}

/** A value of the default's type is worth a try; what cannot be made up is left to the default. */
function withDefault(name: string, kind: Kind | null, value: SyntaxNode | null): Read {
  const standard = value === null ? undefined : literalsIn([value])?.[0];
  if (standard === undefined) return kind === null ? 'left' : { name, kind, required: false };
  const usual: Kind = { kind: 'value', value: standard };
  const like = kind ?? kindLike(standard);
  const both: Kind = like === null ? usual : { kind: 'choice', of: [usual, like] };
  return { name, kind: both, required: false };
}

function kindLike(value: NonNullable<ReturnType<typeof literalsIn>>[number]): Kind | null {
  if (typeof value === 'boolean') return { kind: 'bool' };
  if (typeof value === 'number') return { kind: 'int' };
  if (typeof value === 'string') return { kind: 'string' };
  return value !== null && 'float' in value ? { kind: 'float' } : null;
}

/** Types of the JSDoc comment right above. */
function documented(above: string): Map<string, string> {
  const comment = /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*[\w\s]*(?:=\s*)?$/.exec(above)?.[1] ?? '';
  const types = new Map<string, string>();
  for (const [, type, name] of comment.matchAll(/@param\s*\{((?:[^{}]|\{[^{}]*\})*)\}\s*\[?(\w+)/g)) {
    types.set(name!, type!.replace(/=$/, ''));
  }
  return types;
}
