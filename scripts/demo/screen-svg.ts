import type { Cell, Screen } from './terminal-run.ts';

/** Pixels of one cell at this size of type. */
const CELL = { width: 8.4, height: 19 };
const FONT_SIZE = 14;
const PADDING = 18;
const GAP = 14;
/** Height of a panel's title bar. */
const BAR = 30;

/** By the number of the terminal's colour; each is readable on both grounds' own variant. */
const COLOURS: Readonly<
  Record<number, { readonly name: string; readonly dark: string; readonly light: string }>
> = {
  1: { name: 'red', dark: '#ff7b72', light: '#c1232f' },
  2: { name: 'green', dark: '#56d364', light: '#11752e' },
  3: { name: 'yellow', dark: '#e3b341', light: '#8a5a00' },
  6: { name: 'cyan', dark: '#56c8d8', light: '#0b7285' },
};

export interface Panel {
  readonly title: string;
  readonly screen: Screen;
}

/** Screens of a terminal, one below the other, as a picture that follows the reader's light or dark theme. */
export function screensSvg(panels: readonly Panel[], columns: number): string {
  const width = Math.ceil(columns * CELL.width + 2 * PADDING);
  const heights = panels.map(({ screen }) => BAR + screen.length * CELL.height + PADDING);
  const height = heights.reduce((sum, each) => sum + each, 0) + GAP * (panels.length - 1);
  const tops = heights.map((_, index) => heights.slice(0, index).reduce((sum, each) => sum + each + GAP, 0));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escaped(panels.map(({ title }) => title).join('; '))}">`,
    `<style>${style()}</style>`,
    ...panels.map((panel, index) => panelSvg(panel, { top: tops[index]!, width, height: heights[index]! })),
    '</svg>',
    '',
  ].join('\n');
}

function style(): string {
  const rules = (theme: 'dark' | 'light') =>
    Object.values(COLOURS)
      .map((colour) => `.${colour.name}{fill:${colour[theme]}}`)
      .join('');
  return [
    `text{font:${FONT_SIZE}px ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace;white-space:pre;fill:#24292f}`,
    '.bold{font-weight:700}.dim{fill:#656d76}.ground{fill:#fbfcfd;stroke:#d0d7de}.bar{fill:#eef1f4}.title{fill:#57606a}.dot{fill:#c4cbd3}',
    rules('light'),
    `@media(prefers-color-scheme:dark){text{fill:#dce3ea}.dim{fill:#8b949e}.ground{fill:#0f141a;stroke:#30363d}.bar{fill:#1b222b}.title{fill:#9aa4af}.dot{fill:#3d4651}${rules('dark')}}`,
  ].join('');
}

function panelSvg(
  { title, screen }: Panel,
  { top, width, height }: { readonly top: number; readonly width: number; readonly height: number },
): string {
  const lines = screen.flatMap((line, y) => {
    const base = BAR + PADDING / 2 + y * CELL.height + FONT_SIZE;
    return runsOf(line).map((run) => runSvg(run, base));
  });
  return [
    `<g transform="translate(0 ${top})">`,
    `<rect class="ground" x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="8"/>`,
    `<path class="bar" d="M1 ${BAR}V8.5A7.5 7.5 0 0 1 8.5 1H${width - 8.5}A7.5 7.5 0 0 1 ${width - 1} 8.5V${BAR}Z"/>`,
    ...[0, 1, 2].map((dot) => `<circle class="dot" cx="${18 + dot * 16}" cy="${BAR / 2}" r="5"/>`),
    `<text class="title" x="${width / 2}" y="${BAR / 2 + 5}" text-anchor="middle">${escaped(title)}</text>`,
    ...lines,
    '</g>',
  ].join('\n');
}

interface Run {
  readonly x: number;
  readonly columns: number;
  readonly text: string;
  readonly classes: string;
}

/** Neighbours that look the same. Runs of blanks part them, so that a font of another width moves nothing far. */
function runsOf(line: readonly Cell[]): Run[] {
  const runs: Run[] = [];
  let at = 0;
  for (const cell of line) {
    const x = at;
    at += 1;
    const classes = classesOf(cell);
    const last = runs.at(-1);
    if (last !== undefined && last.classes === classes && last.x + last.columns === x)
      runs[runs.length - 1] = { ...last, columns: last.columns + 1, text: last.text + cell.text };
    else runs.push({ x, columns: 1, text: cell.text, classes });
  }
  return runs.flatMap(words);
}

/** Without blanks at either end and without two in a row. */
function words(run: Run): Run[] {
  return [...run.text.matchAll(/\S+(?: \S+)*/g)].map((match) => ({
    ...run,
    x: run.x + match.index,
    columns: match[0].length,
    text: match[0],
  }));
}

function classesOf({ colour, bold, dim }: Cell): string {
  return [COLOURS[colour]?.name ?? '', bold ? 'bold' : '', dim ? 'dim' : ''].filter(Boolean).join(' ');
}

function runSvg({ x, columns, text, classes }: Run, y: number): string {
  const left = (PADDING + x * CELL.width).toFixed(1);
  const look = classes === '' ? '' : ` class="${classes}"`;
  return `<text${look} x="${left}" y="${y}" textLength="${(columns * CELL.width).toFixed(1)}">${escaped(text)}</text>`;
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
