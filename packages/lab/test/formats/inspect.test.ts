import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { strFromU8, unzipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { inspectLogFrom } from '../../src/formats/inspect/import.ts';
import { type InspectLog, inspectEval, inspectJson } from '../../src/formats/inspect/log.ts';
import type { LoggedSample } from '../../src/formats/inspect/sample.ts';
import { trajectoryOf } from '../../src/formats/journal-trajectory.ts';
import type { Call, Entry, Trajectory } from '../../src/formats/trajectory.ts';
import { plainOf, plainTrajectory, trajectoryOfPlain } from './arbitraries.ts';
import { foldedRollout, problemsOf, solved, temporaryFolder } from './support.ts';

interface Sample {
  readonly messages: { readonly id: string; readonly role: string }[];
  readonly events: { readonly event: string; readonly input_refs?: [number, number][] }[];
  readonly events_data: { readonly messages: { readonly role: string; readonly content: string }[] };
  readonly model_usage: Record<string, Record<string, number>>;
}

function logOf(trajectories: readonly Trajectory[], more: Partial<LoggedSample> = {}): InspectLog {
  return {
    id: 'e1',
    task: 'sums',
    taskVersion: 'v',
    createdAt: Date.UTC(2026, 10, 21),
    agent: { name: 'solo', version: 'v1' },
    model: 'acme/large-1',
    sampleIds: trajectories.map(({ head }) => head.id),
    epochs: 1,
    heddle: '0.1.0',
    complete: true,
    metadata: {},
    async *samples() {
      for (const trajectory of trajectories)
        yield {
          id: trajectory.head.id,
          epoch: 1,
          trajectory,
          scores: { resolved: { value: 'C' } },
          error: null,
          metadata: { cluster: 'a' },
          ...more,
        };
    },
  };
}

async function asEval(log: InspectLog): Promise<{ path: string; members: Record<string, unknown> }> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of inspectEval(log)) chunks.push(chunk);
  const bytes = Buffer.concat(chunks);
  const path = join(temporaryFolder(), 'log.eval');
  writeFileSync(path, bytes);
  const members = Object.entries(unzipSync(bytes)).map(([name, data]) => [name, JSON.parse(strFromU8(data))]);
  return { path, members: Object.fromEntries(members) as Record<string, unknown> };
}

/** What a log can hold of an entry. */
function kept(entry: Entry): object | null {
  if (entry.kind === 'told') return { by: entry.by, text: entry.text };
  if (entry.kind === 'folded') return { by: 'harness', text: entry.text };
  if (entry.kind !== 'turn') return null;
  const { model, reasoning, text, usage, calls } = entry;
  return { model, reasoning, text, usage, calls: calls.map(keptCall) };
}

function keptCall({ id, tool, input, raw, outcome, content, images }: Call): object {
  return { id, tool, input, raw, outcome, images, content: content === '' ? '' : content };
}

describe('Inspect logs', () => {
  it('tell a real rollout, as JSON and as .eval alike', async () => {
    const { store, rollout, result } = await solved();
    const log = logOf([await trajectoryOf(store, rollout)]);
    let text = '';
    for await (const piece of inspectJson(log)) text += piece;
    const { samples, ...header } = JSON.parse(text) as { samples: Sample[]; status: string };
    const { members } = await asEval(log);
    expect(members['header.json']).toEqual(header);
    expect(members[`samples/${rollout}_epoch_1.json`]).toEqual(samples[0]);
    expect(Object.keys(members)).toEqual([
      '_journal/start.json',
      `samples/${rollout}_epoch_1.json`,
      'summaries.json',
      'header.json',
    ]);
    expect(problemsOf('inspect-header', header)).toEqual([]);
    expect(problemsOf('inspect-sample', samples[0])).toEqual([]);
    const [sample] = samples;
    expect(sample?.messages.map(({ role }) => role)).toEqual([
      ...['system', 'user', 'user', 'assistant', 'tool', 'tool', 'assistant', 'tool', 'user'],
      ...['assistant', 'tool', 'assistant', 'tool'],
    ]);
    expect(sample?.events.map(({ event }) => event)).toEqual([
      ...['sample_init', 'info', 'model', 'tool', 'tool', 'model', 'tool', 'info'],
      ...['model', 'tool', 'model', 'tool', 'score'],
    ]);
    const refs = sample?.events.flatMap(({ input_refs }) => input_refs ?? []);
    expect(refs).toEqual([
      [0, 3],
      [0, 6],
      [0, 9],
      [0, 11],
    ]);
    const [usage] = Object.values(sample?.model_usage ?? {});
    expect(usage?.total_tokens).toBe(result.usage.inputTokens + result.usage.outputTokens);
  });

  it('say what each request held after a folding', async () => {
    const { store, rollout } = await foldedRollout();
    const { members } = await asEval(logOf([await trajectoryOf(store, rollout)]));
    const sample = members[`samples/${rollout}_epoch_1.json`] as Sample;
    expect(problemsOf('inspect-sample', sample)).toEqual([]);
    const at = sample.events.findIndex(({ event }) => event === 'compaction');
    const next = sample.events.slice(at).find(({ event }) => event === 'model')!;
    const [from, to] = next.input_refs![0]!;
    const held = sample.events_data.messages.slice(from, to);
    expect(held.slice(0, 3).map(({ role }) => role)).toEqual(['user', 'system', 'user']);
    expect(new Set(sample.messages.map(({ id }) => id)).size).toBe(sample.messages.length);
    expect(sample.messages.filter(({ role }) => role === 'assistant')).toHaveLength(62);
  });

  it('count cached tokens apart, and together again when read', () => {
    const usage = {
      inputTokens: 1000,
      cacheReadTokens: 700,
      cacheWriteTokens: 100,
      outputTokens: 50,
      reasoningTokens: 20,
    };
    return fc.assert(
      fc.asyncProperty(plainTrajectory, async (plain) => {
        const trajectory = trajectoryOfPlain({ ...plain, end: plain.end && { ...plain.end, usage } });
        const { path, members } = await asEval(logOf([trajectory]));
        const sample = members[`samples/${plain.head.id}_epoch_1.json`] as Sample;
        expect(problemsOf('inspect-sample', sample)).toEqual([]);
        if (plain.end !== null)
          expect(Object.values(sample.model_usage)[0]).toMatchObject({
            input_tokens: 200,
            input_tokens_cache_read: 700,
            input_tokens_cache_write: 100,
            total_tokens: 1050,
          });
        const [trial] = [...inspectLogFrom(path, true).trials()];
        const back = plainOf(trial!.trajectory);
        expect(back.end?.usage ?? null).toEqual(plain.end === null ? null : usage);
        let folded = false;
        const expected = plain.entries
          .filter((entry) => {
            const again = entry.position === null && entry.copied && folded && entry.kind !== 'folded';
            folded ||= entry.kind === 'folded';
            return !again;
          })
          .filter(firstAtItsPosition())
          .map(kept)
          .filter((each) => each !== null);
        expect(back.entries.map(kept)).toEqual(expected.map(shownErrors));
      }),
      { numRuns: 40 },
    );
  });

  it('are read where members are packed with Zstandard or only stored', () => {
    const path = join(temporaryFolder(), 'zstd.eval');
    const start = {
      version: 2,
      eval: { created: '2026-01-01T00:00:00Z', task: 't', model: 'm', solver: 's' },
    };
    const sample = {
      id: 7,
      epoch: 2,
      input: 'What?',
      messages: [
        { role: 'user', content: 'attachment://0123456789abcdef0123456789abcdef' },
        {
          role: 'assistant',
          content: 'That.',
          id: 'a',
          tool_calls: [
            { id: 'c', function: 'f', arguments: { x: 'attachment://0123456789abcdef0123456789abcdef' } },
          ],
        },
      ],
      events: [
        {
          event: 'model',
          timestamp: '2026-01-01T00:00:01+00:00',
          output: {
            model: 'm',
            choices: [{ message: { id: 'a', role: 'assistant', content: '' }, stop_reason: 'max_tokens' }],
            usage: { input_tokens: 3, input_tokens_cache_read: 4, output_tokens: 5 },
          },
        },
      ],
      scores: { s: { value: 'P' }, t: { value: 'nonsense' }, u: { value: true } },
      attachments: { '0123456789abcdef0123456789abcdef': 'a "long" text' },
      limit: { type: 'token', limit: 10 },
    };
    writeFileSync(
      path,
      zipOf([
        ['_journal/start.json', JSON.stringify(start), 'zstd'],
        ['samples/7_epoch_2.json', JSON.stringify(sample), 'zstd'],
        ['summaries.json', '[]', 'stored'],
      ]),
    );
    const [trial] = [...inspectLogFrom(path, true).trials()];
    expect(trial).toMatchObject({
      instance: '7',
      attempt: 2,
      scores: { s: 0.5, t: null, u: 1 },
      limit: 'token',
    });
    expect(plainOf(trial!.trajectory)).toMatchObject({
      entries: [
        { kind: 'told', text: 'a "long" text' },
        {
          kind: 'turn',
          finish: 'length',
          usage: { inputTokens: 7, cacheReadTokens: 4 },
          calls: [{ input: { x: 'a "long" text' }, outcome: null }],
        },
      ],
      end: { status: 'limit' },
    });
  });

  it('say what is wrong with a file that is none', () => {
    const folder = temporaryFolder();
    const write = (name: string, content: string | Uint8Array) => {
      writeFileSync(join(folder, name), content);
      return join(folder, name);
    };
    expect(() => inspectLogFrom(write('a.eval', 'PK no zip'), true)).toThrow('no zip file');
    const whole = zipOf([['header.json', '{"eval": 1}', 'stored']]);
    expect(() => inspectLogFrom(write('b.eval', whole.subarray(0, -10)), true)).toThrow('not whole');
    expect(() => inspectLogFrom(write('c.eval', whole), true)).toThrow('header.json cannot be read: eval');
    expect(() => inspectLogFrom(write('d.json', '{'), false)).toThrow('not JSON');
    const damaged = zipOf([['header.json', '{"eval": {}}', 'zstd']]);
    damaged.fill(0, 41, 50);
    expect(() => inspectLogFrom(write('e.eval', damaged), true)).toThrow('damaged');
  });
});

function firstAtItsPosition(): (entry: Entry) => boolean {
  const seen = new Set<number>();
  return ({ position, copied }) => {
    if (position === null) return true;
    if (copied && seen.has(position)) return false;
    seen.add(position);
    return true;
  };
}

/** Where a result is empty, the error's text stands for it, which here is the result itself. */
const shownErrors = (each: object) => each;

/** A zip file by hand: no library writes Zstandard members. */
function zipOf(members: readonly (readonly [name: string, text: string, how: 'zstd' | 'stored'])[]): Buffer {
  const bodies: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [name, text, how] of members) {
    const data = how === 'zstd' ? zstdCompressSync(Buffer.from(text)) : Buffer.from(text);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(63, 0);
    common.writeUInt16LE(how === 'zstd' ? 93 : 0, 4);
    common.writeUInt32LE(data.length, 14);
    common.writeUInt32LE(Buffer.byteLength(text), 18);
    common.writeUInt16LE(name.length, 22);
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), common, Buffer.from(name), data]);
    const place = Buffer.alloc(14);
    place.writeUInt32LE(offset, 10);
    directory.push(Buffer.concat([Buffer.from('PK\x01\x02\x3f\x00'), common, place, Buffer.from(name)]));
    bodies.push(local);
    offset += local.length;
  }
  const entries = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06');
  end.writeUInt16LE(members.length, 8);
  end.writeUInt16LE(members.length, 10);
  end.writeUInt32LE(entries.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...bodies, entries, end]);
}
