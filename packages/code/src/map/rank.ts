import type { CodeSymbol } from '../symbols/symbol.ts';
import { isTestFile } from '../test-files.ts';
import type { IndexedFile } from './symbol-index.ts';

/** How much the names of the map's reader count; as aider's map has shown to work. */
const MENTIONED = 10;
/** Long compound names (`readTestOutput`, `max_line_length`) say what they are; `get` and `run` do not. */
const COMPOUND = 10;
const PRIVATE = 0.1;
const COMMON = 0.1;
/** Defined in more files than this, a name tells little about who uses which. */
const COMMON_DEFINERS = 5;
const MIN_COMPOUND_CHARACTERS = 8;
/** A member's name (`push`, `value`) is mostly used for somebody else's member. */
const MEMBER = 0.1;
/** Helpers of tests are used much and explain little. */
const TEST = 0.1;
/** Files named by the reader start with this many times an ordinary file's share. */
const MENTIONED_FILE = 50;

const DAMPING = 0.85;
const ITERATIONS = 30;
/** Sum of changes below which the order does not change any more. */
const STILL = 1e-7;

export interface RankedSymbol {
  readonly path: string;
  readonly symbol: CodeSymbol;
  readonly score: number;
}

export interface Mentioned {
  /** Names of symbols, or of files. */
  readonly names: readonly string[];
}

/**
 * All definitions that other files can use, but fields; most important first: PageRank over files, where a file passes its rank on to those that define
 * the names it uses. What a name passes on is its file's share in it, so a definition's score is the rank that comes
 * in by its name. A file's use of its own definitions counts nothing.
 */
export function rankSymbols(
  files: Iterable<IndexedFile>,
  mentioned: Mentioned = { names: [] },
): RankedSymbol[] {
  const graph = graphOf([...files], new Set(mentioned.names));
  const inflow = flow(graph);
  const ranked: RankedSymbol[] = [];
  for (const [name, definers] of graph.definers.entries()) {
    for (const definer of definers) {
      const score = inflow.of(name, definer.file);
      for (const symbol of definer.symbols)
        ranked.push({ path: graph.files[definer.file]!.path, symbol, score: score / definer.symbols.length });
    }
  }
  return ranked.sort((a, b) => b.score - a.score || compare(a.path, b.path) || a.symbol.line - b.symbol.line);
}

interface Definer {
  readonly file: number;
  readonly symbols: CodeSymbol[];
}

/** Names and files as numbers: a repository of 10,000 files has a million uses. */
interface Graph {
  readonly files: readonly IndexedFile[];
  readonly definers: readonly (readonly Definer[])[];
  /** For each file its uses: names (even places) and weights (odd places). */
  readonly uses: readonly Float64Array[];
  readonly start: Float64Array;
}

function graphOf(files: readonly IndexedFile[], mentioned: ReadonlySet<string>): Graph {
  const numbers = new Map<string, number>();
  const names: string[] = [];
  const definers: Definer[][] = [];
  for (const [file, { summary }] of files.entries()) {
    for (const symbol of summary.symbols) {
      // Fields are used by name everywhere and define little: nobody looks for them on a map.
      if (symbol.kind === 'field' || symbol.local) continue;
      let number = numbers.get(symbol.name);
      if (number === undefined) {
        number = names.push(symbol.name) - 1;
        numbers.set(symbol.name, number);
        definers.push([]);
      }
      const last = definers[number]!.at(-1);
      if (last?.file === file) last.symbols.push(symbol);
      else definers[number]!.push({ file, symbols: [symbol] });
    }
  }
  const tests = files.map(({ path }) => isTestFile(path));
  const factors = names.map((name, number) => {
    const onlyTests = definers[number]!.every(({ file }) => tests[file]);
    return factorOf(name, definers[number]!, mentioned) * (onlyTests ? TEST : 1);
  });
  const uses = files.map(({ summary }, file) => {
    const pairs: number[] = [];
    for (const [name, count] of summary.uses) {
      const number = numbers.get(name);
      if (number === undefined) continue;
      const known = definers[number]!;
      if (known.length === 1 && known[0]!.file === file) continue;
      pairs.push(number, factors[number]! * Math.sqrt(count));
    }
    return Float64Array.from(pairs);
  });
  return { files, definers, uses, start: startOf(files, mentioned) };
}

function factorOf(name: string, definers: readonly Definer[], mentioned: ReadonlySet<string>): number {
  let factor = 1;
  if (mentioned.has(name)) factor *= MENTIONED;
  if (isCompound(name)) factor *= COMPOUND;
  if (/^[_#]/.test(name)) factor *= PRIVATE;
  if (definers.length > COMMON_DEFINERS) factor *= COMMON;
  if (definers.every(({ symbols }) => symbols.every(({ kind }) => kind === 'method'))) factor *= MEMBER;
  return factor;
}

function isCompound(name: string): boolean {
  if (name.length < MIN_COMPOUND_CHARACTERS) return false;
  return /[a-zA-Z\d][_-][a-zA-Z]/.test(name) || (/[a-z]/.test(name) && /[A-Z]/.test(name.slice(1)));
}

function startOf(files: readonly IndexedFile[], mentioned: ReadonlySet<string>): Float64Array {
  const start = new Float64Array(files.length).fill(1);
  if (mentioned.size > 0) {
    for (const [file, { path }] of files.entries()) {
      const parts = path.split('/');
      const stem = parts.at(-1)!.replace(/\.\w+$/, '');
      const named = mentioned.has(path) || mentioned.has(stem) || parts.some((part) => mentioned.has(part));
      if (named) start[file] = MENTIONED_FILE;
    }
  }
  const sum = start.reduce((total, each) => total + each, 0);
  return start.map((each) => each / sum);
}

interface Inflow {
  /** The rank that comes to a file by a name. */
  of(name: number, file: number): number;
}

function flow({ files, definers, uses, start }: Graph): Inflow {
  const definersOf = definers.map((list) => Int32Array.from(list, ({ file }) => file));
  const own = uses.map((pairs, file) => ownNames(pairs, file, definersOf));
  // What a file's uses weigh in all: each counts once for every other file that defines the name.
  const total = uses.map((pairs, file) => {
    let sum = 0;
    for (let at = 0; at < pairs.length; at += 2) {
      const count = definersOf[pairs[at]!]!.length - (own[file]!.has(pairs[at]!) ? 1 : 0);
      sum += pairs[at + 1]! * count;
    }
    return sum;
  });
  let rank = start;
  /** What flowed in the last turn: `byName` was made of it. */
  let flowed = start;
  const byName = new Float64Array(definers.length);
  for (let turn = 0; turn < ITERATIONS; turn++) {
    byName.fill(0);
    const next = start.map((each) => each * (1 - DAMPING));
    let dangling = 0;
    for (const [file, pairs] of uses.entries()) {
      if (total[file] === 0) dangling += rank[file]!;
      else {
        const each = rank[file]! / total[file]!;
        for (let at = 0; at < pairs.length; at += 2) byName[pairs[at]!]! += each * pairs[at + 1]!;
      }
    }
    for (const [name, list] of definersOf.entries())
      for (const file of list) next[file]! += DAMPING * byName[name]!;
    // What a file gave itself is taken back.
    for (const [file, names] of own.entries())
      for (const weight of names.values()) next[file]! -= DAMPING * (rank[file]! / total[file]!) * weight;
    for (const file of files.keys()) next[file]! += DAMPING * dangling * start[file]!;
    const change = next.reduce((sum, each, file) => sum + Math.abs(each - rank[file]!), 0);
    flowed = rank;
    rank = next;
    if (change < STILL) break;
  }
  return {
    of: (name, file) => {
      const weight = own[file]!.get(name) ?? 0;
      return byName[name]! - (weight === 0 ? 0 : (flowed[file]! / total[file]!) * weight);
    },
  };
}

/** Names that a file both defines and uses while others define them too. */
function ownNames(pairs: Float64Array, file: number, definersOf: readonly Int32Array[]): Map<number, number> {
  const own = new Map<number, number>();
  for (let at = 0; at < pairs.length; at += 2)
    if (includes(definersOf[pairs[at]!]!, file)) own.set(pairs[at]!, pairs[at + 1]!);
  return own;
}

/** Files were numbered in rising order. */
function includes(sorted: Int32Array, wanted: number): boolean {
  let [low, high] = [0, sorted.length - 1];
  while (low <= high) {
    const middle = (low + high) >> 1;
    const found = sorted[middle]!;
    if (found === wanted) return true;
    if (found < wanted) low = middle + 1;
    else high = middle - 1;
  }
  return false;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
