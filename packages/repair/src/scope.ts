import type { Syntax } from './syntax.ts';

/** Names visible at a place, with what is known of each. */
export type Scope = readonly Binding[];

export interface Binding {
  readonly name: string;
  readonly sort: 'parameter' | 'local' | 'loop' | 'function' | 'class' | 'import' | 'module' | 'builtin';
  /** Where it is bound; a local is usable from there on. */
  readonly at: number;
  /** The function it belongs to; null for the module's. */
  readonly owner: Syntax | null;
}

/** All names bound in the functions round `home` and in the module, inner ones first. */
export function findBindings(home: Syntax, root: Syntax): Scope {
  const found = new Map<string, Binding>();
  for (let node: Syntax | null = home; node; node = node.parent) {
    if (node.kind === 'function') for (const binding of inFunction(node)) keep(found, binding);
  }
  for (const binding of inModule(root)) keep(found, binding);
  return [...found.values()];
}

/** Those that are bound before `node`, or bound once for all. */
export function scopeAt(scope: Scope, node: Syntax): Scope {
  return scope.filter(({ sort, at }) => (sort !== 'local' && sort !== 'loop') || at < node.start);
}

function keep(found: Map<string, Binding>, binding: Binding): void {
  if (!found.has(binding.name)) found.set(binding.name, binding);
}

function* inFunction(fn: Syntax): Generator<Binding> {
  const parameters = fn.at('parameters') ?? fn.at('parameter');
  if (parameters) {
    for (const name of boundNames(parameters)) {
      yield { name: name.text, sort: 'parameter', at: name.start, owner: fn };
    }
  }
  const body = fn.at('body');
  if (body) for (const binding of inBody(body)) yield { ...binding, owner: fn };
}

/** Bindings below a node, without those of functions nested in it. */
function* inBody(node: Syntax): Generator<Binding> {
  for (const child of node.children) {
    if (!child.named) continue;
    yield* bound(child, 'local');
    if (child.kind !== 'function' && child.kind !== 'class') yield* inBody(child);
  }
}

function* inModule(root: Syntax): Generator<Binding> {
  for (const statement of root.parts) {
    const inner = statement.type === 'export_statement' || statement.type === 'decorated_definition';
    for (const node of inner ? statement.parts : [statement]) {
      if (node.kind === 'import') yield* imported(node);
      yield* bound(node, 'module');
      if (node.kind === 'declare' || node.kind === 'expression') {
        for (const part of node.parts) yield* bound(part, 'module');
      }
    }
  }
}

function* bound(node: Syntax, sort: 'local' | 'module'): Generator<Binding> {
  switch (node.kind) {
    case 'function':
    case 'class': {
      const name = node.at('name');
      if (name?.kind === 'name') yield { name: name.text, sort: node.kind, at: name.start, owner: null };
      return;
    }
    case 'bind': {
      const value = node.at('value');
      const sortOf = value?.kind === 'function' ? 'function' : sort;
      const target = node.at('name');
      if (target)
        for (const name of boundNames(target))
          yield { name: name.text, sort: sortOf, at: name.start, owner: null };
      return;
    }
    case 'assign':
    case 'for-each':
    case 'each': {
      const target = node.at('left');
      if (!target || target.kind === 'member' || target.kind === 'index') return;
      // A comprehension names what it goes through after it was used.
      const from = node.kind === 'each' ? node.parent!.start - 1 : null;
      for (const name of boundNames(target)) {
        const at = from ?? name.start;
        yield { name: name.text, sort: node.kind === 'assign' ? sort : 'loop', at, owner: null };
      }
      return;
    }
    case 'catch': {
      const name = node.at('parameter');
      if (name?.kind === 'name') yield { name: name.text, sort: 'local', at: name.start, owner: null };
      return;
    }
    default:
  }
}

function* imported(node: Syntax): Generator<Binding> {
  for (const part of node.walk()) {
    if (part.kind !== 'name' || part.field === 'module_name') continue;
    if (part.parent?.field === 'module_name') continue;
    yield { name: part.text, sort: 'import', at: part.start, owner: null };
  }
}

/** Names a pattern binds: parameters, destructuring, tuples; not their default values or annotations. */
function* boundNames(pattern: Syntax): Generator<Syntax> {
  if (pattern.kind === 'name' || pattern.type === 'shorthand_property_identifier_pattern') {
    yield pattern;
    return;
  }
  const value = pattern.field === 'value' || pattern.field === 'right' || pattern.field === 'type';
  if (value && pattern.kind !== null && pattern.type !== 'object_pattern') return;
  for (const child of pattern.children) {
    if (!child.named || child.field === 'type' || child.type === 'type_annotation') continue;
    const hasDefault = pattern.kind === 'default-parameter' || pattern.type === 'object_assignment_pattern';
    if (hasDefault && (child.field === 'value' || child.field === 'right')) continue;
    yield* boundNames(child);
  }
}
