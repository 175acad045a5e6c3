import { posix } from 'node:path';
import type { EventOf } from '@heddle/core';
import { folderOf, type Guide, isUsers } from './guides.ts';

/** Arguments of tools that name files, or hold commands that do. */
const TELLING = ['path', 'command'] as const;
/** Of a command: what is longer is a text that is written somewhere. */
const MAX_COMMAND_CHARACTERS = 4_000;
/** An action that gets to more folders with guides at once is a sweep (a formatter, a wide search), no work there. */
const MAX_AT_ONCE = 4;
/** Of all that is told, about 12,000 tokens; beyond, a guide is only named. */
const MAX_TOLD_CHARACTERS = 48_000;

/**
 * Which guides the model has been told of. Those of the root are in the introduction; a nested folder's is told when
 * the model first looks at or changes something there. A fold, as all of the state is.
 */
export class GuideBook {
  #root = '/';
  #nested: readonly (Guide & { readonly folder: string })[] = [];
  readonly #told = new Map<string, Guide>();
  #due: readonly Guide[] = [];
  #characters = 0;

  /** The next guide to be told; null: none. */
  get due(): Guide | null {
    return this.#due[0] ?? null;
  }

  /** Those in the prompt beside the introduction's. */
  get told(): readonly Guide[] {
    return [...this.#told.values()];
  }

  prepared({ root, guides = [] }: EventOf<'workspace.prepared'>): void {
    this.#root = root;
    const all = guides.map((guide) => ({ ...guide, folder: isUsers(guide) ? '' : folderOf(guide) }));
    this.#nested = all.filter(({ folder }) => folder !== '');
  }

  noted({ about, name }: EventOf<'note.added'>): void {
    const guide = about === 'guide' && this.#due.find(({ path }) => path === name);
    if (!guide) return;
    this.#told.set(guide.path, guide);
    this.#due = this.#due.filter((each) => each !== guide);
  }

  /** What was told may be gone from the prompt: it is told again where the model goes on working. */
  folded(): void {
    this.#told.clear();
    this.#characters = this.#due.reduce((sum, { text }) => sum + text.length, 0);
  }

  /** An action has ended: what it saw, changed or named is known. */
  acted(input: unknown, { changed, details }: EventOf<'action.completed'>): void {
    if (this.#told.size + this.#due.length >= this.#nested.length) return;
    const { seen = {}, cwd } = (details ?? {}) as { seen?: Record<string, string>; cwd?: unknown };
    const at = typeof cwd === 'string' ? this.#inside(cwd) : null;
    const paths = [
      ...changed.map(({ path }) => path),
      ...Object.keys(seen),
      ...(at === null ? [] : [at]),
      ...wordsOf(input).flatMap((word) => this.#named(word, at ?? '')),
    ];
    const isKnown = (guide: Guide) =>
      this.#told.has(guide.path) || this.#due.some(({ path }) => path === guide.path);
    const reached = this.#nested.filter(
      (guide) => !isKnown(guide) && paths.some((path) => `${path}/`.startsWith(`${guide.folder}/`)),
    );
    if (reached.length <= MAX_AT_ONCE)
      this.#due = [...this.#due, ...reached.map((guide) => this.#fitting(guide))];
  }

  #fitting({ path, text }: Guide): Guide {
    this.#characters += text.length;
    if (this.#characters <= MAX_TOLD_CHARACTERS) return { path, text };
    return { path, text: `(left out for want of room: read ${path} before you work there)` };
  }

  /** The files that a word may mean: from the root, and from the folder the shell is in. */
  #named(word: string, at: string): string[] {
    if (word.startsWith('/')) return [this.#inside(word) ?? ''];
    return [...new Set([posix.normalize(word), posix.join(at, word)])];
  }

  /** From the root; null: not below it. */
  #inside(path: string): string | null {
    const relative = posix.relative(this.#root, path);
    return relative.startsWith('..') ? null : relative;
  }
}

function wordsOf(input: unknown): string[] {
  const given = (input ?? {}) as Record<string, unknown>;
  return TELLING.flatMap((name) => {
    const text = given[name];
    if (typeof text !== 'string' || text.length > MAX_COMMAND_CHARACTERS) return [];
    return text.split(/[\s'"`;|&()<>=]+/).filter((word) => word !== '');
  });
}
