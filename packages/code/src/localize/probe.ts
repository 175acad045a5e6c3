import { inflateSync } from 'node:zlib';
import type { CheckSpec } from '@heddle/core';
import type { Frame } from '../checks.ts';
import type { Exec } from '../exec.ts';

/** A program that watches a check from inside its processes: files it needs and variables that put it there. */
export interface Probe {
  /** File name -> text, written into the probe's own temporary folder. */
  readonly files: Readonly<Record<string, string>>;
  /** Shell lines run before the check; `$HEDDLE_PROBE_DIR` is the folder. */
  readonly prepare: string;
}

/** Lines run, by path relative to the root. */
export type LinesByPath = ReadonlyMap<string, ReadonlySet<number>>;

export interface TestTrace {
  readonly name: string;
  /** `hung`: it was running when the time limit stopped its process. `unknown`: skipped, or its end was not seen. */
  readonly outcome: 'passed' | 'failed' | 'hung' | 'unknown';
  readonly lines: LinesByPath;
}

/** What one process of a check ran. */
export interface ProcessTrace {
  readonly tests: readonly TestTrace[];
  /** Lines run outside any test: loading, set-up, everything where test boundaries are unknown. */
  readonly outside: LinesByPath;
  /** Where it was when the time limit stopped it, innermost first; null when it ended by itself. */
  readonly stopped: readonly Frame[] | null;
}

export interface ProbedRun {
  readonly passed: boolean;
  /** The end of what the check printed. */
  readonly output: string;
  readonly processes: readonly ProcessTrace[];
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
 * may give each command a temporary folder of its own.
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
  const processes: ProcessTrace[] = [];
  let status: number | null = null;
  const output: string[] = [];
  for (const line of result.output.split('\n')) {
    const data = new RegExp(`^${MARK} (data|status) (\\S+)$`).exec(line);
    if (!data) output.push(line);
    else if (data[1] === 'status') status = Number(data[2]);
    else {
      const trace = decode(data[2]!);
      if (trace) processes.push(trace);
    }
  }
  return { passed: status === 0, output: output.join('\n'), processes };
}

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
    `tail -c ${OUTPUT_BYTES} "$HEDDLE_PROBE_DIR/output"`,
    `printf '\\n${MARK} status %s\\n' "$status"`,
    'for file in "$HEDDLE_PROBE_DIR"/out.*; do',
    `  case "$file" in *.part | *'*') continue ;; esac`,
    `  printf '${MARK} data '; cat "$file"; printf '\\n'`,
    'done',
  ].join('\n');
}

interface PackedTrace {
  tests: { name: string; outcome: TestTrace['outcome']; lines: Record<string, string> }[];
  outside: Record<string, string>;
  stopped: Frame[] | null;
}

/** Null for a line that was cut on its way: what other processes wrote is still good. */
function decode(base64: string): ProcessTrace | null {
  try {
    const packed: PackedTrace = JSON.parse(inflateSync(Buffer.from(base64, 'base64')).toString());
    return {
      tests: packed.tests.map((test) => ({ ...test, lines: unpack(test.lines) })),
      outside: unpack(packed.outside),
      stopped: packed.stopped,
    };
  } catch {
    return null;
  }
}

function unpack(packed: Record<string, string>): LinesByPath {
  const lines = new Map<string, Set<number>>();
  for (const [path, runs] of Object.entries(packed)) {
    const set = new Set<number>();
    for (const run of runs.split(',')) {
      const [from, to = from] = run.split('-').map(Number);
      for (let line = from!; line <= to!; line++) set.add(line);
    }
    lines.set(path, set);
  }
  return lines;
}
