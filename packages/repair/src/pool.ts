import { isTestFile } from '@heddle/code';
import { repairLanguageOf } from './languages.ts';
import { byScore, type Candidate, candidatesIn, type SearchOptions } from './search.ts';
import { parses, readSource, type Source } from './source.ts';
import type { Epoch, FileView } from './state.ts';
import type { Suspect } from './suspicion.ts';

/** Files looked into; faults far from the first few suspects are beyond this search. */
const MAX_FILES = 8;
/** A file whose best line is less suspected than this, relative to the first, is not looked into. */
const MIN_FILE_SCORE = 0.15;
/** Longer files are machine-made more often than not. */
const MAX_FILE_LINES = 6_000;
/** Changes of one file kept: several times as many as a search tries. */
const MAX_CANDIDATES = 20_000;
/** Results kept: the state of the present epoch, and of those under it if edits are taken back. */
const MAX_REMEMBERED = 24;

/** The candidates of the suspected files. Remembers by content only, so that it stays a function of its arguments. */
export class Pool {
  readonly #sources = new Map<string, Promise<Source>>();
  readonly #ranksLines: boolean;
  readonly #candidates = new Map<string, Candidate[]>();

  /** `ranksLines` false: every line of a suspected file is as suspect as any other. */
  constructor(ranksLines = true) {
    this.#ranksLines = ranksLines;
  }

  /** All changes worth trying in the files seen, best first. */
  async candidates(epoch: Epoch, options: SearchOptions): Promise<Candidate[]> {
    const all: Candidate[][] = [];
    const sources: Source[] = [];
    for (const path of suspectFiles(epoch.suspects ?? [])) {
      const view = epoch.files.get(path);
      if (view && view.fault === null) sources.push(await this.source(path, view));
    }
    const texts = sources.map(({ text }) => text);
    for (const source of sources) {
      const { path } = source;
      const suspects = this.#ranksLines
        ? epoch.suspects!.filter((suspect) => suspect.path === path)
        : everyLine(source);
      const key = JSON.stringify([path, options, suspects, texts]);
      let found = this.#candidates.get(key);
      if (!found) {
        const others = sources.filter((other) => other !== source);
        found = candidatesIn(source, suspects, options, others).slice(0, MAX_CANDIDATES);
        remember(this.#candidates, key, found);
      }
      all.push(found);
    }
    return all.flat().sort(byScore);
  }

  async source(path: string, view: FileView): Promise<Source> {
    const text = textOf(view);
    const key = `${path}\0${text}`;
    let source = this.#sources.get(key);
    if (!source) {
      source = readSource(path, repairLanguageOf(path)!, text);
      remember(this.#sources, key, source);
    }
    return source;
  }

  /** Whether a file still parses with a candidate; looks at the top-level statement round it only. */
  async stillParses(candidate: Candidate, epoch: Epoch): Promise<boolean> {
    const { edit } = candidate;
    const source = await this.source(edit.path, epoch.files.get(edit.path)!);
    const first = edit.line;
    const last = edit.line + edit.old.split('\n').length - 1;
    const around = source.root.children.filter(({ line, endLine }) => endLine >= first && line <= last);
    const from = Math.min(first, ...around.map(({ line }) => line));
    const to = Math.max(last, ...around.map(({ endLine }) => endLine));
    const before = source.lines.slice(from - 1, to);
    const text = `${before.join('\n')}\n`;
    const head = before
      .slice(0, first - from)
      .map((line) => `${line}\n`)
      .join('');
    const changed = head + edit.new + text.slice(head.length + edit.old.length);
    if (await parses(source.language, changed)) return true;
    // What doesn't parse by itself as it is (a grammar's gap) can't be judged this way.
    return !(await parses(source.language, text));
  }
}

function everyLine({ path, lines }: Source): Suspect[] {
  return lines.map((_, at) => ({ path, line: at + 1, score: 1, reason: 'in a suspected file' }));
}

/** Text of a file as it was shown; a line that was not is empty, so that the others keep their numbers. */
export function textOf({ lines }: FileView): string {
  const last = Math.max(0, ...lines.keys());
  return Array.from({ length: last }, (_, index) => `${lines.get(index + 1) ?? ''}\n`).join('');
}

/** The suspected files that can be worked on, most suspected first. */
export function suspectFiles(suspects: readonly Suspect[]): string[] {
  const best = new Map<string, number>();
  for (const { path, score } of suspects) {
    if (isTestFile(path) || repairLanguageOf(path) === null) continue;
    best.set(path, Math.max(best.get(path) ?? 0, score));
  }
  return [...best]
    .filter(([, score]) => score >= MIN_FILE_SCORE)
    .sort((a, b) => b[1] - a[1])
    .slice(0, MAX_FILES)
    .map(([path]) => path);
}

/** Files, or parts of files, that are still to be looked at. */
export function unseen(epoch: Epoch): { path: string; range?: readonly [number, number] }[] {
  const wanted: { path: string; range?: readonly [number, number] }[] = [];
  for (const path of suspectFiles(epoch.suspects ?? [])) {
    const view = epoch.files.get(path);
    if (!view) wanted.push({ path });
    else if (view.next !== null && view.fault === null && view.lines.size < MAX_FILE_LINES) {
      wanted.push({ path, range: view.next });
    }
  }
  return wanted;
}

function remember<T>(map: Map<string, T>, key: string, value: T): void {
  if (map.size >= MAX_REMEMBERED) map.delete(map.keys().next().value!);
  map.set(key, value);
}
