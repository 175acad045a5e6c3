import { closeSync, constants, fstatSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { StringDecoder } from 'node:string_decoder';
import { quote } from '../../harness/placed.ts';
import type { PeerEnd, PeerRun } from '../peer/attempt.ts';
import { faultIn, oneLine } from '../peer/fault.ts';
import { type CommandEntry, filled } from '../peer/peer-entry.ts';
import { readReport } from './report.ts';

/** In its home folder: the task, and where it may write what it has to say of itself. */
const TASK_FILE = 'heddle-task.md';
const OUTPUT_FILE = 'heddle-output.json';
/** Characters of what it prints that are searched for its report and for why it failed, the last ones. */
const KEPT = 1_000_000;
/** Bytes of a report; more is none. */
const MAX_REPORT = 10_000_000;
/** Exit codes of a shell that cannot find or start a program. */
const NOT_STARTED: ReadonlySet<number | null> = new Set([126, 127]);
/** The one call of a command line is the command line. */
const CALL = 'command';

/** What a command that has worked before is told, after its task. */
const AGAIN =
  'An earlier run of yours at this task was interrupted; the files are as it left them. See what is there (git diff), and finish the task.';

/** Runs a command line in its box to its end. Its output goes to the journal as it comes. */
export async function driveCommand(entry: CommandEntry, run: PeerRun): Promise<PeerEnd> {
  const { place, log, watch } = run;
  const began = performance.now();
  const task = run.before === null ? run.task : `${run.task.trimEnd()}\n\n${AGAIN}\n`;
  writeAnew(join(place.home.outside, TASK_FILE), task);
  rmSync(join(place.home.outside, OUTPUT_FILE), { force: true, recursive: true });
  const shown = typeof entry.command === 'string' ? entry.command : entry.command.join(' ');
  log.emit({
    type: 'peer.started',
    ...{ protocol: 'command', name: run.log.state.agent.name, version: run.program?.release ?? null },
    ...{ program: shown, session: null, how: run.before === null ? 'new' : 'anew' },
    ...(run.before === null
      ? {}
      : { why: 'a command line cannot go on: it begins again with the files as they are' }),
    seconds: (performance.now() - began) / 1000,
  });
  log.called(CALL, { title: shown, kind: 'execute', input: null });
  const process = await place.workspace.spawn(`${place.preamble}${lineOf(entry, run, task)}`, {
    env: place.env,
  });
  process.stdin.end();
  const stop = () => void process.kill();
  watch.signal.addEventListener('abort', stop, { once: true });
  if (watch.signal.aborted) stop();
  let tail = '';
  for (const stream of [process.stdout, process.stderr]) {
    const decoder = new StringDecoder('utf8');
    stream.on('data', (chunk: Buffer) => {
      watch.heard();
      const text = decoder.write(chunk);
      tail = (tail + text).slice(-KEPT);
      log.said('output', text);
    });
  }
  const { ended, exitCode } = await process.exited;
  watch.signal.removeEventListener('abort', stop);
  const report = readReport(
    entry,
    reportText(join(place.home.outside, OUTPUT_FILE)) ?? tail,
    run.values.model ?? '',
  );
  log.flush();
  if (report.spent !== null) log.emit({ type: 'peer.spent', ...report.spent, context: null });
  log.updated(CALL, { content: ended === 'exited' ? `[exit code ${exitCode}]` : `[${ended}]` });
  log.returned(CALL, ended === 'exited' && exitCode === 0 ? 'ok' : 'error');
  const lines = tail.trim().split('\n');
  const last = oneLine(lines.slice(-3).join(' '));
  if (ended === 'exited' && exitCode === 0)
    return {
      end: 'finished',
      why: report.summary ?? 'its command succeeded',
      exitCode,
      errors: '',
      fault: null,
    };
  const how =
    ended === 'exited' ? `its command failed with exit code ${exitCode}` : `its command was ended: ${ended}`;
  const why = oneLine(last === '' ? how : `${how}: ${last}`);
  const missing = NOT_STARTED.has(exitCode)
    ? ({ class: 'environment', code: 'peer-never-began', message: why } as const)
    : null;
  return { end: 'exited', why, exitCode, errors: '', fault: missing ?? faultIn(last) };
}

/** Placeholders stand for words of the shell; in a list of words for themselves. */
function lineOf({ command }: CommandEntry, { place, program, values }: PeerRun, task: string): string {
  const { home, workspace } = place;
  const all: Record<string, string> = {
    ...values,
    task,
    task_file: `${home.inside}/${TASK_FILE}`,
    repo: workspace.root,
    output: `${home.inside}/${OUTPUT_FILE}`,
  };
  if (typeof command === 'string')
    return filled(
      command,
      Object.fromEntries(Object.entries(all).map(([name, value]) => [name, quote(value)])),
    );
  const first = program?.folder == null ? command[0]! : program.path;
  const words = [first, ...command.slice(1)].map((word) => place.word(filled(word, all)));
  return `exec ${words.map(quote).join(' ')}`;
}

/** An earlier run may have left anything there, a link to elsewhere too. */
function writeAnew(path: string, text: string): void {
  rmSync(path, { force: true, recursive: true });
  writeFileSync(path, text, { flag: 'wx', mode: 0o600 });
}

/** Null: it wrote none, too much, or a link. */
function reportText(path: string): string | null {
  let descriptor: number;
  try {
    descriptor = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch {
    return null;
  }
  try {
    const stat = fstatSync(descriptor);
    return stat.isFile() && stat.size <= MAX_REPORT ? readFileSync(descriptor, 'utf8') : null;
  } finally {
    closeSync(descriptor);
  }
}
