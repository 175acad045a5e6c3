import type { AgentRow, AgentTree } from '@heddle/agent';
import type { PartTold } from '../../told/rollout.ts';
import { firstWords } from './words.ts';

const MAX_WHY = 300;

/** The parts of an agent made of agents, outermost first. */
export function partsOf(tree: AgentTree): PartTold[] {
  return tree.isEmpty ? [] : tree.rows().map(partOf);
}

function partOf(row: AgentRow): PartTold {
  const { path, label, depth, heading, agent, phase, work, rollout, progress } = row;
  return {
    ...{ path, label, depth, heading, agent, phase },
    status: work?.status ?? null,
    verified: work?.verified ?? false,
    probability: work?.probability ?? null,
    why: firstWords(row.why === '' ? (work?.reason ?? '') : row.why, MAX_WHY),
    rollout: rollout?.begun.rollout ?? null,
    forked: rollout?.begun.forked ?? null,
    spent: rollout?.returned?.spent ?? null,
    step: progress?.activity.step ?? 0,
    now: progress?.activity.what ?? '',
    failing: failingOf(progress),
  };
}

function failingOf(progress: AgentRow['progress']): PartTold['failing'] {
  const stands = [...(progress?.checks.values() ?? [])];
  if (stands.length === 0) return null;
  const counted = stands.every(({ before, last }) =>
    [before, last].every(({ status, counts }) => status === 'passed' || (counts?.failed ?? 0) > 0),
  );
  const failing = (which: 'before' | 'last') =>
    stands.reduce((sum, stand) => {
      const { status, counts } = stand[which];
      return sum + (counted ? (counts?.failed ?? 0) : status === 'passed' ? 0 : 1);
    }, 0);
  return { before: failing('before'), now: failing('last') };
}
