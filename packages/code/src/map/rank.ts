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
const MEMBER = 0.03;
/** Helpers of tests are used much and explain little. */
const TEST = 0.1;
/** Files named by the reader, or that define what he named, start with this many times an ordinary file's share. */
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

interface Definer {
  readonly file: number;
  readonly symbols: CodeSymbol[];
}

/**
 * Who uses whose names: names and files as numbers, for a repository of 10,000 files has a million uses. Making it
 * takes as long as ranking by it, so whoever asks again about the same files keeps it.
 */
export interface SymbolGraph {
  /** By path. */
  readonly files: readonly IndexedFile[];
  /** `.name` for members. */
  readonly names: readonly string[];
  /** By name: files that define it, in rising order. */
  readonly definers: readonly (readonly Definer[])[];
  /** By file: names it uses that others define (even places) and the square root of how often (odd places). */
  readonly uses: readonly Float64Array[];
  /** By file: names it both defines and uses while others define them too, with that square root. */
  readonly own: readonly ReadonlyMap<number, number>[];
  /** By name: defined in tests only. */
  readonly onlyTests: readonly boolean[];
}

export function symbolGraph(unordered: Iterable<IndexedFile>): SymbolGraph {
  const files = [...unordered].sort((a, b) => (a.path < b.path ? -1 : 1));
  const numbers = new Map<string, number>();
  const names: string[] = [];
  const definers: Definer[][] = [];
  for (const [file, { summary }] of files.entries()) {
    for (const symbol of summary.symbols) {
      // Fields are used by name everywhere and define little: nobody looks for them on a map.
      if (symbol.kind === 'field' || symbol.local) continue;
      const key = symbol.kind === 'method' ? `.${symbol.name}` : symbol.name;
      let number = numbers.get(key);
      if (number === undefined) {
        number = names.push(key) - 1;
        numbers.set(key, number);
        definers.push([]);
      }
      const last = definers[number]!.at(-1);
      if (last?.file === file) last.symbols.push(symbol);
      else definers[number]!.push({ file, symbols: [symbol] });
    }
  }
  const own = files.map(() => new Map<number, number>());
  const uses = files.map(({ summary }, file) => {
    const pairs: number[] = [];
    for (const [name, count] of summary.links) {
      const number = numbers.get(name);
      if (number === undefined) continue;
      const known = definers[number]!;
      const ours = known.some((definer) => definer.file === file);
      if (ours && known.length === 1) continue;
      if (ours) own[file]!.set(number, Math.sqrt(count));
      pairs.push(number, Math.sqrt(count));
    }
    return Float64Array.from(pairs);
  });
  const tests = files.map(({ path }) => isTestFile(path));
  const onlyTests = definers.map((list) => list.every(({ file }) => tests[file]));
  return { files, names, definers, uses, own, onlyTests };
}

/**
 * All definitions that other files can use, but fields; most important first: PageRank over files, where a file passes
 * its rank on to those that define the names it uses. What a name passes on is its share of the file's uses, so a
 * definition's score is the rank that comes in by its name. A file's use of its own definitions counts nothing.
 * `mentioned`: names of symbols or files that the reader cares about.
 */
export function rankSymbols(graph: SymbolGraph, mentioned: readonly string[] = []): RankedSymbol[] {
  const wanted = new Set(mentioned);
  const factors = Float64Array.from(graph.names, (_, name) => factorOf(graph, name, wanted));
  const inflow = flow(graph, factors, startOf(graph, wanted));
  const ranked: (RankedSymbol & { readonly file: number })[] = [];
  for (const [name, definers] of graph.definers.entries()) {
    for (const { file, symbols } of definers) {
      const score = inflow(name, file) / symbols.length;
      for (const symbol of symbols) ranked.push({ path: graph.files[file]!.path, symbol, score, file });
    }
  }
  // Whoever names a symbol wants to see it.
  const named = ({ symbol }: RankedSymbol) => Number(wanted.has(symbol.name));
  const first = wanted.size === 0 ? () => 0 : (a: RankedSymbol, b: RankedSymbol) => named(b) - named(a);
  return ranked.sort(
    (a, b) => first(a, b) || b.score - a.score || a.file - b.file || a.symbol.line - b.symbol.line,
  );
}

function factorOf(graph: SymbolGraph, number: number, mentioned: ReadonlySet<string>): number {
  const key = graph.names[number]!;
  const member = key.startsWith('.');
  const name = member ? key.slice(1) : key;
  const definers = graph.definers[number]!;
  let factor = graph.onlyTests[number] ? TEST : 1;
  if (mentioned.has(name)) factor *= MENTIONED;
  if (isCompound(name)) factor *= COMPOUND;
  if (/^[_#]/.test(name)) factor *= PRIVATE;
  if (definers.length > COMMON_DEFINERS) factor *= COMMON;
  if (member) factor *= MEMBER;
  return factor;
}

function isCompound(name: string): boolean {
  if (name.length < MIN_COMPOUND_CHARACTERS) return false;
  return /[a-zA-Z\d][_-][a-zA-Z]/.test(name) || (/[a-z]/.test(name) && /[A-Z]/.test(name.slice(1)));
}

/** Rank begins at the files the reader named, and at those that define what he named. */
function startOf({ files }: SymbolGraph, mentioned: ReadonlySet<string>): Float64Array {
  const start = new Float64Array(files.length).fill(1);
  if (mentioned.size > 0) {
    for (const [file, { path, summary }] of files.entries()) {
      const parts = path.split('/');
      const stem = parts.at(-1)!.replace(/\.\w+$/, '');
      const named = mentioned.has(path) || mentioned.has(stem) || parts.some((part) => mentioned.has(part));
      if (named || summary.symbols.some(({ name }) => mentioned.has(name))) start[file] = MENTIONED_FILE;
    }
  }
  const sum = start.reduce((total, each) => total + each, 0);
  return start.map((each) => each / sum);
}

/** The rank that comes to a file by a name. */
type Inflow = (name: number, file: number) => number;

/** Plain loops over numbers: a million uses are gone through thirty times. */
function flow({ definers, uses, own }: SymbolGraph, factors: Float64Array, start: Float64Array): Inflow {
  const [nameCount, fileCount] = [definers.length, uses.length];
  const definersOf = definers.map((list) => Int32Array.from(list, ({ file }) => file));
  const weighted = uses.map((pairs) => {
    const copy = pairs.slice();
    for (let at = 0; at < copy.length; at += 2) copy[at + 1]! *= factors[copy[at]!]!;
    return copy;
  });
  const ownWeight = (name: number, file: number) => (own[file]!.get(name) ?? 0) * factors[name]!;
  // What a file's uses weigh in all: each counts once for every other file that defines the name.
  const total = Float64Array.from(weighted, (pairs, file) => {
    let sum = 0;
    for (let at = 0; at < pairs.length; at += 2) sum += pairs[at + 1]! * definersOf[pairs[at]!]!.length;
    for (const name of own[file]!.keys()) sum -= ownWeight(name, file);
    return Math.max(sum, 0);
  });
  const withOwn = own.flatMap((names, file) => (names.size > 0 && total[file]! > 0 ? [file] : []));
  let rank = start;
  /** Of the last turn: what each name passes to every file that defines it, and each file's rank per weight. */
  const byName = new Float64Array(nameCount);
  const share = new Float64Array(fileCount);
  for (let turn = 0; turn < ITERATIONS; turn++) {
    byName.fill(0);
    let dangling = 0;
    for (let file = 0; file < fileCount; file++) {
      share[file] = total[file] === 0 ? 0 : rank[file]! / total[file]!;
      if (total[file] === 0) dangling += rank[file]!;
      const pairs = weighted[file]!;
      for (let at = 0; at < pairs.length; at += 2) byName[pairs[at]!]! += share[file]! * pairs[at + 1]!;
    }
    const next = start.map((each) => each * (1 - DAMPING + DAMPING * dangling));
    for (let name = 0; name < nameCount; name++) {
      const list = definersOf[name]!;
      for (let at = 0; at < list.length; at++) next[list[at]!]! += DAMPING * byName[name]!;
    }
    // What a file gave itself is taken back.
    for (const file of withOwn)
      for (const name of own[file]!.keys()) next[file]! -= DAMPING * share[file]! * ownWeight(name, file);
    let change = 0;
    for (let file = 0; file < fileCount; file++) change += Math.abs(next[file]! - rank[file]!);
    rank = next;
    if (change < STILL) break;
  }
  return (name, file) => byName[name]! - share[file]! * ownWeight(name, file);
}
