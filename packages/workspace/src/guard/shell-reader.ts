import { posix } from 'node:path';
import type { ShellNode } from './grammar.ts';
import { isKnown, joinWords, UNKNOWN, valuesOf, type Word, type WordScope, wordsOf } from './shell-words.ts';

/** What a command finds on its standard input. `unknown`: a pipe or a file whose text is not known. */
export type Stdin = { readonly kind: 'none' | 'unknown' } | { readonly kind: 'text'; readonly text: string };

/** `<`, `>`, `>>`… with the file it opens. */
export interface Redirect {
  readonly writes: boolean;
  readonly target: Word;
}

/** A program and its words, freed of all syntax round it. No words: redirections or assignments alone. */
export interface SimpleCommand {
  readonly words: readonly Word[];
  readonly redirects: readonly Redirect[];
  readonly assigned: readonly string[];
  readonly stdin: Stdin;
  /** Null: a `cd` went to a folder that is not known. */
  readonly cwd: string | null;
}

/** What holds while a text is read: given on to texts inside it (`eval`, `bash -c`). */
export interface ShellState {
  readonly variables: Map<string, readonly string[]>;
  readonly functions: Set<string>;
  cwd: string | null;
}

/** Values a variable may have collected over the branches of a script; beyond, it is unknown. */
const MAX_ALTERNATIVES = 8;
const NO_INPUT: Stdin = { kind: 'none' };
const PIPED: Stdin = { kind: 'unknown' };

interface Walk {
  readonly stdin: Stdin;
  /** It may not run at all: what it assigns is one more possibility. */
  readonly maybe: boolean;
}

/**
 * Takes a syntax tree apart into simple commands, in the order they may run, and tells `visit` of each. Both branches
 * of a condition count, and the body of a loop once; a function's body counts where it is defined. Texts that cannot
 * be parsed are told to `fault`.
 */
export class ShellReader implements WordScope {
  readonly #state: ShellState;
  readonly #visit: (command: SimpleCommand, state: ShellState) => void;
  readonly #fault: (why: string) => void;

  constructor(
    state: ShellState,
    on: { visit: (command: SimpleCommand, state: ShellState) => void; fault: (why: string) => void },
  ) {
    this.#state = state;
    this.#visit = on.visit;
    this.#fault = on.fault;
  }

  read(root: ShellNode, stdin: Stdin = NO_INPUT): void {
    if (root.hasError) this.#fault('it is not bash that can be read');
    this.#walk(root, { stdin, maybe: false });
  }

  get cwd(): string | null {
    return this.#state.cwd;
  }

  lookup(name: string): readonly string[] | null {
    const known = this.#state.variables.get(name);
    if (known !== undefined) return known;
    if (name === 'HOME') return ['~'];
    if (name === 'PWD' && this.#state.cwd !== null) return [this.#state.cwd];
    if (name === 'TMPDIR') return ['/tmp'];
    return null;
  }

  substitute(node: ShellNode): string | null {
    const outputs: (string | null)[] = [];
    this.#apart(() => {
      for (const child of node.namedChildren) {
        if (child === null) continue;
        outputs.push(this.#outputOf(child));
        this.#walk(child, { stdin: NO_INPUT, maybe: false });
      }
    });
    return outputs.length === 1 ? (outputs[0]?.replace(/\n+$/, '') ?? null) : null;
  }

  #walk(node: ShellNode, walk: Walk): void {
    switch (node.type) {
      case 'command':
        this.#command(node, walk, []);
        return;
      case 'redirected_statement':
        this.#redirected(node, walk);
        return;
      case 'pipeline':
        this.#pipeline(node, walk);
        return;
      case 'subshell':
        this.#apart(() => this.#children(node, walk));
        return;
      case 'list':
      case 'if_statement':
      case 'while_statement':
      case 'case_statement':
      case 'c_style_for_statement':
      case 'function_definition':
        if (node.type === 'function_definition') {
          const name = node.childForFieldName('name')?.text;
          if (name !== undefined) this.#state.functions.add(name);
        }
        this.#children(node, { ...walk, maybe: true });
        return;
      case 'for_statement': {
        const values = node
          .childrenForFieldName('value')
          .flatMap((value) => (value ? wordsOf(value, this) : []))
          .flatMap(({ values, glob }) => (glob ? values.map((each) => each) : values));
        const name = node.childForFieldName('variable')?.text;
        if (name !== undefined) this.#assign(name, values.length > 0 ? values : [UNKNOWN], false);
        const body = node.childForFieldName('body');
        if (body !== null) this.#walk(body, { ...walk, maybe: true });
        return;
      }
      case 'variable_assignment':
        this.#assignment(node, walk.maybe);
        return;
      case 'declaration_command':
        for (const child of node.namedChildren) {
          if (child?.type === 'variable_assignment') this.#assignment(child, walk.maybe);
          else if (child !== null) valuesOf(child, this);
        }
        this.#emit({
          words: [known(node.child(0)?.text ?? 'declare')],
          redirects: [],
          assigned: [],
          ...walk,
        });
        return;
      case 'unset_command':
        for (const child of node.namedChildren) if (child) this.#state.variables.set(child.text, [UNKNOWN]);
        return;
      case 'comment':
        return;
      case 'test_command':
        this.#substitutionsIn(node);
        return;
      case 'word':
      case 'string':
      case 'concatenation':
      case 'simple_expansion':
      case 'expansion':
      case 'command_substitution':
        valuesOf(node, this);
        return;
      default:
        this.#children(node, walk);
    }
  }

  #children(node: ShellNode, walk: Walk): void {
    for (const child of node.namedChildren) if (child !== null) this.#walk(child, walk);
  }

  #substitutionsIn(node: ShellNode): void {
    for (const inner of node.descendantsOfType(['command_substitution', 'process_substitution']))
      if (inner) this.substitute(inner);
  }

  #apart(run: () => void): void {
    const { cwd } = this.#state;
    const before = new Map(this.#state.variables);
    run();
    this.#state.cwd = cwd;
    this.#state.variables.clear();
    for (const [name, values] of before) this.#state.variables.set(name, values);
  }

  #pipeline(node: ShellNode, walk: Walk): void {
    let { stdin } = walk;
    for (const child of node.namedChildren) {
      if (child === null) continue;
      const output = this.#outputOf(child);
      this.#apart(() => this.#walk(child, { stdin, maybe: walk.maybe }));
      stdin = output === null ? PIPED : { kind: 'text', text: output };
    }
  }

  /** The output of what merely prints: `echo`, `printf` without formats, `cat` of a here-document. Else null. */
  #outputOf(node: ShellNode): string | null {
    if (node.type === 'redirected_statement') {
      const body = node.childForFieldName('body');
      const here = node.namedChildren.find((child) => child?.type === 'heredoc_redirect');
      if (body?.text === 'cat' && here) return textOf(this.#hereDocument(here));
      return null;
    }
    if (node.type === 'list' || node.type === 'compound_statement' || node.type === 'subshell') return null;
    if (node.type !== 'command') return null;
    const name = node.childForFieldName('name')?.text;
    if (name === 'pwd') return this.#state.cwd;
    if (name !== 'echo' && name !== 'printf') return null;
    const words = node.childrenForFieldName('argument').flatMap((each) => (each ? wordsOf(each, this) : []));
    const texts = words.map(({ values }) => (values.length === 1 && isKnown(values[0]!) ? values[0]! : null));
    if (texts.includes(null)) return null;
    const plain = (texts as string[]).filter((text, at) => at > 0 || !/^-[neE]+$/.test(text));
    if (name === 'echo') return plain.join(' ').replaceAll('\\n', '\n');
    const [format = '', ...rest] = plain;
    return printed(format, rest);
  }

  #redirected(node: ShellNode, walk: Walk): void {
    const body = node.childForFieldName('body');
    const redirects: Redirect[] = [];
    let { stdin } = walk;
    const after: { node: ShellNode; piped: boolean }[] = [];
    const extra: ShellNode[] = [];
    for (const redirect of node.childrenForFieldName('redirect')) {
      if (redirect === null) continue;
      if (redirect.type === 'file_redirect') {
        redirects.push(...this.#fileRedirect(redirect));
        if (redirect.text.includes('<')) stdin = PIPED;
      } else if (redirect.type === 'herestring_redirect') stdin = this.#hereString(redirect);
      else if (redirect.type === 'heredoc_redirect') {
        stdin = this.#hereDocument(redirect);
        for (const child of redirect.namedChildren) {
          if (child === null || /^heredoc_|file_descriptor/.test(child.type)) continue;
          if (child.type === 'file_redirect') redirects.push(...this.#fileRedirect(child));
          else if (['word', 'string', 'raw_string', 'concatenation', 'simple_expansion'].includes(child.type))
            extra.push(child);
          else after.push({ node: child, piped: child.type === 'pipeline' });
        }
      }
    }
    const output = body?.text === 'cat' ? textOf(stdin) : null;
    if (body?.type === 'command') this.#command(body, { ...walk, stdin }, redirects, extra);
    else {
      // The grammar hangs the last command's redirection on its whole list: `cd x && echo y > z` writes x/z.
      if (body !== null) this.#walk(body, { ...walk, stdin });
      if (redirects.length > 0) this.#emit({ words: [], redirects, assigned: [], stdin: NO_INPUT });
    }
    // What stands on the line behind the here-document's mark is inside its node.
    for (const { node: rest, piped } of after) {
      const given: Stdin = output === null ? PIPED : { kind: 'text', text: output };
      this.#walk(rest, { ...walk, stdin: piped ? given : NO_INPUT });
    }
  }

  #fileRedirect(node: ShellNode): Redirect[] {
    const writes = />/.test(node.text.replace(/^\d*/, '').slice(0, 3));
    return node
      .childrenForFieldName('destination')
      .flatMap((each) => (each ? wordsOf(each, this) : []))
      .filter(({ values }) => !(values.length === 1 && /^(\d+-?|-)$/.test(values[0]!)))
      .map((target) => ({ writes, target }));
  }

  #hereString(node: ShellNode): Stdin {
    const value = node.firstNamedChild === null ? [UNKNOWN] : valuesOf(node.firstNamedChild, this);
    return value.length === 1 && isKnown(value[0]!) ? { kind: 'text', text: value[0]! } : PIPED;
  }

  #hereDocument(node: ShellNode): Stdin {
    const body = node.namedChildren.find((child) => child?.type === 'heredoc_body');
    const start = node.namedChildren.find((child) => child?.type === 'heredoc_start');
    if (!body) return NO_INPUT;
    if (/['"\\]/.test(start?.text ?? '')) return { kind: 'text', text: body.text };
    // The grammar sees no backquotes in here-documents; bash does.
    if (body.text.includes('`')) return PIPED;
    let text = '';
    let at = body.startIndex;
    for (const child of body.namedChildren) {
      if (child === null || child.type === 'heredoc_content') continue;
      const [value = UNKNOWN] = valuesOf(child, this);
      text += body.text.slice(at - body.startIndex, child.startIndex - body.startIndex) + value;
      at = child.endIndex;
    }
    text += body.text.slice(at - body.startIndex);
    return isKnown(text) ? { kind: 'text', text } : PIPED;
  }

  #assignment(node: ShellNode, maybe: boolean): void {
    const name = node.childForFieldName('name')?.text ?? '';
    const value = node.childForFieldName('value');
    const values = value === null ? [''] : valuesOf(value, this);
    const appended = node.text.slice(name.length).startsWith('+=');
    this.#assign(name, appended ? [UNKNOWN] : values, maybe);
    this.#emit({ words: [], redirects: [], assigned: [node.text.split('=')[0]!], stdin: NO_INPUT });
  }

  #assign(name: string, values: readonly string[], maybe: boolean): void {
    const before = this.#state.variables.get(name) ?? (maybe ? [UNKNOWN] : []);
    const all = maybe ? [...new Set([...before, ...values])] : values;
    this.#state.variables.set(name, all.length > MAX_ALTERNATIVES ? [UNKNOWN] : all);
  }

  #command(node: ShellNode, walk: Walk, redirects: Redirect[], extra: readonly ShellNode[] = []): void {
    const name = node.childForFieldName('name');
    const assigned: string[] = [];
    let { stdin } = walk;
    const nodes: ShellNode[] = [];
    for (const child of node.namedChildren) {
      if (child === null) continue;
      if (child.type === 'variable_assignment') {
        assigned.push(child.text);
        const value = child.childForFieldName('value');
        if (value !== null) valuesOf(value, this);
      } else if (child.type === 'file_redirect') redirects.push(...this.#fileRedirect(child));
      else if (child.type === 'herestring_redirect') stdin = this.#hereString(child);
      else if (child.id === name?.id) nodes.push(child.firstNamedChild ?? child);
      else if (child.type !== 'comment') nodes.push(child);
    }
    const words = this.#words([...nodes, ...extra]);
    this.#emit({ words, redirects, assigned, stdin });
    this.#changeFolder(words);
  }

  /** The grammar ends a word before a backslash behind quotes: parts without a blank between them are one word. */
  #words(nodes: readonly ShellNode[]): Word[] {
    const words: Word[] = [];
    let end = -1;
    for (const node of nodes) {
      const more = wordsOf(node, this);
      const [first] = more;
      const last = words.at(-1);
      if (node.startIndex === end && last !== undefined && first !== undefined)
        words.splice(-1, 1, joinWords(last, first), ...more.slice(1));
      else words.push(...more);
      end = node.endIndex;
    }
    return words;
  }

  #changeFolder(words: readonly Word[]): void {
    const name = words[0]?.values[0];
    if (name === 'popd') this.#state.cwd = null;
    if (name !== 'cd' && name !== 'pushd') return;
    const target = words.slice(1).find(({ values }) => !values[0]?.startsWith('-'));
    const [to = '~'] = target?.values ?? ['~'];
    const one = target === undefined || target.values.length === 1;
    const { cwd } = this.#state;
    if (words[1]?.values[0] === '-' || !one || !isKnown(to)) this.#state.cwd = null;
    else if (to.startsWith('~') || posix.isAbsolute(to)) this.#state.cwd = to;
    else this.#state.cwd = cwd === null ? null : posix.join(cwd, to);
  }

  #emit(command: Omit<SimpleCommand, 'cwd'>): void {
    const { words, redirects, assigned, stdin } = command;
    this.#visit({ words, redirects, assigned, stdin, cwd: this.#state.cwd }, this.#state);
  }
}

function known(text: string): Word {
  return { values: [text], open: false, glob: false };
}

function textOf(stdin: Stdin): string | null {
  return stdin.kind === 'text' ? stdin.text : null;
}

/** printf with `%s` and `\n` only; null for anything that would have to be computed. */
function printed(format: string, values: readonly string[]): string | null {
  if (/%[^s%]|\\[^nt\\]/.test(format)) return null;
  const rest = [...values];
  return format
    .replaceAll('\\n', '\n')
    .replaceAll('\\t', '\t')
    .replaceAll(/%[s%]/g, (what) => (what === '%%' ? '%' : (rest.shift() ?? '')));
}
