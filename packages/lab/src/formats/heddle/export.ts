import { createHash } from 'node:crypto';
import { EVENT_VERSION, type RolloutRow, type Store, type VersionName } from '@heddle/core';

/** Of the file's own form; events carry theirs. */
export const FILE_VERSION = 1;

/** The end line's counts, and the digest by which two copies of a rollout are known to be the same. */
export interface Packed {
  /** SHA-256 over the lines of rollouts and events, in order. */
  readonly digest: string;
  readonly rollouts: number;
  readonly events: number;
  readonly objects: number;
}

/**
 * A rollout as JSON lines, to be moved to another store without loss: those whose past it shares first, then it, then those
 * that worked on its behalf; their objects (also those that objects name), and what they ran with. Snapshots of files stay
 * behind, so it can be shown, compared, scored by its journal and exported there, but neither resumed nor forked.
 */
export function* heddleLines(store: Store, rollout: string): Generator<string> {
  const line = (value: unknown) => `${JSON.stringify(value)}\n`;
  const rows = belonging(store, rollout);
  yield line({ heddle: 'rollout', version: FILE_VERSION, rollout, events: EVENT_VERSION });
  const objects = new Set<string>();
  for (const text of journalLines(store, rows)) for (const digest of named(store, text)) objects.add(digest);
  for (const row of rows)
    for (const { digest } of store.versions.list({ rollout: row.rollout }))
      if (store.objects.has(digest)) objects.add(digest);
  // A set gives what is added while it is gone through.
  for (const digest of objects) {
    const bytes = store.objects.get(digest);
    const text = textOf(bytes);
    if (text === null) yield line({ object: digest, base64: Buffer.from(bytes).toString('base64') });
    else {
      yield line({ object: digest, text });
      if (/^[[{]/.test(text)) for (const other of named(store, text)) objects.add(other);
    }
  }
  const hash = createHash('sha256');
  let events = 0;
  for (const text of journalLines(store, rows)) {
    hash.update(text);
    if (text.startsWith('{"position"')) events += 1;
    yield text;
  }
  // Versions are counted in the order in which a store comes to know them.
  const ran = rows.flatMap((row) => ranWith(store, row.rollout)).sort((a, b) => a.at - b.at);
  yield* ran.map(line);
  const end: Packed = { digest: hash.digest('hex'), rollouts: rows.length, events, objects: objects.size };
  yield line({ end });
}

/** Each rollout's line, then its events', a page in memory at a time. */
function* journalLines(store: Store, rows: readonly RolloutRow[]): Generator<string> {
  for (const row of rows) {
    yield `${JSON.stringify({ rollout: row })}\n`;
    yield* eventLines(store, row.rollout);
  }
}

/** Events read at once. */
const PAGE = 256;

/** A rollout's own events, each as a line. */
export function* eventLines(store: Store, rollout: string): Generator<string> {
  let next = 0;
  for (;;) {
    let read = 0;
    for (const { position, at, event } of store.read(rollout, next, PAGE)) {
      yield `${JSON.stringify({ position, at, event })}\n`;
      next = position + 1;
      read += 1;
    }
    if (read < PAGE) return;
  }
}

/** Ancestors, the rollout, and who worked for any of them; a parent always before its forks. */
function belonging(store: Store, rollout: string): RolloutRow[] {
  const rows = new Map<string, RolloutRow>();
  const add = (id: string): void => {
    if (rows.has(id)) return;
    const row = store.rollouts({ prefix: id }).find((each) => each.rollout === id);
    if (row === undefined) return;
    if (row.parent !== null) add(row.parent.rollout);
    rows.set(id, row);
    for (const child of delegated(store, id)) add(child);
  };
  add(rollout);
  return [...rows.values()];
}

function* delegated(store: Store, rollout: string): Generator<string> {
  let next = 0;
  for (;;) {
    let read = 0;
    for (const { position, event } of store.read(rollout, next, PAGE)) {
      if (event.type === 'rollout.delegated') yield event.rollout;
      next = position + 1;
      read += 1;
    }
    if (read < PAGE) return;
  }
}

/** Digests in a text that are objects' here. */
function* named(store: Store, text: string): Generator<string> {
  for (const [digest] of text.matchAll(/(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])/g))
    if (store.objects.has(digest)) yield digest;
}

/** Null: no well-formed text, so its bytes would not come back. */
function textOf(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}

/** One entry for each version tree the rollout ran with. */
function ranWith(
  store: Store,
  rollout: string,
): { ran: string; at: number; whole: VersionName; parts: VersionName[] }[] {
  const nameOf = ({ kind, name, digest }: VersionName): VersionName => ({ kind, name, digest });
  const parts = store.versions.list({ rollout }).map(nameOf);
  return store.versions
    .of(rollout)
    .map((whole) => ({ ran: rollout, at: whole.at, whole: nameOf(whole), parts }));
}
