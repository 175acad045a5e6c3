import type { LanguageModelV4FunctionTool } from '@ai-sdk/provider';

/** The keywords of JSON Schema that tool inputs are made of. */
export interface Schema {
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly default?: unknown;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema | false;
  readonly prefixItems?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
}

/** A tool as a person reads it: a call with types, its description, and what its fields mean. */
export function toolText(tool: LanguageModelV4FunctionTool): string {
  const schema = tool.inputSchema as Schema;
  const variants = schema.anyOf ?? schema.oneOf ?? [schema];
  const lines = variants.map((variant) => `${tool.name}(${fieldsText(variant, ', ')})`);
  if (tool.description) lines.push(...indented(tool.description));
  lines.push(...describedIn(schema, '').flatMap(indented));
  return lines.join('\n');
}

/** What fields mean, those within lists and objects too: `parts[].accept: …`. */
function describedIn(schema: Schema, prefix: string): string[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, field]) => {
    const path = `${prefix}${name}`;
    const inner = field.items ? describedIn(field.items, `${path}[].`) : describedIn(field, `${path}.`);
    return [...(field.description ? [`${path}: ${field.description}`] : []), ...inner];
  });
}

function fieldsText(schema: Schema, separator: string): string {
  const required = new Set(schema.required ?? []);
  return Object.entries(schema.properties ?? {})
    .map(([name, field]) => {
      const fallback = field.default === undefined ? '' : ` = ${JSON.stringify(field.default)}`;
      return `${name}${required.has(name) && fallback === '' ? '' : '?'}: ${typeText(field)}${fallback}`;
    })
    .join(separator);
}

/** TypeScript's way of writing types, which both people and models read easily. */
export function typeText(schema: Schema): string {
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum !== undefined) return schema.enum.map((value) => JSON.stringify(value)).join(' | ');
  const variants = schema.anyOf ?? schema.oneOf;
  if (variants !== undefined) return variants.map(typeText).join(' | ');
  if (schema.prefixItems !== undefined) return `[${schema.prefixItems.map(typeText).join(', ')}]`;
  if (schema.type === 'array') {
    const items = schema.items ? typeText(schema.items) : 'any';
    return items.includes(' | ') && !items.startsWith('{') ? `(${items})[]` : `${items}[]`;
  }
  if (schema.properties !== undefined) return `{ ${fieldsText(schema, '; ')} }`;
  return typeof schema.type === 'string' ? schema.type : (schema.type?.join(' | ') ?? 'any');
}

function indented(text: string): string[] {
  return text.split('\n').map((line) => (line === '' ? '' : `    ${line}`));
}
