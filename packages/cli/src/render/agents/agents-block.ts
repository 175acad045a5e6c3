import { type AgentRow, type AgentTree, nameOf } from '@heddle/agent';
import type { Palette } from '../palette.ts';
import { clip, columnsOf, count, money, padEnd, padStart, stopwatch } from '../text.ts';
import { checkChange } from './check-change.ts';
import { endText } from './end-text.ts';
import { selectionLines } from './selection-lines.ts';

export interface BlockLook {
  readonly columns: number;
  /** Lines there are for it; at least one is used. */
  readonly rows: number;
  readonly palette: Palette;
  /** What turns beside a part that works. */
  readonly spinner: string;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** Cells of one line; a part of the screen is left out for all lines or for none. */
interface Cells {
  readonly label: string;
  readonly sign: string;
  readonly state: string;
  readonly variety: string;
  readonly step: string;
  readonly what: string;
  readonly checks: string;
  readonly time: string;
  readonly cost: string;
}

/** Below this what a part does cannot be told. */
const MIN_WHAT_COLUMNS = 16;
/** Labels and names of models beyond this are cut. */
const MAX_LABEL_COLUMNS = 24;
const MAX_VARIETY_COLUMNS = 20;
/** What is left out first where the terminal is narrow. */
const DISPENSABLE = ['variety', 'cost', 'step', 'time', 'checks', 'state'] as const;
const RIGHT: ReadonlySet<keyof Cells> = new Set(['time', 'cost', 'checks']);
const GAP = 2;

/** One line a part: who, how far, what it does now, checks, time, cost; below them how far the selection is. */
export function agentsBlock(tree: AgentTree, look: BlockLook): string[] {
  const rows = tree.rows();
  const below = selectionLines(tree, look);
  const { shown, folded } = fold(rows, Math.max(1, look.rows - below.length));
  const variety = varietyOf(rows);
  const lines = layOut(
    shown.map((row) => cellsOf(row, tree, { ...look, variety })),
    look.columns - 1,
  );
  const rest = folded.length === 0 ? [] : [look.palette.dim(`   … ${foldedText(folded)}`)];
  return [...lines, ...rest, ...below].map((line) => clip(` ${line}`, look.columns));
}

/** As many as fit; those that have ended give way first, then those that wait. */
function fold(
  rows: readonly AgentRow[],
  room: number,
): { readonly shown: readonly AgentRow[]; readonly folded: readonly AgentRow[] } {
  if (rows.length <= room) return { shown: rows, folded: [] };
  const weight = ({ phase }: AgentRow) =>
    phase === 'working' || phase === 'exploring' ? 0 : phase === 'waiting' ? 1 : 2;
  const kept = new Set([...rows].sort((a, b) => weight(a) - weight(b)).slice(0, Math.max(0, room - 1)));
  return { shown: rows.filter((row) => kept.has(row)), folded: rows.filter((row) => !kept.has(row)) };
}

/** `12 more: 8 handed in, 3 working, 1 waiting`. */
function foldedText(rows: readonly AgentRow[]): string {
  return `${rows.length} more: ${countsText(rows)}`;
}

/** How many are in which state, the most first: `3 working, 2 handed in`. */
function countsText(rows: readonly AgentRow[]): string {
  const counts = new Map<string, number>();
  for (const row of rows) {
    if (row.heading) continue;
    const state = endText(row)?.state.replace(/ \d+ %$/, '') ?? row.phase;
    counts.set(state, (counts.get(state) ?? 0) + 1);
  }
  return [...counts]
    .sort(([, a], [, b]) => b - a)
    .map(([state, number]) => `${number} ${state}`)
    .join(', ');
}

type Variety = (row: AgentRow) => string;

/** What parts differ in: their models, else the seeds of attempts. */
function varietyOf(rows: readonly AgentRow[]): Variety {
  const begun = rows.flatMap(({ rollout }) => (rollout === null ? [] : [rollout.begun]));
  if (new Set(begun.map(({ model }) => model)).size > 1)
    return ({ rollout }) => clip(rollout?.begun.model ?? '', MAX_VARIETY_COLUMNS);
  if (new Set(begun.map(({ seed }) => seed)).size > 1)
    return ({ rollout }) => (rollout === null ? '' : `seed ${rollout.begun.seed}`);
  return () => '';
}

function cellsOf(row: AgentRow, tree: AgentTree, look: BlockLook & { readonly variety: Variety }): Cells {
  const { palette } = look;
  const { depth, progress, rollout, heading } = row;
  const end = endText(row);
  const label = clip(`${'  '.repeat(depth)}${row.label}`, MAX_LABEL_COLUMNS);
  const step = progress?.activity.step ?? 0;
  const over = end !== null;
  const { startedAt = null } = progress?.activity ?? {};
  const until = over ? (progress?.lastAt ?? look.now) : look.now;
  const usd = rollout?.returned?.spent.usd ?? progress?.activity.usd ?? 0;
  const dim = (text: string) => (row.phase === 'waiting' || end?.colour === 'dim' ? palette.dim(text) : text);
  return {
    label: heading || !over ? palette.bold(dim(label)) : dim(label),
    sign: signOf(row, look),
    state: end === null ? dim(stateOf(row)) : palette[end.colour](end.state),
    variety: palette.dim(look.variety(row)),
    step: step === 0 || heading ? '' : palette.dim(`step ${step}`),
    what: heading
      ? palette.dim(row.agent)
      : over
        ? palette.dim(afterwards(row, tree, end.why))
        : doing(row, tree),
    checks: progress === null ? '' : checkChange(progress, palette),
    time: startedAt === null || heading ? '' : palette.dim(stopwatch(until - startedAt)),
    cost: usd === 0 ? '' : palette.dim(money(usd)),
  };
}

function signOf(row: AgentRow, { palette, spinner }: BlockLook): string {
  const end = endText(row);
  if (end !== null) return palette[end.colour](end.sign);
  if (row.heading) return ' ';
  return row.phase === 'waiting' ? palette.dim('○') : palette.cyan(spinner);
}

function stateOf({ phase, rollout, heading, progress }: AgentRow): string {
  if (heading) return '';
  const { forked } = rollout?.begun ?? {};
  // Until it has gone a way of its own.
  return forked !== undefined && progress?.edited !== true ? `forked at ${forked.step}` : phase;
}

function doing({ phase, progress, rollout, path }: AgentRow, tree: AgentTree): string {
  if (phase === 'waiting') return waitingFor(path, tree);
  const what = progress?.activity.what ?? '';
  const { forked } = rollout?.begun ?? {};
  if (what !== '' || forked === undefined) return what;
  return `from ${tree.labelOf(forked.rollout)}, step ${forked.step}`;
}

/** What has to end before a part of a plan can begin. */
function waitingFor(path: string, { composition }: AgentTree): string {
  const plan = composition.plans.at(-1);
  const part = plan?.parts.find(({ name }) => name === nameOf(path));
  return part === undefined || part.after.length === 0 ? '' : `for ${part.after.join(', ')}`;
}

/** What became of it since: its part in the selection, or why it ended. */
function afterwards({ work, path }: AgentRow, tree: AgentTree, why: string): string {
  const candidates = [...tree.composition.selections.values()].flatMap((selection) => selection.candidates);
  const proposed = candidates.find((each) => tree.partOf(each)?.path === path);
  if (proposed?.same != null) return `same change as #${proposed.same}`;
  return work?.status === 'interrupted' ? why : (proposed?.out ?? why);
}

function layOut(lines: readonly Cells[], columns: number): string[] {
  if (lines.length === 0) return [];
  const names = Object.keys(lines[0]!) as (keyof Cells)[];
  const width = (name: keyof Cells) => Math.max(...lines.map((line) => columnsOf(line[name])));
  let kept = names.filter((name) => name === 'what' || width(name) > 0);
  const room = () => {
    const others = kept.filter((name) => name !== 'what');
    return columns - others.reduce((sum, name) => sum + width(name) + gapAfter(name), 0);
  };
  for (const name of DISPENSABLE) {
    if (room() >= Math.min(MIN_WHAT_COLUMNS, columns)) break;
    kept = kept.filter((each) => each !== name);
  }
  const what = Math.max(0, room());
  return lines.map((line) =>
    kept
      .map((name) => {
        const columnsThere = name === 'what' ? what : width(name);
        const cell = name === 'what' ? clip(line.what, what) : line[name];
        const padded = RIGHT.has(name) ? padStart(cell, columnsThere) : padEnd(cell, columnsThere);
        return padded + ' '.repeat(gapAfter(name));
      })
      .join('')
      .trimEnd(),
  );
}

function gapAfter(name: keyof Cells): number {
  return name === 'sign' ? 1 : GAP;
}

/** `5 attempts`, `pipeline`: what the parts are parts of, for the line above them. */
export function wholeText(tree: AgentTree): string {
  const rows = tree.rows().filter(({ depth }) => depth === 0);
  return tree.name === 'bestOf' ? count(rows.length, 'attempt') : tree.name;
}
