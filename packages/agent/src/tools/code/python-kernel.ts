import { PYTHON_FUNCTIONS } from './python-functions.ts';

/**
 * Heddle's own Python kernel, for machines without ipykernel: one namespace that lasts, the last expression shown,
 * top-level `await`, figures of matplotlib and `_repr_*_` objects displayed, tracebacks of the user's lines, SIGINT.
 * It talks to Heddle in lines of JSON (`protocol.ts`) over what were its standard input and output; what programs
 * print, those it starts too, goes through a pipe of its own that a thread reads. Python 3.7 and later, nothing from
 * outside the standard library.
 */
export const PYTHON_KERNEL = String.raw`
def heddle_kernel():
    import sys
    # What is imported here must not come from the project.
    if sys.path[:1] == ['']:
        del sys.path[0]
    import ast, base64, builtins, codecs, inspect, io, json, linecache, os, platform, queue, signal, threading
    import traceback, types
    hear = os.fdopen(os.dup(0), 'r', encoding='utf-8')
    say = os.fdopen(os.dup(1), 'w', encoding='utf-8')
    saying = threading.Lock()

    def tell(**message):
        with saying:
            say.write(json.dumps(message, default=repr) + '\n')
            say.flush()

    # What programs print, with a mark that says where it ends.
    source, sink = os.pipe()
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.dup2(sink, 1)
    os.dup2(sink, 2)
    mark = b'\x00heddle-' + base64.b16encode(os.urandom(8)) + b'\x00'
    seen = threading.Event()

    def forward():
        decoder = codecs.getincrementaldecoder('utf-8')('replace')
        held = b''
        while True:
            held += os.read(source, 65536)
            while True:
                text, found, rest = held.partition(mark)
                if not found:
                    # The beginning of a mark may be at the end.
                    keep = next((n for n in range(min(len(mark) - 1, len(held)), 0, -1) if mark.startswith(held[-n:])), 0)
                    text, held = held[:len(held) - keep], held[len(held) - keep:]
                if text:
                    tell(type='output', text=decoder.decode(text))
                if not found:
                    break
                held = rest
                seen.set()

    def drain():
        for stream in (sys.stdout, sys.stderr):
            try:
                stream.flush()
            except Exception:
                pass
        seen.clear()
        os.write(sink, mark)
        seen.wait(5)

    runs, answers = queue.Queue(), {}
    waiting = threading.Condition()
    state = {'id': None, 'call': 0}

    def listen():
        for line in hear:
            message = json.loads(line)
            if message['type'] == 'answer':
                with waiting:
                    answers[message['call']] = message
                    waiting.notify_all()
            elif message['type'] == 'interrupt':
                if state['id'] is not None:
                    signal.pthread_kill(threading.main_thread().ident, signal.SIGINT)
            else:
                runs.put(message)
        os._exit(0)

    def call(tool, input):
        with waiting:
            state['call'] += 1
            number = state['call']
        tell(type='call', run=state['id'] or 0, call=number, tool=tool, input=input)
        with waiting:
            while number not in answers:
                waiting.wait(0.5)
            return answers.pop(number)

    def mime(value):
        data = {}
        if isinstance(value, (str, bytes, int, float, list, tuple, dict, set, type(None), types.FunctionType, type)):
            data['text/plain'] = repr(value)
            return data
        bundle = getattr(value, '_repr_mimebundle_', None)
        if callable(bundle) and not inspect.isclass(value):
            try:
                found = bundle()
                found = found[0] if isinstance(found, tuple) else found
                data.update(found or {})
            except Exception:
                pass
        for name, kind in (('_repr_png_', 'image/png'), ('_repr_jpeg_', 'image/jpeg'), ('_repr_markdown_', 'text/markdown'), ('_repr_html_', 'text/html')):
            method = getattr(value, name, None)
            if not callable(method) or kind in data:
                continue
            try:
                found = method()
            except Exception:
                continue
            found = found[0] if isinstance(found, tuple) else found
            if found is not None:
                data[kind] = found
        data.setdefault('text/plain', repr(value))
        return {kind: base64.b64encode(found).decode() if isinstance(found, bytes) else found for kind, found in data.items()}

    def figure_png(figure):
        target = io.BytesIO()
        figure.savefig(target, format='png', bbox_inches='tight')
        return base64.b64encode(target.getvalue()).decode()

    def display(*values):
        for value in values:
            drain()
            if type(value).__module__ == 'matplotlib.figure' and hasattr(value, 'savefig'):
                tell(type='display', data={'text/plain': repr(value), 'image/png': figure_png(value)}, result=False)
            else:
                tell(type='display', data=mime(value), result=False)

    def figures():
        plt = sys.modules.get('matplotlib.pyplot')
        if plt is None:
            return
        for number in plt.get_fignums():
            display(plt.figure(number))
        plt.close('all')

    def no_input(prompt=''):
        raise EOFError('there is nobody to answer input(): put the value into the code')

    top = os.path.join(os.path.realpath(os.getcwd()), '')

    # Frames of libraries say little to who wrote the code; the last line says what went wrong.
    def of_user(frame):
        name = frame.filename
        if name.startswith('<code '):
            return True
        path = os.path.realpath(name)
        return os.path.isfile(path) and path.startswith(top) and '-packages' + os.sep not in path

    def short(kind, error, trace):
        whole = traceback.TracebackException(kind, error, trace)
        part = whole
        while part is not None:
            part.stack = traceback.StackSummary.from_list([frame for frame in part.stack if of_user(frame)])
            part = part.__cause__ or part.__context__
        return ''.join(whole.format())

    os.environ.setdefault('MPLBACKEND', 'agg')
    module = types.ModuleType('__main__')
    space = module.__dict__
    sys.modules['__main__'] = module
    sys.path.insert(0, '')
    sys.argv = ['']
    builtins.input = no_input
    space['display'] = display
    loops = []

    def run_code(code):
        if code is None:
            return None
        value = eval(code, space)
        if inspect.iscoroutine(value) and code.co_flags & inspect.CO_COROUTINE:
            import asyncio
            if not loops:
                loops.append(asyncio.new_event_loop())
                asyncio.set_event_loop(loops[0])
            task = loops[0].create_task(value)
            try:
                return loops[0].run_until_complete(task)
            except KeyboardInterrupt:
                task.cancel()
                try:
                    loops[0].run_until_complete(task)
                except BaseException:
                    pass
                raise
        return value

    def hint(error, text):
        lines = text.split('\n')
        line = lines[error.lineno - 1].strip() if error.lineno and error.lineno <= len(lines) else ''
        if line[:1] in ('!', '%'):
            return 'Lines with %s are for notebooks. Use the function bash("…") for a command.\n' % line[:1]
        return ''

    def run(number, text):
        name = '<code %d>' % number
        linecache.cache[name] = (len(text), None, text.splitlines(True), name)
        flags = getattr(ast, 'PyCF_ALLOW_TOP_LEVEL_AWAIT', 0)
        try:
            tree = compile(text, name, 'exec', ast.PyCF_ONLY_AST | flags)
            last = None
            if tree.body and isinstance(tree.body[-1], ast.Expr) and not text.rstrip().endswith(';'):
                last = compile(ast.Expression(tree.body.pop().value), name, 'eval', flags)
            first = compile(tree, name, 'exec', flags) if tree.body else None
        except SyntaxError as error:
            return 'raised', hint(error, text) + ''.join(traceback.format_exception_only(type(error), error))
        try:
            run_code(first)
            value = run_code(last)
            figures()
            if value is not None:
                space['_'] = value
                drain()
                tell(type='display', data=mime(value), result=True)
            return 'ok', ''
        except KeyboardInterrupt:
            return 'interrupted', short(*sys.exc_info())
        except SystemExit as end:
            return ('ok' if not end.code else 'raised'), 'SystemExit: %s (the kernel goes on)\n' % (end.code,)
        except BaseException:
            return 'raised', short(*sys.exc_info())

    signal.signal(signal.SIGINT, signal.default_int_handler)
    first = json.loads(hear.readline())
    functions = heddle_functions(first['functions'], call)
    space.update(functions, ToolError=ToolError)
    for task in (forward, listen):
        threading.Thread(target=task, daemon=True).start()
    tell(type='ready', kernel='Python ' + platform.python_version(), own=True)
    while True:
        # A signal that comes between two runs is for neither.
        try:
            message = runs.get()
        except KeyboardInterrupt:
            continue
        status, error = 'interrupted', ''
        try:
            state['id'] = message['id']
            status, error = run(message['id'], message['code'])
            state['id'] = None
        except KeyboardInterrupt:
            state['id'] = None
        while True:
            try:
                drain()
                tell(type='done', run=message['id'], status=status, error=error)
                break
            except KeyboardInterrupt:
                continue
${PYTHON_FUNCTIONS}
heddle_kernel()
`;
