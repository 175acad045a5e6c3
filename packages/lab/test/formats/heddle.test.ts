import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { readRollout, resultOf } from '@heddle/agent';
import type { Store } from '@heddle/core';
import { describe, expect, it } from 'vitest';
import { atifText } from '../../src/formats/atif/export.ts';
import { heddleLines } from '../../src/formats/heddle/export.ts';
import { importHeddle } from '../../src/formats/heddle/import.ts';
import { trajectoryOf } from '../../src/formats/journal-trajectory.ts';
import { composed, joined, longJournal, solved, temporaryFolder, temporaryStore } from './support.ts';

function exported(store: Store, rollout: string): string {
  const file = join(temporaryFolder(), 'rollout.jsonl');
  writeFileSync(file, joined(heddleLines(store, rollout)));
  return file;
}

describe('our own lines', () => {
  it('move a rollout to another store as it is, with those that worked for it', async () => {
    const { store, rollout } = await composed();
    const file = exported(store, rollout);
    const other = temporaryStore();
    const brought = importHeddle(other, file);
    expect(brought).toMatchObject({ rollout, added: true, rollouts: 3 });
    const last = readFileSync(file, 'utf8').trimEnd().split('\n').at(-1)!;
    expect(JSON.parse(last)).toMatchObject({ end: { digest: brought.digest } });
    expect(readRollout(other, rollout)).toEqual(readRollout(store, rollout));
    expect(resultOf(other, rollout)).toEqual(resultOf(store, rollout));
    expect(other.versions.of(rollout).map(({ digest }) => digest)).toEqual(
      store.versions.of(rollout).map(({ digest }) => digest),
    );
    const text = joined(atifText(await trajectoryOf(store, rollout)));
    expect(joined(atifText(await trajectoryOf(other, rollout)))).toBe(text);
    // From there it goes on the same.
    expect(readFileSync(exported(other, rollout), 'utf8')).toBe(readFileSync(file, 'utf8'));
    expect(importHeddle(other, file)).toMatchObject({ added: false });
  });

  it('bring bytes that are no text', async () => {
    const { store, rollout } = await solved();
    const bytes = Uint8Array.of(0xff, 0xfe, 0, 1);
    const digest = store.objects.put(bytes);
    const position = readRollout(store, rollout).length;
    const event = {
      type: 'rollout.paused' as const,
      reason: '',
      code: 'interrupted' as const,
      patch: digest,
    };
    store.append(rollout, position, event, Date.now());
    const other = temporaryStore();
    importHeddle(other, exported(store, rollout));
    expect([...other.objects.get(digest)]).toEqual([...bytes]);
  });

  it('complete a copy that was broken off, and refuse another rollout of that name', async () => {
    const { store, rollout } = await solved();
    const file = exported(store, rollout);
    const events = readRollout(store, rollout);
    const half = temporaryStore();
    const [first, ...rest] = events;
    half.create({ rollout, parent: null, createdAt: first!.at }, { event: first!.event, at: first!.at });
    for (const { position, at, event } of rest.slice(0, 4)) half.append(rollout, position, event, at);
    expect(importHeddle(half, file)).toMatchObject({ added: true });
    expect(readRollout(half, rollout)).toEqual(events);
    const other = temporaryStore();
    other.create({ rollout, parent: null, createdAt: 1 }, { event: first!.event, at: 1 });
    expect(() => importHeddle(other, file)).toThrow('another rollout');
    const gone = { type: 'rollout.paused' as const, reason: '', code: 'interrupted' as const, patch: 'p' };
    half.append(rollout, events.length, gone, Date.now());
    expect(() => importHeddle(half, file)).toThrow('another rollout');
  });

  it('are refused whole when a line is missing or changed', async () => {
    const { store, rollout } = await solved();
    const file = exported(store, rollout);
    const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
    const other = temporaryStore();
    const refused = (changed: string[], what: string) => {
      writeFileSync(file, `${changed.join('\n')}\n`);
      expect(() => importHeddle(other, file)).toThrow(what);
      expect(other.rollouts()).toEqual([]);
    };
    refused(lines.slice(0, -1), 'last line is missing');
    refused(lines.toSpliced(lines.length - 3, 1), 'missing or changed');
    const object = lines.findIndex((line) => line.startsWith('{"object"'));
    refused(lines.with(object, lines[object]!.replace(/"text":"/, '"text":"x')), 'not what its digest says');
    refused(['{"heddle":"rollout","version":9,"rollout":"a","events":1}'], 'a newer Heddle wrote it');
    refused(['{'], 'not JSON');
  });
});

describe('long journals', () => {
  it('are passed through without being held: 20,000 events', { timeout: 120_000 }, async () => {
    const store = temporaryStore();
    longJournal(store, 'long', 5_000, 2_000);
    const trajectory = await trajectoryOf(store, 'long');
    let [steps, most, size] = [0, 0, 0];
    const before = heapNow();
    for (const piece of atifText(trajectory)) {
      size += piece.length;
      if (!piece.includes('"step_id"')) continue;
      steps += 1;
      if (steps % 1_000 === 0) most = Math.max(most, heapNow() - before);
    }
    expect(steps).toBeGreaterThan(5_000);
    expect(size).toBeGreaterThan(12e6);
    // What is held does not grow with what has passed: far below the document itself.
    expect(most).toBeLessThan(size / 4);
    let lines = 0;
    for (const _ of heddleLines(store, 'long')) lines += 1;
    expect(lines).toBe(20_000 + 100 + 2 + 3);
  });
});

function heapNow(): number {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
  return process.memoryUsage().heapUsed;
}
