import { PYTHON_FUNCTIONS } from './python-functions.ts';

/** What stands at the beginning of a question of the kernel that is a tool call. */
const ASK = 'heddle-call:';

/** Run in the kernel before anything else, in a namespace of its own: tools as functions, plain tracebacks, no `input`. */
const SETUP = `
import json
ip = get_ipython()
ask = ip.kernel.raw_input
def call(tool, input):
    return json.loads(ask('${ASK}' + json.dumps({'tool': tool, 'input': input}, default=repr)))
def no_input(*prompt):
    raise EOFError('there is nobody to answer input(): put the value into the code')
ip.kernel.raw_input = ip.kernel.getpass = no_input
ip.run_line_magic('colors', 'NoColor')
ip.run_line_magic('xmode', 'Plain')
${PYTHON_FUNCTIONS}
ip.user_ns.update(heddle_functions(specs, call), ToolError=ToolError)
`;

/**
 * Between Heddle's lines of JSON (`protocol.ts`) and a Jupyter kernel: starts it with `jupyter_client`, over sockets
 * in the file system, for a sandbox may have no loopback. Tool calls of the kernel travel as its questions on
 * standard input, which is how a kernel waits for an answer. What the kernel prints before it answers is dropped.
 */
export const JUPYTER_BRIDGE = String.raw`
import sys
# What is imported here must not come from the project.
here = sys.path.pop(0) if sys.path[:1] == [''] else None
import json, os, queue, re, shutil, tempfile, threading
from jupyter_client import KernelManager
import ipykernel
hear, say = sys.stdin, os.fdopen(os.dup(1), 'w')
os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
saying = threading.Lock()
def tell(**message):
    with saying:
        say.write(json.dumps(message) + '\n')
        say.flush()

place = tempfile.mkdtemp(prefix='k')
manager = KernelManager(transport='ipc', ip=os.path.join(place, 's'), connection_file=os.path.join(place, 'c.json'))
manager.kernel_spec.argv[0] = sys.executable
specs = json.loads(hear.readline())['functions']
quiet = open(os.devnull, 'w')
manager.start_kernel(stdout=quiet, stderr=quiet)
client = manager.blocking_client()
client.start_channels()
def leave(code=0):
    manager.shutdown_kernel(now=True)
    shutil.rmtree(place, ignore_errors=True)
    os._exit(code)
try:
    client.wait_for_ready(timeout=60)
except RuntimeError as error:
    sys.stderr.write('the Jupyter kernel did not start: %s\n' % error)
    leave(1)

ANSI = re.compile(r'\x1b\[[0-9;]*m')
runs, answers = queue.Queue(), queue.Queue()
state = {'id': None, 'call': 0}
def listen():
    for line in hear:
        message = json.loads(line)
        if message['type'] == 'answer':
            answers.put(message)
        elif message['type'] == 'interrupt':
            if state['id'] is not None:
                manager.interrupt_kernel()
        else:
            runs.put(message)
    leave()

# Frames of libraries say little to who wrote the code; the last line says what went wrong.
def short(lines):
    kept, skip = [], False
    for line in ANSI.sub('', '\n'.join(lines)).split('\n'):
        if line.startswith('  File '):
            skip = 'heddle-functions' in line or 'site-packages' in line or 'dist-packages' in line or '/lib/python' in line
        elif not line.startswith('    '):
            skip = False
        if not skip:
            kept.append(line)
    return re.sub(r'\n{2,}', '\n', '\n'.join(kept)).strip('\n') + '\n'

def asked(message):
    prompt = message['content']['prompt']
    if not prompt.startswith('${ASK}'):
        client.input('')
        return
    question = json.loads(prompt[len('${ASK}'):])
    state['call'] += 1
    number = state['call']
    tell(type='call', run=state['id'] or 0, call=number, tool=question['tool'], input=question['input'])
    while True:
        try:
            answer = answers.get(timeout=0.2)
        except queue.Empty:
            if not manager.is_alive() or ended(0):
                return
            continue
        if answer['call'] == number:
            client.input(json.dumps(answer))
            return

held = []
# Whether the run ended although its question has no answer: it was interrupted.
def ended(wait):
    try:
        message = client.get_iopub_msg(timeout=max(wait, 0.01))
    except queue.Empty:
        return False
    held.append(message)
    return message['msg_type'] == 'status' and message['content']['execution_state'] == 'idle'

def run(code, shown=True):
    if not code.strip():
        return 'ok', ''
    key = client.execute(code, allow_stdin=True, stop_on_error=False, store_history=shown)
    status, error = 'ok', ''
    while True:
        try:
            asked(client.get_stdin_msg(timeout=0))
            continue
        except queue.Empty:
            pass
        if held:
            message = held.pop(0)
        else:
            try:
                message = client.get_iopub_msg(timeout=0.02)
            except queue.Empty:
                if not manager.is_alive():
                    sys.stderr.write('the Jupyter kernel ended\n')
                    leave(1)
                continue
        kind, content = message['msg_type'], message['content']
        if kind in ('stream', 'display_data', 'execute_result') and not shown:
            continue
        if kind == 'stream':
            for at in range(0, len(content['text']), 65536):
                tell(type='output', text=content['text'][at:at + 65536])
        elif kind in ('display_data', 'execute_result'):
            data = {key: value for key, value in content['data'].items() if isinstance(value, str)}
            tell(type='display', data=data, result=kind == 'execute_result')
        elif kind == 'error' and message['parent_header'].get('msg_id') == key:
            status = 'interrupted' if content['ename'] == 'KeyboardInterrupt' else 'raised'
            error = short(content['traceback'])
        elif kind == 'status' and content['execution_state'] == 'idle' and message['parent_header'].get('msg_id') == key:
            return status, error

setup = ${JSON.stringify(SETUP)}
load = 'exec(compile(%r, "heddle-functions", "exec"), {"get_ipython": get_ipython, "specs": %r})'
status, error = run(load % (setup, specs), False)
if status != 'ok':
    sys.stderr.write(error)
    leave(1)
version = client.kernel_info(reply=True, timeout=30)['content']['language_info']['version']
tell(type='ready', kernel='Python %s in Jupyter (ipykernel %s)' % (version, ipykernel.__version__), own=False)
threading.Thread(target=listen, daemon=True).start()
while True:
    message = runs.get()
    state['id'] = message['id']
    status, error = run(message['code'])
    state['id'] = None
    tell(type='done', run=message['id'], status=status, error=error)
`;
