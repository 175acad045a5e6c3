import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bestOf, readRollout, runAgent, solo } from '@heddle/agent';
import type { EventOf } from '@heddle/core';
import { PRICES_DATE } from '@heddle/models';
import { tableOf } from '../../table.ts';
import { newPlace } from '../keep.ts';
import { Progress } from '../progress.ts';
import { PRICED_AS, type Sent, StandIn } from './stand-in.ts';
import { filesOf, type Shape, TASK } from './task.ts';

export interface LateForkOptions {
  /** Of each shape. */
  readonly tasks: number;
  readonly attempts: number;
}

/** Steps of reading, and bytes read in each. */
const STEPS = [1, 4, 12];
const BYTES = [1_000, 4_000, 16_000];

type Fork = 'early' | 'late';

interface Bill {
  readonly solved: number;
  readonly input: number;
  readonly uncached: number;
  readonly output: number;
  readonly usd: number;
  /** As the journal says: tokens of the past that forks took over. */
  readonly saved: number;
  readonly forks: number;
  /** Forks that began after the last step of reading. */
  readonly atThePoint: number;
  /** Forks whose first request begins word for word with what the first attempt had sent. */
  readonly sameWords: number;
}

/** Early against late fork on the same tasks, by tokens and dollars a solved task. */
export async function lateFork({ tasks, attempts }: LateForkOptions): Promise<string> {
  const keep = mkdtempSync(join(tmpdir(), 'heddle-select-'));
  const shapes = STEPS.flatMap((steps) => BYTES.map((bytes) => ({ steps, bytes })));
  const progress = new Progress(shapes.length);
  const rows: Record<string, string | number>[] = [];
  let [forks, atThePoint, sameWords] = [0, 0, 0];
  try {
    for (const shape of shapes) {
      const bills = { early: NOTHING, late: NOTHING };
      for (let task = 1; task <= tasks; task++) {
        for (const fork of ['early', 'late'] as const)
          bills[fork] = sum(bills[fork], await billFor({ ...shape, task }, { fork, attempts, keep }));
      }
      rows.push(...(['early', 'late'] as const).map((fork) => rowOf(shape, fork, bills)));
      forks += bills.late.forks;
      atThePoint += bills.late.atThePoint;
      sameWords += bills.late.sameWords;
      progress.tell(`${shape.steps} steps of ${shape.bytes} bytes`);
    }
  } finally {
    rmSync(keep, { recursive: true, force: true });
  }
  return [
    `## Late against early fork: ${tasks} tasks of each shape, ${attempts} attempts each, per solved task`,
    '',
    tableOf(rows),
    `A stand-in plays the model: it shows what the mechanism saves, not how well a model works after a late fork. Tokens are bytes / 4; cache as Anthropic's (whole messages, what is new is written); prices of ${PRICED_AS}, table of ${PRICES_DATE}.`,
    '',
    `Forks: ${forks}; after the last step of reading: ${atThePoint}; their first request begins word for word with what the first attempt had sent: ${sameWords}.`,
    '',
  ].join('\n');
}

const NOTHING: Bill = {
  solved: 0,
  input: 0,
  uncached: 0,
  output: 0,
  usd: 0,
  saved: 0,
  forks: 0,
  atThePoint: 0,
  sameWords: 0,
};

function sum(a: Bill, b: Bill): Bill {
  return Object.fromEntries(
    (Object.keys(a) as (keyof Bill)[]).map((name) => [name, a[name] + b[name]]),
  ) as unknown as Bill;
}

export async function billFor(
  shape: Shape,
  { fork, attempts, keep }: { readonly fork: Fork; readonly attempts: number; readonly keep: string },
): Promise<Bill> {
  using place = newPlace(keep, {
    id: `${fork}-${shape.steps}-${shape.bytes}-${shape.task}`,
    files: filesOf(shape),
  });
  const { repo, home, store } = place;
  const standIn = new StandIn(shape);
  const result = await runAgent(
    {
      task: TASK,
      repo,
      agent: bestOf({ attempts, fork, stop: 'never' }, solo),
      spec: 'bestOf',
      model: standIn.open(1),
      openModel: async (_, { seed }) => standIn.open(seed),
      seed: 1,
      checks: [{ name: 'test', command: 'node --test', timeoutSeconds: 20, framework: 'node:test' }],
    },
    { store, home },
  );
  const events = readRollout(store, result.rollout).map(({ event }) => event);
  const returned = events.filter((event) => event.type === 'rollout.returned');
  const forked = events.flatMap((event) =>
    event.type === 'rollout.delegated' && event.forked !== undefined ? [event.forked] : [],
  );
  const total = (of: (event: EventOf<'rollout.returned'>) => number) =>
    returned.reduce((all, event) => all + of(event), 0);
  const input = total(({ usage }) => usage.inputTokens);
  return {
    solved: Number(result.verified),
    input,
    uncached: input - total(({ usage }) => usage.cacheReadTokens),
    output: total(({ usage }) => usage.outputTokens),
    usd: total(({ spent }) => spent.usd),
    saved: total(({ saved }) => saved?.tokens ?? 0),
    forks: forked.length,
    atThePoint: forked.filter(({ step }) => step === shape.steps).length,
    sameWords: fork === 'late' ? sameWordsIn(standIn.sent, shape.steps) : 0,
  };
}

/** The first request of each fork against the first attempt's request at the same turn. */
function sameWordsIn(sent: readonly Sent[], steps: number): number {
  const explorer = sent.find(({ seed, turn }) => seed === 1 && turn === steps)!;
  const first = [...Map.groupBy(sent, ({ seed }) => seed).values()].flatMap((own) =>
    own[0]!.seed === 1 ? [] : [own[0]!],
  );
  return first.filter(({ parts }) => explorer.parts.every((part, index) => part === parts[index])).length;
}

function rowOf(
  { steps, bytes }: Pick<Shape, 'steps' | 'bytes'>,
  fork: Fork,
  bills: Record<Fork, Bill>,
): Record<string, string | number> {
  const { solved, input, uncached, output, usd, saved } = bills[fork];
  const each = (value: number) => (solved === 0 ? '–' : Math.round(value / solved));
  const share = bills.early.usd === 0 ? 0 : (1 - bills.late.usd / bills.early.usd) * 100;
  return {
    'steps of reading': steps,
    'bytes each': bytes,
    fork,
    solved,
    'input tokens': each(input),
    'of them uncached': each(uncached),
    'output tokens': each(output),
    dollars: solved === 0 ? '–' : (usd / solved).toFixed(4),
    'saved, as journaled': fork === 'late' ? each(saved) : '',
    cheaper: fork === 'late' ? `${share.toFixed(0)} %` : '',
  };
}
