import type { ProgramParts } from './probe.ts';

/**
 * A Python program that makes the calls and prints what came of them. A module is imported by the name its packages
 * give it, so that relative imports work. What a call prints belongs to what it does; a generator's first values do.
 */
export function pythonProgram({ path, name, calls, seconds, mark, length }: ProgramParts): string {
  return `import asyncio, contextlib, importlib, inspect, io, itertools, json, os, signal, sys
path, name = ${JSON.stringify(path)}, ${JSON.stringify(name)}
sys.setrecursionlimit(2000)

class OutOfTime(BaseException):
    pass

def ring(*_):
    raise OutOfTime()

def render(value, depth=0):
    kind = type(value)
    if value is None or kind in (bool, int, float, complex, str, bytes):
        return repr(value)
    if depth > 6:
        return '...'
    inner = lambda one: render(one, depth + 1)
    if kind in (list, tuple):
        return kind.__name__ + '[' + ', '.join(map(inner, value)) + ']'
    if kind in (set, frozenset):
        return kind.__name__ + '{' + ', '.join(sorted(map(inner, value))) + '}'
    if isinstance(value, dict):
        return kind.__name__ + '{' + ', '.join(sorted(inner(k) + ': ' + inner(v) for k, v in value.items())) + '}'
    if inspect.isgenerator(value) or (hasattr(value, '__next__') and hasattr(value, '__iter__')):
        return 'iterator[' + ', '.join(map(inner, itertools.islice(value, 100))) + ']'
    if isinstance(value, type) or inspect.isroutine(value):
        return getattr(value, '__qualname__', kind.__name__)
    if kind.__repr__ is not object.__repr__:
        return kind.__name__ + ' ' + repr(value)
    return kind.__name__ + '(' + inner(getattr(value, '__dict__', {})) + ')'

def one(function, args):
    before = render(args)
    printed = io.StringIO()
    signal.setitimer(signal.ITIMER_REAL, ${seconds})
    try:
        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(io.StringIO()):
            value = function(*args)
            if inspect.iscoroutine(value):
                value = asyncio.run(value)
            text = render(value)
    except OutOfTime:
        text = 'out of time'
    except BaseException as error:
        text = 'raises ' + type(error).__name__
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
    after = render(args)
    if after != before:
        text += ' changing its arguments to ' + after
    if printed.getvalue():
        text += ' printing ' + repr(printed.getvalue())
    return text[:${length}]

def found():
    folder, file = os.path.split(os.path.abspath(path))
    parts = [] if file == '__init__.py' else [file.rsplit('.', 1)[0]]
    while os.path.exists(os.path.join(folder, '__init__.py')):
        folder, last = os.path.split(folder)
        parts.insert(0, last)
    sys.path.insert(0, os.getcwd())
    sys.path.insert(0, folder)
    value = importlib.import_module('.'.join(parts))
    for part in name:
        value = getattr(value, part)
    return value

signal.signal(signal.SIGALRM, ring)
function = found()
calls = [
${calls.map((call) => `    lambda: (${call.map((argument) => `${argument}, `).join('')}),`).join('\n')}
]
results = [one(function, call()) for call in calls]
sys.stdout.flush()
sys.__stdout__.write('\\n${mark}' + json.dumps(results) + '\\n')
sys.__stdout__.flush()
os._exit(0)
`;
}
