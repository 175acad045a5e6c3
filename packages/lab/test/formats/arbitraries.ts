import fc from 'fast-check';
import type { Call, Entry, Trajectory, TrajectoryEnd, TrajectoryHead } from '../../src/formats/trajectory.ts';

/** Texts with what breaks formats: quotes, control characters, halves of pairs left out, letters beyond the plane. */
const text = fc.string({ unit: 'grapheme', maxLength: 30 });
const name = fc.stringMatching(/^[a-z][a-z_]{0,9}$/);
const at = fc.option(fc.integer({ min: 1_600_000_000_000, max: 1_900_000_000_000 }), { nil: null });
const position = fc.option(fc.nat(10_000), { nil: null });
const count = fc.nat(100_000);
const usd = fc.nat(1_000_000).map((micro) => micro / 1e6);

const usage = fc
  .record({ fresh: count, read: count, write: count, out: count, reasoning: count })
  .map(({ fresh, read, write, out, reasoning }) => ({
    inputTokens: fresh + read + write,
    cacheReadTokens: read,
    cacheWriteTokens: write,
    outputTokens: out + reasoning,
    reasoningTokens: reasoning,
  }));

const json = fc.dictionary(
  name,
  fc.oneof(text, fc.integer(), fc.boolean(), fc.array(text, { maxLength: 2 })),
  {
    maxKeys: 3,
    noNullPrototype: true,
  },
);

function callArbitrary(deep: boolean): fc.Arbitrary<Call> {
  const input = fc.oneof(
    json.map((value) => ({ input: value })),
    text.map((each) => ({ input: null, raw: `{broken ${each}` })),
  );
  return fc
    .record({
      input,
      tool: name,
      position,
      at,
      endedAt: at,
      outcome: fc.constantFrom('ok' as const, 'error' as const, 'interrupted' as const, null),
      content: text,
      images: fc.array(fc.constant({ mediaType: 'image/png', object: 'a'.repeat(64) }), { maxLength: 1 }),
      calls: deep ? fc.array(callArbitrary(false), { maxLength: 2 }) : fc.constant([]),
    })
    .map(({ input: given, ...rest }) => {
      // What never ended has shown nothing.
      const shown = rest.outcome === null ? { content: '', images: [] } : {};
      return { id: '', ...rest, ...given, ...shown };
    });
}

const base = fc
  .record({ position, at, copied: fc.constantFrom(true as const, undefined) })
  .map(({ copied, ...rest }) => (copied ? { ...rest, copied } : rest));

function entryArbitrary(): fc.Arbitrary<Entry> {
  const told = fc.record({
    kind: fc.constant('told' as const),
    by: fc.constantFrom('system' as const, 'user' as const, 'harness' as const),
    text,
  });
  const turn = fc.record({
    kind: fc.constant('turn' as const),
    step: fc.integer({ min: 1, max: 500 }),
    endedAt: at,
    model: fc.option(name, { nil: null }),
    reasoning: fc.option(text, { nil: null }),
    text,
    calls: fc.array(callArbitrary(true), { maxLength: 3 }),
    finish: fc.constantFrom('stop', 'tool-calls', null),
    usage: fc.option(usage, { nil: null }),
    usd: fc.option(usd, { nil: null }),
  });
  const checked = fc.record({
    kind: fc.constant('checked' as const),
    step: fc.nat(500),
    name,
    command: text,
    endedAt: at,
    status: fc.constantFrom('passed' as const, 'failed' as const, 'hung' as const, 'broken' as const),
    counts: fc.option(fc.record({ passed: count, failed: count, skipped: count }), { nil: null }),
    failing: fc.array(text, { maxLength: 2 }),
  });
  const folded = fc.record({
    kind: fc.constant('folded' as const),
    text,
    by: fc.constantFrom('model' as const, 'rule' as const),
    tokens: fc.record({ before: count, after: count }),
  });
  const consulted = fc.record({
    kind: fc.constant('consulted' as const),
    role: name,
    model: name,
    usage,
    usd,
    seconds: count,
    failure: fc.option(text, { nil: null }),
  });
  const failed = fc.record({
    kind: fc.constant('failed' as const),
    step: fc.nat(500),
    code: name,
    message: text,
  });
  return fc
    .tuple(base, fc.oneof({ weight: 4, arbitrary: turn }, told, checked, folded, consulted, failed))
    .map(([common, own]) => ({ ...common, ...own }) as Entry);
}

const head = fc.record({
  agent: fc.record({ name, version: name }),
  model: fc.option(name, { nil: null }),
  task: fc.option(text, { nil: null }),
  startedAt: at,
  tools: fc.array(fc.record({ name, description: text, parameters: json }), { maxLength: 2 }),
  parent: fc.option(name, { nil: null }),
  within: fc.option(fc.record({ rollout: name, path: name }), { nil: null }),
  meta: json,
});

const end: fc.Arbitrary<TrajectoryEnd | null> = fc.option(
  fc.record({
    status: fc.constantFrom('solved' as const, 'limit' as const, 'interrupted' as const, null),
    verified: fc.option(fc.boolean(), { nil: null }),
    probability: fc.constantFrom(0.25, null),
    reason: text,
    endedAt: at,
    patch: fc.option(text, { nil: null }),
    usage: fc.option(usage, { nil: null }),
    usd: fc.option(usd, { nil: null }),
    steps: count,
    seconds: fc.option(count, { nil: null }),
  }),
  { nil: null },
);

/** A trajectory as importers make them: plain values, its calls' ids unique. */
export interface Plain {
  readonly head: TrajectoryHead;
  readonly entries: readonly Entry[];
  readonly end: TrajectoryEnd | null;
  readonly children: readonly Plain[];
}

function plain(deep: boolean): fc.Arbitrary<Plain> {
  return fc
    .record({
      id: fc.stringMatching(/^[a-z0-9]{10}$/),
      head,
      entries: fc.array(entryArbitrary(), { maxLength: 6 }),
      end,
      children: deep
        ? fc.uniqueArray(plain(false), { maxLength: 2, selector: (child) => child.head.id })
        : fc.constant([]),
    })
    .map(({ id, head: rest, entries, ...more }) => ({
      head: { id, ...rest },
      entries: entries.map((entry, index) => withIds(entry, `${id}-${index}`)),
      ...more,
    }));
}

function withIds(entry: Entry, prefix: string): Entry {
  return entry.kind === 'turn' ? { ...entry, calls: numbered(entry.calls, prefix) } : entry;
}

function numbered(calls: readonly Call[], prefix: string): Call[] {
  return calls.map((call, index) => {
    const id = `${prefix}-${index}`;
    return { ...call, id, calls: numbered(call.calls, id) };
  });
}

export const plainTrajectory = plain(true);

export function trajectoryOfPlain({ head: own, entries, end: ended, children }: Plain): Trajectory {
  return {
    head: own,
    entries: () => entries,
    end: ended,
    children: () => children.map(trajectoryOfPlain),
  };
}

export function plainOf(trajectory: Trajectory): Plain {
  return {
    head: trajectory.head,
    entries: [...trajectory.entries()],
    end: trajectory.end,
    children: [...trajectory.children()].map(plainOf),
  };
}
