import type { TestReport } from '../checks.ts';
import type { RunOutput } from './reader.ts';
import { dedent, ReportBuilder } from './report-builder.ts';
import { readTap } from './tap.ts';

/** `✖ title (1.2ms)`, `▶ title` and their like; skipped and todo ones end in a comment. */
const ITEM = /^( *)([✔✖▶﹣⚠]) (.*?)(?: \(\d[\d.]*ms\))?( # .*)?$/;
const TOTALS = /^ℹ (tests|pass|fail|cancelled|skipped|todo) (\d+)$/;
const LOCATION = /^test at (.+?):\d+:\d+$/;

/** node:test: the spec and dot reporters, and TAP (the default without a terminal before Node 23). */
export function readNodeTest(output: RunOutput): TestReport | null {
  return readSpec(output) ?? readTap(output);
}

/**
 * The tree printed while tests run has their nesting, the list of failures below it has their files and
 * messages, both in the same order. The dot reporter prints the list only, without files.
 */
function readSpec({ text, root }: RunOutput): TestReport | null {
  const lines = text.split('\n');
  const heading = lines.findIndex((line) => /^(?:✖ failing tests:|Failed tests:)$/.test(line));
  const totals = new Map<string, number>();
  for (const line of lines) {
    const total = TOTALS.exec(line);
    if (total) totals.set(total[1]!, Number(total[2]));
  }
  if (totals.size === 0 && heading < 0) return null;
  const tree = heading < 0 ? lines : lines.slice(0, heading);
  const failing = heading < 0 ? [] : listed(lines.slice(heading + 1));
  const paths = nested(tree);
  const builder = new ReportBuilder(root);
  let at = 0;
  for (const { file, title, message } of failing) {
    const found = paths.findIndex((path, index) => index >= at && path.at(-1) === title);
    if (found >= 0) at = found + 1;
    const path = found >= 0 ? paths[found]! : [title];
    const own = title === file;
    const name = own || file === null ? path.join(' > ') : [file, ...path].join(' > ');
    // A file that died says why in what it printed.
    builder.fail(name, own ? `${message}\n${printedBy(tree, title)}` : message);
  }
  return builder.report({
    passed: totals.get('pass') ?? dots(tree),
    failed: totals.size > 0 ? (totals.get('fail') ?? 0) + (totals.get('cancelled') ?? 0) : builder.failed,
    skipped: (totals.get('skipped') ?? 0) + (totals.get('todo') ?? 0),
  });
}

/** What stands between the item before and a file's own. */
function printedBy(tree: readonly string[], file: string): string {
  const at = tree.findIndex((line) => ITEM.exec(line)?.[3] === file);
  const before = tree.findLastIndex((line, index) => index < at && ITEM.test(line));
  return tree.slice(before + 1, Math.max(at, 0)).join('\n');
}

/** The dot reporter prints no totals; its dots count suites as well. */
function dots(lines: readonly string[]): number {
  return lines
    .filter((line) => /^[.X]+$/.test(line))
    .join('')
    .replaceAll('X', '').length;
}

/** Paths of the failing items in the tree, in order. */
function nested(lines: readonly string[]): string[][] {
  const above: string[] = [];
  const paths: string[][] = [];
  for (const line of lines) {
    const item = ITEM.exec(line);
    if (!item) continue;
    const depth = item[1]!.length / 2;
    above.length = Math.min(above.length, depth);
    if (item[2] === '▶') above[depth] = item[3]!;
    else if (item[2] === '✖' && !item[4]) paths.push([...above, item[3]!]);
  }
  return paths;
}

interface Listed {
  readonly file: string | null;
  readonly title: string;
  readonly message: string;
}

function listed(lines: readonly string[]): Listed[] {
  const found: Listed[] = [];
  for (let i = 0; i < lines.length; i++) {
    const location = LOCATION.exec(lines[i]!);
    const item = ITEM.exec(lines[location ? i + 1 : i] ?? '');
    if (item?.[1] !== '') continue;
    const start = i + (location ? 2 : 1);
    let end = lines.findIndex((line, at) => at >= start && (LOCATION.test(line) || /^[✖⚠] /.test(line)));
    if (end < 0) end = lines.length;
    i = end - 1;
    if (item[2] !== '✖' || item[4]) continue; // a failing todo is expected
    if (/^ {2}'\d+ subtests? failed'$/.test(lines[start] ?? '')) continue; // only its subtests failed
    const message = dedent(lines.slice(start, end).filter((line) => !/^npm (?:ERR!|error)/.test(line)));
    found.push({ file: location?.[1] ?? null, title: item[3]!, message });
  }
  return found;
}
