import { describe, expect, it } from 'vitest';
import type { RolloutEvent } from '../src/events.ts';
import { Journal, readJournal } from '../src/journal.ts';
import { digestOf } from '../src/objects.ts';
import type { Store } from '../src/store.ts';
import type { VersionName } from '../src/version-register.ts';

const resumed: RolloutEvent = { type: 'workspace.restored', snapshot: 's' };
const restored = (snapshot: string): RolloutEvent => ({ type: 'workspace.restored', snapshot });

/** What every store must do; `open` gives a new empty one each time. */
export function storeConformance(name: string, open: () => Store): void {
  describe(`store: ${name}`, () => {
    it('gives back events in order, with their positions', () => {
      const store = open();
      const journal = Journal.create(store, 'a', { now: () => 7 });
      journal.append(resumed);
      journal.append(restored('x'));
      expect([...store.read('a')]).toEqual([
        { rollout: 'a', position: 0, at: 7, event: resumed },
        { rollout: 'a', position: 1, at: 7, event: restored('x') },
      ]);
      expect([...store.read('a', 1)]).toHaveLength(1);
      expect([...store.read('a', 0, 1)].map(({ position }) => position)).toEqual([0]);
      expect([...store.read('nobody')]).toEqual([]);
    });

    it("reads a fork as its parent's past and its own future, at any depth", () => {
      const store = open();
      const root = Journal.create(store, 'root');
      for (const id of ['r0', 'r1', 'r2']) root.append(restored(id));
      const child = Journal.create(store, 'child', { parent: { rollout: 'root', position: 1 } });
      child.append(restored('c2'));
      child.append(restored('c3'));
      const grandchild = Journal.create(store, 'grand', { parent: { rollout: 'child', position: 2 } });
      grandchild.append(restored('g3'));
      const chain = readJournal(store, 'grand');
      expect(chain.map(({ event }) => (event.type === 'workspace.restored' ? event.snapshot : ''))).toEqual([
        'r0',
        'r1',
        'c2',
        'g3',
      ]);
      expect(chain.map(({ position }) => position)).toEqual([0, 1, 2, 3]);
      expect(readJournal(store, 'root')).toHaveLength(3);
    });

    it('refuses a second event at a position', () => {
      const store = open();
      Journal.create(store, 'a').append(resumed);
      const late = Journal.reopen(store, 'a', []);
      expect(() => late.append(resumed)).toThrow(expect.objectContaining({ code: 'journal-position-taken' }));
    });

    it('lists rollouts newest first and by prefix', () => {
      const store = open();
      let now = 0;
      for (const id of ['ab', 'ac', 'b']) Journal.create(store, id, { now: () => ++now }).append(resumed);
      expect(store.rollouts().map(({ rollout }) => rollout)).toEqual(['b', 'ac', 'ab']);
      expect(store.rollouts({ prefix: 'a' }).map(({ rollout }) => rollout)).toEqual(['ac', 'ab']);
      expect(store.rollouts({ limit: 1 }).map(({ rollout }) => rollout)).toEqual(['b']);
      expect(store.rollouts({ prefix: '%' })).toEqual([]);
    });

    it('goes on in the list of rollouts after one of it, those of one moment too', () => {
      const store = open();
      for (const [id, at] of Object.entries({ a: 1, b: 2, c: 2, d: 2, e: 3 }))
        Journal.create(store, id, { now: () => at }).append(resumed);
      const listed: string[] = [];
      for (let last: { rollout: string; createdAt: number } | undefined; ; ) {
        const rows = store.rollouts({ limit: 2, ...(last === undefined ? {} : { after: last }) });
        listed.push(...rows.map(({ rollout }) => rollout));
        last = rows.at(-1);
        if (last === undefined) break;
      }
      expect(listed).toEqual(['e', 'd', 'c', 'b', 'a']);
    });

    it('knows which rollouts a live process works on', () => {
      const store = open();
      const journal = Journal.create(store, 'a');
      expect(store.isRunning('a')).toBe(true);
      expect(store.writerOf('a')).toMatchObject({ pid: process.pid });
      journal.release();
      expect(store.isRunning('a')).toBe(false);
      expect(store.writerOf('a')).toBeNull();
      expect(store.isRunning('nobody')).toBe(false);
    });

    it('a rollout or fork is there from its first event on, not before', () => {
      const store = open();
      const root = Journal.create(store, 'root');
      expect(store.rollouts()).toEqual([]);
      root.append(resumed);
      const fork = Journal.create(store, 'fork', { parent: { rollout: 'root', position: 0 } });
      expect(store.rollouts().map(({ rollout }) => rollout)).toEqual(['root']);
      expect(store.isRunning('fork')).toBe(true);
      expect(fork.append(restored('f')).position).toBe(1);
      expect(readJournal(store, 'fork').map(({ rollout }) => rollout)).toEqual(['root', 'fork']);
    });

    it('registers nothing when the first event cannot be written', () => {
      const store = open();
      store.append('a', 0, resumed, 1);
      const row = { rollout: 'a', parent: null, createdAt: 1 };
      expect(() => store.create(row, { event: resumed, at: 1 })).toThrow(
        expect.objectContaining({ code: 'journal-position-taken' }),
      );
      expect(store.rollouts()).toEqual([]);
    });

    it('keeps objects by content, large and small, once', () => {
      const store = open();
      const contents = [
        Buffer.alloc(0),
        Buffer.from('short'),
        Buffer.from('long '.repeat(10_000)),
        Buffer.from([0, 255, 0]),
      ];
      for (const bytes of contents) {
        const digest = store.objects.put(bytes);
        expect(store.objects.put(new Uint8Array(bytes))).toBe(digest);
        expect(Buffer.from(store.objects.get(digest)).equals(bytes)).toBe(true);
      }
      expect(store.objects.put('short')).toBe(store.objects.put(Buffer.from('short')));
      expect(store.objects.has('0'.repeat(64))).toBe(false);
      expect(() => store.objects.get('0'.repeat(64))).toThrow('object-missing');
    });

    const version = (name: string, digest: string, kind: VersionName['kind'] = 'agent'): VersionName => ({
      kind,
      name,
      digest,
    });

    it('numbers versions by kind and name in the order in which they came, once each', () => {
      const { versions } = open();
      const record = (whole: VersionName, at: number, ...parts: VersionName[]) =>
        versions.record({ whole, parts, texts: [], at });
      record(version('a', 'd1'), 1, version('t', 'x1', 'tool'));
      record(version('a', 'd2'), 2, version('t', 'x1', 'tool'));
      record(version('b', 'd1'), 3, version('t', 'x2', 'tool'));
      record(version('a', 'd1'), 4);
      const numbers = versions
        .list()
        .map(({ kind, name, number, digest, at }) => [kind, name, number, digest, at]);
      expect(numbers).toEqual([
        ['agent', 'a', 1, 'd1', 1],
        ['agent', 'a', 2, 'd2', 2],
        ['agent', 'b', 1, 'd1', 3],
        ['tool', 't', 1, 'x1', 1],
        ['tool', 't', 2, 'x2', 3],
      ]);
      expect(versions.has(version('a', 'd2'))).toBe(true);
      expect(versions.has(version('a', 'x1'))).toBe(false);
    });

    it('finds versions by name, number, the beginning of a digest, and by who ran with them', () => {
      const { versions } = open();
      const tool = version('t', 'cafe', 'tool');
      versions.record({ whole: version('a', 'd1'), parts: [tool], texts: [], at: 1, rollout: 'r1' });
      versions.record({ whole: version('a', 'd2'), parts: [tool], texts: [], at: 2, rollout: 'r2' });
      versions.record({ whole: version('a', 'd1'), parts: [], texts: [], at: 3, rollout: 'r2' });
      const found = (...filter: Parameters<typeof versions.list>) =>
        versions.list(...filter).map(({ name, number, rollouts }) => `${name}@${number} ${rollouts}`);
      expect(found({ name: 'a' })).toEqual(['a@1 2', 'a@2 1']);
      expect(found({ name: 'a', number: 2 })).toEqual(['a@2 1']);
      expect(found({ digest: 'caf' })).toEqual(['t@1 2']);
      expect(found({ digest: '%' })).toEqual([]);
      expect(found({ kind: 'tool' })).toEqual(['t@1 2']);
      expect(found({ rollout: 'r1' })).toEqual(['a@1 2', 't@1 2']);
      expect(found({ rollout: 'nobody' })).toEqual([]);
      // In the order in which it ran with them, not in that of their numbers.
      expect(versions.of('r2').map(({ number }) => number)).toEqual([2, 1]);
      expect(versions.of('nobody')).toEqual([]);
    });

    it('knows where a version was used, as a whole or as a part', () => {
      const { versions, experiments } = open();
      const tool = version('t', 'cafe', 'tool');
      versions.record({ whole: version('a', 'd1'), parts: [tool], texts: [], at: 1, rollout: 'r1' });
      versions.record({ whole: version('a', 'd2'), parts: [tool], texts: [], at: 2, rollout: 'r2' });
      versions.record({ whole: version('a', 'd2'), parts: [], texts: [], at: 3, rollout: 'r3' });
      const trial = { agent: 'a', instance: 'i', attempt: 1 };
      experiments.plan({ experiment: 'e', name: 'e', createdAt: 1, plan: 'p' }, [{ ...trial, order: 0 }]);
      experiments.begin({ ...trial, experiment: 'e' }, 'r2');
      expect(versions.usesOf(tool, 9)).toEqual({ rollouts: ['r3', 'r2', 'r1'], experiments: ['e'] });
      expect(versions.usesOf(tool, 1).rollouts).toEqual(['r3']);
      expect(versions.usesOf(version('a', 'd1'), 9)).toEqual({ rollouts: ['r1'], experiments: [] });
      expect(versions.usesOf(version('nothing', 'd1'), 9)).toEqual({ rollouts: [], experiments: [] });
    });

    it('registers nothing when a text cannot be kept', () => {
      const { versions, objects } = open();
      const texts = ['kept with the rest or not at all', null as unknown as string];
      expect(() => versions.record({ whole: version('a', 'd1'), parts: [], texts, at: 1 })).toThrow();
      expect(versions.list()).toEqual([]);
      expect(objects.has(digestOf(texts[0]!))).toBe(false);
    });

    it('finds the result that was settled last before, of the same set-up and of another rollout', () => {
      const { results } = open();
      const settle = (rollout: string, setup: string, result: string) =>
        results.settle({ rollout, setup, result });
      expect(settle('r1', 's', 'x')).toBeNull();
      expect(settle('r1', 's', 'y')).toBeNull();
      expect(settle('r2', 's', 'x')).toEqual({ rollout: 'r1', setup: 's', result: 'y' });
      expect(settle('r3', 'other', 'x')).toBeNull();
      expect(settle('r4', 's', 'x')).toEqual({ rollout: 'r2', setup: 's', result: 'x' });
    });

    it('lets a minute through at once, and whoever comes after that in turn', () => {
      const { rates } = open();
      const limit = { requestsPerMinute: 2, tokensPerMinute: 6_000 };
      const take = (tokens: number, key = 'a') => rates.take(key, limit, tokens);
      expect([take(0), take(0)]).toEqual([0, 0]);
      // Half a minute for each, less what has passed.
      const [third, fourth] = [take(0), take(0)];
      expect(third).toBeGreaterThan(0);
      expect(third).toBeLessThanOrEqual(30_000);
      expect(fourth).toBeGreaterThan(third);
      expect(fourth).toBeLessThanOrEqual(60_000);
      expect(take(6_000, 'b')).toBe(0);
      expect(take(3_000, 'b')).toBeGreaterThan(0);
      rates.giveBack('b', limit, 9_000);
      expect(rates.take('b', { tokensPerMinute: 6_000 }, 6_000)).toBe(0);
      expect(rates.take('c', {}, 1e9)).toBe(0);
    });

    it('keeps the packs of snapshots by owner, in their order, once each', () => {
      const { snapshotPacks } = open();
      const pack = (owner: string, snapshot: string, text: string) =>
        snapshotPacks.put({ owner, snapshot, bytes: Buffer.from(text) });
      pack('o', 's2', 'two');
      pack('o', 's1', 'one');
      pack('p', 's1', 'of another');
      pack('o', 's2', 'is there already');
      expect(snapshotPacks.list('o')).toEqual(['s2', 's1']);
      expect(Buffer.from(snapshotPacks.get('o', 's2')!.bytes).toString()).toBe('two');
      expect(snapshotPacks.has('p', 's1')).toBe(true);
      expect(snapshotPacks.has('p', 's2')).toBe(false);
      expect(snapshotPacks.get('p', 's2')).toBeNull();
      expect(snapshotPacks.list('nobody')).toEqual([]);
    });
  });
}
