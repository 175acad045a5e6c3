/**
 * Put at the start of Python's module path, so that every interpreter of a check loads it as `sitecustomize`.
 * Plain Python from 3.6 on; no package is needed. Lines are recorded by `sys.monitoring` where there is one
 * (3.12), else by `sys.settrace`.
 *
 * - unittest: `TestCase.run` is wrapped, so that lines are recorded by test. pytest: the second module below.
 * - A failing test is cut further, after each of its assertions that held ("test case purification", Xuan & Monperrus
 *   2014): see `steps.ts`.
 * - At its time limit a thread takes the main thread's stack and writes what there is.
 *
 * Each process writes one file into `HEDDLE_PROBE_DIR`: see `RunTrace` in `../probe.ts`. What a child made by
 * `os.fork` runs is not recorded when it ends by `os._exit`, as children of `multiprocessing` do.
 */
export const PYTHON_PROBE = `import atexit, base64, faulthandler, json, os, sys, threading, zlib

import heddle_steps as steps

_dir = os.environ.get("HEDDLE_PROBE_DIR")
_root = os.path.realpath(os.environ.get("HEDDLE_PROBE_ROOT") or ".") + os.sep
_foreign = {"site-packages", "dist-packages", "node_modules", ".venv", "venv", ".tox", ".nox"}
_paths = {}
_outside = {}
_tests = []
_active = None
_lines = _outside
_written = False
_within = os.environ.get("HEDDLE_PROBE_WITHIN")
_monitored = None


def own_path(filename):
    if filename not in _paths:
        full = os.path.realpath(filename) if not filename.startswith("<") else ""
        path = full[len(_root):] if full.startswith(_root) else None
        _paths[filename] = None if path is None or _foreign & set(path.split(os.sep)) else path
    return _paths[filename]


def _key(index):
    return "%d.%d" % (os.getpid(), index)


def enter(name):
    """Begins a test; lines run from now on are its own. False inside another test."""
    global _active, _lines
    if _active is not None:
        return False
    _active, _lines = name, {}
    steps.begin()
    # A test that starts a process hands its key on, so that the child's lines become its own.
    os.environ["HEDDLE_PROBE_WITHIN"] = _key(len(_tests))
    if _monitored:
        _monitored.restart_events()
    return True


def leave(outcome):
    global _active, _lines
    _tests.append((_active, outcome, _lines, steps.end() if outcome == "failed" else steps.drop()))
    _active, _lines = None, _outside
    os.environ.pop("HEDDLE_PROBE_WITHIN", None)
    if _within:
        os.environ["HEDDLE_PROBE_WITHIN"] = _within
    if _monitored:
        _monitored.restart_events()


def _packed(lines):
    result = {}
    for path, numbers in list(lines.items()):
        runs = []
        for number in sorted(list(numbers)):
            if runs and runs[-1][1] == number - 1:
                runs[-1][1] = number
            else:
                runs.append([number, number])
        result[path] = ",".join(str(a) if a == b else "%d-%d" % (a, b) for a, b in runs)
    return result


def write(stopped=None):
    global _written
    if _written:
        return
    _written = True
    tests = list(_tests)
    if _active is not None:
        tests.append((_active, "hung" if stopped is not None else "failed", _lines, []))
    segment = {
        "tests": [
            {"key": _key(i), "name": name, "outcome": outcome, "lines": _packed(lines), "held": [_packed(one) for one in held]}
            for i, (name, outcome, lines, held) in enumerate(tests)
        ],
        "outside": _packed(_outside),
    }
    trace = {"within": _within, "exitCode": None, "stopped": stopped, "segments": [segment]}
    good = tests and all(outcome == "passed" for _, outcome, _, _ in tests)
    # Failures sort first: what is printed may be cut.
    name = os.path.join(_dir, "out.%d.%d" % (1 if good else 0, os.getpid()))
    with open(name + ".part", "wb") as file:
        file.write(base64.b64encode(zlib.compress(json.dumps(trace).encode())))
    os.rename(name + ".part", name)


def _trace_call(frame, event, arg):
    if own_path(frame.f_code.co_filename) is None:
        return None
    return _trace_line


def _trace_line(frame, event, arg):
    code = frame.f_code
    if event == "line":
        _ran(code.co_filename, own_path(code.co_filename), frame.f_lineno)
    elif event == "exception":
        steps.raised(code.co_filename)
    return _trace_line


def _ran(filename, path, number):
    """True where the test goes on to its next statement."""
    _lines.setdefault(path, set()).add(number)
    return _active is not None and steps.ran(filename, path, number)


def _start_recording():
    global _monitored
    monitoring = getattr(sys, "monitoring", None)
    if monitoring:
        for tool in (monitoring.COVERAGE_ID, 3, 4):
            if monitoring.get_tool(tool) is None:
                monitoring.use_tool_id(tool, "heddle-probe")
                line, unwind = monitoring.events.LINE, monitoring.events.PY_UNWIND

                def on_line(code, number):
                    path = own_path(code.co_filename)
                    if path is not None and _ran(code.co_filename, path, number):
                        monitoring.restart_events()
                        return None
                    return None if _active is not None and steps.is_test(code.co_filename) else monitoring.DISABLE

                def on_unwind(code, offset, error):
                    steps.raised(code.co_filename)

                monitoring.register_callback(tool, line, on_line)
                monitoring.register_callback(tool, unwind, on_unwind)
                monitoring.set_events(tool, line | unwind)
                _monitored = monitoring
                return
    sys.settrace(_trace_call)
    threading.settrace(_trace_call)


def _watch(seconds):
    main = threading.main_thread().ident

    def stop():
        stack = []
        frame = sys._current_frames().get(main)
        while frame is not None:
            path = own_path(frame.f_code.co_filename)
            if path is not None:
                stack.append({"path": path, "line": frame.f_lineno, "name": frame.f_code.co_name})
            frame = frame.f_back
        write(stack)
        os._exit(124)

    timer = threading.Timer(seconds, stop)
    timer.daemon = True
    timer.start()
    # No thread of Python's runs while C code holds the interpreter (a regular expression that backtracks for
    # ever): then only the stack is saved.
    faulthandler.dump_traceback_later(
        seconds + 2, exit=True, file=open(os.path.join(_dir, "stack.%d" % os.getpid()), "w")
    )


def _cut_in_unittest():
    from unittest.case import TestCase

    run = TestCase.run

    def run_recorded(self, result=None):
        if result is None or not enter(self.id()):
            return run(self, result)
        size = lambda *names: sum(len(getattr(result, name, ())) for name in names)
        bad = ("failures", "errors", "unexpectedSuccesses")
        before, skipped = size(*bad), size("skipped")
        outcome = "failed"
        try:
            value = run(self, result)
            outcome = "failed" if size(*bad) > before else "unknown" if size("skipped") > skipped else "passed"
            return value
        finally:
            leave(outcome)

    TestCase.run = run_recorded


def start():
    atexit.register(write)
    seconds = float(os.environ.get("HEDDLE_PROBE_SECONDS") or 0)
    if seconds > 0:
        _watch(seconds)
    _cut_in_unittest()
    _start_recording()
`;

/** `sitecustomize.py`: starts the probe, then the module of that name it hides. */
export const PYTHON_SITE = `import os, sys

if os.environ.get("HEDDLE_PROBE_DIR"):
    import heddle_probe

    heddle_probe.start()
    here = os.path.dirname(os.path.abspath(__file__))
    hidden = sys.modules.pop("sitecustomize", None)
    at = [index for index, path in enumerate(sys.path) if os.path.abspath(path) == here]
    for index in reversed(at):
        del sys.path[index]
    try:
        import sitecustomize
    except ImportError:
        sys.modules["sitecustomize"] = hidden
    sys.path.append(here)
`;

/** A pytest plugin (`PYTEST_PLUGINS`): a test is its set-up, its call and its tear-down. */
export const PYTEST_PLUGIN = `import pytest

import heddle_probe

_outcomes = {}


@pytest.hookimpl(hookwrapper=True, tryfirst=True)
def pytest_runtest_protocol(item):
    entered = heddle_probe.enter(item.nodeid)
    try:
        yield
    finally:
        if entered:
            heddle_probe.leave(_outcomes.pop(item.nodeid, "unknown"))


def pytest_runtest_logreport(report):
    if report.failed:
        _outcomes[report.nodeid] = "failed"
    elif report.when == "call" and report.passed:
        _outcomes.setdefault(report.nodeid, "passed")
`;
