import { inflateSync } from 'node:zlib';
import type { CheckSpec } from '@heddle/core';
import type { Frame } from '../checks.ts';
import type { Exec } from '../exec.ts';

/** A program that watches a check from inside its processes. */
export interface Probe {
  /** File name -> text, written into the probe's own temporary folder. */
  readonly files: Readonly<Record<string, string>>;
  /** Shell lines run before the check; `$HEDDLE_PROBE_DIR` is the folder. */
  readonly prepare: string;
}

/**
 * Lines run, by path relative to the root. Each with the columns, 1-based, at which it has code that did not run: of
 * `a ? b : c` one arm. Python's lines have none.
 */
export type LinesByPath = ReadonlyMap<string, Lines>;
export type Lines = ReadonlyMap<number, ReadonlySet<number>>;

export interface TestTrace {
  /** Unique in a run. */
  readonly key: string;
  readonly name: string;
  /** `hung`: it was running when the time limit stopped its process. `unknown`: skipped, or its end was not seen. */
  readonly outcome: 'passed' | 'failed' | 'hung' | 'unknown';
  readonly lines: LinesByPath;
  /** What assertions that held ran, an entry each; only of a test that failed, where it could be told. */
  readonly held: readonly LinesByPath[];
}

/** A part of a process whose tests share what was loaded for them. */
export interface Segment {
  readonly tests: readonly TestTrace[];
  /** Lines run outside any test: loading, set-up, everything where test boundaries are unknown. */
  readonly outside: LinesByPath;
}

/** What one process of a check ran. */
export interface RunTrace {
  /** Key of the test that started the process, as far as known. */
  readonly within: string | null;
  /** Null where it could not be seen. */
  readonly exitCode: number | null;
  /** Where it was when the time limit stopped it, innermost first; null when it ended by itself. */
  readonly stopped: readonly Frame[] | null;
  readonly segments: readonly Segment[];
}

export interface ProbedRun {
  readonly passed: boolean;
  /** The end of what the check printed. */
  readonly output: string;
  readonly processes: readonly RunTrace[];
}

export interface ProbeOptions {
  /** A process of the check is stopped after this long. */
  readonly seconds: number;
  readonly signal?: AbortSignal;
}

/** Bytes of the check's own output kept: enough for its stack traces. */
const OUTPUT_BYTES = 64 * 1024;
/** After a process was stopped its parents still have to end by themselves. */
const GRACE_SECONDS = 15;
const MARK = 'heddle-probe';

/**
 * Runs a check with a probe in its processes. Everything, results included, goes through one command: a sandbox
 * may give each command a temporary folder of its own. What it prints may be cut in the middle by `exec`:
 * the traces of passing processes come last and are the ones that then get lost.
 */
export async function runProbed(
  exec: Exec,
  check: CheckSpec,
  probe: Probe,
  options: ProbeOptions,
): Promise<ProbedRun> {
  const result = await exec(script(check.command, probe, options.seconds), {
    timeoutSeconds: options.seconds + GRACE_SECONDS,
    ...(options.signal && { signal: options.signal }),
  });
  const processes: RunTrace[] = [];
  let status: number | null = null;
  const output: string[] = [];
  for (const line of result.output.split('\n')) {
    const data = MARKED.exec(line);
    if (!data) output.push(line);
    else if (data[1] === 'status') status = Number(data[2]);
    else {
      const trace = decode(data[2]!);
      if (trace) processes.push(trace);
    }
  }
  return { passed: status === 0, output: output.join('\n'), processes };
}

const MARKED = new RegExp(`^${MARK} (data|status) (\\S+)$`);

function script(command: string, probe: Probe, seconds: number): string {
  return [
    `HEDDLE_PROBE_DIR=$(mktemp -d "\${TMPDIR:-/tmp}/${MARK}.XXXXXX") || exit 125`,
    `trap 'rm -rf "$HEDDLE_PROBE_DIR"' EXIT`,
    ...Object.entries(probe.files).map(
      ([name, text]) => `cat > "$HEDDLE_PROBE_DIR/${name}" <<'${MARK}-end'\n${text}\n${MARK}-end`,
    ),
    '(',
    'export HEDDLE_PROBE_DIR HEDDLE_PROBE_ROOT="$PWD"',
    `export HEDDLE_PROBE_SECONDS=${seconds}`,
    probe.prepare,
    command,
    ') > "$HEDDLE_PROBE_DIR/output" 2>&1 < /dev/null',
    'status=$?',
    'cd "$HEDDLE_PROBE_DIR"',
    `tail -c ${OUTPUT_BYTES} output`,
    // Stacks of processes that could write nothing else.
    'for file in stack.*; do if [ -s "$file" ]; then cat "$file"; fi; done',
    `printf '\\n${MARK} status %s\\n' "$status"`,
    'for file in out.*; do',
    `  case "$file" in *.part | *'*') continue ;; esac`,
    `  printf '${MARK} data '; cat "$file"; printf '\\n'`,
    'done',
  ].join('\n');
}

type Packed = Record<string, string>;
type PackedTest = Omit<TestTrace, 'lines' | 'held'> & { lines: Packed; held?: Packed[] };
type PackedTrace = Omit<RunTrace, 'segments'> & { segments: { tests: PackedTest[]; outside: Packed }[] };

/** Null for a line that was cut on its way: what other processes wrote is still good. */
function decode(base64: string): RunTrace | null {
  try {
    const packed: PackedTrace = JSON.parse(inflateSync(Buffer.from(base64, 'base64')).toString());
    return {
      ...packed,
      segments: packed.segments.map(({ tests, outside }) => ({
        tests: tests.map((test) => ({
          ...test,
          lines: unpack(test.lines),
          held: (test.held ?? []).map(unpack),
        })),
        outside: unpack(outside),
      })),
    };
  } catch {
    return null;
  }
}

function unpack(packed: Packed): LinesByPath {
  const lines = new Map<string, Map<number, ReadonlySet<number>>>();
  for (const [path, runs] of Object.entries(packed)) {
    const own = new Map<number, ReadonlySet<number>>();
    for (const run of runs.split(',')) {
      const [place = '', ...missed] = run.split(':');
      const [from, to = from] = place.split('-').map(Number);
      for (let line = from!; line <= to!; line++) own.set(line, new Set(missed.map(Number)));
    }
    lines.set(path, own);
  }
  return lines;
}
