import { parse, type SyntaxNode } from '@heddle/code';
import { ModelFacingError } from '@heddle/core';

/** A Jupyter notebook as one text: each cell's source below a line that names the cell. */
export interface Notebook {
  readonly text: string;
  /** The notebook's JSON with the sources of a changed text; everything else in it stays byte for byte. */
  withText(text: string): string;
}

const MARKER = /^# %% cell \d+ \[\w+\]$/m;

/** Null for what is no notebook, or has a cell that reads like one of the lines between cells: it is plain JSON then. */
export async function readNotebook(path: string, json: string): Promise<Notebook | null> {
  const cells = await cellsOf(json);
  if (cells === null || cells.some(({ source }) => MARKER.test(source))) return null;
  const markers = cells.map(({ type }, index) => `# %% cell ${index + 1} [${type}]`);
  return {
    text: cells.map(({ source }, index) => `${markers[index]}\n${source}\n`).join(''),
    withText(text) {
      const sources = split(text, markers);
      if (sources === null) {
        throw new ModelFacingError(
          'notebook-cells',
          `The lines "# %% cell …" of ${path} mark its cells and must stay: only sources can be changed here. Nothing was changed. To add, remove or move cells, change its JSON with bash (python -c "import json; …").`,
        );
      }
      let out = '';
      let done = 0;
      for (const [index, { source, start, end }] of cells.entries()) {
        if (sources[index] === source) continue;
        out += json.slice(done, start) + jsonSource(sources[index]!, json.slice(start, end));
        done = end;
      }
      return out + json.slice(done);
    },
  };
}

interface Cell {
  readonly type: string;
  readonly source: string;
  /** Where the value of its `source` stands in the JSON. */
  readonly start: number;
  readonly end: number;
}

/** JSON is JavaScript: its grammar says where each value stands. */
async function cellsOf(json: string): Promise<Cell[] | null> {
  try {
    JSON.parse(json);
  } catch {
    return null;
  }
  using tree = await parse('javascript', `(${json})`);
  const root = tree.root.namedChild(0)?.namedChild(0)?.namedChild(0);
  const list = root ? member(root, 'cells') : null;
  if (list?.type !== 'array') return null;
  const cells: Cell[] = [];
  for (const node of list.namedChildren) {
    const source = node && member(node, 'source');
    if (!source) return null;
    const type: unknown = JSON.parse(member(node, 'cell_type')?.text ?? 'null');
    const value: unknown = JSON.parse(source.text);
    const text = Array.isArray(value) ? value.join('') : value;
    if (typeof type !== 'string' || typeof text !== 'string') return null;
    cells.push({ type, source: text, start: source.startIndex - 1, end: source.endIndex - 1 });
  }
  return cells;
}

function member(node: SyntaxNode, key: string): SyntaxNode | null {
  for (const pair of node.namedChildren) {
    if (pair?.childForFieldName('key')?.text === JSON.stringify(key)) return pair.childForFieldName('value');
  }
  return null;
}

/** The sources between the markers, or null where those are not what they were. */
function split(text: string, markers: readonly string[]): string[] | null {
  const lines = text.split('\n');
  const at = lines.flatMap((line, index) => (MARKER.test(line) ? [index] : []));
  const same = at.length === markers.length && at.every((line, index) => lines[line] === markers[index]);
  if (!same || (at[0] ?? 0) !== 0) return null;
  const end = lines.at(-1) === '' ? lines.length - 1 : lines.length;
  return at.map((line, index) => lines.slice(line + 1, at[index + 1] ?? end).join('\n'));
}

/** A source as the notebook writes it: one text, or a list of lines indented as the present one. */
function jsonSource(source: string, present: string): string {
  if (!present.startsWith('[')) return JSON.stringify(source);
  const lines = source === '' ? [] : source.split(/(?<=\n)/);
  const indent = /^\[(\s*)"/.exec(present)?.[1] ?? ' ';
  const close = /(\s*)\]$/.exec(present)?.[1] ?? '';
  if (lines.length === 0) return '[]';
  return `[${indent}${lines.map((line) => JSON.stringify(line)).join(`,${indent}`)}${present === '[]' ? '' : close}]`;
}
