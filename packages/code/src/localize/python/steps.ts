/**
 * Cuts a test at the statements of its file: what an assertion that held ran counts for the lines it ran. An
 * assertion is told by how it reads; other statements set up what a later one may find wrong.
 */
export const PYTHON_STEPS = `import ast, re

# A test that does more of them is left whole: taking it apart costs more than running it.
_MOST = 3000
_ASSERTS = re.compile(r"assert|expect|verify|raises|check|equal", re.I)
_TEST = re.compile(r"(^|[/\\\\])(tests?[/\\\\]|test_[^/\\\\]*\\.py$|[^/\\\\]*_tests?\\.py$|tests?\\.py$)")
_files = {}
_statements = {}
_held = None
_count = 0
_now = None
_lines = {}
_bad = False


def is_test(filename):
    if filename not in _files:
        _files[filename] = bool(_TEST.search(filename))
    return _files[filename]


def _simple(filename):
    """Line -> the first line of the statement it is in; a negative one where that asserts nothing."""
    found = {}
    try:
        with open(filename, "rb") as file:
            text = file.read()
        lines = text.decode("utf-8", "replace").split("\\n")
        for node in ast.walk(ast.parse(text)):
            if not isinstance(node, ast.stmt) or hasattr(node, "body"):
                continue
            last = getattr(node, "end_lineno", None) or max(getattr(one, "lineno", 0) for one in ast.walk(node))
            asserts = isinstance(node, ast.Assert) or _ASSERTS.search("\\n".join(lines[node.lineno - 1:last]))
            for number in range(node.lineno, last + 1):
                found[number] = node.lineno if asserts else -node.lineno
    except (OSError, SyntaxError, ValueError, RecursionError):
        pass
    return found


def begin():
    global _held, _count, _now
    _held, _count, _now = {}, 0, None


def drop():
    global _held, _now
    _held, _now = None, None
    return []


def end():
    if _now is not None:
        _finish()
    held = list(_held.values()) if _held else []
    drop()
    return held


def _finish():
    if _now[1] > 0 and not _bad:
        into = _held.setdefault(_now, {})
        for path, numbers in _lines.items():
            into.setdefault(path, set()).update(numbers)


def raised(filename):
    global _bad
    if is_test(filename):
        _bad = True


def ran(filename, path, number):
    """Records a line; True where it begins another statement of a test file."""
    global _count, _now, _lines, _bad
    if _held is None:
        return False
    if not is_test(filename):
        if _now is not None:
            _lines.setdefault(path, set()).add(number)
        return False
    if filename not in _statements:
        _statements[filename] = _simple(filename)
    statement = (filename, _statements[filename].get(number, -number))
    # A statement over several lines comes back to its first; so does a comprehension, for each element.
    if statement == _now:
        return False
    if _now is not None:
        _finish()
    _count += 1
    if _count > _MOST:
        drop()
        return False
    _now, _lines, _bad = statement, {}, False
    return True
`;
