import type { TestReport } from '../checks.ts';
import { ownPath } from '../frames/frame-source.ts';
import type { RunOutput } from './reader.ts';
import { dedent, ReportBuilder } from './report-builder.ts';

const POINT = /^( *)(not )?ok\b ?(\d+)?(?: -)? ?(.*?)( \{)?$/;
/** A comment of the run, not of a subtest: `# tests 5`. */
const TOTALS = /^# (tests|pass|fail|cancelled|skipped|todo) (\d+)$/;
const DIRECTIVE = / # (SKIP|TODO)\b.*$/i;

interface Point {
  readonly indent: number;
  readonly ok: boolean;
  readonly title: string;
  readonly directive: string | null;
  /** The lines of its YAML block. */
  readonly details: string[];
  /** Points one level deeper that it sums up. */
  readonly children: Point[];
  /** The comments above it. */
  readonly printed: string;
}

interface Run {
  readonly builder: ReportBuilder;
  readonly counts: { passed: number; failed: number; skipped: number };
  readonly root: string;
}

/** TAP, nested or flat, as node:test, vitest and tape print it. */
export function readTap({ text, root }: RunOutput): TestReport | null {
  const lines = text.split('\n');
  if (!lines.some((line) => /^TAP version \d+$/.test(line))) return null;
  const { points, totals } = parse(lines);
  const run = { builder: new ReportBuilder(root), counts: { passed: 0, failed: 0, skipped: 0 }, root };
  for (const point of points) visit(point, [], run);
  return run.builder.report(
    totals.has('tests')
      ? {
          passed: totals.get('pass') ?? 0,
          failed: (totals.get('fail') ?? 0) + (totals.get('cancelled') ?? 0),
          skipped: (totals.get('skipped') ?? 0) + (totals.get('todo') ?? 0),
        }
      : run.counts,
  );
}

/** Node sums a suite up after its subtests; vitest opens it with a brace and they follow. */
function parse(lines: readonly string[]): { points: Point[]; totals: Map<string, number> } {
  const totals = new Map<string, number>();
  const top: Point[] = [];
  /** Points waiting for a node that sums them up, by their indentation. */
  const waiting = new Map<number, Point[]>();
  const open: Point[] = [];
  let last: Point | null = null;
  let printed: string[] = [];
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i]!;
    const total = TOTALS.exec(line);
    if (total) totals.set(total[1]!, Number(total[2]));
    else if (/^ *\}$/.test(line)) open.pop();
    else if (last && /^ *---$/.test(line)) {
      const end = lines.findIndex((other, at) => at > i && /^ *\.\.\.$/.test(other));
      last.details.push(...lines.slice(i + 1, end < 0 ? lines.length : end));
      if (end > i) i = end;
    } else {
      const match = POINT.exec(line);
      if (!match) {
        if (/^# (?!Subtest: )/.test(line)) printed.push(line.slice(2));
        continue;
      }
      const indent = match[1]!.length;
      const title = match[4]!.replace(/ # time=\S+$/, '');
      const directive = DIRECTIVE.exec(title)?.[1]?.toUpperCase() ?? null;
      const children = [...waiting].filter(([depth]) => depth > indent).flatMap(([, points]) => points);
      for (const depth of [...waiting.keys()]) if (depth > indent) waiting.delete(depth);
      last = {
        indent,
        ok: !match[2],
        title: title.replace(DIRECTIVE, ''),
        directive,
        details: [],
        children,
        printed: printed.join('\n'),
      };
      printed = [];
      const parent = open.at(-1);
      if (parent) parent.children.push(last);
      else if (indent === 0) top.push(last);
      else waiting.set(indent, [...(waiting.get(indent) ?? []), last]);
      if (match[5]) open.push(last);
    }
  }
  // A run that was stopped never closed these.
  return { points: [...top, ...[...waiting.values()].flat()], totals };
}

/** Counts and reports a point with those below it; whether any of them failed. */
function visit(point: Point, above: readonly string[], run: Run): boolean {
  const path = [...above, withoutEscapes(point.title)];
  let failedBelow = false;
  for (const child of point.children) failedBelow = visit(child, path, run) || failedBelow;
  if (point.directive) run.counts.skipped++;
  else if (point.ok && point.children.length === 0) run.counts.passed++;
  if (point.ok || point.directive) return failedBelow;
  const details = dedent(point.details);
  const bySubtests = /^failureType: 'subtestsFailed'$/m.test(details) || details.trim() === '';
  if (failedBelow && bySubtests) return true;
  run.counts.failed++;
  fail(path, details, point.printed, run);
  return true;
}

/** Lines of node's details that change from run to run or say nothing to a reader. */
const NOISE = /^(?:duration_ms|type|signal|location|failureType): .*\n/gm;

function fail(path: readonly string[], details: string, printed: string, { builder, root }: Run): void {
  const location = /^location: '(.+?):\d+:\d+'$/m.exec(details)?.[1];
  const file = location === undefined ? null : ownPath(location, root);
  const own = path.length === 1 && location !== undefined && ownPath(path[0]!, root) === file;
  const name = own && file ? file : [...(file ? [file] : []), ...path].join(' > ');
  // Node's YAML has the stack's lines without their `at`, vitest's has one place.
  const trace = details
    .replace(/^( +)((?:.* \()?(?:\/|file:|[A-Za-z]:\\).*:\d+:\d+\)?)$/gm, '$1at $2')
    .replace(/^at: "(.*:\d+:\d+)"$/gm, ' at $1');
  const message = details.replace(NOISE, '');
  // A file that died says why in what it printed.
  if (own) builder.fail(name, `${message}\n${printed}`);
  else builder.fail(name, message, trace);
}

function withoutEscapes(title: string): string {
  return title.replace(/\\([#\\])/g, '$1');
}
