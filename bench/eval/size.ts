import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type EventOf, newRolloutId, openStore, type RolloutEvent, type Store } from '@heddle/core';
import { type ExperimentPlan, newExperiment, type TrialResult } from '@heddle/lab';
import type { Row } from '../table.ts';

const HEDDLE = fileURLToPath(new URL('../../packages/cli/src/main.ts', import.meta.url));

export interface SizeOptions {
  readonly events: number;
  readonly progress?: (line: string) => void;
}

/** As a rollout of a language model at a middling task has them. */
const STEPS = 12;
/** Instances of one experiment, each by two agents. */
const INSTANCES = 500;
/** Of the journal's events, those of one rollout: its start, workspace, checks, steps and end. */
const EVENTS_OF_ONE = 5 + STEPS * 5 + 1;
const MB = 2 ** 20;

/**
 * A store with so many events, in rollouts as real ones are (replies of some hundred words, outputs of some kilobytes,
 * objects for long ones), all of them trials of experiments; and how long the commands take that people wait for.
 */
export async function size({ events, progress = () => {} }: SizeOptions): Promise<Row[]> {
  const home = mkdtempSync(join(tmpdir(), 'heddle-size-'));
  try {
    const store = openStore(join(home, 'journal.db'));
    const rollouts = Math.ceil(events / EVENTS_OF_ONE);
    const trials = INSTANCES * 2;
    const began = performance.now();
    let written = 0;
    for (let experiment = 0; written < rollouts; experiment++) {
      const count = Math.min(trials, rollouts - written);
      fillExperiment(store, experiment, count);
      written += count;
      progress(`${written} of ${rollouts} rollouts, ${((performance.now() - began) / 1000).toFixed(0)} s`);
    }
    store.close();
    const bytes = ['', '-wal']
      .map((end) => statSync(join(home, `journal.db${end}`), { throwIfNoEntry: false })?.size ?? 0)
      .reduce((a, b) => a + b);
    const time = (...args: string[]) => {
      const seconds = [1, 2, 3].map(() => secondsOf(home, args)).sort((a, b) => a - b);
      return `${seconds[1]!.toFixed(2)} s`;
    };
    return [
      { what: 'events', value: (rollouts * EVENTS_OF_ONE).toLocaleString('en-US') },
      { what: 'rollouts, all of them trials', value: rollouts.toLocaleString('en-US') },
      {
        what: 'size on disk',
        value: `${(bytes / MB).toFixed(0)} MB, ${Math.round(bytes / (rollouts * EVENTS_OF_ONE))} bytes an event`,
      },
      { what: 'heddle --version (start-up alone)', value: time('--version') },
      { what: 'heddle compare (1,000 trials), 10 transcripts', value: time('compare', 'size-0') },
      { what: 'heddle compare --flipped 0', value: time('compare', 'size-0', '--flipped', '0') },
      { what: 'heddle experiments EXPERIMENT', value: time('experiments', 'size-0') },
      { what: 'heddle experiments', value: time('experiments') },
      { what: 'heddle list', value: time('list') },
    ];
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

function secondsOf(home: string, args: readonly string[]): number {
  const began = performance.now();
  const { status, stderr } = spawnSync(process.execPath, [HEDDLE, ...args], {
    env: { ...process.env, HEDDLE_HOME: home },
    encoding: 'utf8',
    maxBuffer: 64 * MB,
  });
  if (status !== 0) throw new Error(`heddle ${args.join(' ')} ended with ${status}: ${stderr}`);
  return (performance.now() - began) / 1000;
}

function planOf(experiment: number): ExperimentPlan {
  return {
    format: 1,
    dataset: {
      name: `size-${experiment}`,
      format: 'heddle',
      path: '/tasks.jsonl',
      version: 'v',
      chosen: 'v',
      options: {},
    },
    instances: Array.from({ length: INSTANCES }, (_, at) => ({
      id: `owner__repository-${at}`,
      cluster: `repository-${at % 12}`,
    })),
    agents: ['alpha', 'beta'].map((name) => ({
      name,
      spec: name,
      kind: 'heddle',
      version: name,
      model: name,
    })),
    ...{ attempts: 1, limits: {}, seed: experiment, sandbox: 'auto', network: false, scorers: [] },
  };
}

function fillExperiment(store: Store, number: number, count: number): void {
  const { experiment } = newExperiment(store, planOf(number), `size-${number}`);
  const rows = store.experiments.trials(experiment).slice(0, count);
  for (const [at, row] of rows.entries()) {
    const rollout = newRolloutId();
    const seed = number * INSTANCES * 2 + at;
    fillRollout(store, rollout, seed);
    store.experiments.begin(row, rollout);
    store.experiments.grade(row, rollout, resultOf(seed, row.agent === 'alpha'));
  }
}

function resultOf(seed: number, alpha: boolean): TrialResult {
  const resolved = seed % 7 < (alpha ? 5 : 4);
  return {
    ...{ status: resolved ? 'solved' : 'unverified', resolved, reward: Number(resolved), probability: 0.7 },
    ...{
      usd: 0.1 + (seed % 13) / 100,
      inputTokens: 90_000,
      outputTokens: 4_000 + (seed % 500),
      cachedTokens: 0,
    },
    ...{ steps: STEPS, seconds: 60 + (seed % 90), gradeSeconds: 4, patch: 'applied', infra: null, flags: [] },
    ...{ patchDigest: '0'.repeat(64), verdictDigest: '0'.repeat(64) },
  };
}

function fillRollout(store: Store, rollout: string, seed: number): void {
  let position = 0;
  const at = 1_760_000_000_000 + seed * 1000;
  const write = (event: RolloutEvent) => {
    if (position === 0) store.create({ rollout, parent: null, createdAt: at }, { event, at });
    else store.append(rollout, position, event, at + position * 1000);
    position += 1;
  };
  const snapshot = digestLike(seed);
  write(started(seed));
  write({ type: 'workspace.prepared', snapshot, sandbox: 'bubblewrap', root: '/repository', notes: [] });
  write({ type: 'check.started', step: 0, check: 'test', snapshot });
  write({
    ...{
      type: 'check.completed',
      step: 0,
      check: 'test',
      snapshot,
      output: store.objects.put(words(seed, 400)),
    },
    outcome: {
      status: 'failed',
      exitCode: 1,
      counts: { passed: 40, failed: 2, skipped: 0 },
      failing: ['a', 'b'],
    },
    seconds: 3,
  });
  write({ type: 'note.added', from: 'harness', about: 'report', text: words(seed + 1, 60) });
  for (let step = 1; step <= STEPS; step++) {
    const mark = seed * 100 + step;
    write({
      type: 'model.requested',
      step,
      digest: digestLike(mark),
      bytes: 20_000 + step * 3000,
      messages: step * 2,
    });
    write({
      ...{ type: 'model.completed', step, finish: 'tool-calls', usd: 0.01, seconds: 4 },
      content: [
        { type: 'text', text: words(mark, 40) },
        {
          type: 'call',
          id: `call_${step}`,
          tool: 'bash',
          input: JSON.stringify({ command: `grep -rn ${words(mark, 2)} src` }),
        },
      ],
      usage: {
        inputTokens: 8_000,
        cacheReadTokens: 6_000,
        cacheWriteTokens: 0,
        outputTokens: 300,
        reasoningTokens: 0,
      },
    });
    write({
      type: 'action.started',
      step,
      call: `call_${step}`,
      tool: 'bash',
      input: { command: `grep -rn ${words(mark, 2)} src` },
    });
    write({
      ...{
        type: 'action.completed',
        step,
        call: `call_${step}`,
        outcome: 'ok',
        details: { exitCode: 0 },
        snapshot,
      },
      // Every fourth result is too long to stay whole.
      ...{
        content: words(mark + 7, 250),
        output: step % 4 === 0 ? store.objects.put(words(mark + 9, 3000)) : null,
      },
      ...{ changed: [], seconds: 1 },
    });
    write({ type: 'note.added', from: 'harness', about: 'report', text: words(mark + 3, 30) });
  }
  write({
    ...{
      type: 'rollout.completed',
      status: 'solved',
      verified: true,
      probability: 0.7,
      reason: words(seed + 5, 40),
    },
    ...{ why: '', patch: store.objects.put(words(seed + 6, 120)), snapshot },
  });
}

function started(seed: number): EventOf<'rollout.started'> {
  return {
    type: 'rollout.started',
    task: { text: words(seed + 2, 150), repo: '/repository', commit: digestLike(seed).slice(0, 40) },
    agent: { name: 'solo', version: digestLike(1) },
    config: {
      ...{ model: 'alpha', seed: 0, limits: { steps: 150, usd: 5, tokens: 20_000_000, seconds: 3_600 } },
      checks: [{ name: 'test', command: 'npm test', framework: 'plain', timeoutSeconds: 600 }],
      ...{ checksFrom: 'detected', sandbox: 'bubblewrap', network: false, tools: ['bash', 'edit', 'finish'] },
    },
    heddle: '0.1.0',
  };
}

const SYLLABLES = [
  'ta',
  'ri',
  'mo',
  'len',
  'ka',
  'su',
  'per',
  'ver',
  'in',
  'do',
  'que',
  'nal',
  'the',
  'for',
  'of',
];

/** Text that compresses about as prose and code do, and is not the same twice. */
function words(seed: number, count: number): string {
  let state = (seed * 2_654_435_761) >>> 0;
  const next = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state >>> 8;
  };
  const word = () =>
    Array.from({ length: 1 + (next() % 3) }, () => SYLLABLES[next() % SYLLABLES.length]).join('');
  return Array.from({ length: count }, word).join(' ');
}

function digestLike(seed: number): string {
  return words(seed, 40)
    .replaceAll(/[^a-f]/g, '0')
    .padEnd(64, 'a')
    .slice(0, 64);
}
