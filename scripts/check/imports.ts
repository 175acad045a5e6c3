import { parseSync, Visitor } from 'oxc-parser';

export interface ImportSite {
  readonly specifier: string;
  /** Counted from 1. */
  readonly line: number;
  /** `import()`, which takes the module whole. */
  readonly whole?: true;
}

/**
 * Every module a TypeScript or JavaScript source names: imports and re-exports of values and of types, `import()` with a
 * literal, and `import('…').Type`. Throws when the source does not parse: an unread file proves nothing.
 */
export function listImports(file: string, source: string): ImportSite[] {
  const { program, errors } = parseSync(file, source);
  if (errors.length > 0) throw new Error(`${file}: ${errors[0]?.message}`);
  const sites: ImportSite[] = [];
  const add = (node: { type: string; value?: unknown; start: number } | null, how: { whole?: true } = {}) => {
    if (node?.type !== 'Literal' || typeof node.value !== 'string') return;
    sites.push({ specifier: node.value, line: source.slice(0, node.start).split('\n').length, ...how });
  };
  new Visitor({
    ImportDeclaration: (node) => add(node.source),
    ExportNamedDeclaration: (node) => add(node.source),
    ExportAllDeclaration: (node) => add(node.source),
    ImportExpression: (node) => add(node.source, { whole: true }),
    TSImportType: (node) => add(node.source),
  }).visit(program);
  return sites;
}
