import { createHash } from 'node:crypto';
import { digestOf, OperatorError, parseEvent, type RolloutRow, type Store } from '@heddle/core';
import * as z from 'zod/mini';
import { linesOf } from '../lines.ts';
import { parseText, readAs, unreadable } from '../unreadable.ts';
import { eventLines, FILE_VERSION, type Packed } from './export.ts';

const versionName = z.object({
  kind: z.enum(['agent', 'tool', 'op', 'dataset', 'prompt', 'configuration']),
  name: z.string(),
  digest: z.string(),
});

const headSchema = z.object({
  heddle: z.literal('rollout'),
  version: z.number(),
  rollout: z.string(),
  events: z.number(),
});
const objectSchema = z.object({
  object: z.string(),
  text: z.optional(z.string()),
  base64: z.optional(z.string()),
});
const rowSchema = z.object({
  rollout: z.object({
    rollout: z.string(),
    parent: z.nullable(z.object({ rollout: z.string(), position: z.number() })),
    createdAt: z.number(),
  }),
});
const eventSchema = z.object({ position: z.number(), at: z.number(), event: z.unknown() });
const ranSchema = z.object({
  ran: z.string(),
  at: z.number(),
  whole: versionName,
  parts: z.array(versionName),
});
const endSchema = z.object({
  end: z.object({ digest: z.string(), rollouts: z.number(), events: z.number(), objects: z.number() }),
});

export interface ImportedRollout extends Packed {
  readonly rollout: string;
  /** False: every rollout in it was here already, the same. */
  readonly added: boolean;
}

/**
 * Brings a rollout from an export of ours into a store. The file is passed through once to be checked (whole, each object
 * under its digest, the sum right) and once to be written; what is here already stays as it is, and a copy that was broken
 * off is completed.
 *
 * Throws OperatorError `unreadable-import`, `journal-newer`; `rollout-differs` if one of that name is here that is another.
 */
export function importHeddle(store: Store, path: string): ImportedRollout {
  const { rollout, end } = checkFile(path);
  let added = false;
  let writing: Writing | null = null;
  for (const { kind, value, where, version } of parsedLines(path)) {
    if (kind === 'object') store.objects.put(bytesOf(value));
    else if (kind === 'rollout') {
      writing?.end();
      writing = new Writing(store, value.rollout);
    } else if (kind === 'event') {
      if (writing?.event(value, version, where)) added = true;
    } else if (kind === 'ran') {
      const { ran, at, whole, parts } = value;
      if (!store.versions.of(ran).some(({ digest }) => digest === whole.digest))
        store.versions.record({ whole, parts, texts: [], at, rollout: ran });
    }
  }
  writing?.end();
  return { rollout, added, ...end };
}

/** One rollout of the file on its way into the store. */
class Writing {
  readonly #store: Store;
  readonly #row: RolloutRow;
  #here: boolean;
  /** Its events that are here already. */
  #known: Iterator<string>;
  #ended = false;

  constructor(store: Store, row: RolloutRow) {
    this.#store = store;
    this.#row = row;
    const found = store.rollouts({ prefix: row.rollout }).find(({ rollout }) => rollout === row.rollout);
    this.#here = found !== undefined;
    if (found !== undefined && JSON.stringify(found.parent) !== JSON.stringify(row.parent))
      throw this.#differs();
    this.#known = eventLines(store, row.rollout)[Symbol.iterator]();
  }

  /** True: it was not here yet. */
  event({ position, at, event }: z.infer<typeof eventSchema>, version: number, where: string): boolean {
    const parsed = parseEvent(version, JSON.stringify(event), where);
    const known = this.#ended ? { done: true as const, value: undefined } : this.#known.next();
    if (!known.done) {
      if (known.value !== `${JSON.stringify({ position, at, event: parsed })}\n`) throw this.#differs();
      return false;
    }
    this.#ended = true;
    if (this.#here) this.#store.append(this.#row.rollout, position, parsed, at);
    else this.#store.create(this.#row, { event: parsed, at });
    this.#here = true;
    return true;
  }

  /** More is here than in the file: it has gone on here. */
  end(): void {
    if (!this.#ended && !this.#known.next().done) throw this.#differs();
  }

  #differs(): OperatorError {
    return new OperatorError(
      'rollout-differs',
      `there is another rollout ${this.#row.rollout} here, with other events`,
      { hint: 'import it with HEDDLE_HOME set to another folder' },
    );
  }
}

type Line = { readonly where: string; readonly version: number } & (
  | { readonly kind: 'head'; readonly value: z.infer<typeof headSchema> }
  | { readonly kind: 'object'; readonly value: z.infer<typeof objectSchema> }
  | { readonly kind: 'rollout'; readonly value: z.infer<typeof rowSchema> }
  | { readonly kind: 'event'; readonly value: z.infer<typeof eventSchema> }
  | { readonly kind: 'ran'; readonly value: z.infer<typeof ranSchema> }
  | { readonly kind: 'end'; readonly value: z.infer<typeof endSchema> }
);

function* parsedLines(path: string): Generator<Line & { readonly text: string }> {
  let number = 0;
  let version = 0;
  for (const text of linesOf(path)) {
    number += 1;
    const where = `${path}, line ${number}`;
    const value = parseText(text, where);
    const common = { where, version, text };
    const has = (name: string) => value !== null && typeof value === 'object' && name in value;
    if (number === 1) {
      const head = readAs(headSchema, value, where);
      if (head.version > FILE_VERSION) throw unreadable(where, 'a newer Heddle wrote it');
      version = head.events;
      yield { ...common, version, kind: 'head', value: head };
    } else if (has('object')) yield { ...common, kind: 'object', value: readAs(objectSchema, value, where) };
    else if (has('position')) yield { ...common, kind: 'event', value: readAs(eventSchema, value, where) };
    else if (has('rollout')) yield { ...common, kind: 'rollout', value: readAs(rowSchema, value, where) };
    else if (has('ran')) yield { ...common, kind: 'ran', value: readAs(ranSchema, value, where) };
    else yield { ...common, kind: 'end', value: readAs(endSchema, value, where) };
  }
}

function checkFile(path: string): { readonly rollout: string; readonly end: Packed } {
  const hash = createHash('sha256');
  const seen = { rollouts: 0, events: 0, objects: 0 };
  let rollout = '';
  for (const { kind, value, where, version, text } of parsedLines(path)) {
    if (kind === 'head') rollout = value.rollout;
    if (kind === 'rollout' || kind === 'event') hash.update(`${text}\n`);
    if (kind === 'rollout') seen.rollouts += 1;
    if (kind === 'event') {
      seen.events += 1;
      parseEvent(version, JSON.stringify(value.event), where);
    }
    if (kind === 'object') {
      seen.objects += 1;
      if (digestOf(bytesOf(value)) !== value.object)
        throw unreadable(where, 'the object is not what its digest says');
    }
    if (kind !== 'end') continue;
    const { end } = value;
    const whole =
      end.rollouts === seen.rollouts && end.events === seen.events && end.objects === seen.objects;
    if (!whole || hash.digest('hex') !== end.digest) throw unreadable(path, 'lines are missing or changed');
    return { rollout, end };
  }
  throw unreadable(path, 'it is not whole: its last line is missing');
}

function bytesOf({ text, base64 }: z.infer<typeof objectSchema>): Uint8Array {
  return base64 === undefined ? Buffer.from(text ?? '') : Buffer.from(base64, 'base64');
}
