import { ModelFacingError } from '@heddle/core';
import type { ToolContext, ToolResult } from '../../tool.ts';
import { lineAt, nearestLines, numbered } from '../edit-text.ts';
import { apply, echo, type FileChange, type Landing } from './apply.ts';
import { type Document, openDocument, refuseStale } from './document.ts';
import { type Found, find, type Level, type Place } from './ladder.ts';
import { PlainText, plainEnds } from './line-ends.ts';
import { tidyPath } from './paths.ts';
import { refusePlaceholder } from './placeholder.ts';

export interface Replacement {
  readonly path: string;
  readonly old: string;
  readonly new: string;
  /** Which of several matches: the line it begins at, or one it covers. */
  readonly line?: number | undefined;
  readonly all?: boolean | undefined;
}

/** Shorter new texts stand in most files by chance. Characters, white space not counted. */
const MIN_TELLING_CHARACTERS = 12;

/**
 * Replaces texts in one or several files: each is looked for in the files as they are, and either all are replaced or
 * none. Throws ModelFacingError; a single edit's code is its own fault's, of several it is `edits-failed`.
 */
export async function replace(
  context: ToolContext,
  edits: readonly Replacement[],
  { force }: { force: boolean },
): Promise<ToolResult> {
  const files = new Map<string, FileEdits>();
  const told: (string | null)[] = [];
  for (const [index, edit] of edits.entries()) {
    const key = tidyPath(edit.path, context.workspace.root);
    try {
      let file = files.get(key);
      if (file === undefined) {
        file = new FileEdits(await openDocument(context, edit.path));
        files.set(key, file);
        refuseStale(context, file.document);
      }
      file.add(index, edit, { force });
      told.push(null);
    } catch (error) {
      if (!(error instanceof ModelFacingError) || edits.length === 1) throw error;
      told.push(error.message.replace(/ ?Nothing was changed\./, ''));
    }
  }
  refuseFailed(edits, files, told, context);
  const results = [...files.values()].map((file) => file.result());
  const changes: FileChange[] = results.map(({ document, after }) => ({
    path: document.path,
    before: document,
    after,
  }));
  const remembered = await apply(context, changes, { force });
  return {
    content: results.map((result) => answer(result)).join('\n'),
    details: {
      path: results[0]!.document.path,
      matches: results.flatMap((result) => result.levels),
      ...remembered,
    },
  };
}

/** Says for each edit what is wrong with it, and which would fit. */
function refuseFailed(
  edits: readonly Replacement[],
  files: ReadonlyMap<string, FileEdits>,
  told: readonly (string | null)[],
  { workspace }: ToolContext,
): void {
  const failed = told.filter((fault) => fault !== null).length;
  if (failed === 0) return;
  const lines = told.map((fault, index) => {
    if (fault !== null) return `Edit ${index + 1}: ${fault}`;
    const { path } = edits[index]!;
    const line = files.get(tidyPath(path, workspace.root))!.lineOf(index);
    return `Edit ${index + 1}: fits ${path} at line ${line}.`;
  });
  throw new ModelFacingError(
    'edits-failed',
    `Nothing was changed: ${failed} of ${edits.length} edits do not fit. Mend them and send all again.\n${lines.join('\n')}`,
  );
}

interface FileResult {
  readonly document: Document;
  readonly after: string;
  readonly landings: readonly Landing[];
  readonly levels: readonly Level[];
  readonly notes: readonly string[];
}

/** The replacements in one file, all found in its original text. */
class FileEdits {
  readonly document: Document;
  readonly #text: PlainText;
  readonly #placed: { index: number; place: Place }[] = [];
  readonly #levels: Level[] = [];
  readonly #notes: string[] = [];

  constructor(document: Document) {
    this.document = document;
    this.#text = new PlainText(document.text);
  }

  add(index: number, edit: Replacement, { force }: { force: boolean }): void {
    const { path } = this.document;
    const [old, put] = [plainEnds(edit.old), plainEnds(edit.new)];
    if (old === put)
      throw new ModelFacingError('no-change', 'old and new are the same text. Nothing was changed.');
    if (old === '')
      throw new ModelFacingError('bad-input', 'old is empty. Use insert to add text at a line.');
    if (!put.isWellFormed())
      throw new ModelFacingError(
        'bad-input',
        'new holds half a character (a lone surrogate). Nothing was changed.',
      );
    if (!force) refusePlaceholder(path, put, old);
    const found = find(this.#text.plain, old, put);
    if (found === null) throw new ModelFacingError('no-match', this.#noMatch(old, put));
    for (const place of this.#chosen(found, edit)) {
      const other = this.#placed.find((each) => overlap(each.place, place));
      if (other !== undefined) {
        throw new ModelFacingError(
          'overlap',
          `It changes the same text of ${path} (line ${place.line}) as edit ${other.index + 1}. Nothing was changed: make the two one edit.`,
        );
      }
      this.#placed.push({ index, place });
    }
    this.#levels.push(found.level);
    if (found.level !== 'exact') this.#notes.push(this.#looser(found));
  }

  lineOf(index: number): number {
    return this.#placed.find((each) => each.index === index)!.place.line;
  }

  result(): FileResult {
    const text = this.#text;
    const places = this.#placed.map(({ place }) => place).toSorted((left, right) => left.start - right.start);
    let after = '';
    let done = 0;
    const landings: Landing[] = [];
    let line = 1;
    for (const { start, end, put } of places) {
      const from = text.offset(start);
      const written = text.withEnds(put, start, end);
      const kept = text.original.slice(done, from);
      line += lineEnds(kept);
      const added = lineEnds(written);
      landings.push({ first: line, last: line + added });
      line += added;
      after += kept + written;
      done = text.offset(end);
    }
    after += text.original.slice(done);
    return { document: this.document, after, landings, levels: this.#levels, notes: this.#notes };
  }

  #chosen({ level, places }: Found, { line, all }: Replacement): readonly Place[] {
    if (places.length === 1) return places;
    if (all === true && level === 'exact') return this.#all(places[0]!);
    const { path } = this.document;
    if (line !== undefined) {
      const near = places.filter((place) => place.line === line);
      const at = near.length > 0 ? near : places.filter((place) => covers(this.#text.plain, place, line));
      if (at.length === 1) return at;
    }
    const lines = places.map((place) => place.line).join(', ');
    const loosely = level === 'exact' ? '' : ` (${level})`;
    const choose =
      line === undefined
        ? 'Include more of the lines around the one you mean, or name its first line with "line".'
        : `Not one of them alone is at line ${line}.`;
    const every = level === 'exact' ? ' "all": true replaces every one.' : '';
    throw new ModelFacingError(
      'ambiguous',
      `old occurs ${places.length} times in ${path} (lines ${lines})${loosely}. ${choose}${every} Nothing was changed.`,
    );
  }

  /** Every exact place, not only the first few. */
  #all({ start, end, put }: Place): Place[] {
    const { plain } = this.#text;
    const old = plain.slice(start, end);
    const places: Place[] = [];
    let line = 1;
    let counted = 0;
    for (let at = plain.indexOf(old); at !== -1; at = plain.indexOf(old, at + old.length)) {
      line += lineEnds(plain.slice(counted, at));
      counted = at;
      places.push({ start: at, end: at + old.length, line, put });
    }
    return places;
  }

  #noMatch(old: string, put: string): string {
    const { plain } = this.#text;
    const telling = put.replaceAll(/\s/g, '').length >= MIN_TELLING_CHARACTERS;
    const at = telling ? plain.indexOf(put.trim()) : -1;
    const there =
      at === -1
        ? ''
        : ` The new text is there already, at line ${lineAt(plain, at)}: was this edit made before?`;
    return `No match in ${this.document.path}.${there}\n${nearestLines(plain, old)}`;
  }

  /** What a looser match took for equal, where that is more than white space. */
  #looser({ level, places }: Found): string {
    const differing = places[0]?.differing ?? [];
    if (differing.length === 0) return `matched with ${level}`;
    const were = differing.map((line) => numbered(this.#text.plain, line, line)).join('\n');
    return `matched with ${level}; these lines were not as you wrote them, and are replaced:\n${were}\n`;
  }
}

function answer({ document, after, landings, notes }: FileResult): string {
  const how = [document.remark, ...new Set(notes)].filter(Boolean).join('; ');
  return `Changed ${document.path}${how === '' ? '' : ` (${how})`}. It now reads:\n${echo(after, landings)}`;
}

function overlap(left: Place, right: Place): boolean {
  return left.start < right.end && right.start < left.end;
}

function covers(text: string, { line, start, end }: Place, wanted: number): boolean {
  return wanted >= line && wanted <= line + lineEnds(text.slice(start, end));
}

function lineEnds(text: string): number {
  return text.split('\n').length - 1;
}
