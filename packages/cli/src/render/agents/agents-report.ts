import type { AgentTree } from '@heddle/agent';
import { count, money, tokenCount } from '../text.ts';
import { agentsTreeText } from './agents-tree-text.ts';
import { type CandidateLook, candidateTable } from './candidate-table.ts';

/** What came of the agents of a rollout: candidates with the choice, or its parts; what choosing cost; what was saved. */
export function agentsReport(tree: AgentTree, look: CandidateLook): string {
  const { selections } = tree.composition;
  const inner = { ...look, columns: look.columns - INDENT.length };
  const tables = [...selections.keys()].map((path) =>
    candidateTable(path, tree, inner).map((line) => INDENT + line),
  );
  const parts = selections.size === 1 && isFlat(tree) ? [] : [[agentsTreeText(tree, look)]];
  const notes = [choosingCost(tree), savedText(tree)].filter((text) => text !== '');
  return [...parts, ...tables, notes.map((text) => INDENT + look.palette.dim(text))]
    .filter((block) => block.length > 0)
    .map((block) => block.join('\n'))
    .join('\n\n');
}

const INDENT = '  ';

/** Each part is a candidate, which the table tells of. */
function isFlat(tree: AgentTree): boolean {
  return tree.rows().every(({ depth, heading }) => depth === 0 && !heading);
}

/** What questions to models cost that were asked beside the rollouts. */
function choosingCost({ composition, consultedUsd }: AgentTree): string {
  const asked = composition.charges.filter(({ path }) => !composition.delegated.has(path));
  if (asked.length === 0) return '';
  const tokens = asked.reduce((sum, each) => sum + each.tokens, 0);
  const cost = consultedUsd === 0 ? '' : `, ${money(consultedUsd)}`;
  return `beside the rollouts: ${count(asked.length, 'question')} to models, ${tokenCount(tokens)} tokens${cost}`;
}

/**
 * `late fork saved 41,200 tokens (38 %)`: of what it would have cost without; of a model that counts no tokens, steps.
 * Empty without a late fork.
 */
function savedText({ composition }: AgentTree): string {
  const returned = [...composition.delegated.values()].flatMap(({ returned: each }) => each ?? []);
  const text = (unit: 'tokens' | 'steps') => {
    const saved = returned.reduce((sum, each) => sum + (each.saved?.[unit] ?? 0), 0);
    const spent = returned.reduce((sum, each) => sum + each.spent[unit], 0);
    const share = Math.round((saved / (saved + spent)) * 100);
    return saved === 0 ? '' : `late fork saved ${saved.toLocaleString('en')} ${unit} (${share} %)`;
  };
  return text('tokens') || text('steps');
}
