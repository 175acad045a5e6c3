import { stripVTControlCharacters } from 'node:util';
import { readTestOutput } from '@heddle/code';
import type { CheckOutcome, CheckSpec, ObjectStore } from '@heddle/core';
import { excerpt } from './excerpt.ts';
import { testsRun } from './judges.ts';
import type { CheckRun, RolloutState } from './state.ts';

/** Names listed per check; a suite that breaks wholesale says so by its count. */
const MAX_NAMES = 12;
/** One failure's message and the head of its stack. */
const MAX_FAILURE_CHARACTERS = 2_400;
/** The last line of a run. */
const MAX_LAST_LINE_CHARACTERS = 160;
/** The end of an output nobody could parse. */
const MAX_TAIL_CHARACTERS = 3_000;

/** The checks as they stood before any edit: the second message of every rollout. */
export function firstReport(state: RolloutState, objects: ObjectStore): string {
  if (state.config.checks.length === 0) {
    return 'No check was found in this repository (test command), so nothing runs by itself: verify your work with bash.';
  }
  const lines = ['Checks before any edit:'];
  for (const check of state.config.checks) {
    const run = state.checks.get(check.name)!.before!;
    lines.push(`- ${checkLine(check, run.outcome)} · command: \`${check.command}\``);
    const from = { objects, root: state.workspace!.root };
    lines.push(
      ...(run.outcome.status === 'passed' ? passedLines(run, from) : failureLines(check, run, [], from)),
    );
  }
  return lines.join('\n');
}

/**
 * What an editing step did to the checks, as the change against what the model was last told, and which results
 * are older than the files.
 */
export function stepReport(state: RolloutState, objects: ObjectStore): string {
  const { config, workspace } = state;
  const lines = [`${stepLine(state)} Checks after this step:`];
  for (const check of config.checks) {
    const { last, reported } = state.checks.get(check.name)!;
    const run = last!;
    if (run.snapshot !== workspace!.snapshot) {
      lines.push(
        `- ${check.name}: not run again (it takes ${Math.round(run.seconds)} s); its last result, ${summary(run.outcome)}, is from step ${run.step} and older than your edits. It runs before you finish.`,
      );
      continue;
    }
    lines.push(...changeLines(check, reported, run, { objects, root: workspace!.root }));
  }
  return config.checks.length === 0 ? stepLine(state) : lines.join('\n');
}

/** A fork counts on from its parent's steps. What runs in the background is named, so that nobody forgets it. */
function stepLine({ step, ledger, running, plan }: RolloutState): string {
  const done = plan.filter(({ status }) => status === 'done').length;
  const now = plan.find(({ status }) => status === 'doing') ?? plan.find(({ status }) => status === 'todo');
  const planned = [
    ...(plan.length === 0 ? [] : [`plan: ${done} of ${plan.length} done`]),
    ...(now === undefined ? [] : [`${now.status === 'doing' ? 'now' : 'next'}: ${now.text}`]),
  ];
  const jobs = running.map(({ session, command }) => `session ${session} runs \`${command}\``);
  return `[${[`step ${step} of ${ledger.inherited.steps + ledger.limits.steps}`, ...planned, ...jobs].join('; ')}]`;
}

function changeLines(check: CheckSpec, before: CheckRun | null, run: CheckRun, from: Source): string[] {
  const was = new Set(before?.outcome.failing ?? []);
  const is = new Set(run.outcome.failing);
  const broken = run.outcome.failing.filter((name) => !was.has(name));
  // A file that no longer loads takes its tests with it: what did not run has not been mended.
  const lost = before === null ? 0 : testsRun(before.outcome) - testsRun(run.outcome);
  const mended = lost > 0 || run.outcome.counts === null ? [] : [...was].filter((name) => !is.has(name));
  const lines = [
    `- ${checkLine(check, run.outcome)}${before === null ? '' : ` · was: ${summary(before.outcome)}`}`,
  ];
  if (lost > 0)
    lines.push(
      `  ${lost} tests fewer ran than before: did a file fail to load, or did the command stop at the first failure?`,
    );
  if (mended.length > 0) {
    const all = mended.length === was.size && was.size > MAX_NAMES;
    lines.push(`  newly passing: ${all ? `all ${was.size} that failed` : names(mended)}`);
  }
  if (broken.length > 0) lines.push(`  newly failing: ${names(broken)}`);
  const passed = run.outcome.status === 'passed';
  lines.push(...(passed ? passedLines(run, from) : failureLines(check, run, broken, from)));
  return lines;
}

/** Where a run's output is kept, and the root that its paths are relative to. */
interface Source {
  readonly objects: ObjectStore;
  readonly root: string;
}

export function checkLine(check: CheckSpec, outcome: CheckOutcome): string {
  return `${check.name}: ${summary(outcome)}`;
}

const ENDED: Record<NonNullable<CheckOutcome['ended']>, string> = {
  memory: 'it used more memory than the sandbox allows',
  processes: 'it started more processes than the sandbox allows',
  output: 'it printed more than the sandbox allows',
  lost: 'its process was lost',
};

/** How a check ended, in a few words. */
export function summary({ status, exitCode, counts, ended }: CheckOutcome): string {
  const inside = [
    ...(exitCode === null ? [] : [`exit ${exitCode}`]),
    ...(ended === undefined ? [] : [ENDED[ended]]),
    ...(counts === null ? [] : [`${counts.passed} passed, ${counts.failed} failed`]),
  ].join('; ');
  const word = {
    passed: 'passed',
    failed: 'FAILED',
    hung: 'HUNG until its time limit',
    broken: 'COULD NOT RUN',
  }[status];
  return inside === '' ? word : `${word} (${inside})`;
}

/** Where nobody could count, its own last words are the next best: most runners end with a sum. */
function passedLines(run: CheckRun, { objects }: Source): string[] {
  const last = run.outcome.counts === null ? lastLine(run, objects) : '';
  return last === '' ? [] : [`  its last line: ${last}`];
}

export function lastLine({ output }: CheckRun, objects: ObjectStore): string {
  const last = plainText(output, objects).trimEnd().split('\n').at(-1)!.trim();
  return last.slice(0, MAX_LAST_LINE_CHARACTERS);
}

function plainText(output: string, objects: ObjectStore): string {
  return stripVTControlCharacters(Buffer.from(objects.get(output)).toString('utf8'));
}

function failureLines(
  check: CheckSpec,
  run: CheckRun,
  newlyFailing: readonly string[],
  { objects, root }: Source,
): string[] {
  const output = plainText(run.output, objects);
  const report = readTestOutput(check.framework, output, run.outcome.exitCode, root);
  const first = report?.failing.find(({ name }) => newlyFailing.includes(name)) ?? report?.failing[0];
  const { failing } = run.outcome;
  const lines = failing.length > newlyFailing.length ? [`  failing: ${names(failing)}`] : [];
  const text =
    first === undefined
      ? tail(output)
      : `${first.name}\n${excerpt(withoutRuntimeFrames(first.message), MAX_FAILURE_CHARACTERS).text}`;
  if (text === '') lines.push('  it printed nothing');
  else lines.push(first === undefined ? '  its output ends:' : '  first failure:', indent(text));
  return lines;
}

/** Frames inside the runtime itself say nothing about the repository. */
function withoutRuntimeFrames(message: string): string {
  return message.replaceAll(/^ *at .*\(?node:[a-z_/]+:\d+:\d+\)?(?: \{)?\n/gm, '');
}

function names(list: readonly string[]): string {
  const more = list.length > MAX_NAMES ? ` and ${list.length - MAX_NAMES} more` : '';
  return (
    list
      .slice(0, MAX_NAMES)
      .map((name) => `"${name}"`)
      .join(', ') + more
  );
}

function tail(output: string): string {
  const text = output.trimEnd();
  return text.length <= MAX_TAIL_CHARACTERS ? text : `…${text.slice(-MAX_TAIL_CHARACTERS)}`;
}

function indent(text: string): string {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => `    ${line}`)
    .join('\n');
}
