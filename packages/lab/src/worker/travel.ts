import {
  digestOf,
  type Recorded,
  type RolloutEvent,
  type RolloutRow,
  type Store,
  type TrialKey,
} from '@heddle/core';
import { type SnapshotPacker, snapshotPacker } from '@heddle/workspace';
import type { Entrant } from '../entrant.ts';

/** Git's id of a tree. */
const TREE = /^[0-9a-f]{40}$/;

/**
 * An entrant whose attempts can be gone on with on another machine: before an event names a snapshot, the snapshot's files
 * are in the store, and before a journal is taken up the snapshots it names are here. The sealed repository itself is made
 * anew from the dataset, the same to the byte; both machines have Heddle's data folder at the same path.
 */
export function travelling(entrant: Entrant, key: TrialKey): Entrant {
  return {
    ...entrant,
    attempt(job, context) {
      const { store, home } = context;
      const packer = snapshotPacker(home, job.repo);
      const owner = digestOf(
        JSON.stringify([key.experiment, key.agent, key.instance, key.attempt, packer.base]),
      );
      bringHere(store, packer, owner);
      return entrant.attempt(job, { ...context, store: carrying(store, packer, owner) });
    },
  };
}

/** Makes every snapshot of an owner present on this machine. */
function bringHere(store: Store, packer: SnapshotPacker, owner: string): void {
  const snapshots = store.snapshotPacks.list(owner);
  // The later ones need the earlier ones: all, or from the first that is missing.
  const first = snapshots.findIndex((snapshot) => !packer.has(snapshot));
  if (first < 0) return;
  for (const snapshot of snapshots.slice(first))
    packer.unpack(store.snapshotPacks.get(owner, snapshot)!.bytes);
}

/** The store, with the files of each snapshot put into it before the event that names it. */
function carrying(store: Store, packer: SnapshotPacker, owner: string): Store {
  const carried = store.snapshotPacks.list(owner);
  const known = new Set([packer.base, ...carried]);
  const carry = (event: RolloutEvent) => {
    for (const snapshot of snapshotsIn(event)) {
      if (known.has(snapshot)) continue;
      const bytes = packer.pack(snapshot, carried);
      store.snapshotPacks.put({ owner, snapshot, bytes });
      known.add(snapshot);
      carried.push(snapshot);
    }
  };
  return new CarryingStore(store, carry);
}

function* snapshotsIn(value: unknown): Iterable<string> {
  if (typeof value !== 'object' || value === null) return;
  for (const [name, inner] of Object.entries(value)) {
    if (name === 'snapshot' && typeof inner === 'string' && TREE.test(inner)) yield inner;
    else yield* snapshotsIn(inner);
  }
}

class CarryingStore implements Store {
  readonly #store: Store;
  readonly #carry: (event: RolloutEvent) => void;
  readonly objects: Store['objects'];
  readonly versions: Store['versions'];
  readonly results: Store['results'];
  readonly experiments: Store['experiments'];
  readonly snapshotPacks: Store['snapshotPacks'];
  readonly rates: Store['rates'];
  readonly desk: Store['desk'];
  readonly ratings: Store['ratings'];

  constructor(store: Store, carry: (event: RolloutEvent) => void) {
    this.#store = store;
    this.#carry = carry;
    this.objects = store.objects;
    this.versions = store.versions;
    this.results = store.results;
    this.experiments = store.experiments;
    this.snapshotPacks = store.snapshotPacks;
    this.rates = store.rates;
    this.desk = store.desk;
    this.ratings = store.ratings;
  }

  create(row: RolloutRow, first?: { readonly event: RolloutEvent; readonly at: number }): void {
    if (first !== undefined) this.#carry(first.event);
    this.#store.create(row, first);
  }

  append(rollout: string, position: number, event: RolloutEvent, at: number): void {
    this.#carry(event);
    this.#store.append(rollout, position, event, at);
  }

  read(rollout: string, from?: number, limit?: number): Iterable<Recorded> {
    return this.#store.read(rollout, from, limit);
  }

  rollouts(options?: { prefix?: string; limit?: number }): RolloutRow[] {
    return this.#store.rollouts(options);
  }

  claim(rollout: string): void {
    this.#store.claim(rollout);
  }

  release(rollout: string): void {
    this.#store.release(rollout);
  }

  writerOf(rollout: string) {
    return this.#store.writerOf(rollout);
  }

  isRunning(rollout: string): boolean {
    return this.#store.isRunning(rollout);
  }

  close(): void {
    this.#store.close();
  }
}
