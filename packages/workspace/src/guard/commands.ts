import { scanCode } from './code-scan.ts';
import { loadShellParser } from './grammar.ts';
import { ShellReader, type ShellState, type SimpleCommand, type Stdin } from './shell-reader.ts';
import { isKnown, literal, UNKNOWN, type Word } from './shell-words.ts';
import { programName, unwrap } from './unwrap.ts';

/** One program with its words, as it would run: wrappers, shells in shells and pipes taken away. */
export interface PlainCommand {
  /** The program's name first, without its folder. What is only known when it runs is `‹?›`. */
  readonly words: readonly string[];
  /** Files it opens by redirection. */
  readonly reads: readonly string[];
  readonly writes: readonly string[];
  /** `NAME=value` before it, or alone. */
  readonly assigned: readonly string[];
  /** Null: not known. */
  readonly cwd: string | null;
}

/** A text of another language that a command holds (`python -c`, a here-document for `node`). */
export interface PlainCode {
  readonly language: string;
  readonly text: string;
}

export interface PlainText {
  readonly commands: readonly PlainCommand[];
  readonly code: readonly PlainCode[];
}

/** Beyond this a text is not a command somebody wrote. */
const MAX_TEXT_CHARACTERS = 200_000;
const MAX_DEPTH = 8;
/** Of one text: a script of thousands says nothing more beyond them. */
const MAX_COMMANDS = 500;
const SHOWN_UNKNOWN = '‹?›';

/**
 * What a shell text runs, for whoever looks at it afterwards: every simple command, also inside conditions, loops,
 * substitutions, `bash -c`, `xargs`, `find -exec` and literal calls of other languages' code. A word with several
 * possible values counts with its first. The text is never run; broken text gives what could be read of it.
 */
export async function commandsIn(text: string, cwd: string | null): Promise<PlainText> {
  const reader = new Reader(await loadShellParser());
  reader.shell(text.slice(0, MAX_TEXT_CHARACTERS), stateAt(cwd), 0);
  return reader;
}

/** As {@link commandsIn}, of code in another language: the programs it starts by literals. */
export async function commandsInCode(language: string, text: string, cwd: string | null): Promise<PlainText> {
  const reader = new Reader(await loadShellParser());
  reader.foreign(language, text.slice(0, MAX_TEXT_CHARACTERS), stateAt(cwd), 0);
  return reader;
}

class Reader implements PlainText {
  readonly commands: PlainCommand[] = [];
  readonly code: PlainCode[] = [];
  readonly #parse: Awaited<ReturnType<typeof loadShellParser>>;

  constructor(parse: Awaited<ReturnType<typeof loadShellParser>>) {
    this.#parse = parse;
  }

  shell(text: string, state: ShellState, depth: number): void {
    if (depth > MAX_DEPTH) return;
    const reader = new ShellReader(state, {
      visit: (command, inner) => this.#command(command, inner, depth),
      fault: () => {},
    });
    this.#parse(text, (root) => reader.read(root));
  }

  foreign(language: string, text: string, state: ShellState, depth: number): void {
    this.code.push({ language, text });
    const { commands, programs } = scanCode(text);
    for (const command of commands) this.shell(command, apart(state), depth + 1);
    for (const words of programs) this.#run(words.map(literal), NO_INPUT, apart(state), depth + 1);
  }

  #command(
    { words, redirects, assigned, stdin, cwd }: SimpleCommand,
    state: ShellState,
    depth: number,
  ): void {
    if (this.commands.length >= MAX_COMMANDS) return;
    const paths = (writes: boolean) =>
      redirects.filter((each) => each.writes === writes).flatMap(({ target }) => target.values.map(shown));
    this.commands.push({
      words: named(words),
      reads: paths(false),
      writes: paths(true),
      assigned: assigned.map(shown),
      cwd,
    });
    this.#unwrapped(words, stdin, state, depth);
  }

  /** A command that another one starts. */
  #run(words: readonly Word[], stdin: Stdin, state: ShellState, depth: number): void {
    if (depth > MAX_DEPTH || this.commands.length >= MAX_COMMANDS) return;
    this.commands.push({ words: named(words), reads: [], writes: [], assigned: [], cwd: state.cwd });
    this.#unwrapped(words, stdin, state, depth);
  }

  #unwrapped(words: readonly Word[], stdin: Stdin, state: ShellState, depth: number): void {
    if (words.length === 0) return;
    for (const inner of unwrap(words, stdin)) {
      if (inner.kind === 'command') this.#run(inner.words, inner.stdin ?? NO_INPUT, state, depth + 1);
      else if (inner.kind === 'shell') this.shell(inner.text, inner.apart ? apart(state) : state, depth + 1);
      else if (inner.kind === 'code') this.foreign(inner.language, inner.code, apart(state), depth + 1);
    }
  }
}

const NO_INPUT: Stdin = { kind: 'none' };

function stateAt(cwd: string | null): ShellState {
  return { variables: new Map(), functions: new Set(), cwd };
}

function apart({ variables, functions, cwd }: ShellState): ShellState {
  return { variables: new Map(variables), functions: new Set(functions), cwd };
}

function named(words: readonly Word[]): string[] {
  return words.map((word, at) => shown(at === 0 ? programName(word) : (word.values[0] ?? '')));
}

function shown(text: string): string {
  return isKnown(text) ? text : text.replaceAll(UNKNOWN, SHOWN_UNKNOWN);
}
