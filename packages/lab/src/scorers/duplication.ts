import { isTestFile, type Language, languageOf } from '@heddle/code';
import { Unscored } from '../trial-scorer.ts';
import { codeChanges } from './changes.ts';
import { refuseEmpty, trialScorer } from './define.ts';
import { pathsIn, textIn } from './files.ts';
import { patchFiles } from './patch-files.ts';
import { type Token, tokensOf } from './tokens.ts';

/**
 * Tokens in a row that make a copy: what jscpd takes, some six lines. Fewer are idioms.
 */
const CLONE_TOKENS = 50;
/** Files of the repository that are looked at: some seconds of reading. */
const MAX_FILES = 10_000;

/** A stretch of tokens that the patch added, with none between them that was there before. */
interface Run {
  readonly path: string;
  readonly language: Language;
  readonly tokens: readonly Token[];
  /** Which of them stand in a copy. */
  readonly copied: Uint8Array;
}

/**
 * How much of the added code stands elsewhere in the repository, or twice in the patch: the share of the added tokens
 * that are in a row of at least {@link CLONE_TOKENS} equal ones (exact copies but for blanks and comments, type 1 of
 * Roy, Cordy & Koschke 2009). Code that was only moved is no copy: it is compared with the files as they are afterwards.
 */
export const duplication = trialScorer(
  {
    name: 'duplication',
    about: `share of the code added outside tests that is an exact copy, by rows of ${CLONE_TOKENS} tokens`,
    better: 'lower',
    source: import.meta.url,
  },
  async (trial) => {
    refuseEmpty(trial);
    const added = new Map(patchFiles(trial.patch).map(({ path, added: lines }) => [path, new Set(lines)]));
    const runs: Run[] = [];
    let code = 0;
    for (const { path, language, after, isTest } of await codeChanges(trial)) {
      if (isTest) continue;
      code += 1;
      if (after !== null)
        runs.push(...runsOf(path, language, { text: after, lines: added.get(path) ?? new Set() }));
    }
    if (code === 0) throw new Unscored('it changes no source file of a language that is known');
    const all = runs.reduce((sum, { tokens }) => sum + tokens.length, 0);
    if (all === 0) throw new Unscored('it adds no code');
    const windows = new Windows(runs);
    windows.withinPatch();
    const from = new Set<string>();
    if (windows.size > 0) {
      const workspace = await trial.open('after');
      const paths = await pathsIn(workspace);
      if (paths === null) throw new Unscored('the files of the repository could not be listed');
      const languages = new Set(runs.map(({ language }) => language));
      for (const path of paths.filter((each) => wanted(each, languages)).slice(0, MAX_FILES)) {
        const text = await textIn(workspace, path);
        if (
          text !== null &&
          windows.lookIn(tokensOf(languageOf(path)!, text), languageOf(path)!, added.get(path))
        )
          from.add(path);
      }
    }
    const copied = runs.reduce((sum, run) => sum + run.copied.reduce((total, each) => total + each, 0), 0);
    const where = from.size === 0 ? '' : `, also in ${[...from].slice(0, 3).join(', ')}`;
    return { value: copied / all, why: `${copied} of ${all} added tokens${where}` };
  },
);

function wanted(path: string, languages: ReadonlySet<Language>): boolean {
  const language = languageOf(path);
  return language !== null && languages.has(language) && !isTestFile(path);
}

function runsOf(
  path: string,
  language: Language,
  { text, lines }: { readonly text: string; readonly lines: ReadonlySet<number> },
): Run[] {
  const runs: Token[][] = [];
  let open = false;
  for (const token of tokensOf(language, text)) {
    if (!lines.has(token.line)) open = false;
    else if (open) runs.at(-1)!.push(token);
    else {
      runs.push([token]);
      open = true;
    }
  }
  return runs.map((tokens) => ({ path, language, tokens, copied: new Uint8Array(tokens.length) }));
}

/** Every row of {@link CLONE_TOKENS} tokens in what was added, by its hash: the repository is read past them once. */
class Windows {
  readonly #byHash = new Map<number, { readonly run: Run; readonly at: number }[]>();

  constructor(runs: readonly Run[]) {
    for (const run of runs)
      for (const [at, hash] of hashes(run.tokens)) {
        const list = this.#byHash.get(hash) ?? [];
        list.push({ run, at });
        this.#byHash.set(hash, list);
      }
  }

  get size(): number {
    return this.#byHash.size;
  }

  /** What stands twice in the patch is copied once: the later one. */
  withinPatch(): void {
    for (const places of this.#byHash.values()) {
      const [first, ...later] = places;
      for (const place of later) {
        const apart = place.run !== first!.run || place.at >= first!.at + CLONE_TOKENS;
        if (
          apart &&
          place.run.language === first!.run.language &&
          equal(first!.run.tokens, first!.at, place.run.tokens, place.at)
        )
          mark(place);
      }
    }
  }

  /** Whether a text holds any of them outside the lines that the patch added. */
  lookIn(tokens: readonly Token[], language: Language, added: ReadonlySet<number> | undefined): boolean {
    let found = false;
    for (const [at, hash] of hashes(tokens)) {
      const places = this.#byHash.get(hash);
      if (places === undefined) continue;
      if (added !== undefined && tokens.slice(at, at + CLONE_TOKENS).some(({ line }) => added.has(line)))
        continue;
      for (const place of places) {
        if (place.run.language !== language || !equal(tokens, at, place.run.tokens, place.at)) continue;
        mark(place);
        found = true;
      }
    }
    return found;
  }
}

function mark({ run, at }: { readonly run: Run; readonly at: number }): void {
  run.copied.fill(1, at, at + CLONE_TOKENS);
}

function equal(a: readonly Token[], from: number, b: readonly Token[], to: number): boolean {
  for (let offset = 0; offset < CLONE_TOKENS; offset++)
    if (a[from + offset]!.text !== b[to + offset]!.text) return false;
  return true;
}

const BASE = 1_000_003;

/** A rolling hash (Karp & Rabin 1987) of each row, in 32 bits. */
function* hashes(tokens: readonly Token[]): Generator<readonly [at: number, hash: number]> {
  let power = 1;
  for (let n = 1; n < CLONE_TOKENS; n++) power = Math.imul(power, BASE);
  let hash = 0;
  for (let end = 0; end < tokens.length; end++) {
    if (end >= CLONE_TOKENS) hash = (hash - Math.imul(numberOf(tokens[end - CLONE_TOKENS]!.text), power)) | 0;
    hash = (Math.imul(hash, BASE) + numberOf(tokens[end]!.text)) | 0;
    if (end >= CLONE_TOKENS - 1) yield [end - CLONE_TOKENS + 1, hash];
  }
}

function numberOf(text: string): number {
  let number = 7;
  for (let at = 0; at < text.length; at++) number = (Math.imul(number, 31) + text.charCodeAt(at)) | 0;
  return number;
}
