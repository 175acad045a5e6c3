import type { Store } from '@heddle/core';
import type { Experiment } from '../../experiment/begin.ts';
import { parseResult } from '../../trial-result.ts';

type Cell = string | number | boolean | null;

/** One line for each trial, graded or not, with the newest score of each scorer: `score.NAME`. */
export function* trialRecords(
  store: Store,
  { experiment, name, asked }: Experiment,
): Generator<Record<string, Cell>> {
  const clusters = new Map(asked.instances.map(({ id, cluster }) => [id, cluster]));
  const agents = new Map(asked.agents.map((agent) => [agent.name, agent]));
  const scores = new Map<string, Record<string, Cell>>();
  const key = (of: { agent: string; instance: string; attempt: number }) =>
    JSON.stringify([of.agent, of.instance, of.attempt]);
  const scorers = new Set<string>();
  for (const row of store.experiments.scores(experiment)) {
    scorers.add(row.scorer);
    scores.set(key(row), { ...scores.get(key(row)), [`score.${row.scorer}`]: row.value });
  }
  const unscored = Object.fromEntries([...scorers].sort().map((scorer) => [`score.${scorer}`, null]));
  for (const row of store.experiments.trials(experiment)) {
    const agent = agents.get(row.agent);
    const result = row.result === null ? null : parseResult(row.result);
    yield {
      experiment,
      name,
      dataset: asked.dataset.name,
      dataset_version: asked.dataset.version,
      agent: row.agent,
      agent_version: agent?.version ?? null,
      model: agent?.model ?? null,
      instance: row.instance,
      cluster: clusters.get(row.instance) ?? null,
      attempt: row.attempt,
      state: row.state,
      tries: row.tries,
      rollout: row.rollout,
      status: result?.status ?? null,
      resolved: result?.resolved ?? null,
      reward: result?.reward ?? null,
      probability: result?.probability ?? null,
      usd: result?.usd ?? null,
      input_tokens: result?.inputTokens ?? null,
      output_tokens: result?.outputTokens ?? null,
      cached_tokens: result?.cachedTokens ?? null,
      steps: result?.steps ?? null,
      seconds: result?.seconds ?? null,
      grade_seconds: result?.gradeSeconds ?? null,
      patch: result?.patch ?? null,
      infra_class: result?.infra?.class ?? null,
      infra_code: result?.infra?.code ?? null,
      infra_message: result?.infra?.message ?? null,
      flags: result === null ? null : result.flags.join(' '),
      ...unscored,
      ...scores.get(key(row)),
    };
  }
}

export function* jsonLines(records: Iterable<unknown>): Generator<string> {
  for (const record of records) yield `${JSON.stringify(record)}\n`;
}

/** RFC 4180, with a header; null is an empty cell. */
export function* csvLines(records: Iterable<Record<string, Cell>>): Generator<string> {
  let first = true;
  for (const record of records) {
    if (first) yield `${Object.keys(record).map(csvCell).join(',')}\r\n`;
    first = false;
    yield `${Object.values(record).map(csvCell).join(',')}\r\n`;
  }
}

function csvCell(value: Cell): string {
  const text = value === null ? '' : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/**
 * What eval-arena reads: a line for each agent and instance. Attempts without a verdict count for nothing; an instance
 * with none at all has no line.
 */
export function* evalArenaRecords(
  store: Store,
  { experiment, asked }: Experiment,
): Generator<Record<string, Cell>> {
  const counts = new Map<string, { agent: string; instance: string; correct: number; count: number }>();
  for (const { agent, instance, result } of store.experiments.trials(experiment, { state: 'graded' })) {
    const { resolved } = parseResult(result);
    if (resolved === null) continue;
    const key = JSON.stringify([agent, instance]);
    const known = counts.get(key) ?? { agent, instance, correct: 0, count: 0 };
    counts.set(key, { ...known, correct: known.correct + (resolved ? 1 : 0), count: known.count + 1 });
  }
  for (const { agent, instance, correct, count } of counts.values())
    yield {
      benchmark_id: asked.dataset.name,
      model: agent,
      example_id: instance,
      pass1: correct / count,
      correct,
      count,
    };
}
