import { DatabaseSync } from 'node:sqlite';
import type { ObjectStore, Recorded } from '@heddle/core';
import { fused, nearest } from './meaning.ts';
import { type Piece, piecesOf } from './pieces.ts';

/** Turns texts into vectors, one for each, in order. */
export type Embed = (texts: readonly string[]) => Promise<readonly (readonly number[])[]>;

interface Found {
  readonly found: readonly Piece[];
  readonly total: number;
}

/** How many places of each ranking count. */
const RANKED = 50;
/** Beyond so many pieces, the oldest are found by their words alone: each costs money once. */
const MAX_EMBEDDED = 2_000;

/** Identifiers count by their parts too, but less than as a whole. */
const WHOLE_WEIGHT = 1;
const PARTS_WEIGHT = 0.4;

/**
 * A rollout's journal, searchable by words: BM25 by SQLite's full text index, in memory and made when first asked for.
 * What is remembered is the journal itself; this can be thrown away at any time.
 */
export class History {
  readonly #db = new DatabaseSync(':memory:');
  readonly #objects: ObjectStore;
  readonly #calls = new Map<string, string>();
  /** An output that comes again (a check, a file viewed twice) is found at its last place only. */
  readonly #places = new Map<string, number>();
  readonly #vectors = new Map<number, readonly number[]>();
  #next = 0;
  #step = 0;

  constructor(objects: ObjectStore) {
    this.#objects = objects;
    this.#db.exec(
      `CREATE VIRTUAL TABLE pieces USING fts5(text, parts, step UNINDEXED, source UNINDEXED, part UNINDEXED, tokenize = "porter unicode61 tokenchars '_'")`,
    );
  }

  /** `events`: all of the journal; those seen before are passed over. */
  add(events: readonly Recorded[]): void {
    const insert = this.#db.prepare(
      'INSERT INTO pieces(text, parts, step, source, part) VALUES (?, ?, ?, ?, ?)',
    );
    const remove = this.#db.prepare('DELETE FROM pieces WHERE rowid = ?');
    this.#db.exec('BEGIN');
    for (const recorded of events.slice(this.#next)) {
      if (recorded.event.type === 'model.requested') this.#step = recorded.event.step;
      for (const { step, source, text, part } of piecesOf(recorded, this.#step, this.#calls, this.#objects)) {
        const earlier = this.#places.get(text);
        if (earlier !== undefined) {
          remove.run(earlier);
          this.#vectors.delete(earlier);
        }
        const { lastInsertRowid } = insert.run(text, partsOf(text), step, source, part);
        this.#places.set(text, Number(lastInsertRowid));
      }
    }
    this.#db.exec('COMMIT');
    this.#next = events.length;
  }

  /**
   * The best first; `total` is how many have one of the words. With `embed`, what is near in meaning counts as well;
   * pieces it has not seen are embedded first, the newest ones where there are very many.
   */
  async search(query: string, most: number, embed?: Embed): Promise<Found> {
    const words = this.#byWords(query);
    const near = embed === undefined || this.#next === 0 ? [] : await this.#byMeaning(query, embed);
    const best = (near.length === 0 ? words.numbers : fused([words.numbers, near])).slice(0, most);
    return { found: best.map((number) => this.#piece(number)), total: words.total };
  }

  #byWords(query: string): { readonly numbers: readonly number[]; readonly total: number } {
    const words = [...new Set([...wordsOf(query), ...wordsOf(partsOf(query))])];
    if (words.length === 0) return { numbers: [], total: 0 };
    const match = words.map((word) => `"${word}"`).join(' OR ');
    const rows = this.#db
      .prepare(
        `SELECT rowid FROM pieces WHERE pieces MATCH ?
         ORDER BY bm25(pieces, ${WHOLE_WEIGHT}, ${PARTS_WEIGHT}), rowid DESC LIMIT ${RANKED}`,
      )
      .all(match);
    const count = this.#db.prepare('SELECT count(*) AS n FROM pieces WHERE pieces MATCH ?').get(match);
    return { numbers: rows.map(({ rowid }) => Number(rowid)), total: Number(count?.n ?? 0) };
  }

  async #byMeaning(query: string, embed: Embed): Promise<number[]> {
    const rows = this.#db
      .prepare(`SELECT rowid, text FROM pieces ORDER BY rowid DESC LIMIT ${MAX_EMBEDDED}`)
      .all()
      .filter(({ rowid }) => !this.#vectors.has(Number(rowid)));
    const [asked, ...made] = await embed([query, ...rows.map(({ text }) => String(text))]);
    for (const [index, { rowid }] of rows.entries()) this.#vectors.set(Number(rowid), made[index] ?? []);
    return nearest(asked ?? [], this.#vectors, RANKED);
  }

  #piece(number: number): Piece {
    const row = this.#db.prepare('SELECT text, step, source, part FROM pieces WHERE rowid = ?').get(number);
    const { text, step, source, part } = row ?? {};
    return { text: String(text), step: Number(step), source: String(source), part: Number(part) };
  }

  dispose(): void {
    this.#db.close();
  }
}

function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}\p{M}_]+/gu) ?? [];
}

/** The words inside of identifiers: `parseHTTPDate` and `parse_http_date` are both about dates. */
function partsOf(text: string): string {
  return text
    .replaceAll(/(\p{Ll}|\p{N})(\p{Lu})/gu, '$1 $2')
    .replaceAll(/(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1 $2')
    .replaceAll('_', ' ');
}
