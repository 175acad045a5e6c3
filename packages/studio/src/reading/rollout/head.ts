import type { StudioContext } from '../../server/context.ts';
import type { RolloutTold, Spent } from '../../told/rollout.ts';
import { outcomeTold } from './check-fold.ts';
import type { RolloutFacts } from './facts.ts';
import { lineOf } from './line.ts';
import { partsOf } from './parts.ts';
import type { RolloutIndex } from './rollout-index.ts';
import { trialRowOf, trialTold } from './trial.ts';

/** Everything about a rollout but its steps, as it is now. */
export function headOf(context: StudioContext, index: RolloutIndex): RolloutTold {
  const { store, config: prices, now } = context;
  const { rollout, facts } = index;
  const running = store.isRunning(rollout);
  const line = lineOf(facts, { running, prices });
  const asks = running ? store.desk.open(rollout) : [];
  const waitsSince = asks.length === 0 ? null : Math.min(...asks.map(({ at }) => at));
  const trial = trialRowOf(store, rollout);
  const { task, completed, paused, tree } = facts;
  const { ledger, usage } = facts.meter;
  const over = completed ?? paused;
  return {
    ...{ now: now(), line, cursor: cursorOf(index, line.status, waitsSince) },
    ...{ lastAt: facts.lastAt, waitsSince, agent: facts.agent, heddle: facts.heddle },
    task: { text: task?.text ?? '', repo: task?.repo ?? '', commit: task?.commit ?? null },
    config: configOf(facts),
    ...{ limits: ledger.limits, spent: ledger.spent },
    usage: {
      input: usage.inputTokens,
      cached: usage.cacheReadTokens,
      output: usage.outputTokens,
      reasoning: usage.reasoningTokens,
    },
    inherited: inheritedOf(ledger.inherited),
    checks: checksOf(index),
    end: over === null ? null : { at: over.at, reason: over.reason, why: completed?.why ?? '' },
    notes: facts.prepared?.notes ?? [],
    ...{ guides: facts.guides, skills: facts.skills },
    ...{ forkedFrom: facts.forkedFrom, within: facts.within },
    trial: trial === null ? null : trialTold(store, trial),
    parts: partsOf(tree),
    selections: tree.composition.selections.size,
    versions: store.versions
      .of(rollout)
      .map(({ kind, name, number, digest }) => ({ kind, name, number, digest })),
    peer: peerOf(facts),
    steps: index.steps.length,
    files: [...facts.files].map(([path, status]) => ({ path, status })),
    most: mostOf(index),
  };
}

/** A position, and what else may change without an event: its process, those that work for it, whether it waits. */
function cursorOf({ last, childMark }: RolloutIndex, status: string, waitsSince: number | null): string {
  return `${last}:${status}:${childMark}:${waitsSince ?? ''}`;
}

function configOf({ config }: RolloutFacts): RolloutTold['config'] {
  return {
    model: config?.model ?? '',
    seed: config?.seed ?? 0,
    checksFrom: config?.checksFrom ?? 'none',
    sandbox: config?.sandbox ?? '',
    network: config?.network ?? false,
    tools: config?.tools ?? [],
    contextTokens: config?.contextTokens ?? null,
    memory: config?.memory ?? null,
    temperature: config?.temperature ?? null,
    ownPrompt: config?.system !== undefined,
    agent: config?.agent ?? null,
    foreignTools: (config?.foreignTools ?? []).map(({ name }) => name),
  };
}

function inheritedOf(inherited: Spent): Spent | null {
  return inherited.steps > 0 ? inherited : null;
}

function checksOf({ facts, checks }: RolloutIndex): RolloutTold['checks'] {
  return (facts.config?.checks ?? []).map(({ name, command }) => {
    const stand = checks.of(name);
    const before = stand?.before ?? null;
    return {
      ...{ name, command },
      before: before === null ? null : outcomeTold(before),
      after: stand === null ? null : outcomeTold(stand.last),
    };
  });
}

function peerOf({ peer }: RolloutFacts): RolloutTold['peer'] {
  if (peer === null) return null;
  const { name, version, protocol, program } = peer.started;
  return {
    name,
    version,
    protocol,
    program,
    end: peer.ended === null ? null : `${peer.ended.end}: ${peer.ended.why}`,
  };
}

function mostOf({ steps }: RolloutIndex): RolloutTold['most'] {
  const most = { seconds: 0, tokens: 0, usd: 0 };
  for (const { line } of steps) {
    most.seconds = Math.max(most.seconds, line.seconds);
    most.usd = Math.max(most.usd, line.usd);
    if (line.tokens !== null) most.tokens = Math.max(most.tokens, line.tokens.input + line.tokens.output);
  }
  return most;
}
