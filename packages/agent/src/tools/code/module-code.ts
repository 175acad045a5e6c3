import { stripTypeScriptTypes } from 'node:module';
import { namedNodes, parse, type SyntaxNode } from '@heddle/code';
import { ModelFacingError, messageOf, systemCode } from '@heddle/core';

/**
 * Makes of a module's text what the Node kernel evaluates: `import` statements become awaited imports, `export` is
 * dropped, and lines stay where they were. A text with syntax errors is given as it is: Node explains them best.
 */
export async function moduleCode(code: string, language: 'javascript' | 'typescript'): Promise<string> {
  const script = language === 'typescript' ? withoutTypes(code) : code;
  using tree = await parse('javascript', script);
  if (tree.root.hasError) return script;
  if (isObject(tree.root)) {
    using wrapped = await parse('javascript', `(${script.trim()})`);
    if (!wrapped.root.hasError) return `(${script.trim()})`;
  }
  const changes = [...namedNodes(tree.root)].flatMap(changeOf).sort((left, right) => right.from - left.from);
  return changes.reduce((text, { from, to, put }) => text.slice(0, from) + put + text.slice(to), script);
}

/** Types that are erased leave blanks, so that places stay; enums and the like have to be rewritten. */
function withoutTypes(code: string): string {
  try {
    return quietly(() => stripTypeScriptTypes(code));
  } catch (error) {
    if (systemCode(error) !== 'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX') throw badTypes(error);
  }
  try {
    return quietly(() => stripTypeScriptTypes(code, { mode: 'transform' }));
  } catch (error) {
    throw badTypes(error);
  }
}

function badTypes(error: unknown): ModelFacingError {
  return new ModelFacingError(
    'syntax',
    `The TypeScript could not be read, so nothing was run: ${messageOf(error).trim()}`,
  );
}

/** Node warns once that type stripping is experimental: nothing that whoever runs Heddle could do about. */
function quietly<T>(run: () => T): T {
  const { emitWarning } = process;
  process.emitWarning = () => {};
  try {
    return run();
  } finally {
    process.emitWarning = emitWarning;
  }
}

/** `{a: 1}` alone: meant as a value, read as a block. */
function isObject(root: SyntaxNode): boolean {
  const [only, ...more] = root.namedChildren;
  return more.length === 0 && only?.text.startsWith('{') === true && only.text.endsWith('}');
}

interface Change {
  readonly from: number;
  readonly to: number;
  readonly put: string;
}

function changeOf(node: SyntaxNode): Change[] {
  const change = (put: string, of: SyntaxNode = node) => [{ from: of.startIndex, to: of.endIndex, put }];
  switch (node.type) {
    case 'import_statement':
      return change(importOf(node) + '\n'.repeat(node.endPosition.row - node.startPosition.row));
    case 'export_statement': {
      const declaration = node.childForFieldName('declaration') ?? node.childForFieldName('value');
      if (declaration === null) return change('');
      return [{ from: node.startIndex, to: declaration.startIndex, put: '' }];
    }
    case 'call_expression': {
      const callee = node.childForFieldName('function');
      return callee?.type === 'import' ? change('__heddleImport', callee) : [];
    }
    case 'meta_property':
      return node.text.startsWith('import') ? change('__heddleMeta') : [];
    default:
      return [];
  }
}

/** `import a, { b as c } from 'x'` as a declaration; nothing that it imports is there before it. */
function importOf(statement: SyntaxNode): string {
  const source = statement.childForFieldName('source');
  if (source === null) return '';
  const attribute = statement.namedChildren.find((child) => child?.type === 'import_attribute');
  const options = attribute?.namedChildren.find((child) => child?.type === 'object');
  const load = `await __heddleImport(${source.text}${options ? `, { with: ${options.text} }` : ''})`;
  const clause = statement.namedChildren.find((child) => child?.type === 'import_clause');
  if (!clause) return `${load};`;
  const names: string[] = [];
  let whole: string | null = null;
  for (const child of clause.namedChildren) {
    if (child?.type === 'identifier') names.push(`default: ${child.text}`);
    if (child?.type === 'namespace_import') whole = child.namedChildren[0]?.text ?? null;
    if (child?.type === 'named_imports')
      names.push(...child.namedChildren.flatMap((each) => (each ? [specifier(each)] : [])));
  }
  if (whole === null) return `const { ${names.join(', ')} } = ${load};`;
  return `const ${whole} = ${load};${names.length === 0 ? '' : ` const { ${names.join(', ')} } = ${whole};`}`;
}

function specifier(node: SyntaxNode): string {
  const name = node.childForFieldName('name')?.text ?? node.text;
  const alias = node.childForFieldName('alias')?.text;
  return alias === undefined ? name : `${name}: ${alias}`;
}
