import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { code, play } from './support.ts';

const has = (...modules: string[]) =>
  spawnSync('python3', ['-c', `import ${modules.join(', ')}`], { stdio: 'ignore' }).status === 0;
const PYTHON = has('sys');
const JUPYTER = PYTHON && has('ipykernel', 'jupyter_client');
const FIGURES = PYTHON && has('matplotlib', 'pandas');

describe.skipIf(!PYTHON)(`code in Python${PYTHON ? '' : ' (skipped: there is no python3 here)'}`, () => {
  it('keeps variables, shows what is printed and the last expression, says which kernel it is', async () => {
    const { told } = await play([
      code('python', 'x = 20\nprint("hello")\nx + 1'),
      code('python', 'import subprocess\nsubprocess.run("echo out; echo err >&2", shell=True)\nprint(x)'),
      code('python', 'import asyncio\nawait asyncio.sleep(0.01)\nx = x * 2'),
      code('python', 'x'),
    ]);
    expect(told[0]).toMatch(/^hello\n21\n\[new interpreter: Python 3\.\d+\.\d+/);
    expect(told[0]).toContain(JUPYTER ? 'in Jupyter' : 'without Jupyter (ipykernel is not installed)');
    expect(told[1]!.split('\n').sort()).toEqual(['20', 'err', 'out']);
    expect(told.slice(2, 4)).toEqual(['(it showed nothing)', '40']);
  });

  it('tells of an exception by the lines of the code, and the kernel goes on', async () => {
    const { told, ends } = await play([
      code('python', 'import json\ndef load(text):\n    return json.loads(text)\nload("{")'),
      code('python', 'load("[1]")'),
      code('python', 'def broken(:\n    pass'),
      code('python', 'input("name?")'),
    ]);
    expect(told[0]).toMatch(/^Traceback \(most recent call last\):\n/);
    expect(told[0]).toContain('load("{")');
    expect(told[0]).toContain('return json.loads(text)');
    expect(told[0]).toContain('JSONDecodeError: Expecting property name');
    expect(told[0]).not.toContain('decoder.py');
    expect(ends[0]).toMatchObject({ outcome: 'ok', details: { ended: 'raised' } });
    expect(told[1]).toBe('[1]');
    expect(told[2]).toContain('SyntaxError');
    expect(told[3]).toContain('EOFError: there is nobody to answer input()');
  });

  it('is interrupted at its time limit and keeps what it had', async () => {
    const { told } = await play([
      code('python', 'seen = []\nwhile True: seen.append(1)', { timeout_seconds: 0.5 }),
      code('python', 'len(seen) > 0'),
    ]);
    expect(told[0]).toContain('KeyboardInterrupt');
    expect(told[0]).toContain('[interrupted at its time limit of 0.5 s; variables are kept]');
    expect(told[1]).toBe('True');
  });

  it('that dies is replaced, and that is said with what is lost', async () => {
    const { told } = await play([
      code('python', 'x = 1'),
      code('python', 'import os\nprint("before", flush=True)\nos._exit(7)'),
      code('python', 'x'),
    ]);
    expect(told[1]).toMatch(
      /\[the interpreter is lost: .*\. Its variables are gone; the next call begins with a new one\]/,
    );
    expect(told[2]).toContain("NameError: name 'x' is not defined");
    expect(told[2]).toContain('[new interpreter: Python');
  });

  it('begins anew when asked to', async () => {
    const { told } = await play([
      code('python', 'x = 1'),
      code('python', '"x" in globals()', { restart: true }),
    ]);
    expect(told[1]).toMatch(/^False\n\[new interpreter/);
  });

  it('shows objects by what they make of themselves, images too', async () => {
    const png = 'iVBORw0KGgoAAAANSUhEUgAAAAIAAAADCAYAAAC56t6BAAAAEUlEQVR4nGNgYGD4D8IQCgAWAAH/';
    const { told, ends, run } = await play([
      code('python', 'class Note:\n    def _repr_markdown_(self): return "**note**"\nNote()'),
      code(
        'python',
        `import base64\nclass Picture:\n    def _repr_png_(self): return base64.b64decode("${png}")\nPicture()`,
      ),
      code(
        'python',
        'class Table:\n    def _repr_html_(self): return "<table><tr><td>1</td><td>2</td></tr></table>"\nTable()',
      ),
    ]);
    expect(told[0]).toMatch(/^\*\*note\*\*\n/);
    expect(told[1]).toBe('[image 1: image/png, 2x3]');
    expect(ends[1]!.images).toHaveLength(1);
    expect(run.store.objects.get(ends[1]!.images![0]!.object)).toEqual(
      new Uint8Array(Buffer.from(png, 'base64')),
    );
    expect(told[2]).toBe('1\t2');
  });

  it.skipIf(!FIGURES)(
    `shows figures and tables${FIGURES ? '' : ' (skipped: no matplotlib and pandas here)'}`,
    async () => {
      const { told, ends } = await play([
        code(
          'python',
          'import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()\nimport pandas\npandas.DataFrame({"a": [1, 2]})',
        ),
      ]);
      expect(told[0]).toMatch(/\[image 1: image\/png, \d+x\d+\]/);
      expect(told[0]).toContain('   a\n0  1\n1  2');
      expect(ends[0]!.images).toHaveLength(1);
    },
  );

  it('cuts long output in the middle and keeps the whole', async () => {
    const { told, ends, run } = await play([
      code('python', 'for n in range(20_000): print("line", n)'),
      code(
        'python',
        'import os; open(os.environ.get("TMPDIR", "/tmp") + "/python-1.txt").readlines()[10_000]',
      ),
    ]);
    expect(told[0]).toMatch(/\[\d+ characters in all: bash `grep` or `sed -n \d+,\d+p` \S+\/python-1\.txt\]/);
    expect(told[1]).toBe(String.raw`'line 10000\n'`);
    expect(told[0]!.length).toBeLessThan(17_000);
    expect(told[0]).toMatch(/^line 0\n[\s\S]*characters \(\d+ lines\) left out …\][\s\S]*line 19999\n/);
    const whole = Buffer.from(run.store.objects.get(ends[0]!.output!)).toString();
    expect(whole.split('\n')[10_000]).toBe('line 10000');
  });
});
