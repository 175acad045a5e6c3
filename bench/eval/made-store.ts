import { type EventOf, newRolloutId, type RolloutEvent, type Store } from '@heddle/core';
import { type ExperimentPlan, newExperiment, type TrialResult } from '@heddle/lab';

/** As a rollout of a language model at a middling task has them. */
export const STEPS = 12;
const EVENTS_OF_A_STEP = 5;
const CLUSTERS = 12;
/** One reply of a model, one action: about as long as they really take. */
const MS_BETWEEN_EVENTS = 1000;

/** Of a rollout's journal: its start, workspace, checks, steps and end. */
export function eventsOf(steps: number): number {
  return 5 + steps * EVENTS_OF_A_STEP + 1;
}

export interface MadeExperiment {
  /** Experiments of different numbers differ in what their trials came to. */
  readonly number: number;
  readonly agents: readonly string[];
  readonly instances: number;
  readonly attempts: number;
  /** So many of its trials are graded, the others due. Default: all. */
  readonly graded?: number;
}

/**
 * An experiment with rollouts as real ones are: replies of some hundred words, outputs of some kilobytes, objects for long
 * ones. Later agents solve less. Gives the experiment's id.
 */
export function makeExperiment(store: Store, made: MadeExperiment): string {
  const { experiment } = newExperiment(store, planOf(made), `size-${made.number}`);
  const rows = store.experiments.trials(experiment);
  for (const [at, row] of rows.slice(0, made.graded ?? rows.length).entries()) {
    const rollout = newRolloutId();
    const seed = made.number * rows.length + at;
    makeRollout(store, rollout, { seed, steps: STEPS });
    store.experiments.begin(row, rollout);
    store.experiments.grade(row, rollout, resultOf(seed, made.agents.indexOf(row.agent)));
  }
  return experiment;
}

function planOf({ number, agents, instances, attempts }: MadeExperiment): ExperimentPlan {
  return {
    format: 1,
    dataset: {
      name: `size-${number}`,
      format: 'heddle',
      path: '/tasks.jsonl',
      version: 'v',
      chosen: 'v',
      options: {},
    },
    instances: Array.from({ length: instances }, (_, at) => ({
      id: `owner__repository-${at}`,
      cluster: `repository-${at % CLUSTERS}`,
    })),
    agents: agents.map((name) => ({ name, spec: name, kind: 'heddle', version: name, model: name })),
    ...{ attempts, limits: {}, seed: number, sandbox: 'auto', network: false, scorers: [] },
  };
}

function resultOf(seed: number, agent: number): TrialResult {
  const resolved = seed % 7 < 5 - agent;
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

/** A rollout with so many steps of five events, from start to end. */
export function makeRollout(
  store: Store,
  rollout: string,
  { seed, steps }: { readonly seed: number; readonly steps: number },
): void {
  let position = 0;
  const at = 1_760_000_000_000 + seed * 1000;
  const write = (event: RolloutEvent) => {
    if (position === 0) store.create({ rollout, parent: null, createdAt: at }, { event, at });
    else store.append(rollout, position, event, at + position * MS_BETWEEN_EVENTS);
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
  for (let step = 1; step <= steps; step++) {
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
