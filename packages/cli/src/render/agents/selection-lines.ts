import type { AgentTree, SelectionRecord } from '@heddle/agent';
import type { Palette } from '../palette.ts';
import { clip, padEnd } from '../text.ts';
import { percent } from './end-text.ts';
import { testTitle } from './test-title.ts';

interface Look {
  readonly columns: number;
  readonly palette: Palette;
}

const BAR_COLUMNS = 16;
/** Below this there is no room for a bar. */
const BAR_FROM_COLUMNS = 60;

/** How far each selection is: evidence found, the last piece of it, comparisons, the choice. */
export function selectionLines({ composition }: AgentTree, look: Look): string[] {
  return [...composition.selections].map(([, record]) => selectionLine(record, look));
}

function selectionLine(record: SelectionRecord, { columns, palette }: Look): string {
  const { chosen, comparisons } = record;
  const name = palette.bold('crosscheck');
  if (chosen !== null) {
    const choice =
      chosen.candidate === null
        ? palette.yellow(chosen.ranking.length === 0 ? 'no candidate' : 'none is good enough')
        : palette.green(`#${chosen.candidate}, ${percent(chosen.probability)}`);
    return `${name}  ${choice}`;
  }
  const compared = comparisons.at(-1);
  const { done, all, last } = evidenceProgress(record);
  const bar = columns < BAR_FROM_COLUMNS || all === 0 ? '' : `  ${barOf(done / all, palette)}`;
  const counts = all === 0 ? '' : `  ${done} of ${all}`;
  const now =
    compared !== undefined
      ? `#${compared.first} against #${compared.second}`
      : last === undefined
        ? 'looking at the candidates'
        : `${testTitle(last)} on ${last.about === 0 ? 'the files as they were' : `#${last.about}`}`;
  return clip(`${name}${bar}${counts}  ${palette.dim(now)}`, columns - 1);
}

/** Each known test on each different candidate and on the files as they were; tests may still come. */
function evidenceProgress({ candidates, evidence, dismissed }: SelectionRecord) {
  const offered = candidates.filter(({ out, same }) => out === null && same === null);
  const useless = new Set(dismissed.map(({ test }) => test));
  const cells = new Set(evidence.map(({ test, about }) => `${test}\0${about}`));
  const counted = new Set(evidence.filter(({ test }) => !useless.has(test)).map(({ test }) => test));
  const missing = [...counted].flatMap((test) =>
    [0, ...offered.map(({ candidate }) => candidate)].filter((about) => !cells.has(`${test}\0${about}`)),
  );
  return { done: cells.size, all: cells.size + missing.length, last: evidence.at(-1) };
}

function barOf(share: number, { cyan, dim }: Palette): string {
  const done = Math.round(Math.min(1, share) * BAR_COLUMNS);
  return padEnd(`${cyan('━'.repeat(done))}${dim('─'.repeat(BAR_COLUMNS - done))}`, BAR_COLUMNS);
}
