import type { Source } from './source.ts';
import type { Syntax } from './syntax.ts';

/** A line under suspicion, as fault localisation ranked it. */
export interface Suspect {
  readonly path: string;
  readonly line: number;
  /** The expression of it that is suspected, 1-based, its last character included; without: all of it. */
  readonly columns?: { readonly from: number; readonly to: number };
  /** 0 to 1, relative to the most suspicious line. */
  readonly score: number;
  readonly reason: string;
}

/**
 * What a line of a suspicious function keeps if localisation did not list it: it was not run, or every test ran it.
 * Faults of omission sit there.
 */
const SAME_FUNCTION = 0.15;
/** A constant that suspicious lines use is set up once for all tests, which hides it from their coverage. */
const USED_CONSTANT = 0.4;

/** Beside the suspected expression of a line: what decides whether it is run stands there. */
const SAME_LINE = 0.6;

/** How much each node of a file is suspected, 0 to 1. */
export class Suspicion {
  readonly #lines: Float64Array;
  /** Suspected expressions by line, as offsets. */
  readonly #parts = new Map<number, { readonly start: number; readonly end: number }>();

  constructor(source: Source, suspects: readonly Suspect[]) {
    const starts = startsOf(source.lines);
    for (const { line, columns } of suspects) {
      const start = starts[line - 1];
      if (!columns || start === undefined) continue;
      this.#parts.set(line, { start: start + columns.from - 1, end: start + columns.to });
    }
    this.#lines = new Float64Array(source.lines.length + 2);
    for (const { line, score } of suspects) this.#raise(line, line, score);
    const listed = this.#lines.slice();
    const used = new Map<string, number>();
    for (const node of source.root.walk()) {
      if (node.kind === 'function')
        this.#raise(node.line, node.endLine, maximum(listed, node) * SAME_FUNCTION);
      if (node.kind === 'name')
        used.set(node.text, Math.max(used.get(node.text) ?? 0, listed[node.line] ?? 0));
    }
    for (const statement of source.root.parts) {
      for (const { name, node } of constants(statement)) {
        this.#raise(node.line, node.endLine, (used.get(name) ?? 0) * USED_CONSTANT);
      }
    }
  }

  /**
   * Localisation speaks of lines; a statement over several lines is suspected as a whole, except for functions
   * written inside it, which have lines of their own.
   */
  of(node: Syntax): number {
    let score = this.#between(node.line, node.kind === 'function' ? node.line : node.endLine);
    const home = statementOf(node);
    if (home) score = Math.max(score, this.#between(home.line, headEnd(home)));
    return score * (this.#beside(node) ? SAME_LINE : 1);
  }

  /** Whether another part of the node's only line is suspected. */
  #beside(node: Syntax): boolean {
    const part = node.line === node.endLine ? this.#parts.get(node.line) : undefined;
    return part !== undefined && (node.end <= part.start || node.start >= part.end);
  }

  #between(from: number, to: number): number {
    let most = 0;
    for (let line = from; line <= to; line++) most = Math.max(most, this.#lines[line] ?? 0);
    return most;
  }

  #raise(from: number, to: number, score: number): void {
    for (let line = from; line <= to; line++) this.#lines[line] = Math.max(this.#lines[line]!, score);
  }
}

function maximum(lines: Float64Array, node: Syntax): number {
  let most = 0;
  for (let line = node.line; line <= node.endLine; line++) most = Math.max(most, lines[line] ?? 0);
  return most;
}

function statementOf(node: Syntax): Syntax | null {
  for (let at: Syntax | null = node; at; at = at.parent) {
    const parent = at.parent?.kind;
    if (at.kind === 'elif' || at.kind === 'else' || at.kind === 'catch' || at.kind === 'case') return at;
    if (parent === 'block' || parent === 'root' || parent === 'case') return at;
    if (at.kind === 'function') return at;
  }
  return null;
}

/** Last line before what is nested in a statement: a block, a branch, a function. */
function headEnd(home: Syntax): number {
  for (const node of home.walk()) {
    if (node !== home && (node.kind === 'block' || node.kind === 'function' || node.kind === 'class')) {
      return node.kind === 'block' && node.line > home.line ? node.line - 1 : node.line;
    }
  }
  return home.endLine;
}

/** Top-level names bound to a value that is no function. */
function* constants(statement: Syntax): Generator<{ name: string; node: Syntax }> {
  for (const node of statement.walk()) {
    if (node.kind === 'function' || node.kind === 'class' || node.kind === 'block') return;
    const target = node.kind === 'bind' ? node.at('name') : node.kind === 'assign' ? node.at('left') : null;
    if (target?.kind === 'name') yield { name: target.text, node: statement };
  }
}

function startsOf(lines: readonly string[]): number[] {
  const starts: number[] = [];
  let at = 0;
  for (const line of lines) {
    starts.push(at);
    at += line.length + 1;
  }
  return starts;
}
