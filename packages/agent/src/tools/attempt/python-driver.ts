/**
 * A Python program that has the test framework and the libraries of a project loaded already and forks a child for
 * each run, which then goes on as `python -m unittest …` would from its beginning: project modules, `atexit`, threads
 * and exit codes are the interpreter's own business.
 *
 * It hears lines on descriptor 33 and answers on 34, a line each, beginning with a word:
 * - `run LIMIT LEARN [ARGUMENTS]`: `exit CODE`, or `hung` when it took longer than LIMIT seconds; a JSON list of arguments
 *   stands in for those it began with
 * - `load LEVEL`: imports what the run with LEARN 1 had imported: `standard`, of the standard library; `packages`, of
 *   those outside the repository too; `plugins`, of those that pytest rewrites too. `ok`, or `bad` when runs forked from
 *   such a process would not be what they are cold
 *
 * It begins with `ready` or `bad`.
 *
 * Arguments: `module NAME` or `script PATH`, then the run's own. Python 3.7 and later, nothing from outside the
 * standard library.
 */
export const PYTHON_DRIVER = String.raw`
def heddle_warm():
    import sys
    # What is imported here must not come from the project: it would stay as it is now.
    current = sys.path[:1] == ['']
    if current:
        del sys.path[0]
    import os, signal, time, json, select, gc, importlib, threading, linecache, inspect, runpy, atexit, traceback
    kind, name = sys.argv[1:3]
    args = sys.argv[3:]
    hear, say = 33, 34
    top = os.path.realpath(os.getcwd()) + os.sep
    started = set(sys.modules)
    learned = []

    if kind == 'module':
        importlib.import_module(name)
        if name == 'unittest':
            import unittest.main, unittest.runner, unittest.loader, unittest.signals, pprint, difflib
    # -P and the like leave it out for all of them.
    if current:
        sys.path.insert(0, os.getcwd() if kind == 'module' else os.path.dirname(os.path.abspath(name)))

    # Whether the project has a module of its own by the name of one that was loaded from elsewhere.
    def shadowed():
        loaded = {module.split('.')[0] for module in sys.modules}
        for entry in set(sys.path):
            folder = os.path.realpath(entry)
            if not (folder + os.sep).startswith(top) or sort_in(folder) or not os.path.isdir(folder):
                continue
            for file in os.listdir(folder):
                module, dot, suffix = file.partition('.')
                if module not in loaded or module in sys.builtin_module_names:
                    continue
                if suffix == 'py' or os.path.isfile(os.path.join(folder, file, '__init__.py')):
                    return True
        return False

    def sort_in(path):
        parts = path.split(os.sep)
        return 'p' if 'site-packages' in parts or 'dist-packages' in parts else ''

    standard = tuple({os.path.realpath(os.path.dirname(module.__file__)) + os.sep for module in (os, json.decoder)})

    # Of which sort a loaded module is: 's' of the standard library, 'p' of a package, '' of the project or unknown.
    def sort_of(module):
        spec = getattr(module, '__spec__', None)
        origin = getattr(spec, 'origin', None)
        if origin in ('built-in', 'frozen'):
            return 's'
        if not origin or not os.path.isabs(origin):
            return ''
        path = os.path.realpath(origin)
        return sort_in(path) or ('s' if path.startswith(standard) and not path.startswith(top) else '')

    # Packages with plugins of pytest: it rewrites the assertions in all of them.
    def plugged():
        from importlib import metadata
        names = set()
        for one in metadata.distributions():
            if any(entry.group == 'pytest11' for entry in one.entry_points):
                for file in one.files or ():
                    names.add(file.parts[0].split('.')[0])
        return names

    # Imports them as pytest would, which otherwise says that it came too late.
    def load_plugins(modules):
        from _pytest.config import _prepareconfig
        finders = list(sys.meta_path)
        config = _prepareconfig(['-c', os.devnull, '--noconftest', '-s'])
        try:
            for module in modules:
                importlib.import_module(module)
        finally:
            config._ensure_unconfigure()
            sys.meta_path[:] = finders

    def load(level):
        sorts = {'standard': 's', 'packages': 'sp', 'plugins': 'sp'}[level]
        try:
            plugins = plugged() if name == 'pytest' and level != 'standard' else set()
            wanted = [module for sort, module in learned if sort in sorts and module not in sys.modules]
            late = [module for module in wanted if module.split('.')[0] in plugins]
            for module in wanted:
                if module not in late:
                    importlib.import_module(module)
            if level == 'plugins' and late:
                load_plugins(late)
            # It keeps where each module comes from: found out once, not for each failure that is shown.
            inspect.getmodule(heddle_warm)
        except BaseException:
            return False
        if shadowed():
            return False
        try:
            return len(os.listdir('/proc/self/task')) == 1
        except OSError:
            return threading.active_count() == 1

    def wait(child, seconds):
        end = time.monotonic() + seconds
        pause = 0.001
        while True:
            done, status = os.waitpid(child, os.WNOHANG)
            if done:
                return status
            left = end - time.monotonic()
            if left <= 0:
                return None
            if hasattr(signal, 'sigtimedwait'):
                signal.sigtimedwait([signal.SIGCHLD], left)
            else:
                time.sleep(min(pause, left))
                pause = min(pause * 2, 0.02)

    def kill(child):
        for end in (os.killpg, os.kill):
            try:
                end(child, signal.SIGKILL)
            except OSError:
                pass

    # Of the child: its list of modules, when it ends like a program should.
    def teach(to):
        import atexit
        def tell():
            found = [(sort_of(module), key) for key, module in list(sys.modules.items()) if key not in started]
            with os.fdopen(to, 'w') as pipe:
                json.dump([one for one in found if one[0]], pipe)
        atexit.register(tell)

    def answer(text):
        os.write(say, (text + '\n').encode())

    unblocked = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGCHLD])
    answer('bad' if shadowed() else 'ready')
    while True:
        line = b''
        while not line.endswith(b'\n'):
            more = os.read(hear, 1)
            if not more:
                os._exit(0)
            line += more
        command, *words = line.decode().split(None, 3)
        if command == 'load':
            answer('ok' if load(words[0].strip()) else 'bad')
            continue
        limit, learn = float(words[0]), words[1] == '1'
        source, sink = os.pipe() if learn else (-1, -1)
        sys.stdout.flush()
        sys.stderr.flush()
        gc.freeze()
        child = os.fork()
        if child == 0:
            os.setpgid(0, 0)
            signal.pthread_sigmask(signal.SIG_SETMASK, unblocked)
            os.close(hear)
            os.close(say)
            if learn:
                os.close(source)
                teach(sink)
            importlib.invalidate_caches()
            linecache.clearcache()
            sys.dont_write_bytecode = True
            sys.argv = ['-m' if kind == 'module' else name] + (json.loads(words[2]) if len(words) > 2 else args)
            return kind, name
        try:
            os.setpgid(child, child)
        except OSError:
            pass # the child was quicker
        status = None
        if learn:
            os.close(sink)
            # A pipe holds less than a long list: it is read while the child runs, no longer than the limit.
            text, end = b'', time.monotonic() + limit
            while True:
                left = end - time.monotonic()
                if left <= 0 or not select.select([source], [], [], left)[0]:
                    break
                more = os.read(source, 65536)
                if not more:
                    break
                text += more
            os.close(source)
            try:
                learned = json.loads(text.decode())
            except ValueError:
                learned = []
            limit = max(0.5, end - time.monotonic())
        status = wait(child, limit)
        kill(child)
        if status is None:
            os.waitpid(child, 0)
            answer('hung')
        else:
            answer('exit %d' % (128 + os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)))

# As the interpreter does it at its end, but for the taking down of everything that the parent had loaded, which
# takes longer than most tests.
def heddle_run(kind, name):
    import runpy, sys, os, threading, atexit, traceback
    code = 0
    try:
        if kind == 'module':
            runpy._run_module_as_main(name)
        else:
            runpy.run_path(name, run_name='__main__')
    except SystemExit as end:
        code = end.code
        if code is None:
            code = 0
        elif not isinstance(code, int):
            sys.stderr.write(str(code) + '\n')
            code = 1
    except BaseException:
        traceback.print_exc()
        code = 1
    for last in (threading._shutdown, atexit._run_exitfuncs):
        try:
            last()
        except BaseException:
            traceback.print_exc()
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except BaseException:
            pass
    os._exit(code & 255)

heddle_run(*heddle_warm())
`;
