import { agentTreeOf, evidenceRows, type SelectionRecord } from '@heddle/agent';
import type { Recorded, Store } from '@heddle/core';
import { crosscheckText } from '../render/agents/crosscheck-text.ts';
import { terminalOf } from '../terminal.ts';

interface Shown {
  readonly rollout: string;
  readonly events: readonly Recorded[];
  readonly json: boolean;
}

/** `heddle show --crosscheck`. */
export function showCrosscheck(store: Store, { rollout, events, json }: Shown): void {
  const tree = agentTreeOf(store, events);
  const { selections } = tree.composition;
  if (json) {
    const values = [...selections].map(([path, record]) => ({ path, ...selectionValue(record) }));
    process.stdout.write(`${JSON.stringify(values, null, 2)}\n`);
    return;
  }
  if (selections.size === 0) {
    const why = tree.isEmpty
      ? 'one agent made it alone; `heddle solve --attempts 5` makes several'
      : 'nothing has been chosen among';
    process.stdout.write(`${rollout} has no candidates: ${why}\n`);
    return;
  }
  const { columns, palette } = terminalOf(process.stdout);
  const look = { columns, palette, objects: store.objects };
  const texts = [...selections.keys()].map((path) => crosscheckText(path, tree, look));
  process.stdout.write(texts.join('\n'));
}

/** For programs: candidates, each test with what it said of whom, comparisons, the choice. */
function selectionValue(record: SelectionRecord) {
  const { candidates, comparisons, chosen } = record;
  const plain = <T extends { readonly type: string; readonly path: string }>({
    type: _,
    path: __,
    ...rest
  }: T) => rest;
  return {
    candidates: candidates.map(plain),
    tests: evidenceRows(record).map(({ cells, ...row }) => ({
      ...row,
      cells: [...cells].map(([about, { measured, runs, flaky }]) => {
        const { outcome, exitCode, counts, failing, behaviour, output, seconds } = measured;
        return { about, outcome, exitCode, counts, failing, behaviour, output, seconds, runs, flaky };
      }),
    })),
    comparisons: comparisons.map(plain),
    chosen: chosen === null ? null : plain(chosen),
  };
}
