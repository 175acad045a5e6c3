import { constructorOf, Declared, declaredName } from './declared.ts';
import type { Kind } from './kinds.ts';
import type { Guess } from './language-table.ts';
import { Mentions } from './names.ts';
import { type Binding, findBindings, type Scope, scopeAt } from './scope.ts';
import type { Source } from './source.ts';
import { type Clues, NO_CLUES } from './symptoms.ts';
import type { Syntax } from './syntax.ts';

/** What a family may know about the code round a node, worked out once per file. */
export class Context {
  readonly source: Source;
  readonly clues: Clues;
  /** Other files of the repository that were looked at, in the same language. */
  readonly others: readonly Source[];
  /** One step of this file's indentation. */
  readonly step: string;
  /** Names the language itself binds. */
  readonly known: ReadonlySet<string>;
  /** The same as bindings. */
  readonly builtins: readonly Binding[];
  readonly mentions: Mentions;
  readonly #nodes: readonly Syntax[];
  readonly #scopes = new Map<Syntax, Scope>();
  #usage: ReadonlyMap<string, ReadonlySet<string>> | undefined;
  #elsewhere: readonly Syntax[] | undefined;
  #members: ReadonlyMap<string, ReadonlySet<string>> | undefined;
  #takers: readonly Taker[] | undefined;
  #declared: Declared | undefined;
  #statements: ReadonlyMap<string, readonly Twin[]> | undefined;

  constructor(source: Source, clues: Clues = NO_CLUES, others: readonly Source[] = []) {
    this.source = source;
    this.clues = clues;
    this.others = others;
    this.step = indentationStep(source.lines);
    this.#nodes = [...source.root.walk()];
    const { builtins } = source.table;
    this.known = new Set(builtins);
    this.mentions = new Mentions(this.#nodes, this.known);
    this.builtins = builtins.map((name) => ({ name, sort: 'builtin', at: 0, owner: null }));
  }

  get table() {
    return this.source.table;
  }

  /** All named nodes of the file, parents first. */
  get nodes(): readonly Syntax[] {
    return this.#nodes;
  }

  /** Small expressions of the other files. */
  get elsewhere(): readonly Syntax[] {
    this.#elsewhere ??= this.others.flatMap(({ root }) => [...root.walk()].filter(isIngredient));
    return this.#elsewhere;
  }

  /** Functions, methods and classes of the file, by name. */
  get declared(): Declared {
    this.#declared ??= new Declared(this.#nodes);
    return this.#declared;
  }

  /** What can be called with one argument: functions, methods, classes. */
  get takersOfOne(): readonly Taker[] {
    this.#takers ??= this.#nodes.flatMap((node) => takerOf(node) ?? []);
    return this.#takers;
  }

  /** Statements that read like this one, elsewhere in the file and in other files. */
  twinsOf(statement: Syntax): readonly Twin[] {
    this.#statements ??= statementsOf([this.source, ...this.others]);
    const alike = this.#statements.get(statement.text) ?? [];
    return alike.filter((twin) => twin.statement !== statement);
  }

  /** Names that can be used at a node. */
  scope(node: Syntax): Scope {
    const home = node.within('function', 'class') ?? this.source.root;
    let bindings = this.#scopes.get(home);
    if (!bindings) {
      bindings = findBindings(home, this.source.root);
      this.#scopes.set(home, bindings);
    }
    return scopeAt(bindings, node);
  }

  /** How each name is used in the file (`called`, `indexed`, `.length`, `compared`…): a stand-in for its type. */
  usage(name: string): ReadonlySet<string> {
    this.#usage ??= usages(this.#nodes);
    return this.#usage.get(name) ?? NOTHING;
  }

  /** What an expression's value seems to be; null when nothing tells. */
  guess(node: Syntax): Guess | null {
    if (node.kind === 'arithmetic' || node.kind === 'number') return 'number';
    if (node.kind === 'list' || node.kind === 'map' || node.kind === 'comprehension') return 'collection';
    if (node.kind === 'string' || node.kind === 'template') return 'text';
    if (node.kind !== 'name') return null;
    const usage = [...this.usage(node.text)];
    if (usage.some((how) => COLLECTION_USE.test(how))) return 'collection';
    if (usage.some((how) => TEXT_USE.test(how))) return 'text';
    return usage.includes('calculated') || usage.includes('index') ? 'number' : null;
  }

  /** Property names seen in the file on an object of that text (`node` → `left`, `right`). */
  membersOf(object: string): ReadonlySet<string> {
    this.#members ??= members(this.#nodes);
    return this.#members.get(object) ?? NOTHING;
  }

  /** The whitespace a node's first line begins with. */
  indentOf(node: Syntax): string {
    return indentOf(this.source.lines, node);
  }

  /** Whether nothing but white space stands before a node on its line and after it on its last. */
  ownsLines(node: Syntax): boolean {
    const { text } = this.source;
    const before = text.slice(text.lastIndexOf('\n', node.start - 1) + 1, node.start);
    const stop = text.indexOf('\n', node.end);
    const after = text.slice(node.end, stop < 0 ? text.length : stop);
    return before.trim() === '' && /^\s*;?\s*(?:#.*|\/\/.*)?$/.test(after);
  }
}

/** Something declared in the file that takes one argument. */
export interface Taker {
  readonly name: string;
  /** The class whose method it is. */
  readonly within: Syntax | null;
}

function takerOf(node: Syntax): Taker | null {
  const of = node.kind === 'function' ? node : node.kind === 'class' ? constructorOf(node) : null;
  const name = of && declaredName(node);
  if (!name || name.startsWith('__')) return null;
  const parameters = (of.at('parameters')?.parts ?? []).filter(({ text }) => !/^(?:self|cls)$/.test(text));
  const needed = parameters.filter(({ kind }) => kind !== 'default-parameter');
  if (parameters.length === 0 || needed.length > 1 || /^[*.]/.test(parameters[0]!.text)) return null;
  return { name, within: node.kind === 'class' ? null : node.within('class') };
}

export function indentOf(lines: readonly string[], { line }: Syntax): string {
  return /^\s*/.exec(lines[line - 1] ?? '')![0];
}

/** A statement that reads like another, in a file with these lines. */
export interface Twin {
  readonly statement: Syntax;
  readonly lines: readonly string[];
}

function statementsOf(sources: readonly Source[]): Map<string, Twin[]> {
  const found = new Map<string, Twin[]>();
  for (const { root, lines } of sources) {
    for (const statement of root.walk()) {
      if (statement.kind === 'comment' || statement.parent?.kind !== 'block') continue;
      const twins = found.get(statement.text);
      if (twins) twins.push({ statement, lines });
      else found.set(statement.text, [{ statement, lines }]);
    }
  }
  return found;
}

const COLLECTION_USE =
  /^(?:iterated|indexed|\.(?:push|pop|map|filter|forEach|keys|values|items|append|extend|add|get|set|has|sort|insert|concat))$/;
const TEXT_USE =
  /^\.(?:trim|split|replace|toLowerCase|strip|lower|upper|startswith|startsWith|join|encode|charAt)$/;

const NOTHING: ReadonlySet<string> = new Set();

function indentationStep(lines: readonly string[]): string {
  const counts = new Map<string, number>();
  let previous = '';
  for (const line of lines) {
    const indent = /^[ \t]*/.exec(line)![0];
    if (indent.length === line.length) continue;
    if (indent.length > previous.length) {
      const step = indent.slice(previous.length);
      counts.set(step, (counts.get(step) ?? 0) + 1);
    }
    previous = indent;
  }
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0] ?? '  ';
}

function usages(nodes: readonly Syntax[]): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>();
  for (const node of nodes) {
    if (node.kind !== 'name') continue;
    const how = usageOf(node);
    if (!how) continue;
    const seen = found.get(node.text);
    if (seen) seen.add(how);
    else found.set(node.text, new Set([how]));
  }
  return found;
}

function usageOf(node: Syntax): string | null {
  const parent = node.parent;
  switch (parent?.kind) {
    case 'call':
      return node.field === 'function' ? 'called' : null;
    case 'new':
      return 'constructed';
    case 'member':
      return node.field === 'object' ? `.${parent.parts.at(-1)?.text}` : null;
    case 'index':
      return parent.parts[0] === node ? 'indexed' : 'index';
    case 'arithmetic':
    case 'augment':
    case 'negative':
    case 'update':
      return 'calculated';
    case 'compare':
      return 'compared';
    case 'for-each':
    case 'each':
    case 'spread':
      return node.field === 'right' || parent.kind === 'spread' ? 'iterated' : null;
    case 'if':
    case 'while':
    case 'not':
    case 'logic':
    case 'group':
      return 'condition';
    default:
      return null;
  }
}

function members(nodes: readonly Syntax[]): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>();
  for (const node of nodes) {
    if (node.kind !== 'member') continue;
    const [object, property] = [node.parts[0], node.parts.at(-1)];
    if (!object || !property || object === property || object.text.includes('\n')) continue;
    const seen = found.get(object.text);
    if (seen) seen.add(property.text);
    else found.set(object.text, new Set([property.text]));
  }
  return found;
}

const INGREDIENTS: ReadonlySet<Kind | null> = new Set<Kind>([
  'call',
  'member',
  'index',
  'arithmetic',
  'compare',
]);
/** Longer expressions rarely fit anywhere else. */
const MAX_INGREDIENT = 60;

function isIngredient({ kind, start, end }: Syntax): boolean {
  return INGREDIENTS.has(kind) && end - start <= MAX_INGREDIENT;
}
