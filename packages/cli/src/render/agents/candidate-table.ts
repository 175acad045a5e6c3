import { type AgentTree, broughtTests, evidenceRows, type SelectionRecord } from '@heddle/agent';
import type { EventOf, ObjectStore } from '@heddle/core';
import type { Palette } from '../palette.ts';
import { clip, columnsOf, duration, money, oneLine, padEnd, padStart, tokenCount } from '../text.ts';
import { checkChange } from './check-change.ts';
import { percent, workText } from './end-text.ts';

export interface CandidateLook {
  readonly columns: number;
  readonly palette: Palette;
  readonly objects: ObjectStore;
}

interface Cell {
  readonly text: string;
  readonly right?: true;
}

const TITLES = [
  '',
  'same',
  'change',
  'checks',
  'tests',
  'agrees',
  'stated',
  'tokens',
  'time',
  'cost',
] as const;
/** What is left out first where the terminal is narrow. */
const DISPENSABLE = ['cost', 'tokens', 'stated', 'time', 'agrees', 'same'] as const;
const GAP = 2;

/**
 * Candidates, the best first: what each changes, its checks, the tests that attempts brought, who behaves the same, what
 * it cost. Those that came to the same change share a line; one that is out says why instead.
 */
export function candidateTable(path: string, tree: AgentTree, look: CandidateLook): string[] {
  const record = tree.composition.selections.get(path)!;
  const { palette } = look;
  const rows = ordered(record).map((candidate) => rowOf(candidate, { record, path, tree, look }));
  const empty = (index: number) => rows.every(({ cells }) => (cells?.[index]?.text ?? '') === '');
  let shown = TITLES.map((title, index) => ({ title, index })).filter(({ index }) => !empty(index));
  const widthOf = ({ title, index }: (typeof shown)[number]) =>
    Math.max(columnsOf(title), ...rows.map(({ cells }) => columnsOf(cells?.[index]?.text ?? '')));
  const total = () => MARK_COLUMNS + shown.reduce((sum, each) => sum + widthOf(each) + GAP, 0) - GAP;
  for (const title of DISPENSABLE)
    if (total() > look.columns) shown = shown.filter((each) => each.title !== title);
  const line = (texts: readonly Cell[]) =>
    shown
      .map((each, place) => {
        const { text, right } = texts[each.index]!;
        return (right ? padStart : padEnd)(text, place === shown.length - 1 && !right ? 0 : widthOf(each));
      })
      .join(' '.repeat(GAP))
      .trimEnd();
  const title = line(TITLES.map((text) => ({ text, ...(RIGHT.has(text) ? { right: true as const } : {}) })));
  const first = shown[0] === undefined ? 0 : widthOf(shown[0]);
  return [
    ...(rows.some(({ cells }) => cells !== null) ? [palette.dim(`${' '.repeat(MARK_COLUMNS)}${title}`)] : []),
    ...rows.map(({ mark, name, cells, instead }) =>
      cells === null
        ? palette.dim(clip(`${mark} ${padEnd(name, first)}  ${instead}`, look.columns))
        : `${mark} ${line(cells)}`,
    ),
  ].map((text) => clip(text, look.columns));
}

const MARK_COLUMNS = 2;
const RIGHT: ReadonlySet<string> = new Set(['tokens', 'time', 'cost', 'stated']);

type Proposed = EventOf<'candidate.proposed'>;

/** By rank; those that are out at the end. Copies have no line of their own. */
function ordered({ candidates, chosen }: SelectionRecord): Proposed[] {
  const ranks = new Map(chosen?.ranking.map(({ candidate }, index) => [candidate, index]));
  const weight = ({ candidate, out }: Proposed) =>
    out === null ? (ranks.get(candidate) ?? ranks.size) : Number.POSITIVE_INFINITY;
  return candidates
    .filter(({ same }) => same === null)
    .toSorted((a, b) => (weight(a) === weight(b) ? a.candidate - b.candidate : weight(a) - weight(b)));
}

interface Row {
  readonly mark: string;
  readonly name: string;
  /** Null: `instead` is all there is to say. */
  readonly cells: readonly Cell[] | null;
  readonly instead: string;
}

interface Around {
  readonly record: SelectionRecord;
  readonly path: string;
  readonly tree: AgentTree;
  readonly look: CandidateLook;
}

function rowOf(proposed: Proposed, { record, path, tree, look }: Around): Row {
  const { palette, objects } = look;
  const { candidate, out, patch, probability } = proposed;
  const isChosen = record.chosen?.candidate === candidate;
  const mark = isChosen ? palette.green('▸') : ' ';
  const name = `#${candidate}`;
  const part = tree.partOf(proposed);
  if (out !== null) {
    const stopped = part?.work?.status === 'interrupted' ? workText(part.work) : null;
    const instead = stopped === null ? `out: ${oneLine(out)}` : `${stopped.state}: ${stopped.why}`;
    return { mark, name, cells: null, instead };
  }
  const ranked = record.chosen?.ranking.find((each) => each.candidate === candidate);
  const tests = broughtTests(evidenceRows(record), candidate);
  const { usd, tokens } = tree.composition.spentUnder(part?.path ?? `${path}/${candidate}`);
  const seconds = part?.rollout?.returned?.spent.seconds;
  const texts: Record<(typeof TITLES)[number], string> = {
    '': isChosen ? palette.bold(name) : name,
    same: record.candidates
      .filter(({ same }) => same === candidate)
      .map((each) => `#${each.candidate}`)
      .join(' '),
    change: changeSize(Buffer.from(objects.get(patch)).toString('utf8'), palette),
    checks:
      ownChecks(record, candidate, palette) ?? (part?.progress ? checkChange(part.progress, palette) : ''),
    tests: tests.of === 0 ? '' : `${tests.passed} of ${tests.of}`,
    agrees: (ranked?.agrees ?? []).map((each) => `#${each}`).join(' '),
    stated: probability === null ? '' : percent(probability),
    tokens: tokens === 0 ? '' : tokenCount(tokens),
    time: seconds === undefined ? '' : duration(seconds),
    cost: usd === 0 ? '' : money(usd),
  };
  const cells = TITLES.map((title) => ({
    text: texts[title],
    ...(RIGHT.has(title) ? { right: true as const } : {}),
  }));
  return { mark, name, cells, instead: '' };
}

/** Of the checks that were run on its files for the choice; null: they were not. */
function ownChecks({ evidence }: SelectionRecord, candidate: number, palette: Palette): string | null {
  const of = (about: number) =>
    evidence.filter((each) => each.kind === 'check' && each.about === about && each.run === 1);
  const [before, last] = [of(0), of(candidate)];
  if (last.length === 0) return null;
  const outcome = ({ outcome: status, exitCode, counts, failing }: (typeof last)[number]) => ({
    status,
    exitCode,
    counts,
    failing,
  });
  const checks = last.map((cell) => {
    const base = before.find(({ test }) => test === cell.test) ?? cell;
    return [cell.test, { before: outcome(base), last: outcome(cell) }] as const;
  });
  return checkChange({ checks: new Map(checks) }, palette);
}

/** `+3 −1`, with the number of files where there are several. */
function changeSize(patch: string, { green, red, dim }: Palette): string {
  const lines = patch.split('\n');
  const files = lines.filter((line) => line.startsWith('diff --git ')).length;
  const added = lines.filter((line) => line.startsWith('+') && !line.startsWith('+++ ')).length;
  const removed = lines.filter((line) => line.startsWith('-') && !line.startsWith('--- ')).length;
  return `${green(`+${added}`)} ${red(`−${removed}`)}${files > 1 ? dim(` in ${files} files`) : ''}`;
}
