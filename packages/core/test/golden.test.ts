import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { EVENT_VERSION, eventSchema } from '../src/events.ts';
import { migrations, parseEvent } from '../src/migrations.ts';
import { digestOf } from '../src/objects.ts';
import { canonicalJson } from '../src/version.ts';

const golden = (name: string) => new URL(`golden/${name}`, import.meta.url);
const lines = (version: number) =>
  readFileSync(golden(`events-v${version}.jsonl`), 'utf8')
    .trimEnd()
    .split('\n');
const versions = Array.from({ length: EVENT_VERSION }, (_, index) => index + 1);

describe('the stored format', () => {
  it.each(versions)('version %i: has golden events, and they can still be read', (version) => {
    for (const line of lines(version)) {
      const event = parseEvent(version, line, 'golden');
      expect(eventSchema.parse(event)).toEqual(event);
      if (version === EVENT_VERSION) expect(JSON.parse(line)).toEqual(event);
    }
  });

  it('has a migration from each older version', () => {
    expect(Object.keys(migrations).map(Number)).toEqual(versions.slice(0, -1));
  });

  it('has a golden event of every type in the present version', () => {
    const present = new Set(lines(EVENT_VERSION).map((line) => JSON.parse(line).type));
    const types = eventSchema.def.options.map((option) => [...option.shape.type.def.values][0]);
    expect([...present].sort()).toEqual([...types].sort());
  });

  /** Fails when the shape changes: bump EVENT_VERSION, add a migration and golden files, then record the digest. */
  it('has not changed its shape without a new version', () => {
    const path = golden(`schema-v${EVENT_VERSION}.sha256`);
    expect(existsSync(path), 'golden/schema-vN.sha256 is missing').toBe(true);
    expect(digestOf(canonicalJson(z.toJSONSchema(eventSchema)))).toBe(readFileSync(path, 'utf8').trim());
  });
});
