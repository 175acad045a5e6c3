import { isTestFile, languageOf, signatureLine, symbolsOf } from '@heddle/code';
import type { Workspace } from '@heddle/workspace';
import { FILES_PROMPT, LINES_PROMPT, SYMBOLS_PROMPT } from '../../prompts/pipeline.ts';
import { numberedLines, splitLines } from '../../tools/edit-text.ts';
import { repositoryOf } from '../../tools/navigate/repository.ts';
import { type Answer, ask, type Question } from '../question.ts';
import type { Run } from '../run.ts';
import { type FileSymbols, qualified, readFiles, readLines, readSymbols } from './answers.ts';
import type { Span } from './places.ts';

const MAX_FILES = 5;
const MAX_PLACES = 10;
/** Of the list of files: some 15,000 tokens. */
const MAX_LIST_CHARACTERS = 60_000;
/** Of what is shown of files, in outline or in full: some 25,000 tokens. */
const MAX_CODE_CHARACTERS = 100_000;

export interface Found {
  readonly spans: readonly Span[];
  /** Why it is no narrower; empty where all was answered. */
  readonly why: string;
}

/**
 * Files, then definitions in them, then lines, one question each (Agentless: Xia et al. 2024). Where an answer cannot
 * be had, what the one before it gave stands.
 */
export async function byModel(run: Run, files: Workspace, about: string): Promise<Found> {
  const paths = await concernedFiles(run, files, about);
  if (paths.outcome !== 'read') return { spans: [], why: paths.why };
  const texts = new Map<string, string[]>();
  for (const path of paths.value)
    texts.set(path, splitLines((await files.files.read(path)).toString('utf8')));
  const whole = [...texts].map(([path, lines]) => ({ path, first: 1, last: Math.max(1, lines.length) }));
  const symbols = await concernedSymbols(run, texts, about);
  if (symbols.outcome === 'unasked') return { spans: whole, why: symbols.why };
  const spans = symbols.outcome === 'read' ? symbols.value : whole;
  const lines = await asked(run, 'lines', LINES_PROMPT, about, {
    shown: codeOf(spans, texts),
    read: (reply) =>
      readLines(reply, new Map([...texts].map(([path, { length }]) => [path, length])), MAX_PLACES),
  });
  return lines.outcome === 'read' ? { spans: lines.value, why: '' } : { spans, why: lines.why };
}

async function concernedFiles(run: Run, files: Workspace, about: string): Promise<Answer<string[]>> {
  const listed = (await repositoryOf(files).list()).map(({ path }) => path);
  // What is left out for want of room is the least likely to be changed.
  const rank = (path: string) => (isTestFile(path) ? 2 : languageOf(path) === null ? 1 : 0);
  const ordered = listed.toSorted((a, b) => rank(a) - rank(b));
  return asked(run, 'files', FILES_PROMPT, about, {
    shown: `Files:\n${clipped(ordered, MAX_LIST_CHARACTERS, 'files')}`,
    read: (reply) => readFiles(reply, new Set(listed), MAX_FILES),
  });
}

async function concernedSymbols(
  run: Run,
  texts: ReadonlyMap<string, string[]>,
  about: string,
): Promise<Answer<Span[]>> {
  const files = new Map<string, FileSymbols>();
  const shown: string[] = [];
  for (const [path, lines] of texts) {
    const language = languageOf(path);
    const { symbols } = language === null ? { symbols: [] } : await symbolsOf(language, lines.join('\n'));
    files.set(path, { symbols, lines: Math.max(1, lines.length) });
    shown.push(`${path} (${lines.length} lines)`);
    for (const symbol of symbols)
      shown.push(`  ${qualified(symbol)}: ${signatureLine(lines[symbol.line - 1] ?? '').trim()}`);
  }
  return asked(run, 'symbols', SYMBOLS_PROMPT, about, {
    shown: clipped(shown, MAX_CODE_CHARACTERS, 'definitions'),
    read: (reply) => readSymbols(reply, files, MAX_PLACES),
  });
}

function asked<T>(
  run: Run,
  key: string,
  system: string,
  about: string,
  { shown, read }: Pick<Question<T>, 'read'> & { readonly shown: string },
): Promise<Answer<T>> {
  return ask(run, { key, role: 'locator', system, text: `${about}\n\n${shown}`, read });
}

function codeOf(spans: readonly Span[], texts: ReadonlyMap<string, string[]>): string {
  const shown = spans.flatMap(({ path, first, last }) => [
    `${path}, lines ${first} to ${last}:`,
    ...numberedLines(texts.get(path)!.slice(first - 1, last), first).split('\n'),
  ]);
  return clipped(shown, MAX_CODE_CHARACTERS, 'lines');
}

/** As many of the first lines as there is room for, and how many are left out. */
function clipped(lines: readonly string[], most: number, what: string): string {
  const fitting: string[] = [];
  let room = most;
  for (const line of lines) {
    room -= line.length + 1;
    if (room < 0)
      return [...fitting, `[${lines.length - fitting.length} more ${what} are left out]`].join('\n');
    fitting.push(line);
  }
  return fitting.join('\n');
}
