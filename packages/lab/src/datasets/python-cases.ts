import type { TestGrading } from '../instance.ts';

/** A piece of Python that a right solution runs through without an exception. */
export interface PythonCase {
  /** Unique in its instance. */
  readonly name: string;
  /** Run with the root as first place to import from. */
  readonly code: string;
  /** Of processor time. Default {@link CASE_SECONDS}. */
  readonly seconds?: number;
}

/**
 * A case of these sets takes milliseconds, the slowest 2 s; what still computes then loops for ever. The sets' own limit is
 * 3 s by the clock; by processor time the verdict is the same on a busy machine.
 */
const CASE_SECONDS = 5;
/** By the clock, as many times as long: for what waits and does not compute. */
const CLOCK_FACTOR = 6;
/** Where the grader is laid, below the root; taken together with what is in it. */
const PLACE = '.grading';
/** For starting Python once a case, on a busy machine. */
const START_SECONDS = 2;

/**
 * Grades by cases, each in a process of its own that is ended with all it started when its time is over: a solution that
 * loops for ever fails that case and no other. Only the standard library is needed.
 */
export function pythonCases(cases: readonly PythonCase[]): TestGrading {
  const timed = cases.map((each) => ({ ...each, seconds: each.seconds ?? CASE_SECONDS }));
  return {
    kind: 'tests',
    testPatch: '',
    files: { [`${PLACE}/grade.py`]: GRADER, [`${PLACE}/cases.json`]: JSON.stringify(timed) },
    command: `python3 -I -B ${PLACE}/grade.py`,
    timeoutSeconds: timed.reduce((sum, { seconds }) => sum + CLOCK_FACTOR * seconds + START_SECONDS, 30),
    parser: 'cases',
    failToPass: cases.map(({ name }) => name),
    passToPass: [],
  };
}

/**
 * A case has passed when its process says so after the case's last line, with a word that only the grader knows: leaving
 * early with exit code 0 is no success, and what a solution prints is shown behind a bar, so that it cannot pass for an outcome.
 */
const GRADER = `import json
import math
import os
import resource
import secrets
import signal
import subprocess
import sys
import traceback

HERE = os.path.dirname(os.path.abspath(__file__))
SHOWN_LINES = 30
CLOCK_FACTOR = ${CLOCK_FACTOR}


def cases():
    with open(os.path.join(HERE, "cases.json"), encoding="utf-8") as file:
        return json.load(file)


def grade():
    all_passed = True
    for index, case in enumerate(cases()):
        passed, printed = run(index, case["seconds"])
        all_passed = all_passed and passed
        print("case", "passed" if passed else "failed", case["name"])
        if not passed:
            for line in printed.splitlines()[-SHOWN_LINES:]:
                print("| " + line)
        sys.stdout.flush()
    return 0 if all_passed else 1


def run(index, seconds):
    word = secrets.token_hex(16)
    reading, writing = os.pipe()
    child = subprocess.Popen(
        [sys.executable, "-I", "-B", os.path.abspath(__file__), str(index), str(writing)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        pass_fds=[writing],
        start_new_session=True,
    )
    os.close(writing)
    try:
        printed, _ = child.communicate(word.encode(), timeout=CLOCK_FACTOR * seconds)
    except subprocess.TimeoutExpired:
        kill(child)
        printed, _ = child.communicate()
        printed += b"\\nstill running after %g seconds" % (CLOCK_FACTOR * seconds)
    if child.returncode == -signal.SIGXCPU:
        printed += b"\\nstill computing after %g seconds of processor time" % seconds
    kill(child)
    os.set_blocking(reading, False)
    try:
        said = os.read(reading, 64)
    except BlockingIOError:
        said = b""
    os.close(reading)
    return said == word.encode(), printed.decode(errors="replace")


def kill(child):
    try:
        os.killpg(child.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass


def run_case(index, writing):
    word = sys.stdin.buffer.read()
    sys.path.insert(0, os.path.dirname(HERE))
    case = cases()[index]
    seconds = math.ceil(case["seconds"])
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    try:
        exec(compile(case["code"], "<case>", "exec"), {"__name__": "case"})
    except BaseException:
        traceback.print_exc()
        return 1
    os.write(writing, word)
    return 0


if __name__ == "__main__":
    if len(sys.argv) == 1:
        sys.exit(grade())
    sys.exit(run_case(int(sys.argv[1]), int(sys.argv[2])))
`;
