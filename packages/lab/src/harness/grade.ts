import type { Instance } from '../instance.ts';
import type { InfraFault, Verdict } from '../verdict.ts';
import { groupsOf, isResolved } from './judge.ts';
import { parserNamed } from './parsers/registry.ts';
import { keepReference, type Reference, referenceOf } from './reference.ts';
import { type RunOptions, runTests, type TestRun } from './run-tests.ts';
import { readLog } from './test-log.ts';

export interface GradeOptions extends RunOptions {
  /** Run the tests for an empty patch too (to prove that an instance is not solved by nothing). Default false. */
  readonly runEmpty?: boolean;
}

/**
 * Judges one patch on a clean checkout that its author has never touched, by the rules of the SWE-bench harness.
 *
 * What can be the patch's fault as well as the machine's (tests cut short by a wall, a log without tests) is decided by
 * the reference: the same run of the gold patch, or where there is none of the files as they are. If that goes well, the
 * patch has failed; if it does not, nothing is known and the fault is the environment's or the grader's. A reference is
 * run when it is first needed, once for each instance and environment, and kept below `home`.
 *
 * Rejects only with the signal's reason, or with OperatorError where the user has to do something.
 */
export async function grade(instance: Instance, patch: string, options: GradeOptions): Promise<Verdict> {
  if (patch.trim() === '' && options.runEmpty !== true) {
    return { resolved: false, reward: 0, patch: 'empty', tests: null, infra: null, output: '', seconds: 0 };
  }
  const run = await runTests(instance, patch, options);
  const read = readRun(instance, run);
  const isReference = patch === (instance.gold ?? '');
  if (isReference && run.end !== 'fault') keepReference(instance, options.home, { fault: read.doubt });
  const infra = run.fault ?? (read.doubt && (await blame(instance, read.doubt, isReference, options)));
  const known = infra === null;
  return {
    resolved: known ? read.resolved : null,
    reward: known ? read.reward : null,
    patch: run.patch,
    tests: read.tests,
    infra,
    output: run.log,
    seconds: run.seconds,
  };
}

interface Read extends Pick<Verdict, 'tests'> {
  readonly resolved: boolean;
  readonly reward: number;
  /** Why nothing could be read, if that is so: the patch's fault or another's. */
  readonly doubt: InfraFault | null;
}

function readRun({ grading, id, meta }: Instance, run: TestRun): Read {
  const unread = (doubt: InfraFault | null): Read => ({ tests: null, resolved: false, reward: 0, doubt });
  if (run.end === 'refused' || run.end === 'fault') return unread(null);
  if (run.end !== 'ran') return unread(WALLS[run.end]);
  if (grading.kind === 'reward') {
    if (run.reward === null) return unread(NO_REWARD);
    return { tests: null, resolved: run.reward >= grading.resolvedFrom, reward: run.reward, doubt: null };
  }
  const version = typeof meta.version === 'string' ? meta.version : '';
  const log = readLog(run.log, parserNamed(grading.parser), { instance: id, version });
  if (log.tests === null) return unread(UNREADABLE[log.why]);
  const tests = groupsOf(log.tests, grading);
  const resolved = isResolved(tests);
  return { tests, resolved, reward: resolved ? 1 : 0, doubt: null };
}

/** Null: the patch is to blame. */
async function blame(
  instance: Instance,
  doubt: InfraFault,
  isReference: boolean,
  options: GradeOptions,
): Promise<InfraFault | null> {
  if (isReference) return doubt;
  const reference = await referenceOf(instance, options.home, () => tryReference(instance, options));
  return reference.fault;
}

async function tryReference(instance: Instance, options: GradeOptions): Promise<Reference> {
  const run = await runTests(instance, instance.gold ?? '', { ...options, id: `${options.id}.reference` });
  return { fault: run.fault ?? readRun(instance, run).doubt };
}

const environment = (code: string, message: string): InfraFault => ({ class: 'environment', code, message });
const grader = (code: string, message: string): InfraFault => ({ class: 'grader', code, message });

const WALLS = {
  timeout: environment(
    'tests-too-slow',
    'the tests need longer than their limit, with the gold patch or no patch too',
  ),
  memory: environment('tests-need-memory', 'the tests need more memory than a workspace may have'),
  processes: environment('tests-need-processes', 'the tests start more processes than a workspace may have'),
  output: environment('tests-print-too-much', 'the tests print more than a command may'),
} as const;

const UNREADABLE = {
  spoilt: grader('log-spoilt', 'the log holds a mark that says it cannot be used'),
  'no-markers': grader('log-cut', 'the log has no beginning or no end'),
  'never-ran': grader(
    'tests-never-began',
    'no sign in the log that any test ran, with the gold patch or no patch either',
  ),
  'exit-code-disagrees': grader('exit-code-disagrees', 'the test command failed although no test did'),
} as const;

const NO_REWARD = grader('no-reward', "the instance's grader wrote no reward");
