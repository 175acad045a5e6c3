import type { StatusMap } from '../harness/parsers/parser.ts';
import { parserNamed } from '../harness/parsers/registry.ts';
import { type RunOptions, runTests } from '../harness/run-tests.ts';
import { readLog } from '../harness/test-log.ts';
import type { Instance } from '../instance.ts';

/** Why a candidate's tests prove nothing; what is counted in the census. */
export type Unproven =
  | 'tests do not run without the fix'
  | 'tests do not run with the fix'
  | 'too slow'
  | 'no test fails without the fix and passes with it'
  | 'flaky'
  | 'broken surroundings';

export type Proof =
  | {
      readonly failToPass: readonly string[];
      readonly passToPass: readonly string[];
      readonly flaky: readonly string[];
      readonly seconds: number;
    }
  | { readonly unproven: Unproven; readonly why: string };

export interface VerifyOptions extends RunOptions {
  /** How often each side is run. From 1; each run more finds tests that pass or fail by chance. */
  readonly runs: number;
}

/**
 * Runs an instance's tests without and with its fix, several times each, and sorts them: those that never pass without and
 * always pass with it, and those that always pass on both sides. The others say nothing; if one of the first kind was
 * lost only because it changed from run to run, and none is left, the candidate is flaky.
 */
export async function verify(instance: Instance, options: VerifyOptions): Promise<Proof> {
  const fixed = await measure(instance, instance.gold ?? '', options);
  if ('unproven' in fixed) return fixed;
  const broken = await measure(instance, '', options);
  // Tests that need what the fix adds may keep the whole suite from starting: then every one of them fails.
  if ('unproven' in broken && !broken.empty) return broken;
  const before = 'unproven' in broken ? [] : broken.runs;
  const names = [...new Set(fixed.runs.flatMap((run) => [...run.keys()]))].sort();
  const always = (runs: readonly StatusMap[], name: string) => runs.every((run) => passes(run, name));
  const ever = (runs: readonly StatusMap[], name: string) => runs.some((run) => passes(run, name));
  const failToPass = names.filter((name) => always(fixed.runs, name) && !ever(before, name));
  const passToPass = names.filter(
    (name) => always(fixed.runs, name) && before.length > 0 && always(before, name),
  );
  const flaky = names.filter(
    (name) =>
      (ever(fixed.runs, name) && !always(fixed.runs, name)) || (ever(before, name) && !always(before, name)),
  );
  if (failToPass.length > 0) return { failToPass, passToPass, flaky, seconds: fixed.seconds };
  return flaky.length > 0
    ? { unproven: 'flaky', why: `${flaky.length} tests change from run to run, such as ${flaky[0]}` }
    : {
        unproven: 'no test fails without the fix and passes with it',
        why: `${passToPass.length} pass on both sides`,
      };
}

const passes = (run: StatusMap, name: string) => run.get(name) === 'PASSED' || run.get(name) === 'XFAIL';

type Measured =
  | { readonly runs: readonly StatusMap[]; readonly seconds: number }
  | { readonly unproven: Unproven; readonly why: string; readonly empty: boolean };

async function measure(instance: Instance, patch: string, options: VerifyOptions): Promise<Measured> {
  const { grading, id } = instance;
  if (grading.kind !== 'tests') throw new Error('mined instances are graded by tests');
  const runs: StatusMap[] = [];
  let seconds = 0;
  for (let run = 1; run <= options.runs; run++) {
    const side = patch === '' ? 'before' : 'after';
    const ran = await runTests(instance, patch, { ...options, id: `${options.id}-${side}-${run}` });
    seconds = Math.max(seconds, ran.seconds);
    if (ran.end === 'timeout')
      return { unproven: 'too slow', why: `over ${grading.timeoutSeconds} s`, empty: false };
    if (ran.end !== 'ran') {
      return { unproven: 'broken surroundings', why: ran.fault?.message ?? ran.end, empty: false };
    }
    const context = { instance: id, version: '' };
    const log = readLog(ran.log, parserNamed(grading.parser), context);
    if (log.tests === null && log.why === 'exit-code-disagrees' && patch === '') {
      // Without the fix something may end the whole runner: what it had not come to has failed.
      runs.push(parserNamed(grading.parser)(ran.log, { ...context, exitCode: null }));
      continue;
    }
    if (log.tests === null) {
      const unproven = patch === '' ? 'tests do not run without the fix' : 'tests do not run with the fix';
      return {
        unproven,
        why: `${log.why}: ${lastLine(ran.log)}`,
        empty: patch === '' && log.why === 'never-ran',
      };
    }
    runs.push(log.tests);
  }
  return { runs, seconds };
}

/** The last line that says something, for people. */
function lastLine(log: string): string {
  const lines = log.split('\n').map((line) => line.trim());
  return lines.filter((line) => line !== '' && !line.includes('>>>>>')).at(-1) ?? 'no output';
}
